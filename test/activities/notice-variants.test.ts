import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { approve } from '../../scripts/verbs/approve';
import { compileNotices } from '../../src/email/compile-notice';
import { type RealRun, realRun } from '../real-run';

let run: RealRun;
let relay: RelayProcess;
let folder: string;
afterEach(async () => {
  await run.end();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

// Guarded by variantOf() in decide-notice.ts and by the columns in find-candidates.ts.
test('a run sends each customer the notice of their language, law and password, by the columns at the claim', async () => {
  folder = mkdtempSync(join(tmpdir(), 'variants-'));
  relay = await startRelayProcess(folder);
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
  const { contentHash } = await run.until('the approval', (s) => s.waitingFor?.kind === 'approval');
  // Moved since the expiry: from Nevada to California.
  await sql`UPDATE ${table} SET region = 'CA' WHERE country = 'US' AND region = 'NV'`.execute(database.db);
  await approve(client, { incidentId, by: 'the test', contentHash: contentHash! });
  await run.until('the end', (s) => s.phase === 'closed');

  const { variants } = await compileNotices(file);
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
}, 120_000);
