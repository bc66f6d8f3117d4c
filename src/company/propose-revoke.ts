import { OPEN } from '../incident/open-answer';
import { viasOf } from './between-tables';
import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn } from './catalog';
import { isAccounts, isOnlyToken, isStaffTable } from './credential-tables';
import { deadToken } from './dead-values';
import { quotedName, quotedText } from './dialect';
import type { Ask, DraftEntry } from './draft';
import { type CredentialFinding, keyValueColumns, looksLikeKey } from './find-credentials';
import { askWhoseId, byLoginName, linkWords } from './login-name-links';
import { nameWords } from './name-words';
import { isHistory, mayHoldPasswords } from './password-columns';
import { isOfSeveralKinds, polymorphicTwin } from './polymorphic-twin';
import type { Facts } from './sample-facts';
import { type LinkTarget, linksTo, ownerOf } from './table-links';
import { addCreatedTime, asTime } from './time-columns';

/** Entries that end what a password had opened; none where it is not the customers', or only the company can say how. */
export function proposeRevoke(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  finding: CredentialFinding,
): DraftEntry[] {
  const { table, column: name, kind } = finding;
  if (kind === 'salt' || kind === 'password' || isStaffTable(table)) return [];
  if (kind === 'keyValue') return keyValueEntries(catalog, facts, target, finding);
  // A second factor lets nobody in by itself, and without it everybody would be let in by less: only the company can want that.
  if (kind === 'secondFactor') return [];
  if (name === null) return rowsEntry(catalog, facts, target, finding);
  const column = findColumn(catalog, table, name)!;
  if (kind === 'epoch') return epochEntry(catalog, facts, target, column, finding);
  return columnEntry(catalog, facts, target, column, finding);
}

/** Rows of sessions, tokens, reset links. */
function rowsEntry(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  { table, why }: CredentialFinding,
): DraftEntry[] {
  const twin = polymorphicTwin(catalog, table, { seen: facts.tables[table]?.kinds ?? {} });
  if (twin !== null) return [polymorphicEntry(catalog, facts, target, { table, why, ...twin })];
  const [link] = linksTo(catalog, table, target);
  const vias = link === undefined ? viasOf(catalog, table, target) : [];
  const login =
    link === undefined && vias[0]?.link.by !== 'foreign key' ? byLoginName(catalog, table, target) : null;
  const [via = null, ...others] = login === null ? vias : [];
  if ((link === undefined && via === null && login === null) || isOfTheirOwn(table)) return [];
  if (link !== undefined && mayHoldPasswords(catalog, table, link)) return [];
  const value: Record<string, unknown> = { table };
  const because: Record<string, string> = { table: why };
  const asks: Ask[] = [];
  if (login !== null) {
    Object.assign(value, login);
    because.key = `by the login name, ${target.table}.${login.via?.column ?? target.key}`;
  } else if (via !== null) {
    Object.assign(value, {
      key: via.link.column,
      via: { table: via.between, key: via.owner.column, column: via.link.toColumn },
    });
    if (others.length > 0) {
      value.key = `${OPEN} ${via.link.column}`;
      asks.push({
        at: 'key',
        question: `Whose id is in ${table}.${via.link.column}: that of ${[via, ...others].map(({ between }) => between).join(', or of ')}?`,
        todo: `Write key: ${via.link.column}, and under via the table between, its column with the customer's key, and its own.`,
      });
    }
    because.key = `by ${via.link.by}; ${via.between} belongs to the customer by ${via.owner.by}`;
  } else {
    value[link!.by === 'e-mail' ? 'email' : 'key'] = link!.column;
    because[link!.by === 'e-mail' ? 'email' : 'key'] = linkWords(link!);
    askWhoseId({ value, asks }, catalog, target, { table, link: link! });
  }
  const pair = keyValueColumns(table, columnsOf(catalog, table));
  if (pair !== null && link?.unique !== true) {
    value.where = OPEN;
    asks.push(whichKeys(table, pair.key, facts));
  }
  addCreatedTime({ value, because, asks }, { catalog, facts, table });
  value.delete = 'rows';
  return [{ value, because, asks }];
}

