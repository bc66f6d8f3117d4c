import type { Command } from 'commander';
import { inWords } from '../incident/hold-reason';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { proofText } from './proof-text';
import { report } from './report';
import { ToldError } from './told-error';
import { counted, json } from './words';
import { FileExistsError, writeUnreached } from './write-unreached';

interface ReportOptions extends IncidentOptions {
  relayLog?: string;
  unreached?: string;
}

/** Exit 1: something does not add up. */
export function describeReport(command: Command): void {
  withIncidentOption(command)
    .description("The proof: the books, and beside them what the relay's own log says.")
    .option('--relay-log <file>', "the relay's log in Postfix's format (default: the embedded relay's)")
    .option('--unreached <file.csv>', 'instead: writes everybody who was not reached, and why, to a new file')
    .option('--json', 'the proof as JSON')
    .action((options: ReportOptions) =>
      onBooks(options, (chosen) =>
        options.unreached === undefined ? prove(chosen, options) : listUnreached(chosen, options),
      ),
    );
}

async function prove({ addresses, database, row }: Chosen, options: ReportOptions): Promise<void> {
  const relayLog = options.relayLog ?? addresses.relay?.log ?? null;
  const proof = await report(database, { incidentId: row.incident_id, relayLog });
  const { problems, notes } = proof;
  console.log(options.json ? json(proof.proof) : proofText(proof));
  if (options.json) for (const line of [...problems, ...notes]) console.error(line);
  if (problems.length > 0) process.exitCode = 1;
}

async function listUnreached({ database, row }: Chosen, options: ReportOptions): Promise<void> {
  const written = await writeUnreached(database, row, options.unreached!).catch((error) => {
    if (error instanceof FileExistsError)
      throw new ToldError(`${error.message} is there already and is not overwritten: name another file.`);
    const { code, message } = error as NodeJS.ErrnoException;
    throw FILE_TROUBLE.has(code ?? '')
      ? new ToldError(`The list cannot be written: ${message}. Name another file with --unreached.`)
      : error;
  });
  if (options.json) return console.log(json(written));
  const states = written.customers === 0 ? '' : ` (${inWords(written.byState)})`;
  console.log(
    [
      `${counted(written.customers, 'customer')} not reached${states}: ${written.file}`,
      'It holds PERSONAL DATA: only you can read it (mode 0600). Delete it when it has served.',
      'In a spreadsheet import it as UTF-8 with customer_id as text: opened by itself, zeros in front go and long ids are rounded.',
    ].join('\n'),
  );
}

const FILE_TROUBLE = new Set(['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC', 'EPERM', 'EDQUOT']);
