import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { movableBy, moveTo, TRANSITIONS, type Transition } from '../../src/books/transitions';
import { NOTICE_STATES, type NoticeState } from '../../src/incident/vocabulary';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeAll(async () => {
  ledger = await ownLedger('transitions', 1);
});
afterAll(() => ledger.drop());
afterEach(() => run(sql`DELETE FROM notices`));

const run = (statement: RawBuilder<unknown>) => statement.execute(ledger.database.db);
const CLAIMED = sql`claim_id = 1, address = 'a@x.test', content_hash = ${Buffer.alloc(8)}, claimed_at = UTC_TIMESTAMP(3)`;
const REFUSED = { replyCode: 451, replyText: 'no', reason: 'rcpt 4.5.1' };

/** What each state asks of moveTo. */
const FACTS: Record<NoticeState, unknown[]> = {
  sending: [{ claimId: '1', address: 'a@x.test', contentHash: Buffer.alloc(8) }],
  released: [],
  sent: [{ replyCode: 250, queueId: 'Q' }],
  deferred: [{ ...REFUSED, retryAfterSeconds: 60 }],
  failed: [REFUSED],
  in_doubt: [],
  skipped: [{ reason: 'address-missing' }],
  left: [{ reason: 'left in doubt' }],
};
const OWN_FACTS: Partial<Record<keyof typeof TRANSITIONS, unknown[]>> = {
  keptBack: [{ receiver: 'big.test', reason: 'receiver aside', giveUpAfterSeconds: 60 }],
};
/** `reconcile` knows the claim, too. */
const ADDED: Partial<Record<keyof typeof TRANSITIONS, RawBuilder<unknown>>> = {
  rebuiltSent: sql`, ${CLAIMED}`,
  rebuiltInDoubt: sql`, ${CLAIMED}`,
};

const columnsFor = (transition: Transition, name?: string) =>
  (moveTo as (transition: Transition, ...facts: unknown[]) => RawBuilder<unknown>)(
    transition,
    ...(OWN_FACTS[name as keyof typeof TRANSITIONS] ?? FACTS[transition.to]),
  );

/** A row in this state, as the CHECKs demand it. */
async function rowIn(state: NoticeState): Promise<void> {
  const columns = columnsFor({ from: [], to: state });
  await run(sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, settled_at)
    VALUES (${ledger.incident}, 'notice', 10, 'primary', 'released', 0, UTC_TIMESTAMP(3))`);
  const claimed = state === 'sent' || state === 'in_doubt' ? sql`, ${CLAIMED}` : sql``;
  const waits = state === 'deferred' ? sql`, receiver = 'big.test'` : sql``;
  await run(sql`UPDATE notices SET ${columns}${claimed}${waits}`);
}

async function states(): Promise<unknown[]> {
  const { rows } = await sql<{ state: string }>`SELECT state FROM notices`.execute(ledger.database.db);
  return rows.map(({ state }) => state);
}

const arrows = Object.entries(TRANSITIONS).flatMap(([name, { from, to }]) =>
  from.filter((state) => state !== 'none').map((state) => [name, state, to] as const),
);

// Each CHECK of migrations/0001-ledger.ts that a target's columns forget is violated here.
test.each(arrows)('%s: %s -> %s gives the row all that its new state needs', async (name, from, to) => {
  const transition: Transition = TRANSITIONS[name as keyof typeof TRANSITIONS];
  await rowIn(from);
  const added = ADDED[name as keyof typeof TRANSITIONS] ?? sql``;
  await run(sql`UPDATE notices SET ${columnsFor(transition, name)}${added} WHERE ${movableBy(transition)}`);
  expect(await states()).toEqual([to]);
});

test.each(Object.entries(TRANSITIONS))(
  '%s moves nothing from any other state',
  async (name, transition: Transition) => {
    for (const state of NOTICE_STATES.filter((other) => !transition.from.includes(other))) {
      await rowIn(state);
      await run(sql`UPDATE notices SET attempt = 9 WHERE ${movableBy(transition)}`);
      const { rows } = await sql<{ attempt: number }>`SELECT attempt FROM notices`.execute(
        ledger.database.db,
      );
      expect([name, state, rows[0]!.attempt === 9]).toEqual([name, state, false]);
      await run(sql`DELETE FROM notices`);
    }
  },
);

const page = readFileSync(join(__dirname, '../../docs/states.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (.+?) \| (\w+) \| .*? \| `(.+?)` \|$/gm)];

test('docs/states.md has every arrow, with its states and the file that draws it', () => {
  expect(rows.map(([, name, from, to]) => [name, from, to])).toEqual(
    Object.entries(TRANSITIONS).map(([name, { from, to }]) => [
      name,
      from.join(', ').replace('none', 'no row'),
      to,
    ]),
  );
  for (const [, name, , , file] of rows)
    expect([name, readFileSync(join(__dirname, '../../src/books', file!), 'utf8').includes(name!)]).toEqual([
      name,
      true,
    ]);
});

test('no other file of src sets the state of a notice', () => {
  const setting = /[`,]\s*state = '|SET\s+state\b/;
  const source = join(__dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const settingFiles = files.filter((file) => setting.test(readFileSync(join(source, file), 'utf8')));
  expect(settingFiles).toEqual(['books/transitions.ts']);
});
