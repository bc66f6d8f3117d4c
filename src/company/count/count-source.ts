import { type QueryExecutorProvider, sql } from 'kysely';
import type { CustomerId } from '../../incident/vocabulary';
import { type Company, customerColumn, source, wasThere } from '../company';
import { isNameless, keyFromSql, type SqlKey } from '../key-column';
import { isLeftOutFor } from './count-company';

/** Of a source whose key no index makes unique: a view, or a SELECT. */
export interface SourceKeys {
  rows: number;
  different: number;
  missing: number;
}

/** Null: an index of the table says it. */
export async function countSourceKeys(
  db: QueryExecutorProvider,
  company: Company,
  isTable: boolean,
): Promise<SourceKeys | null> {
  if (isTable) return null;
  const key = customerColumn(company, 'key');
  const { rows } = await sql<{ each_row: string; different: string; missing: string | null }>`
    SELECT COUNT(*) AS each_row, COUNT(DISTINCT ${key}) AS different, SUM(${key} IS NULL) AS missing FROM ${source(company)}`.execute(
    db,
  );
  const [{ each_row, different, missing }] = rows as [(typeof rows)[number]];
  return { rows: Number(each_row), different: Number(different), missing: Number(missing ?? 0) };
}

/** Some of whom each reason leaves out, in the order of the file; none whose key may be an address or a login name. */
export async function someLeftOut(
  db: QueryExecutorProvider,
  company: Company,
  now: number,
): Promise<CustomerId[][]> {
  const key = customerColumn(company, 'key');
  const found: CustomerId[][] = [];
  for (let i = 0; i < company.mapping.customers.leaveOut.length; i++) {
    const { rows } = await sql<{ customer: SqlKey }>`
      SELECT ${key} AS customer FROM ${source(company)}
      WHERE ${wasThere(company, now)} AND ${isLeftOutFor(company, i)} LIMIT 5`.execute(db);
    found.push(
      rows
        .flatMap(({ customer }) => (customer === null ? [] : [keyFromSql(customer)]))
        .filter((id) => isNameless(company.keyColumn, id)),
    );
  }
  return found;
}
