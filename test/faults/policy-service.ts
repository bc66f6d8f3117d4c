import { createServer, type Socket } from 'node:net';
import { choosePort } from '../../scripts/stack/choose-port';

/** Postfix asks it about each message at its end (check_policy_service in smtpd_end_of_data_restrictions), and waits for the answer. */
export interface PolicyService {
  port: number;
  /** From now on it answers nobody, and whoever asks waits, by recipient; but for the first two messages of each session. */
  hold(): void;
  waiting(): string[];
  /** Answers all who wait, and everybody after them at once. */
  answer(action: (recipient: string) => 'DUNNO' | 'REJECT'): void;
  end(): Promise<void>;
}

/**
 * So late does it answer the first message of a session: in a log of whole seconds none then ends in the second in which it began, and
 * nobody has to guess whose the second message is.
 */
const SURE_MILLISECONDS = 2_000;

export async function policyService(): Promise<PolicyService> {
  const port = await choosePort('policy service', 0, () => undefined);
  const asked: { recipient: string; socket: Socket }[] = [];
  const sockets = new Set<Socket>();
  /** Messages that were taken, by the client's port of their session: whose it is is known by them. */
  const taken = new Map<string, number>();
  let holds = false;
  const say = (socket: Socket, action: string) => void socket.write(`action=${action}\n\n`);
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const attribute = (name: string) =>
          new RegExp(`^${name}=(.*)$`, 'm').exec(text.slice(0, end))?.[1] ?? '';
        const [recipient, clientPort] = [attribute('recipient'), attribute('client_port')];
        text = text.slice(end + 2);
        const before = taken.get(clientPort) ?? 0;
        if (holds && before >= 2) asked.push({ recipient, socket });
        else {
          taken.set(clientPort, before + 1);
          if (before > 0) say(socket, 'DUNNO');
          else setTimeout(say, SURE_MILLISECONDS, socket, 'DUNNO');
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    hold: () => {
      holds = true;
    },
    waiting: () => asked.map(({ recipient }) => recipient),
    answer: (action) => {
      holds = false;
      for (const { recipient, socket } of asked.splice(0)) say(socket, action(recipient));
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
