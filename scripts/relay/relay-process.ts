import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../stack/local-folder';

/** A capture relay of its own, for a test or a benchmark. */
export interface RelayProcess {
  port: number;
  pid: number;
  log: string;
  /** One command of relay/control.ts and its answer. */
  control(command: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

/** @param folder for its log and its control socket. @param args as in relay/options.ts. */
export async function startRelayProcess(folder: string, args: string[] = []): Promise<RelayProcess> {
  const log = join(folder, 'relay.log');
  const socket = join(folder, 'relay.sock');
  const script = join(projectFolder, 'scripts', 'relay.ts');
  const child = spawn(
    process.execPath,
    ['--import', require.resolve('tsx'), script, '--log', log, '--control', socket, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { port, pid } = await firstLine(child);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    port,
    pid,
    log,
    control: (command) => ask(socket, command),
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
  };
}

function firstLine(child: ChildProcess): Promise<{ port: number; pid: number }> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => resolve(JSON.parse(line)));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the capture relay ended (exit ${code}): see above`)));
  });
}

/** Asks the relay behind this control socket. */
export function ask(socketPath: string, command: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    socket.on('error', reject);
    socket.write(`${JSON.stringify(command)}\n`);
    createInterface({ input: socket }).once('line', (line) => {
      socket.end();
      const answer = JSON.parse(line) as Record<string, unknown>;
      if (answer.error === undefined) resolve(answer);
      else reject(new Error(String(answer.error)));
    });
  });
}
