import { type QueryExecutorProvider, sql } from 'kysely';
import { format, type SqlValue } from 'mysql2';
import type { KeyColumn } from '../key-column';
import { type Refusal, refusalOf } from './refusal';
import type { RunStatement } from './run-statements';
import { withStandIns } from './stand-ins';

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
