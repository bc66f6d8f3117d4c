import { Command, InvalidArgumentError } from 'commander';

export interface DemoOptions {
  customers: number;
  /** The same seed makes the same customers. */
  seed: number;
  /** Leave everything running at the end, until Ctrl-C. */
  keep: boolean;
  /** The proof as JSON is the last line. */
  json: boolean;
}

/** @throws CommanderError, which has told what was wrong and what is right. */
export function demoOptions(argv: string[]): DemoOptions {
  return demoCommand().parse(argv, { from: 'user' }).opts<DemoOptions>();
}

export function demoCommand(): Command {
  return withSeedOptions(new Command('npm run demo --'))
    .description(
      'The whole response on this machine: a database, Temporal and a mail relay of its own, made-up customers, the run, the proof.',
    )
    .option('--keep', 'leaves everything running at the end, to play with, until Ctrl-C', false)
    .option('--json', 'the proof as JSON is the last line', false)
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm run demo -- --help shows what is right)')
    .exitOverride();
}

export function seedCommand(): Command {
  return withSeedOptions(new Command('npm run seed --'))
    .description(
      'Fills the empty schema of the stack (npm run stack), or of DATABASE_URL, with made-up customers, on whom the example runs.',
    )
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm run seed -- --help shows what is right)')
    .exitOverride();
}

/** Which customers are made up. */
function withSeedOptions(command: Command): Command {
  return command
    .option('--customers <number>', 'how many are made up', wholeNumber(10, 5_000_000), 100_000)
    .option('--seed <number>', 'another one makes other customers', wholeNumber(0, 2 ** 32 - 1), 2012);
}

/** Reads an option that is a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const [from, to] = [least, most].map((limit) => limit.toLocaleString('en-US'));
    throw new InvalidArgumentError(
      `Write a whole number from ${from} to ${to} in digits only, such as 20000.`,
    );
  };
}
