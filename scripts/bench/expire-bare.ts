import type { Connection } from 'mysql2/promise';
import { ledgerSchemaOf } from '../../src/books/open-database';
import { openConnection } from '../../src/company/connect';
import type { Incident } from '../../src/incident/incident-schema';
import type { BenchCompany } from './bench-company';

const CONNECTIONS = 2;
const ROWS_PER_TRANSACTION = 5_000;

/**
 * What a careful engineer's script would do: the same writes in transactions of the same size on as many connections, and
 * nothing else; no lanes, no repeats, no counting, its ranges known before.
 * @returns seconds.
 */
export async function expireByBareLoop(company: BenchCompany, file: Incident): Promise<number> {
  const { companySchema } = company.database;
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(company)));
  const ranges = await rangesOf(connections[0]!, companySchema);
  const cutoff = new Date(file.cutoff).toISOString().slice(0, 23).replace('T', ' ');
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let range = ranges.shift(); range; range = ranges.shift()) {
        await expire(connection, companySchema, cutoff, range);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(connections.map((connection) => connection.end()));
  return seconds;
}

type Range = [after: string, upTo: string];

function open(company: BenchCompany): Promise<Connection> {
  return openConnection(company.url, { schema: ledgerSchemaOf(company.database.companySchema) });
}

async function rangesOf(connection: Connection, schema: string): Promise<Range[]> {
  const [rows] = await connection.query(`SELECT id FROM \`${schema}\`.customers ORDER BY id`);
  const ids = (rows as { id: string }[]).map(({ id }) => String(id));
  const ranges: Range[] = [];
  for (let i = 0; i < ids.length; i += ROWS_PER_TRANSACTION) {
    ranges.push([ids[i - 1] ?? '0', ids[Math.min(i + ROWS_PER_TRANSACTION, ids.length) - 1]!]);
  }
  return ranges;
}

async function expire(connection: Connection, schema: string, cutoff: string, range: Range): Promise<void> {
  const [after, upTo] = range.map((id) => BigInt(id));
  const customers = `\`${schema}\`.customers`;
  await connection.query('BEGIN');
  await connection.query(
    `INSERT INTO cohort (incident, customer_id, password, expired_at, fingerprints)
     SELECT 1, id, CASE WHEN password_hash IS NULL THEN 'none'
         WHEN password_set_at IS NULL OR password_set_at <= ? THEN 'expired' ELSE 'changed_since' END,
       UTC_TIMESTAMP(6), IF(password_hash IS NOT NULL AND (password_set_at IS NULL OR password_set_at <= ?),
         UNHEX(LEFT(SHA2(password_hash, 256), 32)), '')
     FROM ${customers} WHERE id > ? AND id <= ? AND created_at <= ?`,
    [cutoff, cutoff, after, upTo, cutoff],
  );
  await connection.query(
    `UPDATE ${customers} SET password_hash = NULL
     WHERE id > ? AND id <= ? AND created_at <= ? AND password_hash IS NOT NULL
       AND (password_set_at IS NULL OR password_set_at <= ?)`,
    [after, upTo, cutoff, cutoff],
  );
  for (const table of ['sessions', 'api_tokens']) {
    await connection.query(
      `DELETE FROM \`${schema}\`.${table} WHERE customer_id > ? AND customer_id <= ? AND created_at <= ?`,
      [after, upTo, cutoff],
    );
  }
  const [rows] = await connection.query(
    `SELECT DISTINCT r.email FROM ${customers} c JOIN \`${schema}\`.password_resets r ON r.email = c.email
     WHERE c.id > ? AND c.id <= ? AND c.created_at <= ?`,
    [after, upTo, cutoff],
  );
  const emails = (rows as { email: string }[]).map(({ email }) => email);
  if (emails.length > 0) {
    await connection.query(
      `DELETE FROM \`${schema}\`.password_resets WHERE email IN (?) AND created_at <= ?`,
      [emails, cutoff],
    );
  }
  await connection.query('COMMIT');
}
