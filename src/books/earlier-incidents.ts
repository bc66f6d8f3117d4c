import { sql } from 'kysely';
import { type Company, customerColumn, isAffected, source } from '../company/company';
import type { EarlierCohorts } from '../company/passwords';
import type { DatabaseMapping } from '../incident/database-schema';
import { incidentOf } from './incident-row';
import { isNoLedger } from './ledger-identity';
import type { Database } from './open-database';

/** What the ledger beside the company's schema knows before a run. */
export interface LedgerBefore {
  /** Null: there is none yet. */
  fingerprintKey: Buffer | null;
  /** Incidents that were started before this one, oldest first. */
  earlier: { incident: number; incidentId: string; title: string; startedAt: string }[];
  /** By which mappings an expiry has run over the company's tables, of this incident or an earlier one. */
  expiredBy: DatabaseMapping[];
}

/** Needs no default schema. @param incidentId of the file. */
export async function ledgerBefore(
  { db, ledgerSchema }: Pick<Database, 'db' | 'ledgerSchema'>,
  incidentId: string,
): Promise<LedgerBefore> {
  const table = (name: string) => sql`${sql.id(ledgerSchema, name)}`;
  try {
    const { rows: ledger } = await sql<{ fingerprint_key: Buffer }>`
      SELECT fingerprint_key FROM ${table('ledger')}`.execute(db);
    const { rows } = await sql<EarlierRow>`
      SELECT i.incident, i.incident_id AS incidentId, i.title, i.started_at AS startedAt, i.file,
        EXISTS (SELECT 1 FROM ${table('cohort')} k WHERE k.incident = i.incident) AS began
      FROM ${table('incidents')} i ORDER BY i.incident`.execute(db);
    const own = rows.findIndex((row) => row.incidentId === incidentId);
    return {
      fingerprintKey: ledger[0]?.fingerprint_key ?? null,
      earlier: (own < 0 ? rows : rows.slice(0, own)).map(({ file: _, began: __, ...earlier }) => earlier),
      expiredBy: rows.filter(({ began }) => Number(began) === 1).map((row) => incidentOf(row).database),
    };
  } catch (error) {
    if (!isNoLedger(error)) throw error;
    return { fingerprintKey: null, earlier: [], expiredBy: [] };
  }
}

type EarlierRow = LedgerBefore['earlier'][number] & { file: string; began: number | string };

/** Of those who would be in the cohort now, what an earlier incident did. */
export interface EarlierIncident {
  incidentId: string;
  title: string;
  startedAt: string;
  /** It expired their password, or tried to: they were in its cohort. */
  inCohort: number;
  /** The relay took a notice of it for them. */
  told: number;
}

/** Whom this notice would not be the first for (C78). Reads the customers once, and two rows of ours for each by their keys. */
export async function countEarlier(
  { db, ledgerSchema }: Pick<Database, 'db' | 'ledgerSchema'>,
  company: Company,
  { earlier, now }: Pick<LedgerBefore, 'earlier'> & { now: number },
): Promise<EarlierIncident[]> {
  if (earlier.length === 0) return [];
  const key = customerColumn(company, 'key');
  const sums = earlier.map(({ incident }, i) => {
    const cohort = sql`EXISTS (SELECT 1 FROM ${sql.id(ledgerSchema, 'cohort')} b
      WHERE b.incident = ${incident} AND b.customer_id = ${key})`;
    const told = sql`EXISTS (SELECT 1 FROM ${sql.id(ledgerSchema, 'notices')} n
      WHERE n.incident = ${incident} AND n.wave = 'notice' AND n.customer_id = ${key} AND n.state = 'sent')`;
    return sql`SUM(${cohort}) AS ${sql.id(`cohort${i}`)}, SUM(${told}) AS ${sql.id(`told${i}`)}`;
  });
  const { rows } = await sql<Record<string, string | null>>`
    SELECT ${sql.join(sums)} FROM ${source(company)} WHERE ${isAffected(company, now)}`.execute(db);
  return earlier.map(({ incidentId, title, startedAt }, i) => ({
    incidentId,
    title,
    startedAt,
    inCohort: Number(rows[0]![`cohort${i}`] ?? 0),
    told: Number(rows[0]![`told${i}`] ?? 0),
  }));
}

/** For the counts of who would be expired. */
export function earlierCohorts(ledgerSchema: string, { earlier }: LedgerBefore): EarlierCohorts | null {
  return earlier.length === 0 ? null : { ledgerSchema, incidents: earlier.map(({ incident }) => incident) };
}
