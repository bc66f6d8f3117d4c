import { type QueryExecutorProvider, sql } from 'kysely';
import { type Company, companyTable, operatorSql } from '../company';
import { isUsable } from '../passwords';
import { type CompanyFinding, number, stops } from './finding';

/**
 * Rows that an entry of `revoke` deletes and that hold a password of `retire`, as where one table keeps credentials of several kinds: a
 * row goes with what it holds, also a password that was chosen after the cutoff (I5). Only the two conditions together say it, so the
 * rows are counted.
 */
export async function inspectDeletedPasswords(
  db: QueryExecutorProvider,
  company: Company,
): Promise<CompanyFinding[]> {
  const { retire, revoke } = company.mapping;
  const findings: CompanyFinding[] = [];
  for (const [i, { table, where, delete: rows }] of revoke.entries())
    for (const [j, entry] of retire.entries()) {
      if (rows === undefined || where === undefined || entry.table.toLowerCase() !== table.toLowerCase())
        continue;
      const { rows: found } = await sql<{ passwords: string }>`
        SELECT COUNT(*) AS passwords FROM ${companyTable(company, entry.table)} t
        WHERE ${isUsable(company, entry, 't')} AND (${operatorSql(company, where)})`.execute(db);
      const passwords = Number(found[0]!.passwords);
      if (passwords > 0)
        findings.push(
          stops(
            `${number(passwords)} ${passwords === 1 ? 'row' : 'rows'} that database.revoke.${i} deletes ${passwords === 1 ? 'holds a password' : 'hold passwords'} of database.retire.${j}: those chosen after the cutoff would go, too`,
            `write database.revoke.${i}.where so that it takes no row in which ${entry.column} is a password (${where})`,
          ),
        );
    }
  return findings;
}
