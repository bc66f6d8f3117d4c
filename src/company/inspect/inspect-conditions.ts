import { type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import { companyTable, operatorSql, source } from '../company';
import type { CompanyFinding, Subject } from './finding';
import { refusalOf, refused } from './refusal';

/**
 * The operator's own SQL, each piece alone where it will stand: a wrong one is told by its place in the file, not by a statement
 * of ours that fails with it. LIMIT 0 reads no row, and checks what EXPLAIN checks but for views that may be read and not explained.
 */
export async function inspectConditions(subject: Subject, sound: Conditioned): Promise<CompanyFinding[]> {
  const { db, mapping } = subject;
  const from = (table: string) => companyTable(subject, table);
  const pieces: [path: string, condition: string, rows: RawBuilder<unknown>][] = [
    ...(sound.customers
      ? mapping.customers.leaveOut.map(({ when }, i): [string, string, RawBuilder<unknown>] => [
          `customers.leaveOut.${i}.when`,
          when,
          source(subject),
        ])
      : []),
    ...mapping.retire.flatMap((entry, i): [string, string, RawBuilder<unknown>][] =>
      entry.usable === undefined || !sound.retire.includes(entry)
        ? []
        : [[`retire.${i}.usable`, entry.usable, sql`${from(entry.table)} t`]],
    ),
    ...mapping.revoke.flatMap((entry, i): [string, string, RawBuilder<unknown>][] =>
      entry.where === undefined || !sound.revoke.includes(entry)
        ? []
        : [[`revoke.${i}.where`, entry.where, from(entry.table)]],
    ),
  ];
  const findings: CompanyFinding[] = [];
  for (const [path, condition, rows] of pieces) {
    const test = operatorSql(subject, condition);
    const refusal = await refusalOf(() => sql`SELECT 1 FROM ${rows} WHERE (${test}) LIMIT 0`.execute(db));
    if (refusal !== null) findings.push(refused(`database.${path} (${condition})`, refusal));
  }
  return findings;
}

/** Whose names are all there. */
export interface Conditioned {
  customers: boolean;
  retire: DatabaseMapping['retire'];
  revoke: DatabaseMapping['revoke'];
}
