import { createConnection, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { acceptancesIn } from '../../scripts/relay/acceptances';

/** A raw conversation with a relay: says what it is told to, and what was heard so far can be waited for. */
export interface RelayClient {
  say(text: string): void;
  /** All that was heard, once it matches or the connection is over. Each character is one octet. */
  heard(pattern: RegExp): Promise<string>;
  /** All that was heard, once the connection is over, whichever way. */
  end(): Promise<string>;
  /** Sizes of the packets heard, as far as the kernel kept them apart. */
  packets(): number[];
  /** Takes up TLS where it is, and forgets what was heard. */
  secure(options?: ConnectionOptions): Promise<void>;
  hangUp(): void;
  socket: Socket;
}

export function dial(port: number, localAddress?: string): RelayClient {
  const raw = createConnection({ port, host: '127.0.0.1', localAddress, noDelay: true });
  let socket: Socket = raw;
  let heard = '';
  let packets: number[] = [];
  let ended = false;
  let told: () => void = () => undefined;
  const note = () => {
    ended = true;
    told();
  };
  const listen = () => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      packets.push(chunk.length);
      told();
    });
    socket.on('error', note);
    socket.on('close', note);
  };
  const hearUntil = async (condition: () => boolean) => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    return heard;
  };
  listen();
  return {
    say: (text) => void socket.write(text),
    heard: (pattern) => hearUntil(() => pattern.test(heard) || ended),
    end: () => hearUntil(() => ended),
    packets: () => packets,
    secure: async (options = {}) => {
      raw.removeAllListeners('data');
      heard = '';
      packets = [];
      const secured = connectTls({ socket: raw, rejectUnauthorized: false, ...options });
      await new Promise((resolve, reject) => secured.once('secureConnect', resolve).once('error', reject));
      socket = secured;
      listen();
    },
    hangUp: () => raw.destroy(),
    socket: raw,
  };
}

export const envelope = (to = 'a@x.test') => `MAIL FROM:<c@x.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
export const content = (id: string, body = 'hello') =>
  `Message-ID: <${id}>\r\nSubject: x\r\n\r\n${body}\r\n.\r\n`;

/** `MESSAGE-ID ADDRESS` of all that the log says was accepted. */
export async function acceptedIn(log: string): Promise<string[]> {
  return (await acceptancesIn(log)).map(({ messageId, to }) => `${messageId} ${to}`);
}

/** Reply codes with their separator, in order: `250-` and `250 ` differ. */
export function codes(heard: string): string[] {
  return heard
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.slice(0, 4));
}
