import { checkWaves, listOpenNotices, type OpenNotice } from '../books/check-books';
import { companyOf } from '../books/company-of';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { wavesOf } from '../books/waves';
import { findLeftovers, verifyExpiry } from '../company/verify-expiry';
import type { BooksProblem } from '../incident/books';

/** One thing that keeps an incident from closing, and whom it is about. */
export interface InTheWay {
  /** `alive`: something from before the cutoff lets somebody in (I3). */
  kind: BooksProblem['kind'] | 'alive';
  count: number;
  what: string;
  todo: string;
  /** The first of them, in key order. */
  customers: (Pick<OpenNotice, 'customerId'> & Partial<OpenNotice>)[];
}

/** How many customers are named in all. */
export const NAMED = 20;

/** What keeps it from closing, as the run itself sees it (close-books.ts). Reads everything once, changes nothing. */
export async function whatIsInTheWay(
  database: Database,
  { incident, ...row }: IncidentRow,
): Promise<InTheWay[]> {
  const { db } = database;
  const company = await companyOf(database, incidentOf(row));
  const now = Date.now();
  const problems = await checkWaves(db, incident, await wavesOf(db, incident));
  const { findings } = await verifyExpiry(db, company, incident, now);
  const each = Math.max(1, Math.floor(NAMED / Math.max(1, problems.length + findings.length)));
  const found: InTheWay[] = [];
  for (const problem of problems) {
    const { kind, count, what, todo, wave } = problem;
    const customers = kind === 'sum' ? [] : await listOpenNotices(db, incident, wave, { kind, limit: each });
    found.push({ kind, count, what, todo, customers });
  }
  const alive = findings.length === 0 ? [] : await findLeftovers(db, company, incident, now);
  for (const finding of findings) {
    const ids = alive.find(({ what }) => what === finding.what)?.customers ?? [];
    const customers = ids.slice(0, each).map((customerId) => ({ customerId }));
    found.push({ kind: 'alive', ...finding, customers });
  }
  return found;
}
