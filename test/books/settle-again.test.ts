import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Claimed, claimNotices } from '../../src/books/claim';
import type { NoticesTable } from '../../src/books/ledger-tables';
import { type Settlement, settleClaim } from '../../src/books/settle-claim';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

const KINDS = ['sent', 'failed', 'deferred', 'skipped', 'released', 'in_doubt'] as const;
type Kind = (typeof KINDS)[number];

function outcome(state: Kind, customerId: string): Settlement {
  switch (state) {
    case 'sent':
      return { customerId, state, replyCode: 250, queueId: 'Q1' };
    case 'failed':
      return { customerId, state, replyCode: 550, replyText: 'no such user', reason: 'rcpt 5.1.1' };
    case 'deferred':
      return {
        customerId,
        state,
        replyCode: 451,
        replyText: 'later',
        reason: 'rcpt 4.5.1',
        retryAfterSeconds: 60,
      };
    case 'skipped':
      return { customerId, state, reason: 'smtputf8-not-offered' };
    default:
      return { customerId, state };
  }
}

let ledger: OwnLedger;
let claim: Claimed;
let ids: string[];
beforeEach(async () => {
  ledger = await ownLedger('again', KINDS.length);
  const all = { after: null, upTo: '999999' };
  claim = (await claimNotices(await ledger.claimIn('notify-1'), all, randomUUID())) as Claimed;
  ids = claim.customers.map(({ customerId }) => customerId);
});
afterEach(() => ledger.drop());

const settle = (settlements: Settlement[]) => settleClaim(ledger.books, refOf(claim), settlements);
const rows = async () =>
  (await sql<NoticesTable>`SELECT * FROM notices ORDER BY customer_id`.execute(ledger.database.db)).rows;

test.each(KINDS.filter((kind) => kind !== 'in_doubt'))(
  'who is settled as %s stays so, with its reply and its time, whatever the same claim says later (I2)',
  async (first) => {
    await settle(ids.map((id) => outcome(first, id)));
    const before = await rows();
    expect(await settle(ids.map((id, i) => outcome(KINDS[i]!, id)))).toEqual({});
    expect(await rows()).toEqual(before);
  },
);

test('only who is in doubt takes a later answer, whatever it is (I2)', async () => {
  await settle(ids.map((id) => outcome('in_doubt', id)));
  await settle(ids.map((id, i) => outcome(KINDS[i]!, id)));
  expect((await rows()).map(({ state }) => state)).toEqual(KINDS);
});
