import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { PartProcess } from '../../scripts/stack/part-process';
import { openBooks } from '../../src/books/incident-row';
import { standInOf } from '../../src/books/stand-ins';
import type { RunStatus } from '../../src/incident/run-status';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { workflowIdOf } from '../../src/workflows/messages';
import { keyedByAddress, makeAccounts, PERSONAL } from '../address-keys';
import { typed } from '../operator/own-operator';
import { ownSchema } from '../own-schema';
import { type OwnResponse, ownResponse } from './own-response';

/** Of one customer's mailbox, in a spelling that no filter for addresses finds. */
const ITS_WORDS = 'Fassungsraum Annabel Smithson (annabel at kundin.test) overbrimmed';
const RELAY_WORD = /Fassungsraum|Annabel|Smithson|kundin|overbrimmed/i;
const ACCOUNTS = 6_000;

let response: OwnResponse;
beforeEach(async () => {
  const schema = await ownSchema('personal');
  await makeAccounts(schema.url, ACCOUNTS);
  response = await ownResponse('personal', {
    customers: 1,
    schema,
    change: (file) => ({
      ...keyedByAddress(file),
      canary: { ...file.canary, customers: 40 },
      pace: { perSecond: 1_500 },
      retry: { firstAfterSeconds: 1, forHours: 1 },
      relay: { sessions: 8, messagesPerSession: null },
    }),
  });
});
afterEach(() => response.end());

