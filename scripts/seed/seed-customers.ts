import { type Kysely, sql } from 'kysely';
import { makeCustomers, type SeededCustomer } from './make-customers';

export interface Seed {
  /** The customers' schema, with the reference tables in it. */
  companySchema: string;
  customers: number;
  /** The same seed makes the same customers. */
  seed: number;
  /** The incident's cutoff; the tables' times are in UTC. */
  cutoff: string;
  /** Called after each batch with the customers written so far. */
  progress?: (written: number) => void;
}

const ROWS_PER_INSERT = 2_000;

/** Two inserts on their way while the next customers are made up: the database is the only one to wait for. */
const INSERTS_AT_ONCE = 2;

/** Fills the reference schema with made-up customers, all addresses under .test; tens of thousands a second. */
export async function seedCustomers(db: Kysely<unknown>, seed: Seed): Promise<void> {
  let written = 0;
  const underWay: Promise<void>[] = [];
  for (const batch of makeCustomers(seed, ROWS_PER_INSERT)) {
    if (underWay.length >= INSERTS_AT_ONCE) await underWay.shift();
    const insert = insertBatch(db, seed.companySchema, batch).then(() => {
      written += batch.length;
      seed.progress?.(written);
    });
    insert.catch(() => undefined); // awaited in its turn
    underWay.push(insert);
  }
  await Promise.all(underWay);
  await refreshStatistics(db, seed.companySchema);
}

/** Else the server believes the tables empty for some seconds, reads them whole, and the lanes of a run lock each other out. */
async function refreshStatistics(db: Kysely<unknown>, schema: string): Promise<void> {
  const tables = ['customers', 'sessions', 'api_tokens', 'password_resets'].map((table) =>
    sql.id(schema, table),
  );
  await sql`ANALYZE TABLE ${sql.join(tables)}`.execute(db);
}

async function insertBatch(db: Kysely<unknown>, schema: string, batch: SeededCustomer[]): Promise<void> {
  await db.connection().execute(async (connection) => {
    const insert = (table: string, columns: string[], rows: unknown[][]) =>
      insertRows(connection, schema, table, columns, rows);
    await sql`BEGIN`.execute(connection);
    await insert('customers', CUSTOMER_COLUMNS, batch.map(customerRow));
    for (const table of ['sessions', 'api_tokens'] as const) {
      const rows = batch.flatMap((customer) =>
        customer[table].map((madeAt) => [customer.id, customer.token, madeAt]),
      );
      await insert(table, ['customer_id', 'token', 'created_at'], rows);
    }
    const resets = batch.flatMap(({ email, token, password_resets }) =>
      password_resets.map((madeAt) => [email, token, madeAt]),
    );
    await insert('password_resets', ['email', 'token', 'created_at'], resets);
    await sql`COMMIT`.execute(connection);
  });
}

const CUSTOMER_COLUMNS = [
  'id',
  'email',
  'first_name',
  'language',
  'country',
  'region',
  'created_at',
  'password_hash',
  'password_set_at',
];

function customerRow(customer: SeededCustomer): unknown[] {
  const { id, email, firstName, language, country, region, createdAt, passwordHash, passwordSetAt } =
    customer;
  return [id, email, firstName, language, country, region, createdAt, passwordHash, passwordSetAt];
}

// mysql2 makes (..), (..) of an array of arrays: three times as fast as a parameter for each value through Kysely.
async function insertRows(
  db: Kysely<unknown>,
  schema: string,
  table: string,
  columns: string[],
  rows: unknown[][],
) {
  if (rows.length === 0) return;
  const names = columns.map((column) => sql.id(column));
  await sql`INSERT INTO ${sql.id(schema, table)} (${sql.join(names)}) VALUES ${sql.value(rows)}`.execute(db);
}
