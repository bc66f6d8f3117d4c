import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CommanderError } from 'commander';
import { stackFolder } from '../src/operator/parts/this-machine';
import { RealPartError, refuseRealParts } from './demo/refuse-real-parts';
import { NOBODY, person } from './rehearse/at-terminal';
import { type RehearseOptions, rehearseOptions } from './rehearse/rehearse-options';
import { runRehearsal } from './rehearse/run-rehearsal';
import { SCENES } from './rehearse/scenes';
import { ownFolder } from './stack/own-folder';
import { stopLeftover } from './stack/part-process';

const INTERRUPTED = 130;

/** `npm run rehearse`: ten troubles of a night, on parts of its own. */
async function main({ unattended, scene: only, list }: RehearseOptions): Promise<number> {
  const say = (line: string) => console.log(line);
  if (list) {
    for (const { name, title } of SCENES) say(`${name.padEnd(13)}${title}`);
    return 0;
  }
  refuseRealParts(process.env);
  if (!unattended && !process.stdin.isTTY) {
    console.error('Nobody is at a terminal. To have everything typed: npm run rehearse -- --unattended');
    return 2;
  }
  const scenes = SCENES.filter(({ name }) => only === undefined || only.includes(name));
  const folder = join(stackFolder, 'rehearsal');
  const release = await emptyFolder(folder, say);
  const terminal = unattended ? NOBODY : person(process.stdin, process.stdout);
  let stop: () => Promise<void> = async () => undefined;
  const started = (how: () => Promise<void>) => {
    stop = how;
  };
  const interrupted = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null));
  });
  try {
    const running = runRehearsal({ scenes, terminal, folder, say, started });
    running.catch(() => undefined); // after an interruption nobody asks any more
    const played = await Promise.race([running, interrupted]);
    if (played === null) {
      say('\nStopping what was started (a moment) ...');
      setTimeout(() => process.exit(INTERRUPTED), 60_000).unref();
      return INTERRUPTED;
    }
    const failed = played.filter(({ held }) => !held);
    say(
      `\n${played.map(({ name, held, words }) => `${held ? 'held' : 'NOT '}  ${name.padEnd(13)}${words}`).join('\n')}`,
    );
    if (failed.length === 0) say(`\nEvery scene held (${played.length}).`);
    else
      say(
        `\n${failed.length} of ${played.length} did not hold. The logs are in ${relative(process.cwd(), folder)}`,
      );
    return failed.length === 0 ? 0 : 1;
  } finally {
    terminal.close();
    await stop();
    release();
  }
}

/** Nobody else rehearses here, and nothing is left of the time before. @returns gives the folder up. */
async function emptyFolder(folder: string, say: (line: string) => void): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const release = ownFolder(folder);
  for (const name of ['worker-1', 'relay', 'temporal', 'database']) await stopLeftover(folder, name, say);
  for (const entry of readdirSync(folder))
    if (entry !== 'stack.pid') rmSync(join(folder, entry), { recursive: true, force: true });
  return release;
}

async function run(): Promise<number> {
  try {
    return await main(rehearseOptions(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return error instanceof RealPartError ? 2 : 1;
  }
}

run().then((code) => process.exit(code));
