import { type QueryExecutorProvider, sql } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import { type Company, companyTable, operatorSql } from '../company';
import { revokeOrder } from '../entries';
import type { ForeignKey } from '../foreign-keys';
import { isUsable } from '../passwords';
import { type CompanyFinding, number, type Subject, stops, warns } from './finding';
import { GRANT_IT } from './refusal';

/**
 * What hangs on rows that are deleted (C70): a foreign key refuses the deletion, or takes rows along that the file does not name
 * (I5). What is meant is said in the file: an entry of `revoke` for the table, or `ignored` with the reason why nothing is lost.
 */
export function inspectDeletions(subject: Subject): CompanyFinding[] {
  const { catalog, mapping } = subject;
  const deleted = [
    ...new Set(mapping.revoke.flatMap((entry) => (entry.delete === 'rows' ? [entry.table] : []))),
  ];
  const seen = new Set<string>();
  const findings: CompanyFinding[] = [];
  const follow = (table: string, way: string) => {
    for (const key of catalog.foreignKeys.filter(({ to }) => to === table)) {
      const id = `${key.table} ${key.name}`;
      if (seen.has(id)) continue;
      seen.add(id);
      const told = hangs(mapping, key, way);
      if (told !== null) findings.push(told);
      if (key.onDelete === 'CASCADE' && key.table !== table) follow(key.table, `${way}, then ${key.table}`);
    }
  };
  for (const table of deleted) follow(table, table);
  return deleted.length > 0 && catalog.outsideHidden ? [...findings, hidden(subject)] : findings;
}

/** The information_schema keeps silent of tables that its reader has no right on (I7). */
function hidden({ companySchema }: Subject): CompanyFinding {
  const name = `'${companySchema.replaceAll("'", "''")}'`;
  return warns(
    'This user cannot see whether tables of other schemas point (by foreign keys) to rows that the run deletes: with ON DELETE CASCADE the server would delete theirs too',
    `let somebody who sees all schemas or has PROCESS run the dry run, or ask your database administrator for: SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = ${name} AND TABLE_SCHEMA <> ${name}`,
  );
}

/** Null: the file says what is meant. */
function hangs(mapping: DatabaseMapping, key: ForeignKey, way: string): CompanyFinding | null {
  const columns = key.columns.join(', ');
  const before = isDeletedBefore(mapping, key);
  const refuses = key.onDelete === 'RESTRICT' || key.onDelete === 'NO ACTION';
  const setAside = mapping.ignored.some(
    ({ table, column }) => table === key.table && (column === undefined || key.columns.includes(column)),
  );
  if (before || setAside) return null;
  const entry = `{table: ${key.table}, key: ${key.columns[0]}, via: {table: ${key.to}, key: the column that holds the customer's key, column: ${key.toColumns[0]}}, delete: rows}`;
  const aside = (why: string) => `{table: ${key.table}, column: ${key.columns[0]}, because: ${why}}`;
  const stay = 'keep the rows, with column and dead instead of "delete: rows"';
  if (key.onDelete === null)
    return stops(
      `The run deletes rows of ${way}, and this user cannot see what happens to those of ${key.table} that point to them (${columns})`,
      key.outside ? 'let somebody who sees it run the dry run' : `to see it, ${GRANT_IT}`,
    );
  if (refuses)
    return stops(
      `The run deletes rows of ${way}, and the server refuses that while a row of ${key.table} points to them (${columns}, ON DELETE ${key.onDelete})`,
      `${
        key.outside
          ? `no entry reaches another schema: delete these rows yourselves right before the start, and write ${aside('points to no row that is deleted')} under database.ignored`
          : `put ${entry} before it in database.revoke; or, if no row of ${key.table} ever points to one, write ${aside('points to no row that is deleted')} under database.ignored`
      }; or ${stay}`,
    );
  const along =
    key.onDelete === 'CASCADE'
      ? `the server also deletes the rows of ${key.table} that point to them`
      : `the server sets ${columns} of the rows of ${key.table} that point to them to ${key.onDelete === 'SET NULL' ? 'NULL' : 'its default'}`;
  const named = key.onDelete === 'CASCADE' && !key.outside ? `, or ${entry} under database.revoke` : '';
  return stops(
    `The run deletes rows of ${way}, and ${along} (ON DELETE ${key.onDelete})`,
    `if you want that, write ${aside('why nothing is lost')} under database.ignored${named}; if not, ${stay}`,
  );
}

/** Whether an entry deletes the rows that point to a table before those that they point to. */
function isDeletedBefore({ revoke }: DatabaseMapping, { table, to, onDelete }: ForeignKey): boolean {
  const order = revokeOrder(revoke).filter((entry) => entry.delete === 'rows');
  const position = order.findIndex((entry) => entry.table === table);
  if (position < 0) return false;
  return onDelete === 'CASCADE' || position < order.findIndex((entry) => entry.table === to);
}

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
      const { rows: counts } = await sql<{ passwords: string }>`
        SELECT COUNT(*) AS passwords FROM ${companyTable(company, entry.table)} t
        WHERE ${isUsable(company, entry, 't')} AND (${operatorSql(company, where)})`.execute(db);
      const passwords = Number(counts[0]!.passwords);
      if (passwords > 0)
        findings.push(
          stops(
            `${number(passwords)} ${passwords === 1 ? 'row' : 'rows'} that database.revoke.${i} deletes ${passwords === 1 ? 'holds a password' : 'hold passwords'} of database.retire.${j}: those chosen after the cutoff would go too`,
            `write database.revoke.${i}.where so that it takes no row in which ${entry.column} is a password (${where})`,
          ),
        );
    }
  return findings;
}
