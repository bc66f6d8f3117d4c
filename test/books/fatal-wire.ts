import { type DatabaseWire, databaseWire } from '../company/database-wire';

export interface FatalWire extends Pick<DatabaseWire, 'url' | 'close'> {
  /** The statements that count, as they passed, over all connections. */
  passed: string[];
}

/**
 * A database seen through a wire that is fatal: when the server has answered the statement of that number, of those that match
 * `counts`, `kill` is called and the answer never arrives.
 */
export async function fatalWire(
  url: string,
  { counts, number, kill }: { counts: RegExp; number: number; kill: () => void },
): Promise<FatalWire> {
  const passed: string[] = [];
  const wire = await databaseWire(url, (client, upstream) => {
    let fatal = false;
    return {
      fromServer(bytes) {
        if (!fatal) return void client.write(bytes);
        kill();
        wire.cut();
      },
      fromClient(packet, statement) {
        if (counts.test(statement)) {
          passed.push(statement.slice(statement.search(counts)));
          fatal = passed.length === number;
        }
        upstream.write(packet);
      },
    };
  });
  return { url: wire.url, passed, close: wire.close };
}
