import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { startRelayProcess } from '../../scripts/relay/relay-process';
import { readAudit } from '../../src/books/audit-chain';
import { rowFaults } from '../../src/books/compare-row-with-audit';
import { proposeFile } from '../../src/books/file-versions';
import { bareBooks, companyOf } from '../../src/books/incident-row';
import { listAddresses } from '../../src/company/scan-customers';
import { fileHash } from '../../src/incident/file-hash';
import { compileNotices } from '../../src/notice/compile-notice';
import { amend } from '../../src/operator/amend';
import { approve } from '../../src/operator/approve';
import { resume } from '../../src/operator/resume';
import { judgeRelayLog } from '../judge-relay-log';
import { untilLockWait } from '../lock-waits';
import { type OwnResponse, ownResponse } from './own-response';

const OLD = 'The words of the first version';
const NEW = 'The words of the second version';
const CANARY = 20;

let response: OwnResponse;
let relay: Awaited<ReturnType<typeof startRelayProcess>>;
afterEach(async () => {
  await relay?.stop();
  await response.end();
});

test('amended with 20 of 60 told, the worker killed amid it: the rest gets the new words, nobody two, and each row says which (C103, I2)', async () => {
  response = await ownResponse('amended', {
    customers: 60,
    change: (file) => {
      for (const texts of Object.values(file.texts)) texts.subject = OLD;
      return { ...file, canary: { mailboxes: [], customers: CANARY, afterwards: 'hold' } };
    },
  });
  const { database, client, file, folder, row } = response;
  const { db } = database;
  const incidentId = file.id;
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  relay = await startRelayProcess(kept, ['--keep', kept, '--keep-first', 'all']);
  const env = { SMTP_URL: `smtp://127.0.0.1:${relay.port}` };
  const worker = await response.worker(env);
  await response.begin();
  await response.until('the canary', async () => (await row()).hold_kind === 'canary-done');

  const books = bareBooks(database, await row());
  const incident = structuredClone(file);
  for (const texts of Object.values(incident.texts)) texts.subject = NEW;
  const { contentHash } = await compileNotices(incident);
  const proposal = await proposeFile(books, {
    incident,
    fileHash: fileHash(incident),
    contentHash,
    by: 'Jo',
  });
  // The gate is closed, and the new file waits for this lock: here the worker dies.
  await db.transaction().execute(async (trx) => {
    await sql`SELECT id FROM file_versions WHERE id = ${proposal} FOR UPDATE`.execute(trx);
    await amend(client, { incidentId, by: 'Jo', proposal, base: 1, reason: 'a typo' });
    await untilLockWait(database, (statement) => statement.includes('UPDATE file_versions'));
    process.kill(worker.identity.pid, 'SIGKILL');
    await worker.ended;
  });
  expect(await row()).toMatchObject({ version: 1, gate: 'closed' });
  await response.worker(env);
  await response.until('the amendment', async () => (await row()).version === 2);
  expect(await row()).toMatchObject({ gate: 'open', approved_at: null, content_hash: contentHash });
  await resume(client, { incidentId, by: 'Ann' });
  await response.until('no hold', async () => (await row()).hold_kind === null);
  expect((await response.books()).missing).toBeGreaterThan(0);
  await approve(client, { incidentId, by: 'Ann', contentHash, version: 2 });
  await response.until('the second look', async () => {
    const { phase, hold_kind } = await row();
    return phase === 'closed' || hold_kind === 'canary-done';
  });
  if ((await row()).phase !== 'closed') await resume(client, { incidentId, by: 'Ann' });
  await response.untilOver();

  expect(await row()).toMatchObject({ phase: 'closed', version: 2 });
  const { cohort, notices } = await response.books();
  const verdict = await judgeRelayLog(
    relay.log,
    listAddresses(db, await companyOf(database, file), Date.now()),
  );
  expect(verdict).toMatchObject({ customersAcceptedTwiceOrMore: 0, customersAcceptedOnce: notices.sent });
  expect((notices.sent ?? 0) + (notices.skipped ?? 0)).toBe(cohort);
  const { rows: told } = await sql<{ queueId: string; version: number }>`
    SELECT n.queue_id AS queueId, c.version FROM notices n JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.state = 'sent'`.execute(db);
  const messages = readdirSync(kept).filter((name) => name.endsWith('.eml'));
  expect(messages).toHaveLength(told.length);
  for (const { queueId, version } of told) {
    const message = readFileSync(join(kept, `${queueId}.eml`), 'utf8');
    expect([version, message.includes(`Subject: ${version === 1 ? OLD : NEW}`)]).toEqual([version, true]);
  }
  const first = told.filter(({ version }) => version === 1).length;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(CANARY);
  expect(rowFaults(await row(), await readAudit(books))).toEqual([]);
});
