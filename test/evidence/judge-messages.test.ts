import { buckets } from '../../src/evidence/buckets';
import { bookMessage, judgeMessages, type SendAgain } from '../../src/evidence/judge-messages';
import type { RelayLife } from '../../src/evidence/message-fate';
import type { NoticeState, Wave } from '../../src/incident/vocabulary';
import { relayLife, T } from './relay-life';

/** Each in the order of its queue id. */
const taken = (queueId: string, change: Partial<RelayLife> = {}) =>
  relayLife(queueId, { queuedAt: T + Number.parseInt(queueId, 36), ...change });
const withheld = (how: 'held' | 'thrown-away') => taken('A', { queuedAt: null, ends: [], withheld: how });

interface Customer {
  state: NoticeState | null;
  lives?: RelayLife[];
  decision?: number;
  decidedAt?: number;
  /** Others before it. */
  earlier?: number[];
  outOfDoubt?: boolean;
  attempt?: number;
  recent?: boolean;
  wave?: Wave;
}

/** Judges customers 1, 2, ... whose MACs are their numbers. @param others messages of nobody in the books, by MAC. */
function judge(customers: Customer[], others: Record<string, RelayLife[]> = {}, mailboxes: string[] = []) {
  const booked = buckets();
  const decisions: SendAgain[] = [];
  const messages = new Map(Object.entries(others));
  for (const [i, customer] of customers.entries()) {
    const { state, lives, decision = null, recent = false, wave = 'notice' } = customer;
    const { decidedAt = T, earlier = [], outOfDoubt = true, attempt = 3 } = customer;
    if (decision !== null)
      decisions.push(...earlier.map((at, n) => ({ number: n + 1, at, outOfDoubt })), {
        number: decision,
        at: decidedAt,
        outOfDoubt,
      });
    bookMessage(booked, `mac ${i + 1}`, { customerId: `${i + 1}`, wave, state, decision, attempt, recent });
    if (lives) messages.set(`mac ${i + 1}`, lives);
  }
  // Of each bucket what the books have there, as readLogs() gives it: the same keys, the same bucket.
  const put = buckets();
  for (const mac of messages.keys()) put.add(mac, '');
  const read = {
    *messages(bucket: number): Generator<[string, RelayLife[]]> {
      for (const [mac] of put.take(bucket)) yield [mac, messages.get(mac)!];
    },
  };
  const sessions: [queueId: string, carried: string][] = [];
  const judged = judgeMessages(booked, read, decisions, new Set(mailboxes), {
    handedIn: ({ queueId }, carried) => void sessions.push([queueId, carried]),
  });
  return { ...judged, sessions };
}

function told(customer: Customer) {
  const { remarks, ...counts } = judge([customer]).waves.notice;
  const remarked = Object.entries(remarks).filter(([, { customers }]) => customers > 0);
  const counted = Object.entries(counts).filter(([, count]) => count > 0);
  return [...counted, ...remarked].map(([name]) => name).join(' ');
}

const ONE = [taken('A')];
const TWO = [taken('A'), taken('B')];
const THREE = [...TWO, taken('C')];
const FOUR = [...THREE, taken('D')];
/** At 0, 100 and 200 seconds. */
const APART = ['A', 'B', 'C'].map((id, i) => taken(id, { queuedAt: T + i * 100_000 }));

