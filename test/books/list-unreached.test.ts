import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { listUnreached } from '../../src/books/list-unreached';
import { settleClaim } from '../../src/books/settle-claim';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('unreached', 8);
});
afterEach(() => ledger.drop());

test('everybody who was not reached is listed once, in key order, page after page (I1, C51)', async () => {
  const { db, companySchema } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 7 });
  const claim = (await claimNotices(context, { after: null, upTo: '70' }, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(claim), [
    { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q' },
    { customerId: '20', state: 'failed', replyCode: 550, replyText: '5.1.1 nobody', reason: 'rcpt 5.1.1' },
    { customerId: '30', state: 'sent', replyCode: 250, queueId: 'Q' },
    { customerId: '40', state: 'in_doubt' },
    { customerId: '50', state: 'released' },
    { customerId: '60', state: 'skipped', reason: 'address-missing' },
  ]);
  const customers = sql.id(companySchema, 'customers');
  await sql`UPDATE ${customers} SET email = 'moved@example.test' WHERE id = 20`.execute(db);
  await sql`DELETE FROM ${customers} WHERE id = 40`.execute(db);
  const pages = [];
  for await (const page of listUnreached(ledger.books, { wave: 'notice', page: 2 })) pages.push(page);
  expect(pages.map((page) => page.length)).toEqual([2, 2, 2]);
  expect(pages.flat().map(({ customerId, state }) => [customerId, state])).toEqual([
    ['20', 'failed'],
    ['40', 'in_doubt'],
    ['50', 'released'],
    ['60', 'skipped'],
    ['70', 'sending'],
    ['80', 'missing'],
  ]);
  expect(pages.flat()[0]).toMatchObject({
    replyCode: 550,
    replyText: '5.1.1 nobody',
    addressTried: 'c20@example.test',
    addressNow: 'moved@example.test',
    name: 'N20',
  });
  expect(pages.flat()[1]).toMatchObject({ addressTried: 'c40@example.test', addressNow: null, name: null });
});
