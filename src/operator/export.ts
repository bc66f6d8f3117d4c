import { type Command, Option } from 'commander';
import { bareBooks, type IncidentRow } from '../books/incident-row';
import { type Database, openDatabase } from '../books/open-database';
import { exitCodeOfExport, type FileText, statusLines } from './export/common-files';
import {
  beginFolder,
  type ExportedFile,
  type ExportFolder,
  SUMS,
  WrongExportFolderError,
} from './export/export-folder';
import { CUSTOMERS_FILE, customersCsv, lawEnforcementFiles } from './export/law-enforcement';
import { approvedTexts } from './export/notice-texts';
import { placeProblems } from './export/place-table';
import { regulatorFiles, takePlaces } from './export/regulator';
import { recordExport, type Taken, take } from './export/take';
import { type Held, heldHeads } from './held-heads';
import {
  type Chosen,
  type IncidentOptions,
  onBooks,
  onIncident,
  withIncidentOption,
} from './incident-command';
import { requireSameServer } from './own-ledger';
import { relayLogsOf } from './parts/addresses';
import { openRelayLogs } from './report';
import { ToldError } from './told-error';
import { decidedBy, givenName } from './who-types';
import { counted, json, printable, table, utc } from './words';

const FOR = ['law-enforcement', 'regulator'] as const;

interface ExportOptions extends IncidentOptions {
  for: (typeof FOR)[number];
  out: string;
  customers?: boolean;
  reason?: string;
  relayLog?: string[];
  anchor?: string[];
}

/** Exit 1: something in it does not add up. 3: so far it does, and the run is not finished. Either way the folder is written. */
export function describeExport(command: Command): void {
  withIncidentOption(command)
    .description(
      'Writes a folder for others: what was done, when, on whose decision, and what shows it, with a README that explains it. Names no customer unless --customers says so.',
    )
    .addOption(new Option('--for <whom>', 'for whom it is').choices(FOR).makeOptionMandatory())
    .requiredOption('--out <folder>', 'the folder to write, new or empty; only you can read it')
    .option(
      '--relay-log <file...>',
      "the logs of every relay in Postfix's format, rotated and gzipped ones too, in any order (default: RELAY_LOG, or the embedded relay's)",
    )
    .option(
      '--anchor <file...>',
      "compare the audit log with what AUDIT_ANCHOR wrote there; a worker's log will do, too",
    )
    .option(
      '--customers',
      'for law-enforcement: also a list of all customers with their addresses and Message-IDs; on the record',
    )
    .option('--by <name>', 'with --customers: who takes their data out, for the audit log', givenName)
    .option('--reason <text>', 'with --customers: why, such as the number of the order, for the audit log')
    .option('--json', 'what was written, as JSON')
    .action((options: ExportOptions) => {
      const misuse = misuseOf(options);
      if (misuse !== null) command.error(`error: ${misuse}`, { exitCode: 2 });
      return options.customers
        ? onIncident(['database'], options, async (chosen) => {
            await requireSameServer(chosen.books);
            await exportIncident(chosen, options);
          })
        : onBooks(options, (chosen) => exportIncident(chosen, options));
    });
}

function misuseOf({ for: whom, customers, by, reason }: ExportOptions): string | null {
  if (customers && whom === 'regulator')
    return '--customers is for --for law-enforcement: the export for a regulator names no customer.';
  if (customers && by === undefined)
    return '--customers takes customers\' data out, which goes on the record: write who does it, such as --by "Jane Doe".';
  if (!customers && (by !== undefined || reason !== undefined))
    return '--by and --reason are for --customers: without it no customer is named, and nothing goes on the record. Leave them out.';
  return null;
}

async function exportIncident(chosen: Chosen, options: ExportOptions): Promise<void> {
  const { addresses, row } = chosen;
  const relayLogs = options.relayLog ?? relayLogsOf(addresses, process.env);
  const folder = await beginFolder(options.out).catch(toldFolder);
  // One that may idle: it locks nothing, and may wait for a disk.
  const reading = openDatabase(addresses.databaseUrl, { connections: 1 });
  try {
    const { database } = chosen;
    const held = await heldHeads(addresses, {
      database,
      incidentId: row.incident_id,
      files: options.anchor ?? [],
    });
    const source = { database, reading, row, relayLogs, held };
    const taken =
      options.for === 'regulator'
        ? await exportForRegulator(folder, source)
        : await exportForLawEnforcement(folder, source, decisionOf(options));
    const written = await folder.finish();
    const facts = { incidentId: row.incident_id, for: options.for, asOf: taken.asOf, ...written };
    const { problems } = taken.report;
    const holds = taken.verification.holds;
    const status = statusLines(taken);
    console.log(options.json ? json({ ...facts, status, problems, holds }) : exportText(written, taken));
    process.exitCode = exitCodeOfExport(taken);
  } catch (error) {
    toldFolder(error);
  } finally {
    await folder.discard();
    await reading.close();
  }
}

