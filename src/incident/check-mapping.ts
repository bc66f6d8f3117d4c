import { type Finding, quoted } from './incident-problem';
import type { DatabaseMapping } from './incident-schema';

/** The columns that expiring a password writes: each needs one of its own. */
const WRITTEN = [
  'passwordHash',
  'passwordSetAt',
  'passwordExpiredAt',
  'retiredPasswordHash',
  'credentialEpoch',
] as const;
const READ = ['id', 'email', 'name', 'language', 'country', 'region', 'createdAt'] as const;

/** Tables and columns that are named twice. Names are compared without case: so do most servers. */
export function checkMapping({ customers, credentials }: DatabaseMapping): Finding[] {
  return [...checkColumns(customers), ...checkCredentials(customers.table, credentials)];
}

function checkColumns(customers: DatabaseMapping['customers']): Finding[] {
  const users = new Map<string, string>(
    READ.flatMap((use) => (customers[use] === null ? [] : [[customers[use].toLowerCase(), use]])),
  );
  return WRITTEN.flatMap((use) => {
    const column = customers[use];
    if (column === null) return [];
    const other = users.get(column.toLowerCase());
    users.set(column.toLowerCase(), use);
    if (other === undefined) return [];
    const found = `${quoted(column)}, which is ${other} as well`;
    return [
      { path: ['database', 'customers', use], found, wanted: 'a column of its own: expiring writes into it' },
    ];
  });
}

function checkCredentials(customersTable: string, credentials: DatabaseMapping['credentials']): Finding[] {
  const seen = new Set<string>();
  return credentials.flatMap(({ table }, i) => {
    const path = ['database', 'credentials', i, 'table'];
    const name = table.toLowerCase();
    if (name === customersTable.toLowerCase())
      return [
        {
          path,
          found: `${quoted(table)}, the table of customers`,
          wanted: 'a table whose rows may be deleted',
        },
      ];
    if (seen.has(name)) return [{ path, found: `${quoted(table)} a second time`, wanted: 'each table once' }];
    seen.add(name);
    return [];
  });
}
