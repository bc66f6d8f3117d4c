import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { greetingName } from '../../src/incident/greeting-name';
import { compileNotices, type NoticeSet } from '../../src/notice/compile-notice';
import { foreignPart } from '../../src/notice/guard-message';
import { messageId } from '../../src/notice/message-headers';
import { approve } from '../../src/operator/approve';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';

let run: RealRun;
let relay: RelayProcess;
let folder: string;
afterEach(async () => {
  await run.end();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** Of each message that the relay took, by the books: what in it is not the variant or the data that they have. */
async function unlikeBooks({ variants }: NoticeSet, kept: string): Promise<(string | null)[]> {
  const { message_key: key } = await run.row();
  const domain = run.file.from.address.split('@')[1]!;
  const { rows } = await sql<{ id: string; address: string; name: string | null; content: string }>`
    SELECT n.customer_id AS id, n.address, c.first_name AS name, LOWER(HEX(n.content_hash)) AS content
    FROM notices n JOIN ${sql.id(run.database.companySchema, 'customers')} c ON c.id = n.customer_id
    WHERE n.state = 'sent'`.execute(run.database.db);
  const booked = new Map(
    rows.map((row) => {
      const recipient = { incident: run.incidentId, wave: 'notice' as const, customerId: String(row.id) };
      return [messageId(key, { ...recipient, role: 'primary' }, domain), row];
    }),
  );
  return readdirSync(kept).map((file) => {
    const content = readFileSync(join(kept, file));
    const id = /^Message-ID: <(.+)>/m.exec(content.toString('latin1'))![1]!;
    const row = booked.get(id)!;
    const notice = [...variants.values()].find(({ hash }) => hash.startsWith(row.content))!;
    const greeting = greetingName(row.name);
    const name = 'name' in greeting ? greeting.name : null;
    return foreignPart(content, notice, { address: row.address, name, messageId: id });
  });
}

test('a run sends each customer the notice of their language, law and password, by the columns at the claim', async () => {
  folder = mkdtempSync(join(tmpdir(), 'variants-'));
  const kept = join(folder, 'kept');
  relay = await startRelayProcess(folder, ['--keep', kept, '--keep-first', '2000']);
  run = await realRun('variants', {
    customers: 1_500,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 100_000 },
      canary: { mailboxes: [], customers: 0, afterwards: 'continue' },
    }),
  });
  const { database, file, client, incidentId } = run;
  const { companySchema } = database;
  const table = sql.id(companySchema, 'customers');
  const { contentHash } = await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  // Moved since the expiry: from Nevada to California.
  await sql`UPDATE ${table} SET region = 'CA' WHERE country = 'US' AND region = 'NV'`.execute(database.db);
  await approve(client, { incidentId, by: 'the test', contentHash: contentHash! });
  await run.until('the end', (status) => status.phase === 'closed');

  const notices = await compileNotices(file);
  const { variants } = notices;
  const sent = async (where: string) => {
    const { rows } = await sql<{ hash: string; n: string }>`
      SELECT LOWER(HEX(n.content_hash)) AS hash, COUNT(*) AS n FROM notices n JOIN ${table} c ON c.id = n.customer_id
      JOIN cohort k ON k.incident = n.incident AND k.customer_id = n.customer_id
      WHERE n.state = 'sent' AND ${sql.raw(where)} GROUP BY n.content_hash`.execute(database.db);
    const keys = [...variants.values()].map(({ key, hash }) => [hash.slice(0, 16), key] as const);
    return rows.map(({ hash, n }) => [new Map(keys).get(hash), Number(n) > 0]);
  };
  const english = "c.language LIKE 'en%' AND k.password = 'expired'";
  const spanish = "c.language LIKE 'es%' AND k.password = 'expired'";
  expect(await sent(`${english} AND c.country = 'US' AND c.region IN ('CA','US-CA')`)).toEqual([
    ['en/california/expired', true],
  ]);
  expect(await sent(`${english} AND c.country = 'US' AND c.region IN ('TX','NY') `)).toEqual([
    ['en/default/expired', true],
  ]);
  expect(await sent(`${english} AND TRIM(c.region) = 'MA'`)).toEqual([['en/massachusetts/expired', true]]);
  expect(await sent(`${spanish} AND TRIM(c.region) = 'MA'`)).toEqual([['es/massachusetts/expired', true]]);
  expect(await sent(`${spanish} AND c.country = 'DE'`)).toEqual([['es/gdpr/expired', true]]);
  expect(await sent("c.language = 'ar' AND TRIM(c.region) = 'MA' AND k.password = 'expired'")).toEqual([
    ['en/massachusetts/expired', true],
  ]);
  expect(await sent("c.language LIKE 'en%' AND c.country = 'FR' AND k.password = 'changed_since'")).toEqual([
    ['en/gdpr/changed_since', true],
  ]);
  const unlike = await unlikeBooks(notices, kept);
  expect(unlike.length).toBe((await run.notices()).sent);
  expect(unlike.filter((part) => part !== null)).toEqual([]);
});

test('where no column says when a password was set, whoever has chosen one before the notice is told so, and keeps it (C63, I5)', async () => {
  folder = mkdtempSync(join(tmpdir(), 'variants-'));
  relay = await startRelayProcess(folder);
  run = await realRun('chosen', {
    customers: 300,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 100_000 },
      canary: { mailboxes: [], customers: 0, afterwards: 'continue' },
      database: {
        ...file.database,
        retire: file.database.retire.map(({ setAt: _, ...entry }) => entry),
      },
    }),
  });
  const { database, file, client, incidentId } = run;
  const { db, companySchema } = database;
  const table = sql.id(companySchema, 'customers');
  const { contentHash } = await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  // What appears within seconds of the expiry is not believed to be new (reappeared.ts): these come later, by a reset link.
  await until('six seconds by the database', async () => {
    const { rows } = await sql<{ settled: number }>`
      SELECT MAX(expired_at) < UTC_TIMESTAMP(6) - INTERVAL 6 SECOND AS settled FROM cohort`.execute(db);
    return Number(rows[0]!.settled) === 1;
  });
  await sql`UPDATE ${table} SET password_hash = 'chosen' WHERE id IN (SELECT customer_id FROM (
    SELECT k.customer_id FROM cohort k JOIN ${table} c ON c.id = k.customer_id
    WHERE k.password = 'expired' AND c.email LIKE 'customer%' LIMIT 3) three)`.execute(db);
  await approve(client, { incidentId, by: 'the test', contentHash: contentHash! });
  await run.until('the end', (status) => status.phase === 'closed');

  const { variants } = await compileNotices(file);
  const told = async (hash: string) => {
    const { rows } = await sql<{ content: string; n: string }>`
      SELECT LOWER(HEX(n.content_hash)) AS content, COUNT(*) AS n FROM notices n JOIN ${table} c ON c.id = n.customer_id
      WHERE n.state = 'sent' AND c.password_hash ${sql.raw(hash)} GROUP BY n.content_hash`.execute(db);
    return rows.map(({ content, n }) => {
      const variant = [...variants.values()].find((variant) => variant.hash.startsWith(content));
      return { about: variant!.key.split('/').at(-1), customers: Number(n) };
    });
  };
  const chosen = await told("= 'chosen'");
  expect(new Set(chosen.map(({ about }) => about))).toEqual(new Set(['changed_since']));
  expect(chosen.reduce((sum, { customers }) => sum + customers, 0)).toBe(3);
  expect((await told('IS NULL')).map(({ about }) => about)).not.toContain('changed_since');
});
