import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardClaim } from '../../src/activities/guard-claim';
import { journalDots } from '../../src/activities/journal-dots';
import { keyFor, sliceRange, tellKey, tellRanges } from '../../src/activities/range-ends';
import { factAbout } from '../../src/activities/settlement';
import type { Claimed, ClaimedCustomer, LaneBooks } from '../../src/books/claim';
import { standInOf } from '../../src/books/stand-ins';
import { openJournal } from '../../src/journal/open-journal';
import { dotsOf } from '../../src/journal/read-journal';
import type { CompiledNotice } from '../../src/notice/compile-notice';
import type { Outgoing } from '../../src/smtp/outcome';
import { addressLedger, addressOf, PERSONAL } from '../address-keys';

const [FIRST, SECOND, THIRD] = [addressOf(1), addressOf(2), addressOf(3)];

let ledger: Awaited<ReturnType<typeof addressLedger>>;
let books: (typeof ledger)['books'];
const folder = mkdtempSync(join(tmpdir(), 'range-ends-'));
beforeAll(async () => {
  ledger = await addressLedger('range-ends', 10);
  books = ledger.books;
});
afterAll(async () => {
  await ledger.drop();
  rmSync(folder, { recursive: true });
});

test('ranges that end at addresses go to Temporal and come back (C93)', async () => {
  const ranges = [
    { after: null, upTo: FIRST },
    { after: FIRST, upTo: SECOND, begun: true },
  ];
  const told = await tellRanges(books, ranges);
  expect(JSON.stringify(told)).not.toMatch(PERSONAL);
  expect(told[1]!.after).toBe(told[0]!.upTo);
  for (const [i, range] of ranges.entries()) expect(await sliceRange(books, told[i]!)).toMatchObject(range);
  expect(await keyFor(books, await tellKey(books, THIRD))).toBe(THIRD);
  expect([await tellKey(books, null), await keyFor(books, null)]).toEqual([null, null]);
});

test('what a slice shows and tells of its place names nobody', async () => {
  const [told] = await tellRanges(books, [{ after: FIRST, upTo: THIRD }]);
  const range = await sliceRange(books, told!);
  expect(range.show(null).at).toBe('the beginning');
  for (const at of [FIRST, SECOND, THIRD]) {
    expect(JSON.stringify([range.show(at), await range.tell(at)])).not.toMatch(PERSONAL);
    expect(await keyFor(books, await range.tell(at))).toBe(at);
  }
});

// Another word for the same key would count as work that was done, and its row would be missed (lost commits).
test('of a range that a run of an older version has told by its keys, a slice that did nothing tells the very same', async () => {
  const range = await sliceRange(books, { after: FIRST, upTo: THIRD });
  expect(await range.tell(range.after)).toBe(FIRST);
  expect(JSON.stringify(range.show(FIRST))).not.toMatch(PERSONAL);
});

const claim = {
  kind: 'claimed',
  claimId: '7',
  relay: { relay: 'test', fence: 1 },
  token: 'token',
  customers: [FIRST, SECOND].map((customerId) => ({ customerId, address: customerId }) as ClaimedCustomer),
  skipped: {},
  ...{ keptBack: 0, probes: new Map(), knownReceivers: new Set<string>() },
  at: THIRD,
  rangeDone: false,
} satisfies Claimed;
const messageTo = (key: string): Outgoing<string> => ({
  key,
  address: key,
  from: '',
  content: Buffer.alloc(0),
  smtputf8: false,
});

test('a dot journal names nobody, and yet tells of each customer of a claim what became of the dot', () => {
  const journal = openJournal(folder, 'p', { mark: 'm', worker: 'w', boot: 'b', socket: 's' });
  const dots = journalDots(
    journal,
    { ...books, wave: 'notice', lane: 'notify-1' } as LaneBooks,
    claim,
    FIRST,
  );
  const question = { session: 0, content: Buffer.alloc(0) };
  for (const key of [FIRST, SECOND])
    expect(dots.objection({ ...question, message: messageTo(key) })).toBeNull();
  dots.answered(messageTo(FIRST), {
    kind: 'accepted',
    phase: 'after-dot',
    code: 250,
    queueId: 'Q1',
    text: `queued as Q1 for ${FIRST}`,
  });
  journal.close();
  const [name] = readdirSync(folder);
  const path = join(folder, name!);
  expect(readFileSync(path, 'utf8')).not.toMatch(PERSONAL);
  const facts = dotsOf(path, ['7']).get('7')!;
  expect([FIRST, SECOND, THIRD].map((key) => factAbout(books, facts, key))).toEqual([
    { code: 250, queueId: 'Q1' },
    'unanswered',
    undefined,
  ]);
});

test('a journal of an older version, which has the keys themselves, tells it too', () => {
  expect(factAbout(books, new Map([[FIRST, 'refused' as const]]), FIRST)).toBe('refused');
});

test("the guard's reason, which is the gate's, names the customer by the stand-in", () => {
  const notice = {} as CompiledNotice;
  const guard = guardClaim(
    new Map(
      claim.customers.map(({ customerId, address }) => [
        customerId,
        { notice, own: { address, name: null, messageId: 'm' } },
      ]),
    ),
    (customerId) => `customer ${standInOf(books, customerId)}`,
  );
  const wrong = { ...messageTo(FIRST), address: SECOND };
  expect(guard.objection({ message: wrong, session: 0, content: Buffer.alloc(0) })).toContain(
    `a message held something foreign: the recipient was not that of customer ${standInOf(books, FIRST)}.`,
  );
});
