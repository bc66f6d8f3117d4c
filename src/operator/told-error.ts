import { type Command, CommanderError } from 'commander';
import { LedgerError } from '../books/ledger-identity';

/**
 * Something that the person who typed can fix. Its message says what was found and what to do; no stack is shown.
 * Exit 2: wrong usage, which includes a wrong incident file. Exit 1: the operation failed.
 */
export class ToldError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = 'ToldError';
  }
}

/**
 * Runs a command line and ends the process: 0 fine, 1 the operation failed or the check does not hold, 2 wrong usage. Commander
 * itself has said what was wrong and what is right.
 */
export async function runProgram(program: Command, argv: string[] = process.argv): Promise<never> {
  // `... | head` closes the pipe early: that is no failure of ours.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exit(exitCodeOf(error));
  }
  process.exit();
}

/** Says what is to be said of it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return HELP.has(error.code) ? 0 : 2;
  if (error instanceof LedgerError) {
    console.error(error.message);
    return 1;
  }
  if (error instanceof ToldError) {
    console.error(error.message);
    return error.exitCode;
  }
  const { message, code, sqlMessage, stack } = error as Error & { code?: string; sqlMessage?: string };
  // A driver's message, or a defect: then the stack is what somebody needs.
  console.error(sqlMessage || code ? `It failed: ${message || code}` : (stack ?? String(error)));
  return 1;
}

const HELP = new Set(['commander.helpDisplayed', 'commander.version']);