/** Their own work, kept for them: nothing of it is ended before the company says so. */
function isOfTheirOwn(table: string): boolean {
  return nameWords(table).at(-1) === 'secret';
}

/** C68: a token among other things, such as a second factor, that must stay. */
function whichKeys(table: string, key: string, facts: Facts): Ask {
  const kinds = facts.tables[table]?.kinds[key] ?? [];
  return {
    at: 'where',
    question: `Which rows of ${table} let somebody in, by ${key}?${kinds.length > 0 ? ` There are: ${kinds.slice(0, 8).join(', ')}.` : ' There is no row to tell by.'}`,
    todo: `Write where: "${quotedName(key)} IN ('one', 'another')". Leave second factors: without them a login asks for less.`,
  };
}

/** C69: the same id is another owner under another type. */
function polymorphicEntry(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  { table, why, typeColumn, idColumn }: { table: string; why: string; typeColumn: string; idColumn: string },
): DraftEntry {
  const kinds = facts.tables[table]?.kinds[typeColumn] ?? [];
  const nouns = nameWords(target.table);
  const customerKinds = kinds.filter((kind) => {
    const last = nameWords(kind.split(/[\\.:]/).at(-1)!).join(' ');
    return nouns.includes(last) || nouns.join(' ') === last;
  });
  const [kind] = customerKinds;
  const sure = customerKinds.length === 1;
  const condition = kind === undefined ? '' : `${quotedName(typeColumn)} = ${quotedText(kind)}`;
  const asks: Ask[] = sure
    ? []
    : [
        {
          at: 'where',
          question: `Which ${typeColumn} of ${table} means a customer?${kinds.length > 0 ? ` There are: ${kinds.slice(0, 8).join(', ')}.` : ' There is no row to tell by.'}`,
          todo: `Write where: ${quotedName(typeColumn)} = 'that' (write a backslash twice). The same id belongs to somebody else under another type.`,
        },
      ];
  const value: Record<string, unknown> = {
    table,
    key: idColumn,
    where: sure ? condition : `${OPEN}${condition && ` ${condition}`}`,
  };
  const because: Record<string, string> = {
    table: why,
    key: `by ${typeColumn} beside it`,
    where: sure
      ? `the one of ${kinds.join(', ')} that is called like ${target.table}`
      : 'several kinds of owners',
  };
  addCreatedTime({ value, because, asks }, { catalog, facts, table });
  value.delete = 'rows';
  return { value, because, asks };
}

/** A token in the customer's own row (C65), or in one that belongs to the customer. */
function columnEntry(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  column: CatalogColumn,
  { table, why }: CredentialFinding,
): DraftEntry[] {
  const link = table === target.table ? null : (ownerOf(catalog, table, target) ?? undefined);
  if (link === undefined || nameWords(table).some((word) => NOT_OF_LOGINS.has(word))) return [];
  if (link !== null && isOfSeveralKinds(catalog, facts, table, link)) return [];
  if (isHistory(column)) return [];
  // What somebody signs in by at another company: without it the account is theirs no more.
  if (why === 'data of a login') return [];
  const many = link !== null && !link.unique;
  const whole = many && isOnlyToken(catalog, column, link.column);
  // Of many rows a customer has, such as uploads or devices, nobody can say from here that a login hangs on them.
  if (many && !whole && !isAccounts(table, columnsOf(catalog, table))) return [];
  const { dead, because: fits } = deadToken(catalog, column);
  const asks: Ask[] =
    dead !== undefined
      ? []
      : [
          {
            at: 'dead',
            question: `Which value of ${table}.${column.name} (${column.sqlType}) does the application refuse?`,
            todo: 'Write one that fits and that nobody can guess.',
          },
        ];
  if (whole) {
    const entry = {
      value: { table, key: link.column, delete: 'rows' } as Record<string, unknown>,
      asks: [] as Ask[],
    };
    askWhoseId(entry, catalog, target, { table, link });
    return [{ ...entry, because: { table: why, key: linkWords(link) } }];
  }
  const entry = { value: {} as Record<string, unknown>, asks };
  if (link !== null) askWhoseId(entry, catalog, target, { table, link });
  return [
    {
      value: {
        table,
        key: entry.value.key ?? link?.column ?? target.key,
        // Who has none keeps none: NULL and the empty text are what they have already.
        ...(dead === null || dead === '' ? {} : { where: hasOne(column) }),
        column: column.name,
        dead: dead === undefined ? OPEN : dead,
      },
      because: { key: linkWords(link), column: why, dead: fits },
      asks,
    },
  ];
}

