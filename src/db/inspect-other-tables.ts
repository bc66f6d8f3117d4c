import type { CompanyCatalog } from '../company/catalog';
import type { DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, warns } from './company-finding';

/** What the file may have forgotten: more tables that belong to customers, more shops in one table. */
export function inspectOtherTables(catalog: CompanyCatalog, mapping: DatabaseMapping): CompanyFinding[] {
  return [...unnamedTables(catalog, mapping), ...severalShops(catalog, mapping)];
}

// C40: remember-me rows, API keys and old reset links outlive the password when nobody names them.
function unnamedTables(
  catalog: CompanyCatalog,
  { customers, credentials }: DatabaseMapping,
): CompanyFinding[] {
  const named = [customers.table, ...credentials.map(({ table }) => table)];
  const links = linkNames(customers);
  const unnamed = [
    ...catalog.foreignKeys.filter(({ to }) => to === customers.table).map(({ table }) => table),
    ...catalog.columns.filter(({ name }) => links.includes(name.toLowerCase())).map(({ table }) => table),
  ].filter((table) => !named.includes(table));
  if (unnamed.length === 0) return [];
  const list = [...new Set(unnamed)].sort().join(', ');
  return [
    warns(
      `Tables that belong to customers and are not in the file: ${list}`,
      'if one holds sessions, remember-me rows, tokens, API keys or reset links, name it under database.credentials',
    ),
  ];
}

/** How other tables name a customer: customer_id, customers_id, customerid, the file's own names, the address. */
function linkNames({ table, id, email }: DatabaseMapping['customers']): string[] {
  const one = table.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
  const own = id.toLowerCase();
  return [
    ...[one, table.toLowerCase(), 'customer', 'user', 'account'].flatMap((noun) => [
      `${noun}_id`,
      `${noun}id`,
    ]),
    ...(own === 'id' ? [] : [own]),
    email.toLowerCase(),
    'email',
  ];
}

// C42: one text is for one brand.
function severalShops(catalog: CompanyCatalog, { customers }: DatabaseMapping): CompanyFinding[] {
  return catalog.columns
    .filter(
      ({ table, name }) =>
        table === customers.table && /^(brand|shop|store|website|tenant)(_?(id|code))?$/i.test(name),
    )
    .map(({ name }) =>
      warns(
        `${customers.table}.${name} looks as if several shops share this table; every customer in it gets this file's texts`,
        'one file cannot tell shops apart: if there are several, tell the others on their own, from a table of their own',
      ),
    );
}
