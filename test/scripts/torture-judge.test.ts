import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Lived } from '../../scripts/torture/company-life';
import { type Judgement, judge } from '../../scripts/torture/judge';
import { appendAudit } from '../../src/books/audit-chain';
import { inTransaction } from '../../src/company/in-transaction';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
let folder: string;
let relayLog: string;
let relayLogs: string[];
let lived: Lived;
const before = () => `${ledger.database.companySchema}_before`;
const run = (statement: string) => sql.raw(statement).execute(ledger.database.db);

beforeEach(async () => {
  ledger = await ownLedger('judge', 4);
  folder = mkdtempSync(join(tmpdir(), 'judge-'));
  relayLogs = ['relay-1.log', 'relay-2.log'].map((name) => join(folder, name));
  relayLog = relayLogs[0]!;
  lived = { addresses: new Map(), passwords: new Map(), deleted: new Set(), inserted: 0 };
  const company = ledger.database.companySchema;
  await run(`UPDATE ${company}.customers SET created_at = '2011-01-01', password_hash = CONCAT('old-', id),
    password_set_at = IF(id = 40, '2012-02-01', '2011-01-01')`);
  await run(`CREATE DATABASE ${before()}`);
  await run(`CREATE TABLE ${before()}.customers (PRIMARY KEY (id)) AS SELECT * FROM ${company}.customers`);
  await run(`UPDATE ${company}.customers SET password_hash = NULL WHERE id <> 40`);
  const { db } = ledger.database;
  await inTransaction(db, (trx) =>
    appendAudit(
      { db: trx, incident: ledger.incident },
      { who: 'ann', action: 'test', detail: { name: 'Zoë' } },
    ),
  );
  for (const log of relayLogs) writeFileSync(log, '');
  for (const id of [10, 20, 30, 40]) accept(`c${id}@example.test`);
  for (const id of [10, 20, 30]) remind(`c${id}@example.test`);
});
afterEach(async () => {
  await run(`DROP DATABASE ${before()}`);
  await ledger.drop();
  rmSync(folder, { recursive: true });
});

let number = 0;
function accept(address: string, verdict = 'status=sent (250 Ok)', reminder = false, log = relayLog): void {
  const id = `4QT${String(++number).padStart(5, '0')}`;
  const messageId = reminder ? `r${String(number).padStart(40, '0')}` : id;
  const line = (program: string, text: string) =>
    `Nov 25 02:00:00 mx postfix/${program}[1]: ${id}: ${text}\n`;
  appendFileSync(log, line('cleanup', `message-id=<${messageId}@x.test>`));
  if (verdict !== '') appendFileSync(log, line('smtp', `to=<${address}>, relay=x, ${verdict}`));
}
const remind = (address: string) => accept(address, 'status=sent (250 Ok)', true);
const judged = (): Promise<Judgement> =>
  judge(ledger.url, {
    ledgerSchema: ledger.database.ledgerSchema,
    beforeSchema: before(),
    relayLogs,
    lived,
    cutoff: '2012-01-15 23:00:00',
  });
const company = () => `${ledger.database.companySchema}.customers`;

const fine = {
  acceptedOnce: 4,
  acceptedTwiceOrMore: 0,
  neverAccepted: 0,
  remindedOnce: 3,
  remindedTwiceOrMore: 0,
  remindedAfterChoosing: 0,
  neverReminded: 0,
  oldPasswordsAlive: 0,
  passwordsClobbered: 0,
  auditBroken: false,
};

test('where everything is as it should be, nothing is found', async () => {
  expect(await judged()).toMatchObject(fine);
});

test('told twice, also at a new address, is found', async () => {
  lived.addresses.set('20', ['new20@life.test']);
  accept('new20@life.test');
  expect(await judged()).toMatchObject({ ...fine, acceptedOnce: 3, acceptedTwiceOrMore: 1 });
});

test('told once by each of two relays is found, and what each took is counted', async () => {
  accept('c20@example.test', 'status=sent (250 Ok)', false, relayLogs[1]);
  expect(await judged()).toMatchObject({
    ...fine,
    acceptedOnce: 3,
    acceptedTwiceOrMore: 1,
    acceptedByRelay: [7, 1],
  });
});

describe('never told is found,', () => {
  const silent = () => {
    writeFileSync(relayLog, '');
    for (const id of [10, 20, 40]) accept(`c${id}@example.test`);
    for (const id of [10, 20]) remind(`c${id}@example.test`);
  };
  test('also where only cleanup has seen the message', async () => {
    silent();
    accept('c30@example.test', '');
    expect(await judged()).toMatchObject({ ...fine, acceptedOnce: 3, neverAccepted: 1, remindedOnce: 2 });
  });
  test('but not of somebody whom the relay refused for good, by a 5xx', async () => {
    silent();
    const reject = (code: string) =>
      appendFileSync(
        relayLog,
        `Nov 25 02:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: ${code} unknown; from=<a@x.test> to=<c30@example.test> proto=ESMTP helo=<h>\n`,
      );
    reject('450 4.2.0');
    expect((await judged()).neverAccepted).toBe(1);
    reject('550 5.1.1');
    expect((await judged()).neverAccepted).toBe(0);
  });
  test('nor of somebody who was deleted', async () => {
    silent();
    lived.deleted.add('30');
    expect((await judged()).neverAccepted).toBe(0);
  });
});

test('reminded twice, reminded with a new password, and never reminded without one are found', async () => {
  remind('c10@example.test');
  expect(await judged()).toMatchObject({ ...fine, remindedOnce: 2, remindedTwiceOrMore: 1 });
  await run(`UPDATE ${company()} SET password_hash = 'chosen-20' WHERE id = 20`);
  expect(await judged()).toMatchObject({ remindedAfterChoosing: 1 });
  writeFileSync(relayLog, '');
  for (const id of [10, 20, 30, 40]) accept(`c${id}@example.test`);
  expect(await judged()).toMatchObject({ ...fine, remindedOnce: 0, neverReminded: 2 });
  // Who chose one while it went out may or may not be reminded.
  lived.passwords.set('10', null);
  expect((await judged()).neverReminded).toBe(1);
});

test('an old password that lives is found', async () => {
  await run(`UPDATE ${company()} SET password_hash = 'old-10' WHERE id = 10`);
  expect(await judged()).toMatchObject({ ...fine, oldPasswordsAlive: 1 });
});

test('a password from after the cutoff that is gone is found: one from before the run, and one chosen meanwhile', async () => {
  await run(`UPDATE ${company()} SET password_hash = NULL WHERE id = 40`);
  lived.passwords.set('10', 'life-10-1');
  lived.passwords.set('20', null); // perhaps stored, perhaps not
  expect(await judged()).toMatchObject({ ...fine, passwordsClobbered: 2 });
});

test.each([
  ['a word changed', "UPDATE audit SET who = 'eve' WHERE seq = 2"],
  ['an entry missing', 'DELETE FROM audit WHERE seq = 2'],
  ['all gone', 'DELETE FROM audit'],
])('an audit with %s is found', async (_, statement) => {
  await run(statement);
  expect((await judged()).auditBroken).toBe(true);
});
