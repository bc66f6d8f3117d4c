import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { shortSocketPath } from '../stack/own-folder';

/** A capture relay of its own, for a test or a benchmark; it ends with who started it. */
export interface RelayProcess {
  readonly port: number;
  readonly pid: number;
  log: string;
  /** One command of relay/control.ts and its answer. @throws Error with the relay's words when the command is wrong. */
  control(command: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Starts it again once it is gone, as it was started, on the same port and with the same log. */
  restart(): Promise<void>;
}

/** @param folder for its log and its control socket. @param args as in relay/relay-options.ts. */
export async function startRelayProcess(folder: string, args: string[] = []): Promise<RelayProcess> {
  const log = join(folder, 'relay.log');
  const socket = shortSocketPath(folder, 'relay.sock');
  const own = ['--attached', '--log', log, '--control', socket];
  let running = await start([...own, ...args]);
  const { port } = running;
  return {
    port,
    get pid() {
      return running.pid;
    },
    log,
    control: (command) => ask(socket, command),
    stop: () => running.end('SIGTERM'),
    kill9: () => running.end('SIGKILL'),
    restart: async () => {
      await running.ended;
      running = await start([...own, ...args, '--port', String(port)]);
    },
  };
}

async function start(args: string[]) {
  const script = join(projectFolder, 'scripts', 'relay.ts');
  const child = spawn(process.execPath, ['--import', require.resolve('tsx'), script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { port, pid } = await firstLine(child);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { port, pid, ended, end };
}

function firstLine(child: ChildProcess): Promise<{ port: number; pid: number }> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the capture relay ended (exit ${code}): see above`)));
  });
}

/** Asks the relay that listens on this control socket. */
export function ask(socketPath: string, command: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the capture relay went away without an answer')));
    socket.write(`${JSON.stringify(command)}\n`);
    // The interface tells the socket's errors once more.
    const lines = createInterface({ input: socket }).on('error', reject);
    lines.once('line', (line) => {
      socket.end();
      const answer = JSON.parse(line) as Record<string, unknown>;
      if (answer.error === undefined) resolve(answer);
      else reject(new Error(String(answer.error)));
    });
  });
}
