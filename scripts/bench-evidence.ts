import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { benchEvidence, type EvidenceOptions, evidenceCommand, judgedRightly } from './bench/bench-evidence';

const MOST_MEGABYTES = 300;

/** `npm run bench-evidence`: a process of its own, since its memory is what is measured. Exit 1: too much, or a wrong judgement. */
async function main({ messages, perSession, json }: EvidenceOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-evidence-'));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      clean();
      process.exit(130);
    });
  try {
    const figures = await benchEvidence({ messages, perSession }, folder);
    const { bytes, seconds, cpuSeconds, grepSeconds, megabytes, judgement, cover } = figures;
    const isRight = judgedRightly(figures);
    console.log(
      `${messages.toLocaleString('en-US')} messages, ${(bytes / 1e6).toFixed(0)} MB of log: ${seconds.toFixed(0)} s (CPU ${cpuSeconds.toFixed(0)} s, ${((cpuSeconds * 1e6) / messages).toFixed(1)} us a message), ${megabytes.toFixed(0)} MB of memory at most; \`grep -c\` reads the log in ${grepSeconds.toFixed(1)} s. ${isRight ? 'Each fault is found, and nothing else.' : `WRONG: ${JSON.stringify({ judgement, cover })}`}`,
    );
    if (megabytes > MOST_MEGABYTES) console.error(`MISSED: ${MOST_MEGABYTES} MB of memory at most.`);
    if (json) console.log(JSON.stringify(figures));
    return isRight && megabytes <= MOST_MEGABYTES ? 0 : 1;
  } finally {
    clean();
  }
}

async function run(): Promise<number> {
  try {
    return await main(
      evidenceCommand().parse(process.argv.slice(2), { from: 'user' }).opts<EvidenceOptions>(),
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return 1;
  }
}

run().then((code) => process.exit(code));
