import { sql } from 'kysely';
import { ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { VARIABLES } from '../../src/operator/parts/addresses';

/** The demo must harm nobody's real parts; its words say what may be given instead. */
export class RealPartError extends Error {}

/** @throws RealPartError: the demo's customers are made up, and a real relay would bounce 100,000 messages to them. */
export function refuseRealRelay(smtpUrl: string): void {
  const real = smtpUrl
    .trim()
    .split(/\s+/)
    .map((url) => new URL(url).hostname)
    .find((hostname) => !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
  if (real === undefined) return;
  throw new RealPartError(
    `SMTP_URL points to ${real}: the demo's customers are made up, and their notices must not go out.\n` +
      'Unset SMTP_URL, and the demo uses its own relay; one on this machine (127.0.0.1) is taken as well.',
  );
}

/** @throws RealPartError: a rehearsal breaks its parts, and teaches commands that must not reach anybody's real ones. */
export function refuseRealParts(env: NodeJS.ProcessEnv): void {
  const set = Object.values(VARIABLES).filter((name) => env[name]);
  if (set.length === 0) return;
  throw new RealPartError(
    `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set in this terminal: a rehearsal kills its database, its Temporal and its relay, so it uses none but its own.\n` +
      `Type: unset ${set.join(' ')}\nand start it again here.`,
  );
}

/** @throws RealPartError: demo and seed make tables and fill them, so the schema must be empty. */
export async function refuseFilledSchema(url: string): Promise<void> {
  const database = openDatabase(url, { ledgerExists: false, connections: 1 });
  const { companySchema } = database;
  const schemas = [companySchema, ledgerSchemaOf(companySchema)];
  try {
    const { rows } = await sql<{ name: string }>`
      SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name FROM information_schema.TABLES
      WHERE TABLE_SCHEMA IN (${sql.join(schemas)}) ORDER BY name LIMIT 4`.execute(database.db);
    if (rows.length === 0) return;
    throw new RealPartError(
      `${companySchema} is a schema in use: it holds ${rows.map(({ name }) => name).join(', ')}.\n` +
        'Only an empty schema is filled with made-up customers: name one (CREATE DATABASE breach_demo), or unset DATABASE_URL.',
    );
  } finally {
    await database.close();
  }
}
