import { sql } from 'kysely';
import { amendRun } from '../../src/activities/amend-run';
import { runContexts } from '../../src/activities/run-context';
import { watchGate } from '../../src/activities/watches';
import { findIncident } from '../../src/books/incident-row';
import { amendAs, faultsOf, proposeTo } from '../books/own-amendment';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { until } from '../until';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('amendrun', 1);
});
afterEach(() => ledger.drop());

const row = async () => (await findIncident(ledger.database.db, 'test'))!;
const newWords = () =>
  proposeTo(ledger, (file) => {
    file.texts.en!.heading = 'Notice';
  });

test('a worker reads the file anew once it is amended, and knows its last claim still (C103)', async () => {
  const runs = runContexts(ledger.database);
  const before = await runs('test');
  before.acknowledged.last = { token: 'the last' };
  expect(await runs('test')).toBe(before);
  await amendAs(ledger, await newWords());
  const after = await runs('test');
  expect(after.file.texts.en!.heading).toBe('Notice');
  expect((await after.notices()).contentHash).toBe((await row()).content_hash);
  expect(after.acknowledged).toBe(before.acknowledged);
});

test('no dot of an older version goes out, though the gate is open again (C103)', async () => {
  const watch = watchGate(ledger.books, 1);
  try {
    expect(watch.objection()).toBeNull();
    await amendAs(ledger, await newWords());
    expect((await row()).gate).toBe('open');
    await until('the objection', async () => watch.objection() === 'the file was amended');
  } finally {
    watch.stop();
  }
});

test('the activity amends the file, and a second attempt finds that done', async () => {
  const { objection: _, ...asked } = await newWords();
  const amend = amendRun(runContexts(ledger.database));
  expect(await amend('test', asked)).toBeNull();
  expect(await amend('test', asked)).toBeNull();
  expect(await row()).toMatchObject({ version: 2, gate: 'open', fence: '1' });
  expect(await faultsOf(ledger)).toEqual([]);
});

test('words that no worker of this version could send are refused (C50)', async () => {
  const { objection: _, ...asked } = await newWords();
  await sql`UPDATE file_versions SET content_hash = REPEAT('a', 64) WHERE id = ${asked.proposal}`.execute(
    ledger.database.db,
  );
  expect(await amendRun(runContexts(ledger.database))('test', asked)).toMatch(
    /^the worker writes other notices from this file \([0-9a-f]{12}\) than the program that proposed it \(aaaaaaaaaaaa\)/,
  );
  expect(await row()).toMatchObject({ version: 1, gate: 'open' });
});

test('a worker that could not send the words of now either refuses nothing: a right one may have the amendment (C50)', async () => {
  const { objection: _, ...asked } = await newWords();
  const { db } = ledger.database;
  await sql`UPDATE file_versions SET content_hash = REPEAT('a', 64) WHERE id = ${asked.proposal}`.execute(db);
  await sql`UPDATE incidents SET content_hash = REPEAT('b', 64)`.execute(db);
  const amended = amendRun(runContexts(ledger.database))('test', asked);
  await expect(amended).rejects.toMatchObject({ type: 'OtherContent', nonRetryable: false });
  expect(await row()).toMatchObject({ version: 1, gate: 'open' });
});
