import type { DatabaseMapping } from './database-schema';
import { type Finding, inQuotes } from './incident-problem';

/** What is named twice, or would be undone by another entry. Names are compared without case: so do most servers. */
export function checkMapping(mapping: DatabaseMapping): Finding[] {
  return [...checkWritten(mapping), ...checkEmptied(mapping), ...checkTwice(mapping), ...checkVia(mapping)];
}

/**
 * Each value that the expiry writes is written by one entry, and is none that the source, a link or a time is read from. What an
 * entry of `revoke` writes dies whatever its age: over a column of `retire` it would end passwords chosen after the cutoff (I5).
 */
function checkWritten({ customers, retire, revoke }: DatabaseMapping): Finding[] {
  const read = new Map<string, string>();
  const table = customers.table ?? '';
  const note = (tableName: string, column: string | null | undefined, use: string) => {
    if (column) read.set(columnKey(tableName, column), use);
  };
  for (const use of ['key', 'email', 'name', 'language', 'country', 'region'] as const)
    note(table, customers[use], `customers.${use}`);
  note(table, customers.createdAt?.column, 'customers.createdAt');
  for (const entry of retire) note(entry.table, entry.key, 'the link of an entry');
  for (const entry of revoke) note(entry.table, entry.key ?? entry.email, 'the link of an entry');
  for (const { via } of revoke) {
    if (via === undefined) continue;
    note(via.table, via.key, 'the link of an entry');
    note(via.table, via.column, 'the link of an entry');
  }
  for (const { table: tableName, setAt } of retire) note(tableName, setAt?.column, 'setAt of an entry');
  for (const { table: tableName, createdAt } of revoke)
    note(tableName, createdAt?.column, 'createdAt of an entry');
  const written: Written[] = [];
  const problemOf = (write: Written): Omit<Finding, 'path'> | null => {
    const own = 'a column of its own: the expiry writes into it';
    const use = read.get(write.name);
    if (use !== undefined)
      return { found: `${inQuotes(write.column)}, which is ${use} as well`, wanted: own };
    const earlier = written.find((before) => before.name === write.name && overlap(before, write));
    if (earlier === undefined) return null;
    if (earlier.list === write.list)
      return { found: `${inQuotes(write.column)}, which is written by another entry as well`, wanted: own };
    return {
      found: `${inQuotes(write.column)}, which is a password under retire as well`,
      wanted:
        'a column of its own, or leave this entry out: it would end passwords chosen after the cutoff, too',
    };
  };
  const findings: Finding[] = [];
  const check = (list: Written['list'], i: number, tableName: string, column: string, where?: string) => {
    const write: Written = { name: columnKey(tableName, column), column, list, where };
    const problem = problemOf(write);
    written.push(write);
    if (problem !== null) findings.push({ path: ['database', list, i, 'column'], ...problem });
  };
  retire.forEach((entry, i) => {
    check('retire', i, entry.table, entry.column);
  });
  revoke.forEach((entry, i) => {
    if (entry.column) check('revoke', i, entry.table, entry.column, entry.where);
  });
  return findings;
}

/** A column that an entry writes, in the rows that meet its condition. */
interface Written {
  /** Of table and column, to compare. */
  name: string;
  column: string;
  list: 'retire' | 'revoke';
  where: string | undefined;
}

/** Whether both write the same rows, as far as the file alone can say it. Without a condition an entry writes all. */
function overlap(earlier: Written, later: Written): boolean {
  return earlier.where === undefined || later.where === undefined || earlier.where === later.where;
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
            found: `${inQuotes(table)}, whose rows are customers or passwords`,
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
          found: `${inQuotes(table)} a second time`,
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
            found: `${inQuotes(via.table)}, the table itself`,
            wanted: 'the table that stands between it and the customers',
          },
        ]
      : [],
  );
}

function columnKey(table: string, column: string): string {
  return `${table.toLowerCase()}.${column.toLowerCase()}`;
}
