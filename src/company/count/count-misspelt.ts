import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { RevokeEntry } from '../../incident/database-schema';
import { type Company, companyTable, customerColumn, source } from '../company';
import { entryRows } from '../entries';
import { type LinkColumn, linkName, numberIn, ownerOfLink, uuidText } from '../link-column';

/**
 * Rows that are a customer's as what they point to compares, and not as the link does: a link that tells upper from lower case, or that
 * writes a UUID in capitals or a number with zeros before it, is looked for by values in our spelling and would be missed (C57).
 */
export async function countMisspelt(
  db: QueryExecutorProvider,
  company: Company,
  entry: RevokeEntry,
  indexed: boolean,
): Promise<number> {
  const link = company.links.get(entry)!;
  const asNumber = link.kind === 'integer' && link.owner?.kind === 'text';
  if (link.sameAsKey || link.owner === null || !(link.kind === 'text' || asNumber)) return 0;
  const column = sql.id('s', linkName(entry));
  const rows = sql`${entryRows(company, entry, [linkName(entry)])} s`;
  const owners = entry.via ? sql`${companyTable(company, entry.via.table)} v` : source(company);
  const asked = entry.via
    ? sql.id('v', entry.via.column)
    : customerColumn(company, entry.key === undefined ? 'email' : 'key');
  const [meant, known] = asNumber ? [column, numberIn(asked)] : [ownerOfLink(link, column), asked];
  const written = asWritten(link, asked);
  const query =
    indexed && !asNumber
      ? sql<{ misspelt: string | null }>`
    SELECT COUNT(*) AS misspelt FROM ${rows}
    WHERE (SELECT MAX(${column} = ${written}) FROM ${owners} WHERE ${known} = ${meant}) = 0`
      : // Sorted together, as in count-revoke.ts.
        sql<{ misspelt: string | null }>`
    SELECT SUM(n > 0 AND owned = 1 AND COALESCE(same, 0) = 0) AS misspelt FROM (
      SELECT n, MAX(known) OVER (PARTITION BY owner) AS owned, MAX(known) OVER (PARTITION BY spelling) AS same FROM (
        SELECT 1 AS n, ${meant} AS owner, ${column} AS spelling, NULL AS known FROM ${rows}
        UNION ALL SELECT 0, ${known}, ${written}, 1 FROM ${owners} WHERE ${known} IS NOT NULL) u) w`;
  const { rows: counts } = await query.execute(db);
  return Number(counts[0]!.misspelt ?? 0);
}

/** What the link is looked for by, of a value that it is compared with, as revoke.ts and a literal have it; NULL: it is not looked for. */
export function asWritten(link: LinkColumn, asked: RawBuilder<unknown>): RawBuilder<unknown> {
  if (link.sameAsKey || link.owner === null) return asked;
  if (link.kind === 'integer') {
    const text = sql`CAST(${asked} AS CHAR)`;
    return sql`IF(${text} REGEXP '^-?[0-9]{1,38}$', CAST(${text} AS DECIMAL(38, 0)), NULL)`;
  }
  return inCollation(link, inOurSpelling(link, asked));
}

/** As a literal would be compared with the link's column. */
function inCollation({ collation }: LinkColumn, value: RawBuilder<unknown>): RawBuilder<unknown> {
  if (collation === null) return value;
  return sql`CONVERT(${value} USING ${sql.raw(collation.charset)}) COLLATE ${sql.raw(collation.name)}`;
}

/** A key, address or value of the table between as it is looked for. */
function inOurSpelling({ owner, length }: LinkColumn, asked: RawBuilder<unknown>): RawBuilder<unknown> {
  if (owner!.kind === 'integer') return sql`CAST(${asked} + 0 AS CHAR)`;
  if (owner!.kind === 'text') return asked;
  return length === 36 ? uuidText(asked) : sql`LOWER(HEX(${asked}))`;
}
