import { type CatalogTable, type CompanyCatalog, columnsOf } from './catalog';
import { isAboutSomethingElse, isStaffTable, rowsLook } from './credential-tables';
import {
  CUSTOMER_ROLES,
  type CustomerRole,
  keyColumnOf,
  type RoleColumn,
  roleColumn,
  unnamedEmail,
} from './customer-columns';
import { nameWords } from './name-words';
import { passwordColumns } from './password-columns';
import { type Facts, MOST_ROWS } from './sample-facts';
import { isEmailColumn, isSure, linksTo, type TableLink } from './table-links';

/** A table that may be the one of the customers. */
export interface CustomersCandidate {
  table: string;
  key: string | null;
  keyBecause: string;
  /** Where each role's column is: in the table itself, or in one that has at most one row for each of its rows. */
  roles: Partial<Record<CustomerRole, RoleColumn & { beside?: Beside }>>;
  score: number;
  /** Of its own, or in a table that belongs to it. */
  hasPasswords: boolean;
  /** Whether it is called like people who have accounts. */
  named: boolean;
  /** What speaks for it, such as "passwords" and "1,234 rows". */
  because: string[];
}

export interface Beside {
  table: string;
  /** How a row there belongs to a customer. */
  link: TableLink;
}

/**
 * All tables whose rows could be customers, the likeliest first. Where none that has passwords has a column that is called like an
 * address, the values that were seen are asked.
 */
export function customersCandidates(catalog: CompanyCatalog, facts: Facts): CustomersCandidate[] {
  const named = candidatesBy(catalog, facts, 'name');
  return named.some(({ hasPasswords }) => hasPasswords) ? named : candidatesBy(catalog, facts, 'values');
}

function candidatesBy(catalog: CompanyCatalog, facts: Facts, by: 'name' | 'values'): CustomersCandidate[] {
  const parts = catalog.tables.filter(
    ({ name }) =>
      passwordColumns(catalog, facts, name).length > 0 || columnsOf(catalog, name).some(isEmailColumn),
  );
  return catalog.tables
    .filter(
      ({ name, kind }) =>
        kind !== 'other' && rowsLook(catalog, name, false) === null && !isAboutSomethingElse(name),
    )
    .flatMap((table) => candidate(catalog, facts, table, { parts, by }) ?? [])
    .filter((candidate, _, all) => !all.some((other) => hangsOn(catalog, candidate, other)))
    .sort((a, b) => b.score - a.score || a.table.localeCompare(b.table));
}

/** Null: the first is clearly ahead; else what else it could be: the next one, or other people with addresses, who are more. */
export function rivalOf([first, ...others]: CustomersCandidate[], facts: Facts): CustomersCandidate | null {
  const [second] = others;
  if (first === undefined || second === undefined) return null;
  if (first.score - second.score < CLEARLY) return second;
  const rows = ({ table }: CustomersCandidate) => facts.tables[table]?.rows ?? 0;
  const more = others.find(
    (other) =>
      nameScore(other.table) > 0 && other.roles.email?.beside === undefined && rows(other) > rows(first),
  );
  return more ?? null;
}

/**
 * Null: the table is called as customers are. Else why it may be none of theirs, with the tables that are called so and have
 * passwords, but no address that we could find.
 */
export function unlikelyName(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
): { without: string[] } | null {
  if (nameScore(table) > 0) return null;
  const without = catalog.tables
    .map(({ name }) => name)
    .filter(
      (name) => name !== table && nameScore(name) > 0 && passwordColumns(catalog, facts, name).length > 0,
    );
  return { without };
}

/** Whether a row of one is a part of what a row of the other is: its login, its profile. */
function hangsOn(catalog: CompanyCatalog, part: CustomersCandidate, whole: CustomersCandidate): boolean {
  if (part === whole || part.key === null || whole.key === null) return false;
  const links = linksTo(catalog, part.table, { table: whole.table, key: whole.key, email: null });
  // user_account, with a user_id of its own, is of user: what points to users points to these.
  const words = nameWords(whole.table);
  const longer = nameWords(part.table);
  const named = longer.length > words.length && words.every((word, i) => longer[i] === word);
  if (named && links.some(isSure)) return true;
  const link = links.find(({ column }) => column.toLowerCase() === part.key!.toLowerCase());
  if (link === undefined) return false;
  const isPart = ({ table }: CustomersCandidate) => nameWords(table).some((word) => PARTS.has(word));
  return link.by === 'foreign key' || (link.by === 'name and type' && isPart(part) && !isPart(whole));
}

const PARTS = new Set(
  'login credential auth authentication password security profile detail info contact data extra setting address'.split(
    ' ',
  ),
);

const CLEARLY = 2;

/**
 * @param parts the tables that have addresses or passwords: a few of many.
 * @param by how addresses are found: the values only where no name says it.
 */
