import { Command } from 'commander';
import { wholeNumber } from '../demo/demo-options';

export interface BenchOptions {
  /** Whose passwords are expired; a tenth of them are told. */
  customers: number;
  /** Instead: how the rate grows from one relay to so many. */
  relays?: number;
  /** At each of these. */
  sessions: number;
  /** The figures as JSON are the last line. */
  json: boolean;
}

/** @throws CommanderError, which has told what was wrong and what is right. */
export function benchOptions(argv: string[]): BenchOptions {
  return benchCommand().parse(argv, { from: 'user' }).opts<BenchOptions>();
}

/** Apart from the bench itself, which docs/verbs.md does not load to name its options. */
export function benchCommand(): Command {
  return new Command('npm run bench --')
    .description('Measures expire, notify and render against references, all on this machine in one run.')
    .option('--customers <number>', 'how many', wholeNumber(10_000, 5_000_000), 500_000)
    .option('--relays <number>', 'instead: how the rate grows from one relay to so many', wholeNumber(2, 6))
    .option('--sessions <number>', 'with --relays: at each of these', wholeNumber(1, 64), 4)
    .option('--json', 'also prints the figures as one line of JSON, the last', false)
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .exitOverride();
}
