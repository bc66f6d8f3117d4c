import { sql } from 'kysely';
import type { Incident } from '../../src/incident/incident-schema';
import { type BenchCompany, newCompany } from './bench-company';
import { expireByBareLoop } from './expire-bare';
import { expireByUs } from './expire-ours';
import { type ExpireRates, median } from './floors';

/** Customers a second, the medians of alternating rounds, each on a fresh copy of the same customers. */
export async function benchExpire(
  serverUrl: string,
  template: BenchCompany,
  file: Incident,
  { customers, rounds, say }: { customers: number; rounds: number; say: (line: string) => void },
): Promise<ExpireRates> {
  const ours: number[] = [];
  const bare: number[] = [];
  const twoTables: number[] = [];
  const written: Written[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [rates, expire, own] of [
      [bare, expireByBareLoop, file],
      [ours, expireByUs, file],
      [twoTables, expireByUs, withLogins(file)],
    ] as const) {
      const company = await newCompany(serverUrl, own, template);
      if (own !== file) await moveToLogins(company);
      const seconds = await expire(company, own, customers);
      rates.push(customers / seconds);
      written.push(await whatIsWritten(company));
      await company.drop();
    }
    say(
      `expire, round ${round}: bare loop ${Math.round(bare.at(-1)!)}/s, ours ${Math.round(ours.at(-1)!)}/s, passwords in another table ${Math.round(twoTables.at(-1)!)}/s`,
    );
  }
  checkSameWrites(written);
  return { ours: median(ours), bare: median(bare), twoTables: median(twoTables) };
}

function withLogins(file: Incident): Incident {
  const [entry] = file.database.retire;
  return {
    ...file,
    id: `${file.id}-logins`,
    database: { ...file.database, retire: [{ ...entry!, table: 'logins', key: 'customer_id' }] },
  };
}

async function moveToLogins({ database: { db, companySchema } }: BenchCompany): Promise<void> {
  const [logins, customers] = ['logins', 'customers'].map((table) => sql.id(companySchema, table));
  await sql`CREATE TABLE ${logins} (customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY, password_hash VARCHAR(100) NULL,
    password_set_at DATETIME NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`.execute(db);
  await sql`INSERT INTO ${logins} SELECT id, password_hash, password_set_at FROM ${customers}`.execute(db);
}

interface Written {
  cohort: number;
  expired: number;
  credentialsLeft: number;
}

async function whatIsWritten({ database: { db, companySchema } }: BenchCompany): Promise<Written> {
  const count = async (from: string) => {
    const { rows } = await sql<{ count: string }>`SELECT COUNT(*) AS count FROM ${sql.raw(from)}`.execute(db);
    return Number(rows[0]!.count);
  };
  const tables = ['sessions', 'api_tokens', 'password_resets'].map((table) =>
    count(`${companySchema}.${table}`),
  );
  return {
    cohort: await count('cohort'),
    expired: await count("cohort WHERE password = 'expired'"),
    credentialsLeft: (await Promise.all(tables)).reduce((sum, left) => sum + left, 0),
  };
}

/** A comparison of different work would be worth nothing. A few tokens from after the cutoff are ours alone to delete. */
function checkSameWrites(written: Written[]): void {
  const [first] = written;
  for (const next of written) {
    const same =
      next.cohort === first!.cohort &&
      next.expired === first!.expired &&
      Math.abs(next.credentialsLeft - first!.credentialsLeft) <= 0.01 * first!.cohort;
    if (!same) throw new Error(`The two do not write the same: ${JSON.stringify([first, next])}`);
  }
}
