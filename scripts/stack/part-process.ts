import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity, waitUntil } from '../../src/operator/parts/this-machine';

/** One running program of the embedded stack: the database, Temporal or the relay. */
export interface PartProcess {
  name: string;
  identity: ProcessIdentity;
  logFile: string;
  /** Settles when the program ends, asked or not, with how it ended. */
  ended: Promise<string>;
  running(): boolean;
  /** SIGTERM, and SIGKILL when it still runs after its time; returns when it is gone. */
  stop(): Promise<void>;
}

export interface PartCommand {
  name: string;
  /** Of the stack: `NAME.pid` and the log are kept here. */
  folder: string;
  /** NAME.log by default. */
  logName?: string;
  command: string;
  args: string[];
  /** Our own by default. */
  env?: NodeJS.ProcessEnv;
  /** Standard output, where it is not to go to the log. */
  stdoutFile?: string;
  /** How long it may take to end by itself. */
  stopSeconds: number;
}

/** @throws Error when the program cannot be started at all. */
export function startPart(part: PartCommand): PartProcess {
  const logFile = join(part.folder, part.logName ?? `${part.name}.log`);
  const log = openSync(logFile, 'a');
  const out = part.stdoutFile === undefined ? log : openSync(part.stdoutFile, 'w');
  // A group of its own: Ctrl-C in the terminal reaches only us, so the parts end in our order. Files instead of pipes:
  // when we are killed, the part goes on undisturbed until the next start finds it (stopLeftover).
  const child = spawn(part.command, part.args, {
    detached: true,
    stdio: ['ignore', out, log],
    env: part.env ?? process.env,
  });
  closeSync(log);
  if (out !== log) closeSync(out);
  const ended = ending(child);
  const identity = child.pid === undefined ? null : identify(child.pid);
  if (identity === null) throw new Error(`${part.command} could not be started. ${tail(logFile)}`);
  const pidFile = join(part.folder, `${part.name}.pid`);
  writeFileSync(pidFile, JSON.stringify(identity));
  let running = true;
  ended.then(() => {
    running = false;
    rmSync(pidFile, { force: true });
  });
  return {
    name: part.name,
    identity,
    logFile,
    ended,
    running: () => running,
    stop: async () => {
      if (!running) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), part.stopSeconds * 1000);
      await ended;
      clearTimeout(kill);
    },
  };
}

/**
 * Waits until a part answers.
 * @throws Error with the end of its log when it ends or stays silent for `seconds`; a silent one is stopped.
 */
export async function waitForPart(
  part: PartProcess,
  ready: () => Promise<boolean>,
  seconds: number,
): Promise<void> {
  const answered = await waitUntil(async () => !part.running() || (await ready()), seconds).catch(
    async (error: Error) => {
      await part.stop();
      throw new Error(`The embedded ${part.name} does not work: ${error.message}. ${tail(part.logFile)}`);
    },
  );
  if (answered && part.running()) return;
  const how = part.running() ? `did not answer within ${seconds} s` : `ended: ${await part.ended}`;
  await part.stop();
  throw new Error(`The embedded ${part.name} ${how}. ${tail(part.logFile)}`);
}

/** Ends what an earlier stack in this folder left running because it was itself killed. */
export async function stopLeftover(folder: string, name: string, say: (line: string) => void): Promise<void> {
  const pidFile = join(folder, `${name}.pid`);
  const identity = readIdentity(pidFile);
  if (identity !== null && isAlive(identity)) {
    say(`The ${name} of an earlier stack still runs (process ${identity.pid}): stopping it.`);
    process.kill(identity.pid, 'SIGTERM');
    if (!(await waitUntil(() => !isAlive(identity), 30))) {
      process.kill(identity.pid, 'SIGKILL');
      await waitUntil(() => !isAlive(identity), 10);
    }
  }
  rmSync(pidFile, { force: true });
}

/** Null when there is no such file, or only half of one. */
export function readIdentity(pidFile: string): ProcessIdentity | null {
  if (!existsSync(pidFile)) return null;
  try {
    const { pid, born } = JSON.parse(readFileSync(pidFile, 'utf8'));
    return Number.isInteger(pid) && pid > 1 && typeof born === 'string' ? { pid, born } : null;
  } catch {
    return null;
  }
}

function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

function tail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8);
  return `The end of ${logFile}:\n${lines.map((line) => `  ${line.slice(0, 400)}`).join('\n')}`;
}
