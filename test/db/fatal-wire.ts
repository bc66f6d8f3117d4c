import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { COM_QUERY, eachPacket, HEADER } from '../company/commit-proxy';

export interface FatalWire {
  /** DATABASE_URL through the wire. */
  url: string;
  /** The statements that count, as they passed, over all connections. */
  passed: string[];
  close(): Promise<void>;
}

/**
 * A database seen through a wire that is fatal: when the server has answered the statement of that number, of those that match
 * `counts`, `kill` is called and the answer never arrives.
 */
export async function fatalWire(
  url: string,
  { counts, number, kill }: { counts: RegExp; number: number; kill: () => void },
): Promise<FatalWire> {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  const passed: string[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port || 3306), hostname);
    let fatal = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    upstream.on('data', (bytes) => {
      if (!fatal) return client.write(bytes);
      kill();
      for (const socket of sockets) socket.destroy();
    });
    eachPacket(client, (packet) => {
      const statement = packet[HEADER] === COM_QUERY ? packet.subarray(HEADER + 1).toString() : '';
      if (counts.test(statement)) {
        passed.push(statement.slice(statement.search(counts)));
        fatal = passed.length === number;
      }
      upstream.write(packet);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    passed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
