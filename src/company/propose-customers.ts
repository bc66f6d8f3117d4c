import { OPEN } from '../incident/open-answer';
import { type CatalogColumn, type CompanyCatalog, columnsOf } from './catalog';
import { type Beside, type CustomersCandidate, rivalOf, unlikelyName } from './choose-customers';
import { CUSTOMER_ROLES, roleById } from './customer-columns';
import { quotedName } from './dialect';
import type { Ask, DraftEntry } from './draft';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';
import { addTime, createdTime, type TimeProposal } from './time-columns';

/** The section of the customers, from the likeliest candidate. */
export function proposeCustomers(
  catalog: CompanyCatalog,
  facts: Facts,
  candidates: CustomersCandidate[],
): DraftEntry {
  const [chosen] = candidates as [CustomersCandidate, ...CustomersCandidate[]];
  const { table, key, keyBecause, roles } = chosen;
  const rival = rivalOf(candidates, facts);
  const unlikely = unlikelyName(catalog, facts, table);
  const sure = rival === null && unlikely === null && chosen.hasPasswords;
  const question = () =>
    unlikely === null ? whichTable(chosen, rival) : reallyThese(chosen, unlikely.without);
  const reasons = chosen.because.join(', ');
  const asks: Ask[] = [];
  const value: Record<string, unknown> = {};
  const because: Record<string, string> = {};
  const beside = CUSTOMER_ROLES.flatMap((role) => roles[role]?.beside ?? []);
  const octets = CUSTOMER_ROLES.flatMap((role) =>
    key !== null && isOctets(roles[role]?.column) ? [roles[role]!.column.name] : [],
  );
  if (beside.length === 0 && octets.length === 0) {
    value.table = sure ? table : `${OPEN} ${table}`;
    because.table = `${sure ? 'sure' : 'likely'}: ${reasons}`;
    if (!sure) asks.push(question());
  } else {
    const single = beside.every(({ link }) => link.unique);
    value.select = `${single ? '' : `${OPEN} `}${selectOf(catalog, facts, chosen)}`;
    because.select = [
      `${sure ? 'sure' : 'likely'}: ${table} (${reasons})`,
      ...(beside.length > 0 ? [`with what ${beside[0]!.table} has of each customer`] : []),
      ...(octets.length > 0 ? [`${octets.join(', ')}: octets, read as utf8mb4`] : []),
    ].join('; ');
    if (!sure) asks.push({ ...question(), at: 'key' });
    if (!single) asks.push(oneRowEach(beside.find(({ link }) => !link.unique)!));
  }
  // The table of a SELECT is asked about at its key.
  value.key = key === null ? OPEN : value.select !== undefined && !sure ? `${OPEN} ${key}` : key;
  because.key = key === null ? keyBecause : `sure: ${keyBecause}`;
  if (key === null) asks.push(whichKey(table));
  for (const role of CUSTOMER_ROLES) {
    const roleColumn = roles[role];
    if (roleColumn === undefined) continue;
    const { name } = roleColumn.column;
    value[role] = roleColumn.unnamed ? `${OPEN} ${name}` : name;
    if (roleColumn.unnamed)
      asks.push(reallyAddresses(roleColumn.beside?.table ?? table, name, roleColumn.because));
    because[role] = `by ${roleColumn.because}${roleColumn.beside ? `, in ${roleColumn.beside.table}` : ''}`;
  }
  const created = createdTime(catalog, facts, table);
  if (created !== null)
    addTime({ value, because, asks }, 'createdAt', created, `${table}.${created.time.column}`);
  return { value, because, asks, above: remarks(catalog, facts, chosen, created) };
}

function whichTable(chosen: CustomersCandidate, rival: CustomersCandidate | null): Ask {
  if (rival === null)
    return {
      at: 'table',
      question: `Are the customers in ${chosen.table}? No passwords were found in it, nor in a table that belongs to it.`,
      todo: "Write the table's name, or run map again with --customers and the right one, since everything below depends on it.",
    };
  return {
    at: 'table',
    question: `Are the customers in ${chosen.table}? They could be in ${rival.table} (${rival.because.join(', ')}).`,
    todo: `Write the table's name; for ${rival.table} run map again with --customers ${rival.table}, since everything below depends on it.`,
  };
}

function reallyThese({ table }: CustomersCandidate, without: string[]): Ask {
  const others = without.slice(0, 4).join(', ');
  return {
    at: 'table',
    question: `Are the customers in ${table}? Its name does not say so${others === '' ? '' : `, and there are passwords in ${others}, where no address was found`}.`,
    todo: `If they are, write the table's name. If not, run map again with --customers and the right table${others === '' ? '' : `; if addresses and passwords are in different tables, write a select instead of table that joins the two, and link the entries below by its key`}.`,
  };
}

function reallyAddresses(table: string, name: string, because: string): Ask {
  return {
    at: 'email',
    question: `Are the customers' addresses in ${table}.${name}? No column has such a name; ${because}.`,
    todo: `Look at some rows. If they are, write email: ${name}. If not, write the column that holds them, or a select instead of table that joins the table that has it.`,
  };
}

function oneRowEach({ table, link }: Beside): Ask {
  return {
    at: 'select',
    question: `${table} may have several rows for one customer (${link.column} is not unique). Which of them counts?`,
    todo: `Put a condition into the SELECT where it reads ${table}, so that it finds one row, and delete the ${OPEN}.`,
  };
}

