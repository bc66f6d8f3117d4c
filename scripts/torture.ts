import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CommanderError } from 'commander';
import { localFolder } from '../src/operator/parts/this-machine';
import { brokenPromises } from './torture/figures';
import { runTorture } from './torture/run-torture';
import type { Blow } from './torture/schedule';
import { type TortureOptions, tortureOptions } from './torture/torture-options';

const INTERRUPTED = 130;
const LAST_BLOWS = 20;

/** `npm run torture`: a whole response while everything breaks, then the judgement. */
async function main(options: TortureOptions): Promise<number> {
  const { customers, kills, seed, json, verbose } = options;
  const folder = join(localFolder, 'torture', String(process.pid));
  mkdirSync(folder, { recursive: true });
  const say = (line: string) => console.error(line);
  say(`torture: ${customers} customers, ${kills} kills, seed ${seed}`);
  const blows: string[] = [];
  let stop: (() => Promise<void>) | null = null;
  const interrupted = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null));
  });
  const tell = ({ at, deed }: Blow) => {
    blows.push(`${new Date().toISOString().slice(11, 23)} at ${at.toFixed(4)}: ${JSON.stringify(deed)}`);
    if (verbose) say(`  ${blows.at(-1)}`);
  };
  try {
    const started = (how: () => Promise<void>) => {
      stop = how;
    };
    const figures = await Promise.race([runTorture({ options, folder, say, started, tell }), interrupted]);
    if (figures === null) return INTERRUPTED;
    await (stop as (() => Promise<void>) | null)?.();
    const broken = brokenPromises(figures);
    console.log(json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));
    if (broken.length === 0) {
      rmSync(folder, { recursive: true, force: true });
      say(
        `Every promise held. Again: npm run torture -- --customers ${customers} --kills ${kills} --seed ${seed}`,
      );
      return 0;
    }
    fail(broken.join('; '));
    return 1;
  } catch (error) {
    fail((error as Error).stack ?? String(error));
    return 1;
  } finally {
    await (stop as (() => Promise<void>) | null)?.();
  }

  function fail(why: string): void {
    say(`FAILED: ${why}\nseed ${seed}; the last blows:\n${blows.slice(-LAST_BLOWS).join('\n')}`);
    say(`Its files are kept in ${relative(process.cwd(), folder)}`);
  }
}

async function run(): Promise<number> {
  try {
    return await main(tortureOptions(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return 1;
  }
}

run().then((code) => process.exit(code));
