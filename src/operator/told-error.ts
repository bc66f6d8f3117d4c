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
  const { message, code, sqlMessage, errno, stack } = error as DriverError;
  // A driver's message, or a defect: then the stack is what somebody needs.
  if (sqlMessage !== undefined) console.error(`It failed: ${serverWords(code, errno, sqlMessage)}`);
  else console.error(code ? `It failed: ${message || code}` : (stack ?? String(error)));
  return 1;
}

type DriverError = Error & { code?: string; sqlMessage?: string; errno?: number };

/** What a server says when it refuses a statement may quote a row (Duplicate entry 'ann@x.test' for key): then its code alone is told (C93). */
function serverWords(code = '', errno = 0, sqlMessage: string): string {
  if (ABOUT_NAMES.has(errno)) return sqlMessage;
  return `the database refused a statement (${code}, ${errno}). Its words may quote a customer's data and are not shown: look the code up in the server's manual`;
}

/** Refusals that name users, rights, schemas, tables and columns, and never a value. */
const ABOUT_NAMES = new Set([
  1040, 1044, 1045, 1046, 1049, 1054, 1142, 1143, 1146, 1205, 1213, 1227, 1290, 1345, 1370, 1836,
]);

const HELP = new Set(['commander.helpDisplayed', 'commander.version']);
