import { sql } from 'kysely';
import { LedgerError } from './ledger-error';
import type { FrozenTable } from './migrations/0001-ledger';
import type { LedgerDatabase } from './open-database';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/**
 * Makes a table of the default schema. One that is there already, left by a start that was killed, must be this very table.
 * @param db one connection.
 * @throws LedgerError where it is another table, with the first difference.
 */
export async function makeTable(db: LedgerDatabase, table: FrozenTable): Promise<void> {
  const { name, columns } = table;
  const { rows } = await sql`
    SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name}`.execute(
    db,
  );
  if (rows.length > 0) return requireSame(db, table);
  await sql.raw(`CREATE TABLE IF NOT EXISTS ${name} (${columns}\n  ) ${OPTIONS}`).execute(db);
}

/** The server itself says how it writes down what is wanted: the same table, made beside it for a moment. */
async function requireSame(db: LedgerDatabase, { name, columns }: FrozenTable): Promise<void> {
  const wanted = `wanted_${name}`;
  await sql.raw(`DROP TEMPORARY TABLE IF EXISTS ${wanted}`).execute(db);
  await sql.raw(`CREATE TEMPORARY TABLE ${wanted} (${columns}\n  ) ${OPTIONS}`).execute(db);
  const [have, want] = [await linesOf(db, name), await linesOf(db, wanted)];
  await sql.raw(`DROP TEMPORARY TABLE ${wanted}`).execute(db);
  const at = want.findIndex((line, i) => line !== have[i]);
  if (at < 0 && have.length === want.length) return;
  const { rows } = await sql<{ name: string }>`SELECT DATABASE() AS name`.execute(db);
  const [found, needed] = [have, want].map((lines) => lines[at < 0 ? want.length : at] ?? 'nothing');
  throw new LedgerError(
    `The table ${rows[0]!.name}.${name} is there already, and is not the one that this program makes: found ${found}, wanted ${needed}. ` +
      'Nothing was changed. If it holds nothing that somebody needs, drop it and start again; if it does, that schema is in use by something else.',
  );
}

/** Without the table's name and how many rows it had; the checks last and sorted, since MySQL orders those of a temporary table otherwise. */
async function linesOf(db: LedgerDatabase, table: string): Promise<string[]> {
  const { rows } = await sql<{ 'Create Table': string }>`SHOW CREATE TABLE ${sql.id(table)}`.execute(db);
  const text = rows[0]!['Create Table'].replace(/ AUTO_INCREMENT=\d+/, '');
  const lines = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/,$/, ''));
  const isCheck = (line: string) => line.startsWith('CONSTRAINT ');
  return [...lines.filter((line) => !isCheck(line)), ...lines.filter(isCheck).sort()];
}
