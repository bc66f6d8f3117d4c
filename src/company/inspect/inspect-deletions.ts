import type { DatabaseMapping } from '../../incident/database-schema';
import type { ForeignKey } from '../catalog';
import { revokeOrder } from '../revoke';
import { type CompanyFinding, stops } from './finding';
import { GRANT_IT } from './refusal';
import type { Subject } from './subject';

/**
 * What hangs on rows that are deleted (C70): a foreign key refuses the deletion, or takes rows along that the file does not name
 * (I5). What is meant is said in the file: an entry of `revoke` for the table, or `ignored` with the reason why nothing is lost.
 */
export function inspectDeletions({ catalog, mapping }: Subject): CompanyFinding[] {
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
  return findings;
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
  if (key.onDelete === null)
    return stops(
      `Rows of ${way} are deleted, and this user cannot see what happens to those of ${key.table} that point to them (${columns})`,
      `to see it, ${GRANT_IT}`,
    );
  if (refuses)
    return stops(
      `Rows of ${way} are deleted, and the server refuses that while a row of ${key.table} points to them (${columns}, ON DELETE ${key.onDelete})`,
      `put ${entry} before it in database.revoke; or, if no row of ${key.table} ever does, ${aside('points to no row that is deleted')} under database.ignored; or let the rows stay, with column and dead instead of "delete: rows"`,
    );
  const along =
    key.onDelete === 'CASCADE'
      ? `the server deletes the rows of ${key.table} that point to them, too`
      : `the server sets ${columns} of the rows of ${key.table} that point to them to ${key.onDelete === 'SET NULL' ? 'NULL' : 'its default'}`;
  return stops(
    `Rows of ${way} are deleted, and ${along} (ON DELETE ${key.onDelete})`,
    `if that is meant, write ${aside('why nothing is lost by it')} under database.ignored${key.onDelete === 'CASCADE' ? `, or ${entry} under database.revoke` : ''}; if not, let the rows stay, with column and dead instead of "delete: rows"`,
  );
}

/** Whether an entry deletes the rows that point to a table before those that they point to. */
function isDeletedBefore({ revoke }: DatabaseMapping, { table, to, onDelete }: ForeignKey): boolean {
  const order = revokeOrder(revoke).filter((entry) => entry.delete === 'rows');
  const own = order.findIndex((entry) => entry.table === table);
  if (own < 0) return false;
  return onDelete === 'CASCADE' || own < order.findIndex((entry) => entry.table === to);
}