function toldFolder(error: unknown): never {
  throw error instanceof WrongExportFolderError ? new ToldError(`--out: ${error.message}.`, 2) : error;
}

/** Who takes customers' data out. */
interface TakenOutBy {
  by: string;
  reason?: string;
}

function decisionOf({ customers, by, reason }: ExportOptions): TakenOutBy | null {
  if (!customers) return null;
  return { by: decidedBy(by), ...(reason === undefined ? {} : { reason }) };
}

/** Where an export is made from. */
export interface ExportSource {
  /** For the record of it. */
  database: Database;
  /** For all that is read. */
  reading: Database;
  row: IncidentRow;
  relayLogs: string[];
  held: Held;
}

/** @param takenOut null: no customer is named. Otherwise it is on the record before the first of them is read (I6). */
export async function exportForLawEnforcement(
  folder: ExportFolder,
  { database, reading, row, relayLogs, held }: ExportSource,
  takenOut: TakenOutBy | null,
): Promise<Taken> {
  const logs = await openRelayLogs(relayLogs);
  if (takenOut !== null) {
    const { by: who, ...detail } = takenOut;
    await recordExport(database, row, {
      who,
      detail: { for: 'law-enforcement', data: CUSTOMERS_FILE, ...detail },
    });
  }
  const { taken } = await take(reading, row.incident_id, {
    logs,
    held,
    named: takenOut !== null,
    beside: async (books, moment) => {
      if (takenOut !== null) await folder.write(CUSTOMERS_FILE, customersCsv(books, moment));
    },
  });
  await writeAll(folder, lawEnforcementFiles(taken));
  return taken;
}

/** @throws ToldError where this version of the program cannot show the texts that were approved. */
export async function exportForRegulator(
  folder: ExportFolder,
  { reading, row, relayLogs, held }: ExportSource,
): Promise<Taken> {
  const texts = await approvedTexts(bareBooks(reading, row), row);
  const logs = await openRelayLogs(relayLogs);
  const { taken, more: places } = await take(reading, row.incident_id, {
    logs,
    held,
    named: false,
    beside: takePlaces,
  });
  taken.report.problems.push(...placeProblems(taken, places, texts));
  await writeAll(folder, regulatorFiles(taken, places, texts));
  return taken;
}

async function writeAll(folder: ExportFolder, files: FileText[]): Promise<void> {
  for (const [name, text] of files) await folder.write(name, [text]);
}

function exportText(
  { folder, files, sums }: Awaited<ReturnType<ExportFolder['finish']>>,
  taken: Taken,
): string {
  return [
    ...statusLines(taken),
    '',
    `WRITTEN: ${printable(folder, 1_000)}, as of ${utc(taken.asOf)}; only you can read it. Read README.txt first.`,
    ...table(fileRows(files)),
    '',
    `SHA-256 of ${SUMS}: ${sums.sha256}`,
    'Note it, and tell it to whoever gets the folder by another way than the folder itself: it shows that no file was changed.',
    taken.named
      ? `${CUSTOMERS_FILE} holds PERSONAL DATA of every customer, and other files may. That they were taken out is on the record. Delete the folder when nobody needs it any more.`
      : `No customer is named in it.${files.some(({ name }) => name === 'audit.txt') ? ' Look through audit.txt all the same: people have typed its reasons.' : ''}`,
    ...taken.report.problems.map((problem) => `- ${printable(problem, 1_000)}`),
  ].join('\n');
}

/** A folder is one line. */
function fileRows(files: ExportedFile[]): [string, string][] {
  const inFolders = files.filter(({ name }) => name.includes('/'));
  const folders = new Set(inFolders.map(({ name }) => name.slice(0, name.indexOf('/') + 1)));
  return [
    ...files
      .filter((file) => !inFolders.includes(file))
      .map(({ name, bytes }): [string, string] => [name, counted(bytes, 'byte')]),
    ...[...folders].map((folder): [string, string] => [
      folder,
      counted(inFolders.filter(({ name }) => name.startsWith(folder)).length, 'file'),
    ]),
  ];
}
