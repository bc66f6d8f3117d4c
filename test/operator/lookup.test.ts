import { sql } from 'kysely';
import { findIncident, type IncidentRow, insertIncident } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import type { Incident } from '../../src/incident/incident-schema';
import { parseIncident } from '../../src/incident/parse-incident';
import { messageId } from '../../src/notice/message-headers';
import { lookup } from '../../src/operator/lookup';
import { lookupText } from '../../src/operator/lookup-text';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany } from '../company/own-company';
import { EXAMPLE } from '../incident/example-incident';

const CROWD = 3_000;

let company: OwnCompany;
let database: Database;
let row: IncidentRow;

beforeAll(async () => {
  company = await ownCompany('lookup');
  database = openDatabase(company.url, { connections: 1 });
  const parsed = parseIncident(EXAMPLE, { now: new Date('2026-01-01') }) as { incident: Incident };
  await insertIncident(database.db, {
    incident: parsed.incident,
    fileHash: 'f'.repeat(64),
    contentHash: 'c'.repeat(64),
    messageKey: Buffer.alloc(32),
    by: 'Ann',
  });
  const old = { created_at: BEFORE, password_hash: 'x', password_set_at: BEFORE };
  await company.insert('customers', [
    { id: 1, email: 'sent@x.test', ...old },
    { id: 2, email: 'since@x.test', ...old },
    { id: 3, email: 'changed@x.test', ...old, password_set_at: AFTER },
    { id: 4, email: 'none@x.test', created_at: BEFORE },
    { id: 5, email: 'new@x.test', created_at: AFTER, password_hash: 'x', password_set_at: AFTER },
    { id: 6, email: 'family@x.test', ...old },
    { id: 7, email: 'Family@X.test', ...old },
    { id: 8, email: 'failed@x.test', ...old },
    { id: 9, email: 'later@x.test', ...old },
    { id: 10, email: 'doubt@x.test', ...old },
    { id: 11, email: '', ...old },
    { id: 12, email: 'gone@x.test', ...old },
    { id: 13, email: 'waits@x.test', ...old },
    { id: 14, email: 'moved-to@x.test', ...old },
    { id: 16, email: 'hidden\ufe0f@x.test', ...old },
    { id: 17, email: 'muller@x.test', first_name: 'Muller', ...old },
    { id: '9007199254740993', email: 'big@x.test', ...old },
    { id: 15, email: 'evil\u001b[2J@x.test', ...old },
  ]);
  const crowd = Array.from(
    { length: CROWD },
    (_, i) => sql`(${100 + i}, ${`crowd${i}@x.test`}, ${BEFORE}, 'x')`,
  );
  await company.run(
    sql`INSERT INTO ${company.table('customers')} (id, email, created_at, password_hash) VALUES ${sql.join(crowd)}`,
  );
  await company.expireAll(10_000);
  await company.run(sql`UPDATE cohort SET expired_at = '2026-01-15 01:02:03.000000'`);
  await company.run(sql`UPDATE ${company.table('customers')} SET password_hash = 'x' WHERE id = 13`);
  await company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'y', password_set_at = '2026-01-16 08:00:00' WHERE id = 2`,
  );
  await company.run(sql`DELETE FROM ${company.table('customers')} WHERE id = 12`);
  await notice(1, 'sent', { address: 'sent@x.test', reply_code: 250, queue_id: '4XyZ12' });
  await notice(8, 'failed', {
    address: 'failed@x.test',
    reply_code: 550,
    reply_text: '5.1.1 no such user',
    reason: 'rcpt 5.1.1',
  });
  await notice(9, 'deferred', {
    address: 'later@x.test',
    reply_code: 451,
    reply_text: '4.7.1 later',
    reason: 'rcpt 4.7.1',
    first_deferred_at: AT,
    retry_at: '2026-01-15 03:00:00',
  });
  await notice(10, 'in_doubt', { address: 'doubt@x.test', settled_at: null });
  await notice(11, 'skipped', { claim_id: null, reason: 'address-missing' });
  await notice(16, 'skipped', { claim_id: null, reason: 'address-unreadable U+FE0F' });
  await notice(12, 'sent', { address: 'gone@x.test', reply_code: 250, queue_id: '4XyZ13' });
  await notice(14, 'sent', { address: 'moved-from@x.test', reply_code: 250, queue_id: null });
  await company.run(sql`UPDATE incidents SET phase = 'notify'`);
  row = (await findIncident(database.db, 'zappos-2012'))!;
});
afterAll(async () => {
  await database.close();
  await company.drop();
});

const AT = '2026-01-15 02:00:00';

function notice(id: number, state: string, columns: Record<string, unknown>): Promise<void> {
  const all: Record<string, unknown> = {
    ...{
      incident: INCIDENT,
      wave: 'notice',
      customer_id: id,
      address_role: 'primary',
      state,
      claim_id: 1,
      attempt: 1,
    },
    ...{ content_hash: Buffer.alloc(8), claimed_at: AT, settled_at: AT },
    ...columns,
  };
  const names = sql.join(Object.keys(all).map((column) => sql.id(column)));
  return company.run(sql`INSERT INTO notices (${names}) VALUES (${sql.join(Object.values(all))})`);
}

async function told(asked: string): Promise<string> {
  return lookupText(await lookup(database, row, asked));
}

test.each<[string, string, string[]]>([
  [
    'sent, by id',
    '1',
    [
      'Expired on 2026-01-15 01:02:03 UTC',
      'NO new password has been chosen yet',
      'Sent on 2026-01-15 02:00:00 UTC to sent@x.test',
      'code 250, queue id 4XyZ12',
    ],
  ],
  ['sent, by address in another case', 'SENT@x.test', ['Customer 1, sent@x.test', 'queue id 4XyZ12']],
  ['a new password since', '2', ['A new password was chosen on 2026-01-16 08:00:00 UTC']],
  [
    'changed after the theft',
    '3',
    ['Not expired: the customer had chosen a new password after the theft', `chosen on ${AFTER} UTC`],
  ],
  ['no password', '4', ['signs in another way', 'Still without a password']],
  [
    'made after the cutoff',
    '5',
    [
      `Made on ${AFTER} UTC, after the time of the theft`,
      'it is not affected',
      'Not expired by this incident',
      'Not meant for this account',
    ],
  ],
  [
    'refused',
    '8',
    ['NOT DELIVERED to failed@x.test', 'code 550: 5.1.1 no such user', 'Tell this customer another way'],
  ],
  [
    'put off',
    '9',
    ['Not delivered yet', 'code 451: 4.7.1 later', 'tried again from 2026-01-15 03:00:00 UTC on'],
  ],
  ['in doubt', '10', ['NOT CERTAIN', 'not sent again until somebody decides']],
  ['skipped', '11', ['NOT SENT: there is no address']],
  ['an address with a mark that nobody sees (C107)', '16', ['characters', ': U+FE0F (decided on']],
  ['deleted since', '12', ['has been deleted since', 'queue id 4XyZ13']],
  [
    'its turn has not come',
    '13',
    ['Not sent yet: its turn has not come', 'THE OLD PASSWORD lets somebody in again'],
  ],
  [
    'another address since',
    '14',
    ['to moved-from@x.test', 'queue id not given', 'The account has another address now'],
  ],
  ['an id beyond doubles (C31)', '9007199254740993', ['Customer 9007199254740993, big@x.test']],
  [
    'nobody, by id',
    '9007199254740992',
    ['Nobody here has the customer id 9007199254740992', 'Check the spelling'],
  ],
  ['nobody, by address', 'nobody@x.test', ['Nobody here has the e-mail address nobody@x.test']],
])('%s', async (_, asked, words) => {
  const text = await told(asked);
  for (const sentence of words) expect(text).toContain(sentence);
});

describe('by what people have (C110)', () => {
  const messageIdOf = (customerId: string, wave: 'notice' | 'reminder' = 'notice') =>
    messageId(
      row.message_key,
      { incident: row.incident_id, wave, customerId, role: 'primary' },
      'zappos.test',
    );

  test('an address of then: the customer who was told there, with the address of now', async () => {
    const text = await told('moved-from@X.test');
    expect(text).toMatch(/^Found by the address that the notice went to: moved-from@X\.test\n/);
    expect(text).toContain('Customer 14, moved-to@x.test');
  });

  test('a Message-ID, with and without angle brackets, and with what stands before it in the source', async () => {
    const id = messageIdOf('1');
    for (const asked of [id, `<${id}>`, ` Message-ID: <${id.toUpperCase()}> `]) {
      expect(await lookup(database, row, asked)).toMatchObject({
        foundBy: 'message-id',
        customers: [{ id: '1' }],
      });
    }
    expect(await told(messageIdOf('12'))).toContain('has been deleted since');
    expect((await lookup(database, row, messageIdOf('1', 'reminder'))).customers).toEqual([]);
    expect((await lookup(database, row, messageIdOf('2'))).customers).toEqual([]);
  });

  test.each([
    ['in angle brackets', '<sent@x.test>'],
    ['with a name', 'Ann Example <Sent@x.test>,'],
    ['from a link', 'mailto:sent@x.test'],
    ['from the end of a sentence', 'sent@x.test.'],
  ])('an address of now, pasted %s, is that address', async (_, asked) => {
    expect(await lookup(database, row, asked)).toMatchObject({ foundBy: null, customers: [{ id: '1' }] });
  });

  test('a line of the relay, cut out with what stands around it', async () => {
    expect((await lookup(database, row, '4XyZ12:')).foundBy).toBe('queue-id');
    expect((await lookup(database, row, `message-id=<${messageIdOf('1')}>`)).foundBy).toBe('message-id');
    expect((await lookup(database, row, `‹${messageIdOf('1')}›`)).foundBy).toBe('message-id');
  });

  test('a queue id, letter for letter', async () => {
    expect(await told('4XyZ12')).toMatch(/^Found by the notice's queue id[\s\S]*Customer 1, sent@x\.test/);
    expect((await lookup(database, row, '4xyz12')).customers).toEqual([]);
  });

  test('an id with spaces around it is that id', async () => {
    expect(await lookup(database, row, ' 1 \t')).toMatchObject({ foundBy: null, customers: [{ id: '1' }] });
  });

  test("an address that only a blind column takes for another's gives nothing of them but the id", async () => {
    const text = await told('müller@x.test');
    expect(text).toMatch(/^Nobody here has the e-mail address müller@x\.test\./);
    expect(text).toContain('Ask for the customer id; theirs: 17. Nothing of them is told here.');
    expect(text).not.toMatch(/muller@|Expired on|Sent on/);
  });

  test('where there are many notices, a search of all of them wants a word, and then is told before it begins', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await company.run(sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, reason, settled_at)
      SELECT ${INCIDENT}, 'notice', 100000 + a.id * 8 + b.n, 'primary', 'skipped', NULL, 0, NULL, 'address-missing', ${AT}
      FROM ${company.table('customers')} a, (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7) b
      WHERE a.id BETWEEN 100 AND 99999`);
    try {
      for (const asked of ['moved-from@x.test', '4XyZ12', messageIdOf('1')]) {
        const unasked = await lookup(database, row, asked);
        expect(unasked).toMatchObject({ unsearched: true, customers: [] });
        expect(lookupText(unasked)).toContain(`npm run cli -- lookup ${asked} --search`);
        expect(said).not.toHaveBeenCalled();
        expect((await lookup(database, row, asked, { search: true })).customers).toHaveLength(1);
        expect(said).toHaveBeenCalledTimes(1);
        said.mockClear();
      }
    } finally {
      await company.run(sql`DELETE FROM notices WHERE customer_id >= 100000 AND reason = 'address-missing'`);
      said.mockRestore();
    }
  });
});

test('several customers with one address each have their own answers', async () => {
  const text = await told('family@x.test');
  expect(text).toMatch(/^2 customers have the address family@x\.test; each has their own answer\./);
  expect(text).toContain('Customer 6, family@x.test');
  expect(text).toContain('Customer 7, Family@X.test');
});

test('what a customer wrote into the address never steers the terminal', async () => {
  expect(await told('15')).toContain('Customer 15, evil [2J@x.test');
});

test('by id and by address, no look-up reads the tables row by row', async () => {
  for (const asked of ['2999', 'crowd2000@x.test', 'nobody@x.test']) {
    await sql`FLUSH STATUS`.execute(database.db);
    await lookup(database, row, asked);
    const { rows } = await sql<{ Variable_name: string; Value: string }>`
      SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_rnd_next', 'Handler_read_next')`.execute(
      database.db,
    );
    const read = rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    expect(read).toBeLessThan(CROWD / 2);
  }
});

test('an address column without an index is told of', async () => {
  await company.run(sql`ALTER TABLE ${company.table('customers')} DROP INDEX customers_email`);
  expect(await told('sent@x.test')).toContain('Note: the address column has no index');
  expect(await told('1')).not.toContain('no index');
});
