import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { readAudit } from '../books/audit-chain';
import { type BareBooks, snapshot } from '../books/books';
import { endIn, PURGE_FACTS, rowFaults } from '../books/compare-row-with-audit';
import { findIncident, type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { beginPurge, countKept, endPurge, purgeKind, readPurged } from '../books/purge-kept';
import { isoTime } from '../books/rows';
import { type Due, dueDates, KEPT_WORDS, type Purged, purgedWords } from '../incident/retention';
import { incidentMark, journalsIn } from '../journal/journal-files';
import { type Chosen, type IncidentOptions, onIncident, withIncidentOption } from './incident-command';
import { journalFolder } from './parts/this-machine';
import { ToldError } from './told-error';
import { decidedBy, givenName } from './who-types';
import { json, number, printable, table, utc } from './words';

interface PurgeOptions extends IncidentOptions {
  go?: boolean;
}

/** Exit 1: the incident is not over. */
export function describePurge(command: Command): void {
  withIncidentOption(command)
    .description(
      "Shows what of a closed incident is due for deletion by the file's retention, and what later; with --go purges what is due.",
    )
    .option('--go', 'purge what is due now, for good')
    .option('--by <name>', 'who purges, for the audit log; --go needs it', givenName)
    .option('--json', 'the facts as JSON')
    .action((options: PurgeOptions) => {
      if (options.go && !options.by)
        throw new ToldError('--go purges for good, and goes on the record: write --by "YOUR NAME".', 2);
      return onIncident(['database'], options, (chosen) => purge(chosen, options));
    });
}

/** One kind of what is kept. */
export interface KeptFacts extends Due {
  /** How many there are now; of journals: on this machine. */
  count: number;
  isDue: boolean;
  /** By the record; null: never. */
  purged: Purged | null;
}

async function purge(chosen: Chosen, options: PurgeOptions): Promise<void> {
  const { row, database, books } = chosen;
  const { incident_id: incidentId, closed_at: closedAt } = row;
  await requireCurrent(database);
  if (closedAt === null)
    throw new ToldError(
      `NOTHING WAS PURGED: ${incidentId} is in phase ${row.phase}, and only what is closed is purged. What keeps it from closing: npm run cli -- close --incident ${incidentId}`,
    );
  const endedAt = await endByRecord(chosen);
  let facts = await keptFacts(books, row, endedAt);
  // One that was killed before its last entry has nothing left but that.
  const due = facts.filter(({ isDue, count, purged }) => isDue && (count > 0 || purged?.done === false));
  if (options.go) {
    for (const kept of due) await purgeOne(chosen, kept, decidedBy(options.by));
    facts = await keptFacts(books, row, endedAt);
  }
  if (options.json)
    return console.log(
      json({ incidentId, closedAt: isoTime(closedAt), kept: facts, purgedNow: options.go ? due.length : 0 }),
    );
  console.log(purgeText(row, facts, { due, gone: options.go === true }));
}

async function purgeOne(
  { database, row, books }: Chosen,
  { kind, afterDays, count }: KeptFacts,
  by: string,
): Promise<void> {
  const word = { by, afterDays: afterDays! };
  if (kind !== 'journals') {
    await purgeKind(await openBooks(database, row), kind, word);
    return;
  }
  await beginPurge(books, kind, count, word);
  const files = ownJournals(row);
  for (const { path } of files) rmSync(path, { force: true });
  await endPurge(books, kind, { there: count, rows: files.length }, word);
}

/** When the incident ended, ISO 8601: what is due when is counted from the audit log. @throws ToldError where the row says otherwise. */
async function endByRecord({ books, row }: Chosen): Promise<string | null> {
  const { entries, faults } = await snapshot(books, async (moment) => {
    const entries = await readAudit(moment);
    const now = (await findIncident(moment.db, row.incident_id))!;
    return { entries, faults: rowFaults(now, entries, PURGE_FACTS) };
  });
  if (faults.length > 0)
    throw new ToldError(
      [
        'NOTHING WAS PURGED: somebody has written into what a purge goes by, and what is purged is gone for good.',
        ...faults.map((fault) => `  ${printable(fault, 700)}`),
        `Who it was, and what else: npm run cli -- verify --incident ${row.incident_id}. Once the row says again what the audit log says, purge goes on.`,
      ].join('\n'),
    );
  const end = endIn(entries);
  return end && isoTime(end.at);
}

async function keptFacts(books: BareBooks, row: IncidentRow, endedAt: string | null): Promise<KeptFacts[]> {
  const purged = await readPurged(books);
  const facts: KeptFacts[] = [];
  for (const due of dueDates(incidentOf(row), endedAt)) {
    const { kind, dueAt } = due;
    const count = kind === 'journals' ? ownJournals(row).length : await countKept(books, kind);
    const isDue = dueAt !== null && Date.parse(dueAt) <= Date.now();
    facts.push({ ...due, count, isDue, purged: purged[kind] ?? null });
  }
  return facts;
}

function ownJournals({ message_key: key }: IncidentRow) {
  const mark = incidentMark(key);
  return journalsIn(journalFolder()).filter((file) => file.mark === mark);
}

function endOf({ closed_at: at }: IncidentRow): string | null {
  return at === null ? null : isoTime(at);
}

/** For people. */
export function purgeText(
  row: IncidentRow,
  facts: KeptFacts[],
  { due, gone }: { due: KeptFacts[]; gone: boolean },
): string {
  const { incident_id: id, closed_at: at, phase } = row;
  const all = due.map(({ count, kind }) => `${number(count)} ${KEPT_WORDS[kind]}`).join(', ');
  return [
    `What ${id} keeps. It was ${phase} at ${utc(isoTime(at!))}.`,
    ...table(
      facts.map((kept): [string, string] => [whenWords(kept), `${number(kept.count)} ${placeWords(kept)}`]),
    ),
    'Counts, hashes, states, times, queue ids and the audit stay, and with them the proof: a Message-ID still finds its customer.',
    ...(gone && due.length > 0 ? [`PURGED: ${all}.`] : []),
    ...(due.length === 0 ? ['Nothing is due now.'] : []),
    ...(!gone && due.length > 0
      ? [
          `Nothing is purged yet, and nothing brings it back: ${all}.`,
          `  -> npm run cli -- purge --go --by "YOUR NAME" --incident ${id}`,
        ]
      : []),
  ].join('\n');
}

function whenWords({ kind, purged, count, isDue, dueAt }: KeptFacts): string {
  if (purged !== null && count === 0) return printable(purgedWords(purged));
  if (isDue) return purged !== null && !purged.done ? 'due now, begun before' : 'due now';
  if (dueAt !== null) return `due on ${dueAt.slice(0, 10)}`;
  // Their workers remove them, without a period too.
  return kind === 'journals' ? 'no period' : 'kept for good';
}

function placeWords({ kind, afterDays }: KeptFacts): string {
  if (kind !== 'journals') return KEPT_WORDS[kind];
  const workers =
    afterDays === null
      ? 'workers remove theirs ten minutes after the close'
      : 'workers remove theirs when due';
  return `${KEPT_WORDS.journals} on this machine; ${workers}, and purge removes those of the machine where it runs`;
}

/** What will be due when, for who closes an incident. */
export function retentionLines(row: IncidentRow): string[] {
  const dues = dueDates(incidentOf(row), endOf(row));
  const named = dues.flatMap(({ kind, afterDays, dueAt }) => {
    if (afterDays === null) return [];
    return [
      `${KEPT_WORDS[kind]} ${dueAt === null ? `${afterDays} days after the close` : `on ${dueAt.slice(0, 10)}`}`,
    ];
  });
  const kept = dues.filter(({ kind, afterDays }) => afterDays === null && kind !== 'journals');
  return [
    ...(named.length === 0
      ? []
      : [`Due for deletion: ${named.join(', ')}. Then: npm run cli -- purge --incident ${row.incident_id}`]),
    ...(kept.length === 0
      ? []
      : [
          `Kept for good, since the file names no period (retention): ${kept.map(({ kind }) => KEPT_WORDS[kind]).join(', ')}.`,
        ]),
  ];
}
