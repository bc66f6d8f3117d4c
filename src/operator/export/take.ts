import { sql } from 'kysely';
import { type AuditEntry, appendAudit, readAudit, verifyAudit } from '../../books/audit-chain';
import { type BareBooks, type Books, snapshot, transaction } from '../../books/books';
import { bareBooks, findIncident, type IncidentRow, incidentOf, openBooks } from '../../books/incident-row';
import { readRequests } from '../../books/law-requests';
import { databaseWords, findLedger, isOtherServer, serverIdentity } from '../../books/ledger-identity';
import type { Database } from '../../books/open-database';
import { type ResponseTimes, responseTimes } from '../../books/phase-times';
import { isoTime } from '../../books/rows';
import type { LogFile } from '../../evidence/log-file';
import type { Incident } from '../../incident/incident-schema';
import type { LawRecord } from '../../incident/law-delay';
import { auditChecks } from '../audit-checks';
import type { Held } from '../held-heads';
import { programVersion } from '../parts/this-machine';
import { proveBy, type Report, readBooks } from '../report';
import { type Verification, verify } from '../verify';
import { loginWords } from '../who-types';
import { type AuditRecord, auditRecord, withoutReasons } from './audit-record';

/** Everything that an export tells, as it was at one moment. */
export interface Taken {
  /** ISO 8601; by the database's clock. */
  asOf: string;
  row: IncidentRow;
  file: Incident;
  report: Report;
  verification: Verification;
  audit: AuditRecord;
  /** It was read from another server than the incident's own. */
  isCopy: boolean;
  /** Customers may be named. */
  named: boolean;
  times: ResponseTimes;
  /** Law enforcement's requests to wait. */
  waits: LawRecord;
  writing: Writing;
}

/** By whom and by what it was read. */
export interface Writing {
  login: string;
  version: string;
  /** Address and server. */
  databaseWords: string;
  /** Of the ledger; a copy of the ledger has the same. */
  ledgerId: string;
  /** ISO 8601: what the clock of the machine said when the database's said `asOf`. */
  hereAt: string;
}

/** What is read beside it, at the same moment. */
export type Beside<T> = (books: Books, moment: Pick<Taken, 'row' | 'audit' | 'asOf'>) => Promise<T>;

/**
 * Reads all of it at one moment, on one connection that only reads and locks nothing; then compares with the logs, which were opened
 * before, as the heads of the audit log were read (heldHeads).
 * @param beside what this export needs more.
 */
export async function take<T>(
  database: Database,
  incidentId: string,
  { logs, held, named, beside }: { logs: LogFile[]; held: Held; named: boolean; beside: Beside<T> },
): Promise<{ taken: Taken; more: T }> {
  const seen = (await findIncident(database.db, incidentId))!;
  const identity = await serverIdentity(database.db);
  // Before the moment: what was booked by then is in it.
  const asOf = await databaseTime(database);
  const writing = await writingOf(database);
  const read = await snapshot(await openBooks(database, seen), async (books) => {
    const row = (await findIncident(books.db, incidentId))!;
    const audit = await readChain(books, row, named);
    const record = await auditChecks(books, row, held);
    return {
      ...{ row, audit, booked: await readBooks(books, row, logs.length > 0) },
      verification: await verify(
        { ...database, db: books.db },
        row,
        named ? record : withoutReasons(record),
        { named },
      ),
      isCopy: await isOtherServer(books, identity),
      times: await responseTimes(books),
      waits: await readRequests(books),
      more: await beside(books, { row, audit, asOf }),
    };
  });
  const { row, booked, more, ...facts } = read;
  const report = withoutNames(await proveBy(row, logs, booked, { named }), named);
  return { taken: { asOf, row, file: incidentOf(row), report, named, writing, ...facts }, more };
}

async function writingOf(database: Database): Promise<Writing> {
  const hereAt = new Date().toISOString();
  const ledgerId = (await findLedger(database))!.id;
  return {
    ...{ login: loginWords(), version: programVersion(), hereAt },
    ...{ databaseWords: await databaseWords(database), ledgerId },
  };
}

async function databaseTime({ db }: Pick<Database, 'db'>): Promise<string> {
  const { rows } = await sql<{ now: string }>`SELECT UTC_TIMESTAMP(3) AS now`.execute(db);
  return isoTime(rows[0]!.now);
}

async function readChain(books: BareBooks, row: IncidentRow, named: boolean): Promise<AuditRecord> {
  const broken = await verifyAudit(books);
  const { incident_id: incidentId, incident } = row;
  return auditRecord(await readAudit(books), { incidentId, incident, broken, named });
}

/** The proof lists by their ids, and with queue ids, whom the logs and the books disagree on: of these the numbers stay. */
function withoutNames(report: Report, named: boolean): Report {
  const { relay, reminders } = report.proof;
  for (const wave of named ? [] : [relay, relay?.reminders, reminders?.relay])
    for (const remark of Object.values(wave?.remarks ?? {})) remark.first = [];
  return report;
}

/** The audit's action. */
export const EXPORTED = 'export';

/** That customers' data leave, on the record before the first of them is read (I6). */
export async function recordExport(
  database: Database,
  row: IncidentRow,
  entry: Omit<AuditEntry, 'action'>,
): Promise<void> {
  await transaction(bareBooks(database, row), (decided) =>
    appendAudit(decided, { ...entry, action: EXPORTED }),
  );
}
