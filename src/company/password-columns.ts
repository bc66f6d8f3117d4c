import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn } from './catalog';
import { credentialLook, saysNoKind } from './credential-names';
import type { CredentialFinding } from './find-credentials';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';
import type { TableLink } from './table-links';

/** Columns of a table that hold passwords, by name or by what was seen of their values. */
export function passwordColumns(catalog: CompanyCatalog, facts: Facts, table: string): string[] {
  return columnsOf(catalog, table)
    .filter(
      (column) =>
        credentialLook(column, true)?.kind === 'password' || holdsPasswords(facts, table, column.name),
    )
    .map(({ name }) => name);
}

/**
 * Whether the values say that a column holds passwords whose name says no more than that it opens something: vBulletin's user.token
 * begins with $2y$. A name that says more is believed: reset codes are kept as hashes as well.
 */
export function holdsPasswords({ tables }: Pick<Facts, 'tables'>, table: string, column: string): boolean {
  const shape = tables[table]?.shapes[column];
  return shape !== undefined && saysNoKind(column) && shape.marked > 0 && shape.marked * 2 >= shape.filled;
}

/**
 * One row for each customer in a table that is called so may be their password, in a column whose name says nothing: XenForo's
 * xf_user_authenticate.data. With the row deleted nobody could choose a new one.
 */
export function mayHoldPasswords(catalog: CompanyCatalog, table: string, { unique }: TableLink): boolean {
  const words = nameWords(table);
  return (
    unique &&
    words.some((word) => KEEPS.has(word)) &&
    !PASSING.some((word) => words.includes(word)) &&
    columnsOf(catalog, table).every(({ name }) => !nameWords(name).some((word) => PASSING.includes(word)))
  );
}

const KEEPS = new Set(
  'authenticate authentication auth credential password passwd login identity'.split(' '),
);

const PASSING = 'session token reset reminder recovery request link lost forgot remember code'.split(' ');

/** A table of credentials calls its column as it likes: secret, value, hash. */
export function passwordColumn(
  catalog: CompanyCatalog,
  facts: Facts,
  { table, column, kind }: CredentialFinding,
): CatalogColumn | null {
  if (kind === 'password') return findColumn(catalog, table, column!) ?? null;
  if (column !== null || passwordKind(catalog, facts, table) === null) return null;
  return (
    columnsOf(catalog, table).find(
      ({ name, type }) => /char|text|blob|binary/.test(type) && /^(secret|hash|value)/i.test(name),
    ) ?? null
  );
}

/** Where a row says of which kind it is, and one of these kinds is a password. */
export function passwordKind(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
): { column: string; kind: string } | null {
  for (const [column, kinds] of Object.entries(facts.tables[table]?.kinds ?? {})) {
    const kind = kinds.find((name) => /passw|^pwd$/i.test(name));
    if (kind !== undefined && findColumn(catalog, table, column)) return { column, kind };
  }
  return null;
}

/**
 * Whether a time beside it could be this password's. Of an older form beside it the time says nothing: whoever has chosen a new
 * password since may still have the old form, and could sign in by it (C66).
 */
export function isMainPassword(catalog: CompanyCatalog, facts: Facts, column: CatalogColumn): boolean {
  const older = (name: string) => nameWords(name).some((word) => OLDER.has(word));
  const others = passwordColumns(catalog, facts, column.table).filter((name) => name !== column.name);
  return others.length === 0 || (!older(column.name) && others.every(older));
}

const OLDER = new Set(
  'md5 sha1 sha256 old legacy prev previous first second new temp tmp original pin hint'.split(' '),
);

/** Earlier passwords, kept against reuse: nobody signs in by them. */
export function isHistory({ table, name }: CatalogColumn): boolean {
  const words = nameWords(table);
  const earlier =
    words.includes('password') && words.some((word) => ['old', 'previous', 'used', 'past'].includes(word));
  return earlier || [...words, ...nameWords(name)].includes('history');
}
