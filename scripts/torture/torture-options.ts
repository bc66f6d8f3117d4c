import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { wholeNumber } from '../demo/demo-options';

export interface TortureOptions {
  customers: number;
  /** Processes that are killed or ended: kill -9 of a worker, the database, Temporal or the relay, SIGTERM of a worker. */
  kills: number;
  /** The same seed, with the same customers and kills, gives the same schedule. */
  seed: number;
  json: boolean;
  verbose: boolean;
}

/** @throws CommanderError, which has told what was wrong and what is right. */
export function tortureOptions(argv: string[]): TortureOptions {
  const given = tortureCommand()
    .parse(argv, { from: 'user' })
    .opts<Omit<TortureOptions, 'seed'> & { seed?: number }>();
  return { ...given, seed: given.seed ?? randomInt(2 ** 32) };
}

export function tortureCommand(): Command {
  return new Command('npm run torture --')
    .description(
      "A whole response on this machine while everything breaks: afterwards everybody was told once, by the relays' own logs. It uses a database, Temporal and two relays of its own.",
    )
    .option('--customers <number>', 'how many are made up', wholeNumber(200, 5_000_000), 50_000)
    .option(
      '--kills <number>',
      'processes that are killed (kill -9, some by SIGTERM)',
      wholeNumber(0, 10_000),
      25,
    )
    .option(
      '--seed <number>',
      'of the schedule (default: a random one, printed)',
      wholeNumber(0, 2 ** 32 - 1),
    )
    .option('--json', 'the figures as JSON on the last line', false)
    .option('--verbose', 'each step as it is done', false)
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm run torture -- --help shows what is right)')
    .exitOverride();
}
