import { relative } from 'node:path';
import { CommanderError } from 'commander';
import { stackFolder } from '../src/operator/parts/this-machine';
import { proofText } from '../src/operator/proof';
import { toGoOn, toPlay } from './demo/begin-run';
import { type DemoOptions, demoOptions } from './demo/demo-options';
import { openProgress } from './demo/demo-progress';
import { ownParts } from './demo/own-parts';
import { RealPartError } from './demo/refuse-real-parts';
import { runDemo } from './demo/run-demo';

const INTERRUPTED = 130;

/** `npm run demo`: the whole response on this machine, up to the proof. */
async function main(options: DemoOptions): Promise<number> {
  const progress = openProgress(process.stdout);
  const { say } = progress;
  const parts = ownParts(stackFolder, say);
  let incidentFile: string | null = null;
  const asked = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null));
  });
  const begun = (file: string) => {
    incidentFile = file;
  };
  const running = runDemo({ options, folder: stackFolder, parts, progress, begun });
  running.catch(() => undefined); // after an interruption nobody asks any more
  try {
    const done = await Promise.race([running, parts.broken, asked]);
    if (done === null) {
      say('\nStopping what was started (a moment) ...');
      // A download may take minutes: then what runs is ended by the exit, and the next start waits for it.
      setTimeout(() => process.exit(INTERRUPTED), 60_000).unref();
      await parts.stop();
      say(toGoOn(incidentFile));
      return INTERRUPTED;
    }
    const { report, somebody } = done;
    say(`\n${proofText(report)}\n`);
    const code = report.problems.length === 0 ? 0 : 1;
    const json = () => options.json && process.stdout.write(`${JSON.stringify(report.proof)}\n`);
    if (!options.keep) {
      await parts.stop();
      say('Everything is stopped. To leave it running next time, and play with it: npm run demo -- --keep');
      json();
      return code;
    }
    say(toPlay(somebody));
    json();
    const keepAlive = setInterval(() => undefined, 60_000);
    await Promise.race([asked, parts.broken]);
    clearInterval(keepAlive);
    say('\nStopping (a moment) ...');
    await parts.stop();
    say(`Stopped. The data stays in ${relative(process.cwd(), stackFolder)}/ until the next demo.`);
    return code;
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function run(): Promise<number> {
  try {
    return await main(demoOptions(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`\n${(error as Error).message}`);
    return error instanceof RealPartError ? 2 : 1;
  }
}

run().then((code) => process.exit(code));
