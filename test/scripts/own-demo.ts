import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity } from '../../scripts/stack/part-process';
import {
  isAlive,
  localFolder,
  type ProcessIdentity,
  projectFolder,
} from '../../src/operator/parts/this-machine';
import '../long-runs';

/**
 * A demo (or a rehearsal) as a child process, beside whatever else runs here: its own folder, and embedded parts unless `env` names
 * others.
 */
export interface OwnDemo {
  child: ChildProcess;
  /** What it has said so far on both streams. */
  output(): string;
  stdout(): string;
  ended: Promise<number | null>;
  /** Every process that it has started so far, also those that have ended since. */
  seen(): ProcessIdentity[];
  alive(): ProcessIdentity[];
  /** Ends it if a test has failed before its end, and its folder. */
  cleanUp(): Promise<void>;
}

export function ownDemo(
  args: string[],
  env: Record<string, string> = {},
  /** Of the script, and of the folder in its own one where its parts are. */
  { script, parts }: { script: string; parts: string } = { script: 'demo', parts: '' },
): OwnDemo {
  mkdirSync(localFolder, { recursive: true });
  const folder = mkdtempSync(join(localFolder, 'test-demo-'));
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, SMTP_URL: ___, ...own } = process.env;
  const child = spawn(process.execPath, [join(projectFolder, 'scripts', 'run.mjs'), script, ...args], {
    cwd: projectFolder,
    env: { ...own, BREACH_RESPONSE_LOCAL: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (data) => {
    stdout += data;
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const seen = new Map<number, ProcessIdentity>();
  const look = () => {
    const within = join(folder, parts);
    const pidFiles = existsSync(within) ? readdirSync(within).filter((name) => name.endsWith('.pid')) : [];
    for (const name of pidFiles) {
      const identity = readIdentity(join(within, name));
      if (identity !== null && identity.pid !== child.pid) seen.set(identity.pid, identity);
    }
  };
  const looking = setInterval(look, 50);
  return {
    child,
    output: () => output,
    stdout: () => stdout,
    ended,
    seen: () => [...seen.values()],
    alive: () => [...seen.values()].filter(isAlive),
    cleanUp: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
      clearInterval(looking);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
