import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';

/** Where MySQL and MariaDB differ, and how both read names and texts. */

/** Asks the server. */
export async function isMariaDb(db: QueryExecutorProvider): Promise<boolean> {
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db);
  return namesMariaDb(rows[0]!.version);
}

/** @param version as the server gives it, such as 10.11.6-MariaDB. */
export function namesMariaDb(version: string): boolean {
  return /mariadb/i.test(version);
}

/** Names between back quotes; several with dots between them, such as `shop`.`customers`. */
export function quotedName(...names: string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}

/** A text as our sessions read it: backslashes escape. */
export function quotedText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

export type TimeLimit = (select: RawBuilder<unknown>) => RawBuilder<Record<string, string | number | null>>;

/** Makes a SELECT of what stands after that word; the server ends it when it takes longer. */
export function timeLimit(mariaDb: boolean, seconds: number): TimeLimit {
  return mariaDb
    ? (select) => sql`SET STATEMENT max_statement_time = ${sql.lit(seconds)} FOR SELECT ${select}`
    : (select) => sql`SELECT /*+ MAX_EXECUTION_TIME(${sql.lit(seconds * 1000)}) */ ${select}`;
}

/** A column's default out of MariaDB's catalogue, which gives an expression: 'text' in quotes, a number, NULL, or what computes it. */
export function mariaDbDefault(expression: string | null): string | null {
  const text = /^'((?:[^'\\]|''|\\[\s\S])*)'$/.exec(expression ?? '')?.[1];
  if (text !== undefined) return text.replaceAll("''", "'").replaceAll(/\\([\s\S])/g, '$1');
  return /^-?\d+(\.\d+)?$/.test(expression ?? '') ? expression : null;
}

/** The same of MySQL, which gives the text itself, and says in EXTRA whether it computes it. */
export function mysqlDefault(value: string | null, extra: string): string | null {
  return /default_generated/i.test(extra) ? null : value;
}
