import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to the next COMMIT that passes; afterwards they pass as they are. */
export type CommitFate =
  /** Galera's certification: rolled back, answered with 1213, and again at the ROLLBACK that follows. */
  | 'refused'
  /** Done, but the connection is gone before the answer. */
  | 'done-and-cut'
  /** Lost on the way: never done. */
  | 'lost-and-cut';

export interface CommitProxy {
  /** DATABASE_URL through the proxy. */
  url: string;
  fate: CommitFate | null;
  close(): Promise<void>;
}

export const HEADER = 4;
export const COM_QUERY = 3;

/** A database seen through a wire that spoils one COMMIT (C37). Reads the client's packets; the server's pass unread. */
export async function commitProxy(url: string): Promise<CommitProxy> {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  const proxy: CommitProxy = { url: '', fate: null, close: async () => undefined };
  const server = createServer((client) => {
    const upstream = connect(Number(port || 3306), hostname);
    let refuseRollback = false;
    let swallow = false;
    let cut = false;
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
      if (cut) client.destroy();
      else if (swallow) {
        swallow = false;
        client.write(deadlock());
      } else client.write(bytes);
    });
    eachPacket(client, (packet) => {
      const statement = packet[HEADER] === COM_QUERY ? packet.subarray(HEADER + 1).toString() : '';
      if (statement.endsWith('ROLLBACK') && refuseRollback) {
        refuseRollback = false;
        client.write(deadlock());
        return;
      }
      if (!statement.endsWith('COMMIT') || proxy.fate === null) {
        upstream.write(packet);
        return;
      }
      const fate = proxy.fate;
      proxy.fate = null;
      if (fate === 'lost-and-cut') client.destroy();
      if (fate === 'done-and-cut') {
        cut = true;
        upstream.write(packet);
      }
      if (fate === 'refused') {
        swallow = true;
        refuseRollback = true;
        upstream.write(rollbackFor(packet));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  proxy.url = through.href;
  proxy.close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return proxy;
}

/** The packets that a client sends, whole. */
export function eachPacket(socket: Socket, take: (packet: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= HEADER) {
      const length = HEADER + pending.readUIntLE(0, 3);
      if (pending.length < length) return;
      const packet = pending.subarray(0, length);
      pending = pending.subarray(length);
      take(packet);
    }
  });
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