function candidate(
  catalog: CompanyCatalog,
  facts: Facts,
  { name: table, kind }: CatalogTable,
  { parts, by }: { parts: CatalogTable[]; by: 'name' | 'values' },
): CustomersCandidate | null {
  const key = keyColumnOf(catalog, table);
  if (key === null && kind !== 'view') return null;
  const rolesHere = ownRoles(catalog, facts, table);
  const password = passwordColumns(catalog, facts, table).length > 0;
  const target = { table, key: key?.column.name ?? '', email: null };
  const pointing = (tables: CatalogTable[]) =>
    kind === 'view'
      ? []
      : tables.flatMap(({ name }) =>
          linksTo(catalog, name, target)
            .slice(0, 1)
            .map((link) => ({ table: name, link })),
        );
  const elsewhere = pointing(parts).some(
    ({ table: other }) => passwordColumns(catalog, facts, other).length > 0,
  );
  if (rolesHere.email === undefined && !password && !elsewhere) return null;
  const linked = pointing(catalog.tables);
  const roles = { ...fromBeside(catalog, facts, rolesHere, linked), ...rolesHere };
  if (roles.email === undefined && by === 'values') {
    const email = unnamedEmail(catalog, facts, table) ?? unnamedBeside(catalog, facts, linked);
    if (email !== null) roles.email = email;
  }
  if (roles.email === undefined) return null;
  const rows = facts.tables[table]?.rows ?? 0;
  const named = nameScore(table);
  return {
    table,
    key: key?.column.name ?? null,
    keyBecause: key?.because ?? 'a view says of no column that it is unique',
    roles,
    hasPasswords: password || elsewhere,
    named: named > 0 || isStaffTable(table),
    score:
      (password ? 4 : 0) +
      (!password && elsewhere ? 3 : 0) +
      named +
      (rolesHere.email ? 1 : 0) +
      Math.min(2, linked.length * 0.4) +
      Math.min(2, Math.log10(rows + 1) / 2.5) -
      (kind === 'view' ? 2 : 0),
    because: [
      named > 0 ? 'its name' : '',
      password
        ? 'passwords'
        : elsewhere
          ? 'passwords in a table that belongs to it'
          : 'addresses, no passwords',
      linked.length > 0
        ? `${linked.length} other table${linked.length === 1 ? ' points' : 's point'} to it`
        : '',
      rows > 0
        ? `${rows === MOST_ROWS ? 'at least ' : ''}${rows.toLocaleString('en-US')} row${rows === 1 ? '' : 's'}`
        : '',
    ].filter((reason) => reason !== ''),
  };
}

function ownRoles(catalog: CompanyCatalog, facts: Facts, table: string): CustomersCandidate['roles'] {
  const roles: CustomersCandidate['roles'] = {};
  for (const role of CUSTOMER_ROLES) {
    const column = roleColumn(catalog, facts, table, role);
    if (column !== null) roles[role] = column;
  }
  return roles;
}

/** Roles that only a table beside has: one row for each customer, such as a profile. */
function fromBeside(
  catalog: CompanyCatalog,
  facts: Facts,
  own: CustomersCandidate['roles'],
  linked: { table: string; link: TableLink }[],
): CustomersCandidate['roles'] {
  const roles: CustomersCandidate['roles'] = {};
  const beside = linked
    .filter(
      ({ table, link }) =>
        rowsLook(catalog, table, false) === null && !isAboutSomethingElse(table) && isSure(link),
    )
    .sort((a, b) => Number(b.link.unique) - Number(a.link.unique));
  for (const role of CUSTOMER_ROLES) {
    if (own[role] !== undefined) continue;
    for (const { table, link } of beside) {
      // Of several addresses or names nobody could say which; only an e-mail address is worth the question.
      if (!link.unique && (role !== 'email' || passwordColumns(catalog, facts, table).length > 0)) continue;
      if (!link.unique && nameScore(table) < 0 && nameWords(table).at(-1) !== 'email') continue;
      const column = roleColumn(catalog, facts, table, role);
      if (column === null) continue;
      roles[role] = { ...column, beside: { table, link } };
      break;
    }
  }
  return roles;
}

function unnamedBeside(
  catalog: CompanyCatalog,
  facts: Facts,
  linked: { table: string; link: TableLink }[],
): (RoleColumn & { beside: Beside }) | null {
  for (const { table, link } of linked) {
    const column = isSure(link) && !isAboutSomethingElse(table) ? unnamedEmail(catalog, facts, table) : null;
    if (column !== null) return { ...column, beside: { table, link } };
  }
  return null;
}

/** Whether the table is called as customers are; below 0: as others are. */
function nameScore(table: string): number {
  const words = nameWords(table);
  const hasAny = (...list: string[]) => words.some((word) => list.includes(word));
  if (isStaffTable(table)) return -4;
  if (hasAny(...NOT_CUSTOMERS)) return -3;
  const last = words.filter((word) => word !== 'entity' && word !== 'data' && word !== 'field').at(-1) ?? '';
  if (['customer', 'shopper', 'buyer', 'kunde', 'client', 'cliente'].includes(last)) return 3;
  if (['user', 'account', 'member', 'person', 'people', 'patient', 'student', 'login', 'usr'].includes(last))
    return 2;
  return 0;
}

const NOT_CUSTOMERS = (
  'order invoice newsletter subscriber subscription address contact lead invite invitation guest comment review message mail email ' +
  'queue blacklist ban block ticket request cart quote payment shipment notification group role'
).split(' ');
