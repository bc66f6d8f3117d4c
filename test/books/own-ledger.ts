import { randomBytes, randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { readAudit } from '../../src/books/audit-chain';
import type { BareBooks, Books } from '../../src/books/books';
import { type Claimed, type LaneBooks, takeLane } from '../../src/books/claim';
import { closeIncident, lastDecision } from '../../src/books/incident-decisions';
import { companyOf, findIncident, insertIncident } from '../../src/books/incident-row';
import { entryHash } from '../../src/books/judge-audit';
import { findLedger, serverIdentity } from '../../src/books/ledger-identity';
import { createLedger } from '../../src/books/migrate';
import { type Database, type LedgerDatabase, openDatabase } from '../../src/books/open-database';
import { joinRelays, readRelays } from '../../src/books/relays';
import type { ClaimRef } from '../../src/books/settle-claim';
import type { KeyColumn } from '../../src/company/key-column';
import { fileHash } from '../../src/incident/file-hash';
import type { Incident } from '../../src/incident/incident-schema';
import { receiversBy } from '../../src/incident/receiver';
import { compileNotices } from '../../src/notice/compile-notice';
import { parseRelays } from '../../src/smtp/relay-list';
import { referenceMapping } from '../company/reference-mapping';
import { testIncident } from '../notice/test-incident';
import { ownSchema } from '../own-schema';

/** What settles a claim of the tests. */
export function refOf({ claimId, token }: Claimed): ClaimRef {
  return { claimId: claimId!, token, wave: 'notice' };
}

/** How the server would carry out this statement, one row a table. */
export async function explained(db: LedgerDatabase, statement: RawBuilder<unknown>) {
  const { rows: servers } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db);
  const explain = servers[0]!.version.includes('MariaDB') ? 'EXPLAIN' : 'EXPLAIN FORMAT=TRADITIONAL';
  const { rows } = await sql<{ table: string; type: string; key: string; rows: string }>`
    ${sql.raw(explain)} ${statement}`.execute(db);
  return rows;
}

/** A ledger of its own beside a small customers table, with a frozen cohort. */
export interface OwnLedger {
  database: Database;
  url: string;
  incident: number;
  books: Books;
  ledgerId: string;
  /** A context that claims in this lane (taken now). */
  claimIn(lane: string, changes?: Partial<LaneBooks>): Promise<LaneBooks>;
  drop(): Promise<void>;
}

/** As a worker's first slice does, for a test of what comes after it. */
export async function joinRelaysOf(books: BareBooks, smtpUrl: string): Promise<void> {
  const relays = parseRelays(smtpUrl).map(({ name, target }) => ({ name, address: target.display }));
  await joinRelays(books, relays, 'test');
}

/** Closes the incident, in its row and on record as if so long ago. @param ago such as `2 DAY`. */
export async function closeAgo({ db, incident }: BareBooks, ago: string): Promise<void> {
  const books = { db, incident };
  await closeIncident(books, { by: 'tester', facts: {}, checkedAt: await lastDecision(books) });
  await sql`UPDATE incidents SET closed_at = closed_at - INTERVAL ${sql.raw(ago)} WHERE incident = ${incident}`.execute(
    db,
  );
  const { closed_at: at } = (await findIncident(db, 'test'))!;
  const last = { ...(await readAudit(books)).at(-1)!, at: at! };
  await sql`UPDATE audit SET at = ${at}, hash = ${entryHash(last)} WHERE incident = ${incident} AND seq = ${last.seq}`.execute(
    db,
  );
}

export const bigintKey: KeyColumn = { sqlType: 'bigint unsigned', kind: 'integer' };
export const variantHash = Buffer.alloc(8, 1);

/** @param customers how many; ids 10, 20, 30 ... @param changes of the incident file, whose id is `test`. */
export async function ownLedger(
  name: string,
  customers: number,
  changes: Partial<Incident> = {},
): Promise<OwnLedger> {
  const schema = await ownSchema(name);
  const file: Incident = {
    ...testIncident(),
    id: 'test',
    pace: { perSecond: 1_000_000 },
    database: { ...referenceMapping(), revoke: [] },
    ...changes,
  };
  await createLedger(schema.url, bigintKey);
  const database = openDatabase(schema.url, { connections: 12 });
  const { db, companySchema } = database;
  await sql`CREATE TABLE ${sql.id(companySchema, 'customers')} (
    id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(320), first_name VARCHAR(100), language VARCHAR(10), created_at DATETIME,
    password_hash VARCHAR(100), password_set_at DATETIME)`.execute(db);
  const { contentHash } = await compileNotices(file);
  await insertIncident(db, {
    incident: file,
    fileHash: fileHash(file),
    contentHash,
    messageKey: randomBytes(32),
    by: 'tester',
  });
  const { incident, message_key: messageKey } = (await findIncident(db, 'test'))!;
  const ids = Array.from({ length: customers }, (_, i) => (i + 1) * 10);
  await sql`INSERT INTO ${sql.id(companySchema, 'customers')} (id, email, first_name, language)
    VALUES ${sql.join(ids.map((id) => sql`(${id}, ${`c${id}@example.test`}, ${`N${id}`}, 'en')`))}`.execute(
    db,
  );
  await sql`INSERT INTO cohort (incident, customer_id, password, expired_at)
    VALUES ${sql.join(ids.map((id) => sql`(${incident}, ${id}, 'expired', UTC_TIMESTAMP(6))`))}`.execute(db);
  const books = { db, incident, company: await companyOf(database, file), messageKey };
  const identity = await serverIdentity(db);
  return {
    database,
    url: schema.url,
    incident,
    books,
    ledgerId: (await findLedger(database))!.id,
    claimIn: async (lane, changes) => {
      const laneToken = randomUUID();
      await takeLane({ db, incident }, lane, laneToken);
      const known = await readRelays({ db, incident });
      if (known.length === 0)
        await joinRelays({ db, incident }, [{ name: 'test', address: 'test:25' }], 'test');
      const own = (await readRelays({ db, incident })).map(({ relay }) => relay);
      return {
        ...books,
        identity,
        remindAfterSeconds: 0,
        wave: 'notice',
        lane,
        lanes: 1,
        laneToken,
        worker: 'test',
        acknowledged: { last: null },
        version: 1,
        relays: { own, ready: own.map((relay) => ({ relay, weight: 1 })), at: 0 },
        leaseSeconds: 60,
        batchLimit: 100,
        receiverOf: receiversBy(),
        giveUpAfterSeconds: 72 * 3_600,
        decide: ({ email }) =>
          email ? { address: email, contentHash: variantHash } : { skip: 'no-address' },
        ...changes,
      };
    },
    drop: async () => {
      await database.close();
      await schema.drop();
    },
  };
}
