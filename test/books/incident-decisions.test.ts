import { enterPhase, recordHold, recordOnce, setRate } from '../../src/books/incident-decisions';
import { findIncident } from '../../src/books/incident-row';
import { recordApproval } from '../../src/books/record-approval';
import { auditEntries } from '../audit-entries';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeAll(async () => {
  ledger = await ownLedger('decisions', 1);
});
afterAll(() => ledger.drop());

const row = async () => (await findIncident(ledger.database.db, 'test'))!;
const decidedBy = async (action: string) =>
  (await auditEntries(ledger.database.db, { action })).map(({ who }) => who);

test('the first approval stands, and only it is on the record (I6)', async () => {
  const { content_hash: contentHash } = await row();
  await recordApproval(ledger.books, { by: 'jane', contentHash });
  const { approved_at: at } = await row();
  await recordApproval(ledger.books, { by: 'joe', contentHash });
  expect(await row()).toMatchObject({
    approved_by: 'jane',
    approved_hash: contentHash,
    approved_at: at,
  });
  expect(await decidedBy('approve')).toEqual(['jane']);
});

test('what an activity repeats after a lost answer is on the record once (I6)', async () => {
  const hold = { kind: 'canary-done' as const, reason: 'Canary done: 3 sent.' };
  const { books } = ledger;
  for (const _ of [1, 2]) await setRate(books, 7, 'ann');
  for (const _ of [1, 2]) await enterPhase(books, 'verify', 'the workflow');
  for (const _ of [1, 2]) await recordHold(books, hold);
  for (const _ of [1, 2]) await recordHold(books, null, 'bob');
  const mailboxes = { who: 'the workflow', action: 'canary-mailboxes', detail: {} };
  expect([await recordOnce(books, mailboxes), await recordOnce(books, mailboxes)]).toEqual([true, false]);
  expect(await decidedBy('rate')).toEqual(['ann']);
  // The first is that of the start.
  expect(await decidedBy('phase')).toHaveLength(2);
  expect(await decidedBy('hold')).toEqual(['the workflow']);
  expect(await decidedBy('resume')).toEqual(['bob']);
  expect(await decidedBy('canary-mailboxes')).toHaveLength(1);
});
