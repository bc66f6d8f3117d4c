import { type DatabaseWire, databaseWire, HEADER } from './database-wire';

/** What happens to the next COMMIT that passes; afterwards they pass as they are. */
export type CommitFate =
  /** Galera's certification: rolled back, answered with 1213, and again at the ROLLBACK that follows. */
  | 'refused'
  /** Done, but the connection is gone before the answer. */
  | 'done-and-cut'
  /** Likewise, and with it every other one; new ones are turned away until the server is back. */
  | 'done-and-away'
  /** Lost on the way: never done. */
  | 'lost-and-cut';

export interface CommitProxy extends Pick<DatabaseWire, 'url' | 'close'> {
  fate: CommitFate | null;
  /** The server is away. */
  away: boolean;
  /** Connections that it has turned away. */
  turnedAway: number;
  /** It is away from now on, and every connection is cut. */
  leave(): void;
}

/** A database seen through a wire that spoils one COMMIT (C37). Reads the client's packets; the server's pass unread. */
export async function commitProxy(url: string): Promise<CommitProxy> {
  const proxy: Pick<CommitProxy, 'fate' | 'away' | 'turnedAway'> = { fate: null, away: false, turnedAway: 0 };
  const wire = await databaseWire(url, (client, upstream) => {
    if (proxy.away) {
      proxy.turnedAway++;
      client.destroy();
    }
    let refuseRollback = false;
    let swallow = false;
    let cut = false;
    return {
      fromServer(bytes) {
        if (cut && proxy.away) wire.cut();
        else if (cut) client.destroy();
        else if (swallow) {
          swallow = false;
          client.write(deadlock());
        } else client.write(bytes);
      },
      fromClient(packet, statement) {
        if (statement.endsWith('ROLLBACK') && refuseRollback) {
          refuseRollback = false;
          client.write(deadlock());
          return;
        }
        if (!statement.endsWith('COMMIT') || proxy.fate === null) {
          upstream.write(packet);
          return;
        }
        const { fate } = proxy;
        proxy.fate = null;
        if (fate === 'lost-and-cut') client.destroy();
        if (fate === 'done-and-cut' || fate === 'done-and-away') {
          proxy.away = fate === 'done-and-away';
          cut = true;
          upstream.write(packet);
        }
        if (fate === 'refused') {
          swallow = true;
          refuseRollback = true;
          upstream.write(rollbackFor(packet));
        }
      },
    };
  });
  const leave = () => {
    proxy.away = true;
    wire.cut();
  };
  return Object.assign(proxy, { url: wire.url, close: wire.close, leave });
}

/** Keeps what the driver writes before the statement (query attributes). */
function rollbackFor(commit: Buffer): Buffer {
  return framed(Buffer.concat([commit.subarray(HEADER, -'COMMIT'.length), Buffer.from('ROLLBACK')]), 0);
}

function deadlock(): Buffer {
  const code = Buffer.alloc(3);
  code[0] = 0xff;
  code.writeUInt16LE(1213, 1);
  return framed(Buffer.concat([code, Buffer.from('#40001Deadlock found when trying to get lock')]), 1);
}

function framed(body: Buffer, sequence: number): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, body]);
}
