import { type QueryExecutorProvider, sql } from 'kysely';
import { format, type SqlValue } from 'mysql2';
import type { KeyColumn } from '../key-column';
import { type Refusal, refusalOf } from './refusal';
import type { RunStatement } from './run-statements';

/** A step of the server's plan: how it would read one table. */
export interface PlanStep {
  /** As the statement calls it. */
  table: string;
  /** ALL and index read the table from end to end. */
  type: string;
  /** The index; null: none. */
  key: string | null;
  rows: number;
}

/** The plan of a statement of the run, or why there is none. Executes nothing. */
export async function explain(
  db: QueryExecutorProvider,
  { statement }: Pick<RunStatement, 'statement'>,
  keyColumn: KeyColumn,
): Promise<{ plan: PlanStep[]; refusal: Refusal | null }> {
  const { sql: text, parameters } = statement.compile(db);
  const whole = format(readPart(withStandIns(text, keyColumn)), parameters as SqlValue[], false, 'Z');
  let plan: PlanStep[] = [];
  const refusal = await refusalOf(async () => {
    const { rows } = await sql<{
      table: string | null;
      type: string | null;
      key: string | null;
      rows: string | number | null;
    }>`
      EXPLAIN FORMAT=TRADITIONAL ${sql.raw(whole)}`.execute(db);
    plan = rows.flatMap(({ table, type, key, rows: read }) =>
      table === null || type === null || table.startsWith('<')
        ? []
        : [{ table, type, key, rows: Number(read ?? 0) }],
    );
  });
  return { plan, refusal };
}

/** Of an INSERT into a table of ours, what it reads. */
function readPart(text: string): string {
  return text.replace(/^\s*INSERT INTO cohort \([^)]*\)/, '');
}

/**
 * The dry run changes nothing, so it makes no ledger; but every statement of the run reads our tables beside the company's. In their
 * place stand derived tables of two rows, each column of its table's type, so that the server checks rights and chooses indexes of
 * the company's tables as it would (two rows: of a single one the optimizer makes constants, and then plans nothing). Temporary
 * tables would want a schema of ours on MySQL, and could be read only once in a statement there.
 */
export function withStandIns(statement: string, keyColumn: KeyColumn): string {
  const key = castAs(keyColumn.sqlType);
  return statement
    .replaceAll(/\s+/g, ' ')
    .replaceAll(OUR_TABLE, (whole, before: string, table: string) =>
      STAND_INS[table] === undefined ? whole : `${before}${STAND_INS[table](key)}`,
    );
}

/** Ours are named without a schema, the company's never; k, b, n and t are what our statements call them. */
const OUR_TABLE = /(\b(?:FROM|(?:STRAIGHT_)?JOIN) )(cohort|notices)(?= [kbnt]\b)/g;

const INSTANT = "CAST('2012-01-15 23:00:00' AS DATETIME(6))";

const TEXT = (value: string) => `CAST('${value}' AS CHAR(20))`;

const STAND_INS: Record<string, (key: string) => string> = {
  cohort: (key) =>
    twice(
      (password) =>
        `CAST(0 AS UNSIGNED) AS incident, ${key} AS customer_id, ${TEXT(password)} AS password, ${INSTANT} AS expired_at, ` +
        "CAST('' AS BINARY(32)) AS fingerprints, NULL AS reappeared_at",
      ['expired', 'none'],
    ),
  notices: (key) =>
    twice(
      (state) =>
        `CAST(0 AS UNSIGNED) AS incident, ${TEXT('notice')} AS wave, ${key} AS customer_id, ${TEXT('primary')} AS address_role, ` +
        `${TEXT(state)} AS state, ${TEXT('')} AS reason, CAST(1 AS UNSIGNED) AS attempt, ${INSTANT} AS retry_at, ${INSTANT} AS first_deferred_at, ` +
        `${INSTANT} AS claimed_at, ${INSTANT} AS settled_at, CAST(550 AS UNSIGNED) AS reply_code, ${TEXT('')} AS receiver`,
      ['released', 'sent'],
    ),
};

function twice(row: (word: string) => string, [first, second]: [string, string]): string {
  return `(SELECT ${row(first)} UNION ALL SELECT ${row(second)})`;
}

/** Of the key's type, character set and collation. */
function castAs(sqlType: string): string {
  const [, type, size, charset, collation] =
    /^(\w+)(?:\(([\d,]+)\))?.*?(?: CHARACTER SET (\w+) COLLATE (\w+))?$/i.exec(sqlType) ?? [];
  if (charset !== undefined)
    return `CAST('0' AS CHAR(${size ?? 36}) CHARACTER SET ${charset}) COLLATE ${collation}`;
  if (type === 'uuid') return "CAST('00000000-0000-0000-0000-000000000000' AS UUID)";
  if (type === 'binary' || type === 'varbinary') return `CAST('0' AS BINARY(${size ?? 16}))`;
  if (type === 'decimal') return `CAST(0 AS DECIMAL(${size ?? '20,0'}))`;
  return /unsigned/i.test(sqlType) ? 'CAST(0 AS UNSIGNED)' : 'CAST(0 AS SIGNED)';
}