test.each<[string, Customer, string]>([
  ['sent and taken', { state: 'sent', lives: ONE }, 'acceptedOnce'],
  ['sent and not taken', { state: 'sent' }, 'neverAccepted sent-not-accepted'],
  ['sent a moment ago', { state: 'sent', recent: true }, 'tooRecent'],
  ['sent a moment ago and taken', { state: 'sent', recent: true, lives: ONE }, 'acceptedOnce'],
  [
    'sent and refused',
    { state: 'sent', lives: [taken('A', { queuedAt: null, ends: [], refused: true })] },
    'neverAccepted sent-not-accepted',
  ],
  ['taken twice', { state: 'sent', lives: TWO }, 'acceptedTwiceOrMore twice'],
  [
    'taken twice by decision',
    { state: 'sent', lives: TWO, decision: 7 },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'taken three times, one by decision',
    { state: 'sent', lives: THREE, decision: 7 },
    'acceptedTwiceOrMore twice',
  ],
  ['failed and taken', { state: 'failed', lives: ONE }, 'acceptedOnce accepted-not-sent'],
  ['skipped and taken', { state: 'skipped', lives: ONE }, 'acceptedOnce accepted-not-sent'],
  ['deferred and taken', { state: 'deferred', lives: ONE }, 'acceptedOnce accepted-not-sent'],
  ['released and taken', { state: 'released', lives: ONE }, 'acceptedOnce accepted-not-sent'],
  ['nobody came to them, and taken', { state: null, lives: ONE }, 'acceptedOnce accepted-not-sent'],
  ['to be sent again by decision', { state: 'released', lives: ONE, decision: 7 }, 'acceptedOnce'],
  [
    'sent again by decision, and refused',
    { state: 'failed', lives: ONE, decision: 7 },
    'acceptedOnce accepted-not-sent',
  ],
  ['being sent', { state: 'sending', lives: ONE }, 'acceptedOnce'],
  ['in doubt and taken', { state: 'in_doubt', lives: ONE }, 'acceptedOnce taken-in-doubt'],
  ['left and taken', { state: 'left', lives: ONE }, 'acceptedOnce taken-in-doubt'],
  ['failed', { state: 'failed' }, 'neverAccepted'],
  ['skipped', { state: 'skipped' }, 'neverAccepted'],
  ['in doubt', { state: 'in_doubt' }, 'neverAccepted'],
  ['left', { state: 'left' }, 'neverAccepted'],
  ['nobody came to them yet', { state: null }, 'notReachedYet'],
  ['sending', { state: 'sending' }, 'notReachedYet'],
  ['released', { state: 'released' }, 'notReachedYet'],
  ['deferred', { state: 'deferred' }, 'notReachedYet'],
  ['bounced', { state: 'sent', lives: [taken('A', { ends: ['bounced'] })] }, 'acceptedOnce bounced'],
  [
    'held in the queue',
    { state: 'sent', lives: [taken('A', { ends: [], withheld: 'held' })] },
    'acceptedOnce held',
  ],
  [
    'thrown away at its delivery',
    { state: 'sent', lives: [taken('A', { ends: ['thrown-away'] })] },
    'acceptedOnce thrown-away',
  ],
  [
    'thrown away before the queue',
    { state: 'sent', lives: [withheld('thrown-away')] },
    'neverAccepted thrown-away',
  ],
  [
    'held before the queue, a moment ago',
    { state: 'sent', recent: true, lives: [withheld('held')] },
    'neverAccepted held',
  ],
  ['refused by a rule, and booked so', { state: 'failed', lives: [withheld('held')] }, 'neverAccepted'],
  [
    'one of two bounced',
    { state: 'sent', decision: 7, lives: [taken('A'), taken('B', { ends: ['bounced'] })] },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'both of two bounced',
    {
      state: 'sent',
      decision: 7,
      lives: [taken('A', { ends: ['bounced'] }), taken('B', { ends: ['bounced'] })],
    },
    'acceptedTwiceOrMore twice-by-decision bounced',
  ],
  [
    'taken once, and forwarded back to us',
    {
      state: 'sent',
      lives: [
        taken('A', { passedTo: ['192.0.2.7'] }),
        taken('B', { client: '192.0.2.7', recipients: ['boss@shop.test'] }),
      ],
    },
    'acceptedOnce came-back',
  ],
  [
    'taken twice, and one of them forwarded back to us',
    {
      state: 'sent',
      lives: [
        taken('A', { passedTo: ['192.0.2.7'] }),
        taken('B', { client: '192.0.2.7', recipients: ['boss@shop.test'] }),
        taken('C', { client: '10.0.0.6' }),
      ],
    },
    'acceptedTwiceOrMore twice came-back',
  ],
  [
    'sent to another address',
    { state: 'sent', lives: [taken('A', { elsewhere: ['a@x.test'] })] },
    'acceptedOnce elsewhere',
  ],
  ['still on its way', { state: 'sent', lives: [taken('A', { ends: [] })] }, 'acceptedOnce waiting'],
  [
    'taken twice, and then a decision',
    { state: 'sent', lives: TWO, decision: 7, decidedAt: T + 3_012 },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken twice, the second three seconds before the decision by a clock that is as far off',
    { state: 'sent', lives: TWO, decision: 7, decidedAt: T + 3_011 },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'taken three times by two decisions, each between two of them',
    { state: 'sent', lives: APART, decision: 7, decidedAt: T + 150_000, earlier: [T + 50_000] },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'taken three times, the earlier decision before the first',
    { state: 'sent', lives: APART, decision: 7, decidedAt: T + 150_000, earlier: [T - 50_000] },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken three times, both decisions after the second',
    { state: 'sent', lives: APART, decision: 7, decidedAt: T + 150_000, earlier: [T + 140_000] },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken twice, one by decision, and not claimed again since',
    { state: 'released', lives: TWO, decision: 7, attempt: 1 },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken three times by two decisions, and claimed twice only',
    { state: 'sent', lives: APART, decision: 7, decidedAt: T + 150_000, earlier: [T + 50_000], attempt: 2 },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken four times by two decisions',
    {
      ...{ state: 'sent', decision: 7, decidedAt: T + 150_000, earlier: [T + 50_000], attempt: 4 },
      lives: [...APART, taken('D', { queuedAt: T + 300_000 })],
    },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken four times by three decisions, one of them between the first two, one between the next',
    {
      ...{
        state: 'sent',
        decision: 7,
        decidedAt: T + 250_000,
        earlier: [T + 50_000, T + 150_000],
        attempt: 4,
      },
      lives: [...APART, taken('D', { queuedAt: T + 300_000 })],
    },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'taken four times within a second by two decisions of that second: each allows one',
    { state: 'sent', lives: FOUR, decision: 7, earlier: [T], attempt: 4 },
    'acceptedTwiceOrMore twice',
  ],
  [
    'taken four times within a second by three decisions of that second',
    { state: 'sent', lives: FOUR, decision: 7, earlier: [T, T], attempt: 4 },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'refused by its answer and taken all the same, sent once more by retry',
    { state: 'sent', lives: TWO, decision: 7, outOfDoubt: false },
    'acceptedTwiceOrMore twice-by-decision',
  ],
  [
    'refused by its answer and taken all the same, about to be sent once more by retry',
    { state: 'released', lives: ONE, decision: 7, outOfDoubt: false },
    'acceptedOnce accepted-not-sent',
  ],
  [
    'put on hold twice',
    {
      state: 'sent',
      lives: ['A', 'B'].map((id) => taken(id, { queuedAt: null, ends: [], withheld: 'held' })),
    },
    'acceptedTwiceOrMore twice held',
  ],
  [
    'taken, and put on hold once more',
    { state: 'sent', lives: [taken('A'), taken('B', { queuedAt: null, ends: [], withheld: 'held' })] },
    'acceptedTwiceOrMore twice',
  ],
])('a customer in the books and in the log: %s', (_, customer, expected) => {
  expect(told(customer)).toBe(expected);
});

