import { CommanderError } from 'commander';
import type { Mutant } from '../test/mutant';
import { type MutantVerdict, mutantJudge } from './mutants/judge-mutant';
import { draw, everyMutant, mutantsWith } from './mutants/mutant-list';
import { type MutantsOptions, mutantsOptions } from './mutants/mutants-options';
import { copyProject } from './mutants/project-copy';
import { randomFrom } from './seed/random';

/** `npm run mutants`: the last line is `N passed, N failed, N skipped`, a fault that was noticed being one passed. */
async function main({ words, random, seed, list }: MutantsOptions): Promise<number> {
  const asked = mutantsWith(words, everyMutant());
  if (asked.length === 0) {
    console.error(`No fault has ${words.map((word) => `'${word}'`).join(' and ')}: --list shows them all.`);
    return 2;
  }
  const mutants = random === undefined ? asked : draw(random, asked, randomFrom(seed));
  if (list) {
    for (const mutant of mutants) console.log(nameOf(mutant));
    return 0;
  }
  if (random !== undefined) console.log(`${mutants.length} of ${asked.length} faults, seed ${seed}`);
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted = true;
    });
  const copy = copyProject();
  const counts = { killed: 0, survived: 0, unclear: 0 };
  try {
    const judge = mutantJudge(copy, mutants);
    for (const [index, mutant] of mutants.entries()) {
      const began = Date.now();
      const verdict = await judge(mutant);
      if (interrupted) return 130;
      counts[verdict.verdict] += 1;
      const seconds = ((Date.now() - began) / 1000).toFixed(0);
      console.log(`${index + 1}/${mutants.length} ${told(mutant, verdict)} (${seconds} s)`);
    }
  } finally {
    copy.remove();
  }
  const failed = counts.survived + counts.unclear;
  console.log(`${counts.killed} killed, ${counts.survived} survived, ${counts.unclear} unclear`);
  console.log(`${counts.killed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function told(mutant: Mutant, { verdict, why }: MutantVerdict): string {
  if (verdict === 'killed') return `killed ${nameOf(mutant)}`;
  return `${verdict.toUpperCase()} ${nameOf(mutant)}\n  - ${mutant.from}\n  + ${mutant.to}\n  ${why}`;
}

function nameOf({ file, fault, promise }: Mutant): string {
  return `${file}: ${fault} (${promise})`;
}

async function run(): Promise<number> {
  try {
    return await main(mutantsOptions(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return 1;
  }
}

run().then((code) => process.exit(code));
