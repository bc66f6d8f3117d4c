import { type QueryExecutorProvider, sql } from 'kysely';
import type { ForeignKey } from './catalog';

/**
 * The foreign keys within the schema that this user may see. MariaDB shows the rule of a deletion only to who may also write; whoever
 * may read the whole table finds it in SHOW CREATE TABLE.
 */
export async function readForeignKeys(
  db: QueryExecutorProvider,
  companySchema: string,
): Promise<ForeignKey[]> {
  const { rows } = await sql<
    Record<'table_name' | 'name' | 'column_name' | 'target' | 'target_column', string> & {
      on_delete: string | null;
    }
  >`
    SELECT k.TABLE_NAME AS table_name, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS column_name,
      k.REFERENCED_TABLE_NAME AS target, k.REFERENCED_COLUMN_NAME AS target_column, r.DELETE_RULE AS on_delete
    FROM information_schema.KEY_COLUMN_USAGE k
    LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = ${companySchema}
      AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = ${companySchema} AND k.REFERENCED_TABLE_SCHEMA = ${companySchema}
    ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`.execute(db);
  const keys = new Map<string, ForeignKey>();
  for (const row of rows) {
    const { table_name: table, name, target: to, on_delete: onDelete } = row;
    const id = JSON.stringify([table, name]);
    const key = keys.get(id) ?? { table, name, columns: [], to, toColumns: [], onDelete };
    key.columns.push(row.column_name);
    key.toColumns.push(row.target_column);
    keys.set(id, key);
  }
  const found = [...keys.values()];
  for (const table of new Set(found.filter(({ onDelete }) => onDelete === null).map((key) => key.table))) {
    const rules = await rulesInDefinition(db, companySchema, table);
    for (const key of found) if (key.table === table) key.onDelete ??= rules.get(key.name) ?? null;
  }
  return found;
}

/** The rule of each foreign key by its name; empty where the user may not see the definition. */
async function rulesInDefinition(
  db: QueryExecutorProvider,
  companySchema: string,
  table: string,
): Promise<Map<string, string>> {
  try {
    const { rows } = await sql<
      Record<string, string>
    >`SHOW CREATE TABLE ${sql.id(companySchema, table)}`.execute(db);
    return deleteRules(rows[0]?.['Create Table'] ?? '');
  } catch (error) {
    const { errno } = error as { errno?: number };
    if (errno === TABLE_ACCESS_DENIED) return new Map();
    throw error;
  }
}

const TABLE_ACCESS_DENIED = 1142;

/** @param definition as SHOW CREATE TABLE gives it. */
export function deleteRules(definition: string): Map<string, string> {
  return new Map(
    [...definition.matchAll(/^\s*CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY (.*)$/gm)].map(([, name, rest]) => [
      name!.replaceAll('``', '`'),
      /\bON DELETE (CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION)\b/.exec(withoutNames(rest!))?.[1] ??
        'RESTRICT',
    ]),
  );
}

function withoutNames(text: string): string {
  return text.replaceAll(/`(?:[^`]|``)*`/g, '``');
}
