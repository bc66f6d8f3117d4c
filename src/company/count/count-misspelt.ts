import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { RevokeEntry } from '../../incident/database-schema';
import { type Company, companyTable, customerColumn, operatorSql, source } from '../company';
import { type LinkColumn, ownerOfLink } from '../link-column';

/**
 * Rows that are a customer's as the customers' own column compares, and not as the link does: a link that tells upper from lower case,
 * or that writes a UUID in capitals, is looked for by values in our spelling and would be missed (C57).
 */
export async function countMisspelt(
  db: QueryExecutorProvider,
  company: Company,
  entry: RevokeEntry,
  indexed: boolean,
): Promise<number> {
  const link = company.links.get(entry)!;
  if (link.kind !== 'text' || link.sameAsKey || link.owner === null || entry.via !== undefined) return 0;
  const column = sql.id('s', (entry.key ?? entry.email)!);
  const only = entry.where === undefined ? sql`` : sql` WHERE (${operatorSql(company, entry.where)})`;
  const rows = sql`(SELECT ${sql.id((entry.key ?? entry.email)!)} FROM ${companyTable(company, entry.table)}${only}) s`;
  const asked = customerColumn(company, entry.key === undefined ? 'email' : 'key');
  const written = inCollation(link, spelled(link, asked));
  const query = indexed
    ? sql<{ misspelt: string | null }>`
    SELECT COUNT(*) AS misspelt FROM ${rows} STRAIGHT_JOIN ${source(company)} ON ${asked} = ${ownerOfLink(link, column)}
    WHERE NOT (${column} = ${written})`
    : // Sorted together, as in count-revoke.ts.
      sql<{ misspelt: string | null }>`
    SELECT SUM(n > 0 AND owned = 1 AND COALESCE(same, 0) = 0) AS misspelt FROM (
      SELECT n, MAX(known) OVER (PARTITION BY owner) AS owned, MAX(known) OVER (PARTITION BY spelling) AS same FROM (
        SELECT 1 AS n, ${ownerOfLink(link, column)} AS owner, ${column} AS spelling, NULL AS known FROM ${rows}
        UNION ALL SELECT 0, ${asked}, ${written}, 1 FROM ${source(company)} WHERE ${asked} IS NOT NULL) u) w`;
  const { rows: found } = await query.execute(db);
  return Number(found[0]!.misspelt ?? 0);
}

/** As a literal would be compared with the link's column. */
function inCollation({ collation }: LinkColumn, value: RawBuilder<unknown>): RawBuilder<unknown> {
  if (collation === null) return value;
  return sql`CONVERT(${value} USING ${sql.raw(collation.charset)}) COLLATE ${sql.raw(collation.name)}`;
}

/** The key or address as `linkValue` would write it. */
function spelled({ owner, length }: LinkColumn, asked: RawBuilder<unknown>): RawBuilder<unknown> {
  if (owner!.kind === 'integer') return sql`CAST(${asked} + 0 AS CHAR)`;
  if (owner!.kind === 'text') return asked;
  const digits = sql`LOWER(HEX(${asked}))`;
  if (length !== 36) return digits;
  return sql`CONCAT_WS('-', LEFT(${digits}, 8), SUBSTR(${digits}, 9, 4), SUBSTR(${digits}, 13, 4), SUBSTR(${digits}, 17, 4), SUBSTR(${digits}, 21))`;
}
