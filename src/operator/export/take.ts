import { sql } from 'kysely';
import { type AuditEntry, appendAudit, readAudit, verifyAudit } from '../../books/audit-chain';
import { type BareBooks, type Books, snapshot, transaction } from '../../books/books';
import { bareBooks, findIncident, type IncidentRow, incidentOf, openBooks } from '../../books/incident-row';
import { isOtherServer, serverIdentity } from '../../books/ledger-identity';
import type { Database } from '../../books/open-database';
import { isoTime } from '../../books/rows';
import type { LogFile } from '../../evidence/log-file';
import type { Incident } from '../../incident/incident-schema';
import { auditChecks } from '../audit-checks';
import type { Held } from '../held-heads';
import { proveBy, type Report, readBooks } from '../report';
import { type Verification, verify } from '../verify';
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
}

/** What is read beside it, at the same moment. */
export type Beside<T> = (books: Books, moment: Pick<Taken, 'row' | 'audit'>) => Promise<T>;

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
      more: await beside(books, { row, audit }),
    };
  });
  const { row, booked, more, ...facts } = read;
  const report = withoutNames(await proveBy(row, logs, booked, { named }), named);
  return { taken: { asOf, row, file: incidentOf(row), report, named, ...facts }, more };
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
