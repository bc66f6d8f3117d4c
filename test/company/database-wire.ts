import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A database seen through a wire that may do with its packets what it likes. */
export interface DatabaseWire {
  /** DATABASE_URL through the wire. */
  url: string;
  /** Cuts every connection; new ones pass. */
  cut(): void;
  close(): Promise<void>;
}

/** What one connection does. */
export interface WireHooks {
  /** A packet of the client's, whole, and its statement: '' where it is none. */
  fromClient(packet: Buffer, statement: string): void;
  /** Octets of the server's, as they come. */
  fromServer(bytes: Buffer): void;
}

export const HEADER = 4;
const COM_QUERY = 3;

/** @param hooks made for each connection, of its two ends. */
export async function databaseWire(
  url: string,
  hooks: (client: Socket, upstream: Socket) => WireHooks,
): Promise<DatabaseWire> {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port || 3306), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    const { fromClient, fromServer } = hooks(client, upstream);
    upstream.on('data', fromServer);
    eachPacket(client, (packet) =>
      fromClient(packet, packet[HEADER] === COM_QUERY ? packet.subarray(HEADER + 1).toString() : ''),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function eachPacket(socket: Socket, take: (packet: Buffer) => void): void {
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
