import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { wholeNumber } from '../demo/demo-options';

export interface MutantsOptions {
  /** Only mutants whose file, fault, promise or tests have all these words. */
  words: string[];
  /** How many are drawn; undefined: all. */
  random?: number;
  /** The same seed draws the same ones of the same list. */
  seed: number;
  list: boolean;
}

/** @throws CommanderError, which has told what was wrong and what is right. */
export function mutantsOptions(argv: string[]): MutantsOptions {
  const command = mutantsCommand().parse(argv, { from: 'user' });
  const given = command.opts<Omit<MutantsOptions, 'words' | 'seed'> & { seed?: number }>();
  return { ...given, words: command.args, seed: given.seed ?? randomInt(2 ** 32) };
}

export function mutantsCommand(): Command {
  return new Command('npm run mutants --')
    .description(
      'Plants small faults in the lines that guard the promises, one at a time in a copy of the project, and runs the tests that must notice. A fault that no test notices fails.',
    )
    .argument(
      '[words...]',
      'only faults with all these words in the file, the fault, the promise or the tests',
    )
    .option('--random <number>', 'draws so many of them', wholeNumber(1, 10_000))
    .option('--seed <number>', 'of the draw (default: a random one, printed)', wholeNumber(0, 2 ** 32 - 1))
    .option('--list', 'only lists them', false)
    .helpOption('--help', 'shows this')
    .showHelpAfterError('(npm run mutants -- --help shows what is right)')
    .exitOverride();
}
