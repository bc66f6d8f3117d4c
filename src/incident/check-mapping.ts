import type { DatabaseMapping } from './database-schema';
import { type FilePath, type Finding, quoted } from './incident-problem';

/** What is named twice, or would be undone by another entry. Names are compared without case: so do most servers. */
export function checkMapping(mapping: DatabaseMapping): Finding[] {
  return [...checkWritten(mapping), ...checkEmptied(mapping), ...checkTwice(mapping), ...checkVia(mapping)];
}

/** Each column that the expiry writes is written by one entry, and is none that the source or a time is read from. */
function checkWritten({ customers, retire, revoke }: DatabaseMapping): Finding[] {
  const seen = new Map<string, string>();
  const table = customers.table ?? '';
  const note = (of: string, column: string | null | undefined, use: string) => {
    if (column) seen.set(nameOf(of, column), use);
  };
  for (const use of ['key', 'email', 'name', 'language', 'country', 'region'] as const)
    note(table, customers[use], `customers.${use}`);
  note(table, customers.createdAt?.column, 'customers.createdAt');
  for (const entry of [...retire, ...revoke]) note(entry.table, entry.key, 'the key of an entry');
  for (const { table: of, setAt } of retire) note(of, setAt?.column, 'setAt of an entry');
  for (const { table: of, createdAt } of revoke) note(of, createdAt?.column, 'createdAt of an entry');
  const findings: Finding[] = [];
  const write = (path: FilePath, of: string, column: string, where: string | undefined) => {
    const other = seen.get(nameOf(of, column)) ?? seen.get(`${nameOf(of, column)} ${where ?? ''}`);
    seen.set(`${nameOf(of, column)} ${where ?? ''}`, 'written by another entry');
    if (other === undefined) return;
    const found = `${quoted(column)}, which is ${other} as well`;
    findings.push({ path, found, wanted: 'a column of its own: the expiry writes into it' });
  };
  retire.forEach((entry, i) => {
    write(['database', 'retire', i, 'column'], entry.table, entry.column, undefined);
  });
  revoke.forEach((entry, i) => {
    if (entry.column) write(['database', 'revoke', i, 'column'], entry.table, entry.column, entry.where);
  });
  return findings;
}

/** No rows are deleted from a table of customers or of passwords, but for some that a condition names. */
function checkEmptied({ customers, retire, revoke }: DatabaseMapping): Finding[] {
  const kept = new Set(
    [customers.table, ...retire.map(({ table }) => table)].map((table) => table?.toLowerCase()),
  );
  return revoke.flatMap(({ table, where, delete: rows }, i) =>
    rows !== undefined &&
    kept.has(table.toLowerCase()) &&
    (where === undefined || table.toLowerCase() === customers.table?.toLowerCase())
      ? [
          {
            path: ['database', 'revoke', i, 'table'],
            found: `${quoted(table)}, whose rows are customers or passwords`,
            wanted: 'a table whose rows may be deleted, or column and dead',
          },
        ]
      : [],
  );
}

/** One table may stand in several entries where each is of other rows. */
function checkTwice({ revoke }: DatabaseMapping): Finding[] {
  const seen = new Set<string>();
  return revoke.flatMap(({ table, key, email, where, column }, i) => {
    if (column !== undefined) return [];
    const name = [table.toLowerCase(), (key ?? email)!.toLowerCase(), where ?? ''].join('\0');
    if (seen.has(name))
      return [
        {
          path: ['database', 'revoke', i, 'table'],
          found: `${quoted(table)} a second time`,
          wanted: 'each table once, or for other rows',
        },
      ];
    seen.add(name);
    return [];
  });
}

function checkVia({ revoke }: DatabaseMapping): Finding[] {
  return revoke.flatMap(({ table, via }, i) =>
    via !== undefined && via.table.toLowerCase() === table.toLowerCase()
      ? [
          {
            path: ['database', 'revoke', i, 'via', 'table'],
            found: `${quoted(via.table)}, the table itself`,
            wanted: 'the table that stands between it and the customers',
          },
        ]
      : [],
  );
}

function nameOf(table: string, column: string): string {
  return `${table.toLowerCase()}.${column.toLowerCase()}`;
}
