import { sql } from 'kysely';
import type { RetireEntry, RevokeEntry } from '../../incident/database-schema';
import { type CatalogColumn, findColumn } from '../catalog';
import { customerColumn, source } from '../company';
import { entryPath } from '../entries';
import type { KeyColumn } from '../key-column';
import { comparesAsKey, kindOf, type LinkColumns } from '../link-column';
import { type CompanyFinding, type Subject, stops } from './finding';
import { refusalOf, refusedSource } from './refusal';

/**
 * Whether rows of the entries are found by the customers' key as the server compares it (C56, C57). A password's key must be of the
 * same kind, character set and collation, since it is compared as it is; a link of `revoke` may be of another, and is then looked
 * for by values in its own form.
 */
export function inspectRetireKeys(
  { catalog, mapping }: Subject,
  keyColumn: KeyColumn,
  entries: RetireEntry[],
): CompanyFinding[] {
  return entries.flatMap((entry) => {
    const key = findColumn(catalog, entry.table, entry.key)!;
    if (comparesAsKey(keyColumn, key)) return [];
    const path = `database.${entryPath(mapping, entry)}.key`;
    return [
      stops(
        `${entry.table}.${key.name} is ${described(key)}, and the customers' key is ${keyColumn.sqlType}: to compare them the server would convert one, without an index or not at all`,
        `under ${path} and database.customers.key name two columns of the same type, character set and collation; the customers may be a SELECT that joins the table that has both`,
      ),
    ];
  });
}

/** Of a SELECT, whose key is in no catalogue: it must be what the first password is found by. */
export async function inspectSelectKey(
  { db, companySchema, mapping }: Subject,
  keyColumn: KeyColumn,
): Promise<CompanyFinding[]> {
  if (mapping.customers.table !== undefined) return [];
  const key = customerColumn({ mapping }, 'key');
  let row: { value: unknown; charset: string; collation: string } | undefined;
  const refusal = await refusalOf(async () => {
    const { rows } = await sql<NonNullable<typeof row>>`
    SELECT ${key} AS value, CHARSET(${key}) AS charset, COLLATION(${key}) AS collation
    FROM ${source({ companySchema, mapping })} WHERE ${key} IS NOT NULL LIMIT 1`.execute(db);
    [row] = rows;
  });
  if (refusal !== null) return [refusedSource(mapping, refusal)];
  if (row === undefined) return [];
  const octets = Buffer.isBuffer(row.value);
  const kind = octets ? 'binary' : row.charset === 'binary' ? 'integer' : 'text';
  const isSame =
    kind === keyColumn.kind &&
    (kind !== 'text' ||
      /^uuid/.test(keyColumn.sqlType) ||
      keyColumn.sqlType.endsWith(`CHARACTER SET ${row.charset} COLLATE ${row.collation}`));
  if (isSame) return [];
  const { table, key: link } = mapping.retire[0]!;
  const is = kind === 'text' ? `text in ${row.collation}` : kind === 'integer' ? 'a number' : 'octets';
  return [
    stops(
      `${mapping.customers.key} of the SELECT is ${is}, and ${table}.${link} is ${keyColumn.sqlType}: to compare them the server would convert one, without an index or not at all`,
      'give the key in the SELECT as the column has it, without CAST, CONVERT, CONCAT or arithmetic',
    ),
  ];
}

export function inspectLinks(
  { catalog, mapping }: Subject,
  keyColumn: KeyColumn,
  links: LinkColumns,
  entries: RevokeEntry[],
): CompanyFinding[] {
  return entries.flatMap((entry) => {
    const path = `database.${entryPath(mapping, entry)}`;
    if (entry.email !== undefined) return emailLink(findColumn(catalog, entry.table, entry.email)!, path);
    if (entry.via) {
      const between = findColumn(catalog, entry.via.table, entry.via.key)!;
      const [from, to] = [
        findColumn(catalog, entry.via.table, entry.via.column)!,
        findColumn(catalog, entry.table, entry.key!)!,
      ];
      return [
        ...(comparesAsKey(keyColumn, between) ? [] : [unlikeKey(keyColumn, between, `${path}.via.key`)]),
        ...(areComparable(from, to) ? [] : [unlikeVia(from, to, path)]),
      ];
    }
    const link = findColumn(catalog, entry.table, entry.key!)!;
    if (links.get(entry)?.sameAsKey || convertible(keyColumn, link)) return [];
    return [unlikeKey(keyColumn, link, `${path}.key`)];
  });
}

/** Whether a key of the customers can be written in the link's own form, exactly. */
function convertible(key: KeyColumn, { type, length }: CatalogColumn): boolean {
  const link = kindOf(type);
  if (key.kind === 'integer')
    return link !== 'binary' && !/^(float|double|date|datetime|timestamp|time|year|json)$/.test(type);
  if (key.kind === 'text')
    return link === 'text'
      ? !/^(float|double|json)$/.test(type)
      : link === 'integer' || (length === 16 && holdsUuid(key));
  return (
    link === 'binary' ||
    (link === 'text' &&
      (length === 36 || length === 32 || type === 'uuid') &&
      /^binary\(16\)/.test(key.sqlType))
  );
}

function holdsUuid({ sqlType }: KeyColumn): boolean {
  return /^(var)?char\(3[26]\)|^uuid/.test(sqlType);
}

function unlikeKey({ sqlType }: KeyColumn, link: CatalogColumn, path: string): CompanyFinding {
  return stops(
    `${link.table}.${link.name} is ${described(link)}, and the customers' key is ${sqlType}: no row would match`,
    `name a column under ${path} that holds the key as it is (a UUID may be binary(16), or text of 36 or 32 characters), or another way with via; if there is none, remove the entry, end what it names yourselves, and say so under database.stated`,
  );
}

function areComparable(column: CatalogColumn, otherColumn: CatalogColumn): boolean {
  const [kind, otherKind] = [kindOf(column.type), kindOf(otherColumn.type)];
  if (kind === otherKind) return true;
  return (kind === 'integer' && otherKind === 'text') || (kind === 'text' && otherKind === 'integer');
}

function unlikeVia(from: CatalogColumn, to: CatalogColumn, path: string): CompanyFinding {
  return stops(
    `${from.table}.${from.name} is ${described(from)} and ${to.table}.${to.name} is ${described(to)}: no row would match`,
    `name two columns of the same type under ${path}.via.column and ${path}.key`,
  );
}

function emailLink(link: CatalogColumn, path: string): CompanyFinding[] {
  if (kindOf(link.type) !== 'integer' && !/^(float|double|date|datetime|timestamp|json)$/.test(link.type))
    return [];
  return [
    stops(`${link.table}.${link.name} is ${link.sqlType}, which holds no address`, `correct ${path}.email`),
  ];
}

export function described({ sqlType, charset, collation }: CatalogColumn): string {
  return charset === null ? sqlType : `${sqlType} in ${collation}`;
}
