import { sql } from 'kysely';
import { openDatabase } from '../../src/books/open-database';
import { ownSchema } from '../own-schema';
import { until } from '../until';
import { type OwnDemo, ownDemo } from './own-demo';

let demo: OwnDemo;
afterEach(() => demo.cleanUp());

function proofOf(stdout: string) {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
}

/** Every key, and that the numbers are of one piece (I1, I2). */
function expectProof(stdout: string, customers: number): void {
  const proof = proofOf(stdout);
  expect(Object.keys(proof)).toEqual([
    'finished',
    'phase',
    'cohort',
    'expired',
    'changedSince',
    'noPassword',
    'sent',
    'skipped',
    'failed',
    'deferred',
    'inDoubt',
    'left',
    'sending',
    'released',
    'toCome',
    'expirePerSecond',
    'notifyPerSecond',
    'relay',
    'reminders',
    'relays',
    'versions',
  ]);
  const { cohort, expired, changedSince, noPassword, sent, skipped, relay } = proof;
  // A few of the made-up accounts are younger than the cutoff.
  expect(cohort).toBeGreaterThan(customers * 0.9);
  expect(cohort).toBeLessThan(customers);
  for (const some of [expired, changedSince, noPassword, sent, skipped]) expect(some).toBeGreaterThan(0);
  expect(expired + changedSince + noPassword).toBe(cohort);
  expect(sent + skipped).toBe(cohort);
  const none = { failed: 0, deferred: 0, inDoubt: 0, left: 0, sending: 0, released: 0, toCome: 0 };
  expect(proof).toMatchObject({ finished: true, ...none });
  expect(relay).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
    customersNeverAccepted: cohort - sent,
  });
  const { reminders } = proof;
  expect(reminders.sent).toBeGreaterThan(0);
  expect(reminders).toEqual({
    sent: reminders.sent,
    skipped: cohort - reminders.sent,
    ...none,
    remindedAfterChoosing: 0,
    relay: expect.objectContaining({
      customersAcceptedOnce: reminders.sent,
      customersAcceptedTwiceOrMore: 0,
    }),
  });
  expect(proof.expirePerSecond).toBeGreaterThan(0);
  expect(proof.notifyPerSecond).toBeGreaterThan(0);
}

test('the demo runs from nothing to a proof that adds up, and leaves nothing running', async () => {
  demo = ownDemo(['--customers', '2000', '--json']);
  const code = await demo.ended;
  expect({ code, said: demo.output() }).toMatchObject({ code: 0 });
  expectProof(demo.stdout(), 2000);
  expect(demo.output()).toMatch(/The demo approves by itself/);
  expect(demo.output()).toMatch(/The demo resumes by itself/);
  expect(demo.output()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/breach-response/);
  expect(demo.output()).toMatch(/sample-notice\.eml\n.*sample-notice\.html/);
  // Database, Temporal, relay and worker.
  expect(demo.seen()).toHaveLength(4);
  expect(demo.alive()).toEqual([]);
});

test('the demo works on the database of DATABASE_URL when its schema is empty, and refuses one that is not', async () => {
  const schema = await ownSchema('demo');
  try {
    demo = ownDemo(['--customers', '300', '--json'], { DATABASE_URL: schema.url });
    expect({ code: await demo.ended, said: demo.output() }).toMatchObject({ code: 0 });
    expectProof(demo.stdout(), 300);
    await demo.cleanUp();

    demo = ownDemo(['--customers', '300'], { DATABASE_URL: schema.url });
    expect(await demo.ended).toBe(2);
    expect(demo.output()).toMatch(/a schema in use: it holds .*api_tokens/);
    expect(demo.seen()).toEqual([]);
    const database = openDatabase(schema.url, { ledgerExists: false });
    const { rows } = await sql<{ n: string }>`
      SELECT COUNT(*) AS n FROM ${sql.id(schema.companySchema, 'customers')}`.execute(database.db);
    await database.close();
    expect(Number(rows[0]!.n)).toBe(300);
  } finally {
    await schema.drop();
  }
});

test('an interrupted demo stops all that it started and says how to go on', async () => {
  demo = ownDemo(['--customers', '20000']);
  await until(
    'the notices',
    () => /\n {2}notify/.test(demo.output()) || demo.child.exitCode !== null,
    demo.output,
  );
  expect(demo.alive()).toHaveLength(4);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(130);
  expect(demo.output()).toMatch(/goes on where it stood/);
  expect(demo.output()).toMatch(/npm start -- \S+demo-incident\.yaml --go/);
  expect(demo.alive()).toEqual([]);
});

test.each([
  ['--customers', ['--customers', 'many'], /digits only, such as 20000/],
  ['--customers', ['--customers', '-5'], /digits only, such as 20000/],
  ['an unknown option', ['--costumers', '5'], /Did you mean --customers/],
  ['a stray word', ['20000'], /too many arguments/],
])('a wrong argument is told, with what is right, before anything starts: %s', async (_, args, words) => {
  demo = ownDemo(args);
  expect(await demo.ended).toBe(2);
  expect(demo.output()).toMatch(words);
  expect(demo.output()).toMatch(/npm run demo -- --help/);
  expect(demo.seen()).toEqual([]);
});

test('a real relay gets none of the made-up mail', async () => {
  demo = ownDemo(['--customers', '20'], { SMTP_URL: 'smtp://user:secret@relay.shop.test:587' });
  expect(await demo.ended).toBe(2);
  expect(demo.output()).toMatch(/SMTP_URL points to relay\.shop\.test.*made up/);
  expect(demo.output()).not.toMatch(/secret/);
  expect(demo.seen()).toEqual([]);
});
