import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { choosePort } from '../../scripts/stack/choose-port';
import { findDatabase } from '../../scripts/stack/find-database';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startDatabase } from '../../scripts/stack/start-database';
import { startRelay } from '../../scripts/stack/start-relay';
import { startWorker } from '../../scripts/stack/start-worker';
import { surveyNotices } from '../../src/books/balance';
import { proposeFile } from '../../src/books/file-versions';
import { bareBooks, findIncident } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import { fileHash } from '../../src/incident/file-hash';
import type { Incident } from '../../src/incident/incident-schema';
import { compileNotices } from '../../src/notice/compile-notice';
import { amend } from '../../src/operator/amend';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { keyedByAddress, makeAccounts } from '../address-keys';
import { auditEntries } from '../audit-entries';
import { ownNamespace, typed } from '../operator/own-operator';
import { beginBooks, exampleIncident, makeCompany } from '../real-run';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';

const NUMBERED = {
  ...exampleIncident(),
  pace: { perSecond: 400 },
  canary: { mailboxes: [], customers: 10, afterwards: 'continue' as const },
};

let file: Incident;
let folder: string;
let port: number;
let parts: Map<string, PartProcess>;
let env: NodeJS.ProcessEnv;
let relayLog: string;
let books: Database;
let client: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lost-'));
  parts = new Map();
  port = await choosePort('the database', 0, () => undefined);
  const url = await startServer();
  const relay = await startRelay(folder, 0, (part) => parts.set('relay', part));
  relayLog = relay.log;
  const own = await ownNamespace('lost');
  client = own.client;
  env = {
    ...process.env,
    DATABASE_URL: url,
    SMTP_URL: relay.url,
    TEMPORAL_NAMESPACE: own.namespace,
    BREACH_RESPONSE_LOCAL: folder,
  };
});

/** Its company has 5,000 customers. */
async function begin(given: Incident): Promise<void> {
  const url = env.DATABASE_URL!;
  file = given;
  if (file.database.customers.table === 'accounts') await makeAccounts(url, 5_000);
  await makeCompany(url, file, 5_000);
  books = openDatabase(url, { connections: 2 });
  await beginBooks(books, file);
}

afterEach(async () => {
  for (const name of ['worker', 'relay', 'database']) await parts.get(name)?.stop();
  await client.connection.close();
  await books.close();
  rmSync(folder, { recursive: true, force: true });
});

const startServer = async () =>
  startDatabase(await findDatabase({}, () => undefined), folder, port, (part) => parts.set('database', part));
const work = () => startWorker(folder, env, (part) => parts.set('worker', part));
const row = async () => (await findIncident(books.db, file.id))!;
const told = async () =>
  (await surveyNotices({ db: books.db, incident: (await row()).incident }, 'notice')).notices;
const cli = (args: string[]) => typed('cli', args, env);
/** Told when something is waited for in vain. */
const found = async () => [(await row()).phase, (await row()).hold_reason, await told()];

/** Runs to some 500 told, keeps a copy of the server, and tells 800 more. @param then what is decided in between. */
async function runBeyondCopy(freeInCopy = 0, then = async () => undefined): Promise<void> {
  await work();
  const ledger = await runLedger(books);
  await startRun(client, { incidentId: file.id, title: file.title, ledger, uiUrl: null });
  const { content_hash: contentHash } = await row();
  await until('the approval', async () => (await row()).phase === 'approval', found);
  await approve(client, { incidentId: file.id, by: 'the test', contentHash });
  await until('500 told', async () => ((await told()).sent ?? 0) > 500, found);
  expect((await cli(['pause', '--by', 'the test'])).code).toBe(0);
  const atCopy = (await told()).sent ?? 0;
  if (freeInCopy > 0) await giveBackNext(freeInCopy);
  await parts.get('database')!.stop();
  cpSync(join(folder, 'database', 'data'), join(folder, 'copy'), { recursive: true });
  await startServer();
  await then();
  await until('resume', async () => (await cli(['resume', '--by', 'the test'])).code === 0, found);
  await until('800 more', async () => ((await told()).sent ?? 0) > atCopy + 800, found);
}

