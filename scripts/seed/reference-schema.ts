import { type Kysely, sql } from 'kysely';

/**
 * The company's tables as a middle-sized web shop has them, as the example's incident file maps them. Made in
 * `companySchema`, which must be there; tables of these names must not.
 */
export async function createReferenceSchema(db: Kysely<unknown>, companySchema: string): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    const options = sql.raw('ENGINE=InnoDB DEFAULT CHARSET=utf8mb4');
    await sql`CREATE TABLE ${sql.id(companySchema, table)} (${sql.raw(columns)}) ${options}`.execute(db);
  }
}

const TABLES: Record<string, string> = {
  customers: `
    id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    email VARCHAR(320) NULL,
    first_name VARCHAR(200) NULL,
    language VARCHAR(16) NULL,
    country VARCHAR(60) NULL,
    region VARCHAR(60) NULL,
    created_at DATETIME NOT NULL,
    password_hash VARCHAR(100) NULL,
    password_set_at DATETIME NULL,
    KEY customers_email (email)`,
  sessions: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT UNSIGNED NOT NULL,
    token VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    KEY sessions_customer (customer_id)`,
  api_tokens: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT UNSIGNED NOT NULL,
    token VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    KEY api_tokens_customer (customer_id)`,
  password_resets: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(320) NOT NULL,
    token VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    KEY password_resets_email (email)`,
};