test('whoever is remarked on is named, with every acceptance and the state in the books; of many the first thousand', () => {
  const { remarks } = judge([
    { state: 'failed', lives: TWO, decision: 9 },
    { state: 'sent', lives: ONE },
  ]).waves.notice;
  expect(remarks['twice-by-decision']).toEqual({
    customers: 1,
    first: [{ customerId: '1', state: 'failed', decision: 9, acceptances: ['mx/A', 'mx/B'] }],
  });
  const held = judge([{ state: 'sent', lives: [withheld('held')] }]).waves.notice.remarks.held;
  expect(held.first[0]!.acceptances).toEqual(['A (held)']);
  const filtered = [taken('A', { handedOn: ['B'] }), taken('B'), taken('C')];
  expect(
    judge([{ state: 'sent', lives: filtered }]).waves.notice.remarks.twice.first[0]!.acceptances,
  ).toEqual(['mx/A, then mx/B', 'mx/C']);
  const many = judge(Array.from({ length: 1_005 }, () => ({ state: 'sent' as const })));
  expect(many.waves.notice.remarks['sent-not-accepted']).toMatchObject({ customers: 1_005 });
  expect(many.waves.notice.remarks['sent-not-accepted'].first).toHaveLength(1_000);
});

test('the waves are judged apart', () => {
  const { waves } = judge([
    { state: 'sent', lives: ONE },
    { state: 'sent', wave: 'reminder' },
  ]);
  expect(waves.notice).toMatchObject({ acceptedOnce: 1, neverAccepted: 0 });
  expect(waves.reminder).toMatchObject({ acceptedOnce: 0, neverAccepted: 1 });
});

test("what is taken and of nobody in the books is counted, but not what goes to the company's own mailboxes", () => {
  const others = {
    'mac of another incident': ONE,
    'mac refused': [taken('A', { queuedAt: null, ends: [] })],
    'mac of a mailbox': [taken('A', { recipients: ['check@shop.test'] })],
    'mac of a mailbox and a stranger': [taken('A', { recipients: ['check@shop.test', 'who@x.test'] })],
  };
  const { waves, ofNobody } = judge([{ state: 'sent', lives: ONE }], others, ['check@shop.test']);
  expect(ofNobody).toBe(2);
  expect(waves.notice.acceptedOnce).toBe(1);
});

test('messages of nobody among those of customers change nothing, however many of either there are', () => {
  const many = 3_000;
  const others = Object.fromEntries(Array.from({ length: many }, (_, i) => [`mac ${i + 1}x`, ONE]));
  const customers = Array.from(
    { length: many },
    (_, i): Customer => (i % 3 === 0 ? { state: 'failed' } : { state: 'sent', lives: ONE }),
  );
  const { waves, ofNobody } = judge(customers, others);
  expect(ofNobody).toBe(many);
  expect(waves.notice).toMatchObject({ acceptedOnce: 2_000, neverAccepted: 1_000 });
});

test('sessions are told of what a worker handed in by them: not what a filter did, nor what is of nobody', () => {
  const filtered = [taken('A', { handedOn: ['B'] }), taken('B'), taken('C')];
  const refused = taken('D', { queuedAt: null, ends: [], refused: true });
  const hop = taken('E', { queuedAt: null, ends: [], client: '10.0.0.9' });
  const others = {
    'mac of another incident': [taken('F')],
    'mac of a mailbox': [taken('G', { recipients: ['check@shop.test'] })],
    'mac refused': [taken('I', { queuedAt: null, ends: [], refused: true })],
  };
  const customers: Customer[] = [
    { state: 'sent', lives: filtered },
    { state: 'failed', lives: [refused] },
    { state: 'sent', lives: [taken('H', { passedTo: ['10.0.0.9'] }), hop] },
  ];
  expect(judge(customers, others, ['check@shop.test']).sessions.sort()).toEqual([
    ...['A', 'C', 'D'].map((id) => [id, 'customers']),
    ['G', 'mailboxes'],
    ['H', 'customers'],
  ]);
});