function whichKey(table: string): Ask {
  return {
    at: 'key',
    question: `Which column of ${table} is unique and never NULL?`,
    todo: 'Write its name. The entries below must hold its values.',
  };
}

/** A SELECT of the base table's own columns, and of each role's column beside it. */
function selectOf(catalog: CompanyCatalog, facts: Facts, { table, key, roles }: CustomersCandidate): string {
  const created = createdTime(catalog, facts, table)?.time.column;
  const ownNames = [
    ...new Set([
      key!,
      ...CUSTOMER_ROLES.flatMap((role) =>
        roles[role] && !roles[role].beside ? roles[role].column.name : [],
      ),
      created,
    ]),
  ].filter((name) => name !== undefined);
  const joins = [
    ...new Map(
      CUSTOMER_ROLES.flatMap((role) => roles[role]?.beside ?? []).map((beside) => [beside.table, beside]),
    ).values(),
  ];
  const columns = [
    ...ownNames.map((name) => {
      const role = CUSTOMER_ROLES.find(
        (candidate) => !roles[candidate]?.beside && roles[candidate]?.column.name === name,
      );
      return selected(`c.${quotedName(name)}`, name, role === undefined ? undefined : roles[role]!.column);
    }),
    ...CUSTOMER_ROLES.flatMap((role) => {
      const roleColumn = roles[role];
      if (roleColumn?.beside === undefined) return [];
      const i = joins.findIndex((join) => join.table === roleColumn.beside!.table);
      const { link } = roleColumn.beside;
      return link.unique
        ? selected(`b${i}.${quotedName(roleColumn.column.name)}`, roleColumn.column.name, roleColumn.column)
        : `(SELECT b.${quotedName(roleColumn.column.name)} FROM {schema}.${quotedName(roleColumn.beside.table)} b WHERE b.${quotedName(link.column)} = c.${quotedName(key!)} LIMIT 1) AS ${quotedName(roleColumn.column.name)}`;
    }),
  ];
  const joined = joins
    .map((join, i) => ({ ...join, i }))
    .filter(({ link }) => link.unique)
    .map(
      ({ table: other, link, i }) =>
        `LEFT JOIN {schema}.${quotedName(other)} b${i} ON b${i}.${quotedName(link.column)} = c.${quotedName(key!)}`,
    );
  return [`SELECT ${columns.join(', ')}`, `FROM {schema}.${quotedName(table)} c`, ...joined].join('\n');
}

/** C74: what is kept as octets is text all the same. */
function selected(expression: string, name: string, column: CatalogColumn | undefined): string {
  return isOctets(column) ? `CONVERT(${expression} USING utf8mb4) AS ${quotedName(name)}` : expression;
}

function isOctets(column: CatalogColumn | undefined): boolean {
  return column !== undefined && /binary$|blob$/.test(column.type);
}

function remarks(
  catalog: CompanyCatalog,
  facts: Facts,
  { table, roles }: CustomersCandidate,
  created: TimeProposal | null,
): string[] {
  const columns = columnsOf(catalog, table);
  const ids = (['language', 'country'] as const)
    .filter((role) => roles[role] === undefined)
    .flatMap((role) => roleById(catalog, table, role) ?? []);
  const dates =
    created === null
      ? columns.filter(({ name, type }) => type === 'date' && /creat|regist|join|add/i.test(name))
      : [];
  const others = columns.flatMap((column) => noCustomerIf(column) ?? []);
  const missing = [
    ...CUSTOMER_ROLES.filter((role) => role !== 'region' && roles[role] === undefined),
    ...(created === null ? ['when an account was made'] : []),
  ];
  return [
    ...(missing.length > 0
      ? [
          `Not found: ${missing.join(', ')}. Everybody counts as having none, and every account as made before the cutoff.`,
        ]
      : []),
    ...ids.map(
      (name) => `${name} is the id of another table's row: a select instead of table can look it up.`,
    ),
    ...dates.map(
      ({ name }) =>
        `${name} is a DATE, not an instant, so createdAt is left out: every account counts as made before the cutoff.`,
    ),
    ...(others.length > 0
      ? [
          `These columns may say who is not a customer, for leaveOut: ${others.map(({ name }) => name).join(', ')}. E.g. leaveOut: [{when: "${others[0]!.when}", because: ...}]`,
        ]
      : []),
    ...(facts.unread.length > 0 ? [`Not read: ${facts.unread.join('; ')}.`] : []),
  ];
}

/** The condition under which a column says that the row is no customer's; null: it is not that kind of column. */
function noCustomerIf({ name, type }: CatalogColumn): { name: string; when: string } | null {
  const words = nameWords(name).join(' ');
  if (!NO_CUSTOMER.test(words)) return null;
  if (/^(datetime|timestamp)$/.test(type)) return { name, when: `${quotedName(name)} IS NOT NULL` };
  if (!/^(bit|tinyint)$/.test(type)) return null;
  return { name, when: `${quotedName(name)} = ${/\bis active\b/.test(words) ? 0 : 1}` };
}

const NO_CUSTOMER =
  /\b(guest|bot|staff|admin|superuser|anonymous|deleted|closed|banned|blocked|disabled|inactive|is active|system|service|test)\b/;
