import { type RawBuilder, sql } from 'kysely';
import { type CompanyFinding, stops, warns } from './company-finding';
import { type Company, companyTable, companyTime, customersTable } from './company-tables';
import { retirePasswords } from './expire-statements';
import type { LedgerDatabase } from './open-database';
import { planRanges } from './plan-ranges';
import { printStatement } from './print-statement';

/** Whether this user may do what the run does, asked of the server: EXPLAIN checks privileges and executes nothing. */
export async function inspectPrivileges(
  db: LedgerDatabase,
  company: Company,
  cutoff: string,
): Promise<CompanyFinding[]> {
  const { companySchema, mapping, keyColumn } = company;
  const findings: CompanyFinding[] = [];
  const ranges = await asked('reading the customers', () =>
    planRanges(db, { source: company, keyColumn, after: null, size: 1, count: 1 }),
  );
  if (ranges?.length === 0)
    findings.push(
      warns(`The table ${mapping.customers.table} is empty`, 'see that DATABASE_URL names the right schema'),
    );
  const range = ranges?.[0];
  if (range) {
    const time = companyTime(cutoff, mapping.timeZone);
    const chunk = {
      incident: 0,
      range,
      fresh: true,
      cutoff: time,
      stamp: time,
      companySecond: time.slice(0, 19),
    };
    await explained('expiring passwords', retirePasswords(company, chunk));
  }
  for (const table of mapping.credentials) {
    const theirs = companyTable(companySchema, table.table);
    await explained(
      `deleting from ${table.table}`,
      sql`DELETE FROM ${theirs} WHERE ${sql.id((table.customerId ?? table.email)!)} IS NULL`,
    );
    if (table.email === undefined) continue;
    const same = sql`${sql.id('t', table.email)} = ${sql.id('c', mapping.customers.email)}`;
    await explained(
      `joining ${table.table} with the customers by address`,
      sql`SELECT ${sql.id('t', table.email)} FROM ${customersTable(companySchema, mapping)} c JOIN ${theirs} t ON ${same}`,
    );
  }
  return findings;

  async function explained(doing: string, statement: RawBuilder<unknown>): Promise<void> {
    await asked(`${doing} (${printStatement(db, statement)})`, () => sql`EXPLAIN ${statement}`.execute(db));
  }

  async function asked<T>(doing: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      const { errno, sqlMessage } = error as { errno?: number; sqlMessage?: string };
      if (errno === undefined || sqlMessage === undefined) throw error;
      findings.push(stops(`The database refuses ${doing}: ${sqlMessage}`, todoFor(errno)));
      return undefined;
    }
  }

  function todoFor(errno: number): string {
    if (![1044, 1142, 1143, 1370].includes(errno))
      return 'mend what it says; the statement is exactly the one of the run';
    const { table } = mapping.customers;
    return `grant it: SELECT, UPDATE on ${companySchema}.${table}, SELECT, DELETE on each table under database.credentials`;
  }
}