/** As after a claim that a pause has cut off: the next ones have a row, and are free. */
async function giveBackNext(customers: number): Promise<void> {
  const { incident } = await row();
  await sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, settled_at)
    SELECT k.incident, 'notice', k.customer_id, 'primary', 'released', 0, UTC_TIMESTAMP(6) FROM cohort k
    WHERE k.incident = ${incident} AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.incident = k.incident AND n.wave = 'notice'
      AND n.customer_id = k.customer_id)
    ORDER BY k.customer_id LIMIT ${sql.lit(customers)}`.execute(books.db);
}

/** kill -9, and the older copy in its place: the same server by every name that it has. */
async function failOver(): Promise<void> {
  process.kill(parts.get('database')!.identity.pid, 'SIGKILL');
  await parts.get('database')!.ended;
  const data = join(folder, 'database', 'data');
  rmSync(data, { recursive: true });
  cpSync(join(folder, 'copy'), data, { recursive: true });
  await startServer();
}

/** By whichever it is seen first: a slice counts claims, or Temporal's head of the audit is ahead of the ledger's own. */
const heldForLoss = () =>
  until(
    'the hold for what is lost',
    async () =>
      /^The database is not as the run left it: It has lost (claims|decisions)/.test(
        (await row()).hold_reason ?? '',
      ),
    found,
  );

const verdict = () => relayVerdict(books, file.id, relayLog);

/** From the reconciled books to their end; who is in doubt is left. */
async function finish(): Promise<void> {
  expect((await cli(['set-rate', '100000', '--by', 'the test'])).code).toBe(0);
  expect((await cli(['resume', '--by', 'the test'])).code).toBe(0);
  const over = async () =>
    (await row()).phase === 'closed' || /^In doubt/.test((await row()).hold_reason ?? '');
  await until('the end', over, found);
}

test.each([
  ['a number', NUMBERED],
  // The journals have a MAC for each of them (C93).
  ['the address', keyedByAddress(NUMBERED)],
])(
  'the database is replaced by an older copy, and the key is %s: detected, held, rebuilt from the journals; nobody is told twice (I2)',
  async (_, given) => {
    await begin(given);
    await runBeyondCopy();
    await failOver();
    await heldForLoss();
    await sql`UPDATE incidents SET server_identity = 'a server elsewhere'`.execute(books.db);
    const dry = JSON.parse((await cli(['reconcile', '--json'])).out);
    expect(dry).toMatchObject({ done: false, otherServer: true, unknownWorkers: [], neitherKnows: 0 });
    expect(dry.lostClaims).toBeGreaterThan(5);
    const sentBefore = (await told()).sent!;
    const done = JSON.parse((await cli(['reconcile', '--go', '--by', 'the test', '--json'])).out);
    // Whom the worker gave back meanwhile is not rebuilt.
    expect(done).toMatchObject({
      ...{ done: true, lostClaims: dry.lostClaims },
      rebuilt: { sent: dry.rebuilt.sent, in_doubt: 0 },
    });
    expect((await told()).sent).toBe(sentBefore + done.rebuilt.sent + (done.settled.sent ?? 0));
    const { out } = await cli(['reconcile']);
    expect(out).toContain('Nothing is lost');
    expect(out).toContain('Server     the one that this incident is on');

    await finish();
    const { notices, missing, cohort } = await surveyNotices(
      { db: books.db, incident: (await row()).incident },
      'notice',
    );
    const { sent = 0, skipped = 0, in_doubt = 0, ...other } = notices;
    expect({ other, missing }).toEqual({ other: {}, missing: 0 });
    expect(in_doubt).toBeLessThanOrEqual(file.relay.sessions);
    expect(sent + skipped + in_doubt).toBe(cohort);
    const judged = await verdict();
    expect(judged).toMatchObject({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
    expect(judged.customersAcceptedOnce).toBeGreaterThanOrEqual(sent);
    expect(await auditEntries(books.db, { action: 'reconcile' })).toHaveLength(1);
  },
);

test('an older copy, and the journals are lost too: what neither knows is in doubt, nobody is told twice (I2)', async () => {
  await begin(NUMBERED);
  await runBeyondCopy(40);
  process.kill(parts.get('worker')!.identity.pid, 'SIGKILL');
  await parts.get('worker')!.ended;
  rmSync(join(folder, 'journal'), { recursive: true });
  await failOver();
  await work();
  await heldForLoss();
  const done = JSON.parse((await cli(['reconcile', '--go', '--by', 'the test', '--json'])).out);
  expect(done.unknownWorkers).toHaveLength(1);
  expect(done.neitherKnows).toBeGreaterThan(600);
  await finish();
  const { notices, missing } = await surveyNotices(
    { db: books.db, incident: (await row()).incident },
    'notice',
  );
  expect([notices.in_doubt, missing]).toEqual([done.neitherKnows, 0]);
  expect(await verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
});

/** The same file with another subject. */
async function amendSubject(): Promise<undefined> {
  const incident = structuredClone(file);
  for (const texts of Object.values(incident.texts)) texts.subject = 'The words of the second version';
  const { contentHash } = await compileNotices(incident);
  const proposal = await proposeFile(bareBooks(books, await row()), {
    ...{ incident, contentHash, fileHash: fileHash(incident), by: 'Jo' },
  });
  await amend(client, { incidentId: file.id, by: 'Jo', proposal, base: 1, reason: 'a typo' });
  await until('the amendment', async () => (await row()).version === 2, found);
  // The run reads it a moment later.
  const approval = ['approve', '--content', contentHash, '--by', 'Ann'];
  await until('the approval', async () => (await cli(approval)).code === 0, found);
}

const OLDER =
  /^The database is not as the run left it: It is older than the run: it has version 1 .* by version 2 /;
const isHeldFor = async (words: RegExp) => words.test((await row()).hold_reason ?? '');

test('an older copy from before an amendment: what was reconciled goes on by no words that were amended, before somebody says so (I2, I7)', async () => {
  await begin(NUMBERED);
  await runBeyondCopy(0, amendSubject);
  await failOver();
  await until('the hold', () => isHeldFor(/^The database is not as the run left it: /), found);
  expect((await cli(['reconcile', '--go', '--by', 'the test'])).code).toBe(0);
  if (!(await isHeldFor(OLDER))) expect((await cli(['resume', '--by', 'the test'])).code).toBe(0);
  await until('the hold for the older words', () => isHeldFor(OLDER), found);
  expect((await row()).version).toBe(1);
  const { rows } = await sql<{ at: string }>`SELECT UTC_TIMESTAMP(3) AS at`.execute(books.db);
  await amendSubject();
  await finish();
  const late = await sql<{ claims: string }>`
    SELECT COUNT(*) AS claims FROM claims c JOIN audit a ON a.action = 'reconcile'
    WHERE c.version = 1 AND c.claimed_at > a.at`.execute(books.db);
  expect(late.rows).toEqual([{ claims: '0' }]);
  const fresh = await sql<{ claims: string }>`
    SELECT COUNT(*) AS claims FROM claims WHERE version = 2 AND claimed_at > ${rows[0]!.at}`.execute(
    books.db,
  );
  expect(Number(fresh.rows[0]!.claims)).toBeGreaterThan(0);
  expect(await verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
});