// C93: the key is the address, the relay names a customer in what it says, and all that can go wrong on the way goes wrong.
test('whatever happens, no address, no name and no word of the relay is anywhere but in the ledger', async () => {
  const { relay, row, fired, until, client, file, database } = response;
  const { db, companySchema } = database;
  const told: Record<string, unknown[]> = {};
  const keep = (where: string, what: unknown) => {
    told[where] = [...(told[where] ?? []), what];
  };
  const look = async () => {
    const handle = client.workflow.getHandle(workflowIdOf(file.id));
    const { raw } = await handle.describe();
    keep('description', plain(raw));
    keep('row', await row().then(({ gate_reason, hold_reason }) => [gate_reason, hold_reason]));
    keep('status', await handle.query('status').catch(() => null));
    return raw;
  };
  const lookUntil = (
    awaited: string,
    holds: (raw: Awaited<ReturnType<typeof look>>) => boolean | Promise<boolean>,
  ) => until(awaited, async () => await holds(await look()));
  const resume = () => client.workflow.getHandle(workflowIdOf(file.id)).signal('resume');
  const kill = async (worker: PartProcess) => {
    process.kill(worker.identity.pid, 'SIGKILL');
    await worker.ended;
  };

  // The server refuses the expiry of somebody, and says of whom.
  await sql`CREATE TRIGGER ${sql.id(companySchema, 'refuses')} BEFORE UPDATE ON ${sql.id(companySchema, 'accounts')} FOR EACH ROW
    IF NEW.email = 'addressee77@customers-mail.test' THEN
      SET @said = CONCAT('no change for ', NEW.email);
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = @said;
    END IF`.execute(db);
  const first = await response.worker();
  await response.begin();
  await lookUntil('the refused expiry', ({ pendingActivities }) =>
    (pendingActivities ?? []).some(({ lastFailure }) => lastFailure?.message?.includes('trigger') === true),
  );
  await sql`DROP TRIGGER ${sql.id(companySchema, 'refuses')}`.execute(db);

  // A canary, dots on the wire, and a worker that is killed over them.
  await relay.control({ add: { at: 'rcpt', every: 90, reply: `550 5.2.2 ${ITS_WORDS}` } });
  await relay.control({ add: { at: 'dot', action: 'hold', after: 900 } });
  await lookUntil('dots on the wire', async () => (await fired()) >= 2);
  await kill(first);
  await relay.control({ clear: true });

  // Then the relay refuses one after the other, the breaker closes the gate, and Temporal loses the run.
  await relay.control({ add: { at: 'rcpt', after: 500, reply: `550 ${ITS_WORDS}` } });
  const second = await response.worker();
  await lookUntil('the closed gate', async () => (await row()).gate === 'closed');
  expect((await row()).gate_reason).toMatch(
    /^The relay refused \d+ customers in a row with the same reply: 550\./,
  );
  await lookUntil('a run that knows it', async () => (await response.row()).phase === 'notify');
  const lost = client.workflow.getHandle(workflowIdOf(file.id));
  keep('history', plain(await lost.fetchHistory()));
  await lost.terminate('lost');
  await relay.control({ clear: true });
  await relay.control({ add: { at: 'rcpt', every: 90, reply: `452 4.2.2 ${ITS_WORDS}`, times: 5 } });
  const ledger = await runLedger(database);
  await startRun(client, { incidentId: file.id, title: file.title, ledger, uiUrl: null });
  // What is said to a run before it has read where it stands opens nothing.
  await lookUntil('the closed gate again', async () => {
    const status = await client.workflow
      .getHandle(workflowIdOf(file.id))
      .query('status')
      .catch(() => null);
    return (status as RunStatus | null)?.gate?.gate === 'closed';
  });
  await resume();
  await lookUntil('who is in doubt', async () => /^In doubt/.test((await row()).hold_reason ?? ''));
  const held = await response.books();
  keep('history', plain(await client.workflow.getHandle(workflowIdOf(file.id)).fetchHistory()));
  await second.stop();

  const { incident } = await row();
  keep(
    'audit',
    (await sql`SELECT who, action, detail FROM audit WHERE incident = ${incident}`.execute(db)).rows,
  );
  const journal = join(response.folder, 'journal');
  for (const name of readdirSync(journal).filter((name) => name.endsWith('.dots')))
    keep('journals', readFileSync(join(journal, name), 'utf8'));
  for (const name of ['worker-1', 'worker-2'])
    keep('logs', readFileSync(join(response.folder, name, 'worker.log'), 'utf8'));

  const leaks = Object.entries(told).map(([where, what]) => {
    const text = JSON.stringify(what);
    return [where, PERSONAL.exec(text)?.[0] ?? RELAY_WORD.exec(text)?.[0] ?? null, text.length > 100];
  });
  expect(leaks).toEqual(Object.keys(told).map((where) => [where, null, true]));
  expect(Object.keys(told).sort()).toEqual([
    'audit',
    'description',
    'history',
    'journals',
    'logs',
    'row',
    'status',
  ]);
  // It was all there: ranges ended at addresses, the journals know the dots, and the ledger has the words for whoever asks.
  expect(JSON.stringify(told.history)).toMatch(/~[0-9a-f]{32}/);
  expect(JSON.stringify(told.journals)).toMatch(/~[0-9a-f]{32}/);
  const { sent = 0, in_doubt = 0, failed = 0, deferred = 0, skipped = 0, ...other } = held.notices;
  expect({ other, missing: held.missing, sum: sent + in_doubt + failed + deferred + skipped }).toEqual({
    other: {},
    missing: 0,
    sum: ACCOUNTS,
  });
  expect(in_doubt).toBeGreaterThan(0);
  expect(in_doubt).toBeLessThanOrEqual(file.relay.sessions);
  expect(await response.verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
  const { rows } = await sql<{ customer: string }>`
    SELECT customer_id AS customer FROM notices WHERE state = 'failed' AND reply_text LIKE '%Annabel%' LIMIT 1`.execute(
    db,
  );
  const { out } = await typed('cli', ['lookup', rows[0]!.customer, '--incident', file.id], response.env);
  expect(out).toContain(ITS_WORDS);
  // As the guard would call them.
  const standIn = standInOf(await openBooks(database, await row()), rows[0]!.customer);
  expect((await typed('cli', ['lookup', standIn, '--incident', file.id], response.env)).out).toBe(out);
});

/** With the octets of each payload as the text that they are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