function hasOne({ name, nullable }: CatalogColumn): string {
  return nullable ? `${quotedName(name)} IS NOT NULL` : `${quotedName(name)} <> ''`;
}

/** Theirs is the page of an order, the link of a share: no login hangs on it, and the row is worth keeping. */
const NOT_OF_LOGINS = new Set(
  'order cart basket quote invoice share wishlist coupon download invite invitation project subscriber newsletter webhook payment ticket'.split(
    ' ',
  ),
);

/** What the application compares sessions and signed tokens with: one more, now, or another one. */
function epochEntry(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  column: CatalogColumn,
  { table, why }: CredentialFinding,
): DraftEntry[] {
  const link = table === target.table ? null : (ownerOf(catalog, table, target) ?? undefined);
  if (link === undefined) return [];
  const asks: Ask[] = [];
  const value: Record<string, unknown> = { table, key: link?.column ?? target.key, column: column.name };
  const because: Record<string, string> = {
    key: linkWords(link),
    column: why,
  };
  if (link !== null) askWhoseId({ value, asks }, catalog, target, { table, link });
  if (/char|text/.test(column.type)) value.dead = { random: 32 };
  else if (/int$|^decimal$/.test(column.type) && !/valid|cutoff|before|after/i.test(column.name))
    value.dead = { oneMore: true };
  else {
    const time = asTime(facts, column);
    if (time === null) return [];
    const now = { now: time.time.as, ...(time.time.zone === undefined ? {} : { zone: time.time.zone }) };
    value.dead = time.open === null ? now : OPEN;
    if (time.open !== null)
      asks.push({
        at: 'dead',
        question: `How does ${table}.${column.name} (${column.sqlType}) say when, and in which time zone?`,
        todo: 'Write {now: datetime, zone: THE ZONE}, {now: unixSeconds} or {now: unixMilliseconds}.',
      });
  }
  because.dead = 'ends what is signed or counted by it';
  return [{ value, because, asks }];
}

/** C68: only rows under keys that name a credential, each by itself. */
function keyValueEntries(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  { table }: CredentialFinding,
): DraftEntry[] {
  return credentialKeys(catalog, facts, table).flatMap((key) => keyEntry(catalog, target, table, key) ?? []);
}

/** The keys of a key/value table that name a credential, as far as they were seen. */
export function credentialKeys(catalog: CompanyCatalog, facts: Facts, table: string): string[] {
  const pair = keyValueColumns(table, columnsOf(catalog, table));
  return pair === null ? [] : (facts.tables[table]?.kinds[pair.key] ?? []).filter(looksLikeKey);
}

/** Null: nothing says whose the rows are. */
export function keyEntry(
  catalog: CompanyCatalog,
  target: LinkTarget,
  table: string,
  key: string,
): DraftEntry | null {
  const pair = keyValueColumns(table, columnsOf(catalog, table));
  const link = ownerOf(catalog, table, target);
  if (pair === null || link === null) return null;
  const value: Record<string, unknown> = {
    table,
    key: link.column,
    where: `${quotedName(pair.key)} = ${quotedText(key)}`,
    delete: 'rows',
  };
  const asks: Ask[] = [];
  askWhoseId({ value, asks }, catalog, target, { table, link });
  return {
    value,
    because: { key: linkWords(link), where: `the key ${key} names a credential` },
    asks,
  };
}
