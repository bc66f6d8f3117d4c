import { sql } from 'kysely';
import { type ChoiceWatch, watchChoices } from '../../src/activities/watches';
import type { ClaimedCustomer } from '../../src/books/claim';
import type { Outcome } from '../../src/smtp/outcome';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { outgoing } from '../smtp/outgoing';
import { until } from '../until';

let ledger: OwnLedger;
let watch: ChoiceWatch;
beforeEach(async () => {
  ledger = await ownLedger('choices', 2);
});
afterEach(async () => {
  watch.stop();
  await ledger.drop();
});

const message = (customerId: string) => ({ ...outgoing(1), key: customerId });
const accepted: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: 'Q', text: '' };
const givenBack: Outcome = { kind: 'released', phase: 'after-dot', trouble: null };

// As a 421 to the dot does: the customer is sent to again from the same claim, by the passwords that it was read with.
test('whose dot the relay gave back is watched on: a password that they choose then stops the claim (I2)', async () => {
  const claimed = ['10', '20'].map((customerId) => ({ customerId }) as ClaimedCustomer);
  watch = watchChoices(ledger.books, claimed);
  watch.answered(message('10'), accepted);
  watch.answered(message('20'), givenBack);
  expect(watch.objection()).toBeNull();
  const { companySchema, db } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')}
    SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id = 20`.execute(db);
  await until('the objection', () => watch.objection() !== null);
  expect(watch.objection()).toBe('a customer of the claim has chosen a new password meanwhile');
});
