import { livesOf } from '../../src/evidence/queue-lives';
import type { DeliveryEnd, LogFact } from '../../src/evidence/read-line';

const OURS = '<ours>';
const facts: Record<string, LogFact> = {
  client: { kind: 'begun', local: false, client: '10.0.0.5' },
  ours: { kind: 'message-id', id: OURS },
  other: { kind: 'message-id', id: '<other>' },
  active: { kind: 'queued' },
  refused: { kind: 'refused' },
  removed: { kind: 'removed' },
};
const lives = (words: string) =>
  livesOf(words.split(' ').map((word, i) => ({ ms: i * 1000, fact: facts[word]! })));
const accepted = (words: string) =>
  lives(words).some((life) => life.messageIds.includes(OURS) && life.queuedAt !== null);

// The lines of livesOf that begin a life: `removed`, `begun`, and anotherMessage.
test.each([
  ['client ours active removed', true],
  ['client ours', false],
  ['client ours refused', false],
  ['client ours client other active removed', false],
  ['ours other active removed', false],
  ['client ours client active removed', false],
  ['client other active removed ours', false],
  ['client other active ours', false],
  ['client ours refused client ours active removed', true],
  ['client ours ours ours active removed', true],
  ['client ours removed active', false],
  ['ours active', true],
  // The lines of one second may be written in another order.
  ['client active ours removed', true],
])('a short queue id comes again; ours was taken in: %s: %s', (words, expected) => {
  expect(accepted(words)).toBe(expected);
});

test('the order of reading decides nothing, nor does a line that stands twice', () => {
  const events = [
    { ms: 0, fact: facts.client! },
    { ms: 0, fact: facts.ours! },
    { ms: 0, fact: facts.active! },
    { ms: 0, fact: facts.removed! },
    { ms: 9000, fact: facts.client! },
    { ms: 9000, fact: facts.other! },
    { ms: 10_000, fact: facts.removed! },
  ];
  const two = livesOf(events);
  expect(two).toMatchObject([
    { messageIds: [OURS], readAt: 0, queuedAt: 0 },
    { messageIds: ['<other>'], queuedAt: null },
  ]);
  expect(livesOf([...events].reverse())).toEqual(two);
  expect(livesOf([...events, ...events])).toEqual(two);
});

test('an id that ends and comes again in one second is two lives', () => {
  const at = (ms: number, ...names: string[]) => names.map((name) => ({ ms, fact: facts[name]! }));
  const lives = livesOf([
    ...at(0, 'client', 'other', 'active'),
    ...at(5000, 'removed', 'client', 'ours'),
    ...at(6000, 'active', 'removed'),
  ]);
  expect(lives.map(({ messageIds }) => messageIds)).toEqual([['<other>'], [OURS]]);
});

test('a life tells all that its lines say, each thing once', () => {
  const delivery = (to: string | null, end: DeliveryEnd | null, handedOn: string | null): LogFact => ({
    kind: 'delivery',
    to,
    end,
    handedOn,
    passedTo: handedOn && `host of ${handedOn}`,
    piped: to === 'b@x.test',
  });
  const at = (ms: number, fact: LogFact) => ({ ms, fact });
  const [life, ...others] = livesOf([
    at(0, { kind: 'begun', local: true, client: null }),
    at(1, facts.ours!),
    at(2, { kind: 'message-id', id: OURS }),
    at(3, { kind: 'withheld', how: 'held' }),
    at(4, delivery('a@x.test', null, null)),
    at(5, delivery('a@x.test', 'sent', 'NEXT')),
    at(6, delivery('b@x.test', 'bounced', null)),
    at(7, delivery('b@x.test', 'bounced', 'NEXT')),
    at(8, delivery(null, 'thrown-away', 'OTHER')),
    at(9, facts.removed!),
  ]);
  expect(others).toEqual([]);
  expect(life).toEqual({
    messageIds: [OURS],
    local: true,
    client: null,
    readAt: 1,
    queuedAt: 4,
    refused: false,
    withheld: 'held',
    ends: ['sent', 'bounced', 'thrown-away'],
    putOff: [],
    recipients: ['a@x.test', 'b@x.test'],
    piped: true,
    handedOn: ['NEXT', 'OTHER'],
    passedTo: ['host of NEXT', 'host of OTHER'],
  });
  expect(livesOf([at(0, facts.active!)])).toEqual([
    {
      messageIds: [],
      local: false,
      client: null,
      readAt: null,
      queuedAt: 0,
      refused: false,
      withheld: null,
      ends: [],
      putOff: [],
      recipients: [],
      piped: false,
      handedOn: [],
      passedTo: [],
    },
  ]);
  expect(livesOf([at(0, facts.client!), at(1, facts.refused!), at(2, { kind: 'other' })])).toMatchObject([
    { local: false, refused: true, queuedAt: null },
  ]);
});

test('whose delivery was put off is known until it comes to an end, whatever became of the others', () => {
  const delivery = (to: string, end: DeliveryEnd | null): LogFact => ({
    ...{ kind: 'delivery', to, end, handedOn: null, passedTo: null, piped: false },
  });
  const at = (ms: number, fact: LogFact) => ({ ms, fact });
  const events = [
    at(0, facts.client!),
    at(1, delivery('a@x.test', null)),
    at(2, delivery('archive@shop.test', 'sent')),
  ];
  expect(livesOf(events)).toMatchObject([{ ends: ['sent'], putOff: ['a@x.test'] }]);
  expect(livesOf([...events, at(3, delivery('a@x.test', 'sent'))])).toMatchObject([{ putOff: [] }]);
});

test('without the line that gave the id out, a Message-ID after the queue is another life, also of the same message (I2)', () => {
  expect(lives('ours active ours active').map(({ queuedAt }) => queuedAt)).toEqual([1000, 3000]);
  expect(lives('ours ours active')).toHaveLength(1);
  expect(lives('client ours active ours')).toHaveLength(1);
  expect(lives('client ours active removed ours active')).toHaveLength(2);
});

test('what ends and begins in one moment ends first; what begins and ends in one is over', () => {
  const at = (ms: number, ...names: string[]) => names.map((name) => ({ ms, fact: facts[name]! }));
  const told = (events: ReturnType<typeof at>) =>
    livesOf(events).map(({ messageIds, queuedAt }) => [...messageIds, queuedAt].join(' '));
  expect(told([...at(0, 'client', 'ours', 'active', 'removed'), ...at(9, 'active')])).toEqual([
    `${OURS} 0`,
    '9',
  ]);
  expect(told([...at(0, 'client', 'other'), ...at(5, 'client', 'ours'), ...at(6, 'active')])).toEqual([
    '<other> ',
    `${OURS} 6`,
  ]);
  expect(told([...at(0, 'client', 'ours', 'active'), ...at(5, 'removed'), ...at(6, 'active')])).toEqual([
    `${OURS} 0`,
    '6',
  ]);
});

test.each<[string, [to: string, elsewhere: boolean, end: DeliveryEnd][], string[] | undefined]>([
  ['to another address', [['a@x.test', true, 'sent']], ['a@x.test']],
  [
    "beside an archive's copy",
    [
      ['a@x.test', true, 'sent'],
      ['archive@x.test', false, 'sent'],
    ],
    ['a@x.test'],
  ],
  [
    'to both',
    [
      ['a@x.test', true, 'sent'],
      ['a@x.test', false, 'sent'],
    ],
    undefined,
  ],
  [
    'to another, its own bounced',
    [
      ['a@x.test', true, 'sent'],
      ['a@x.test', false, 'bounced'],
    ],
    ['a@x.test'],
  ],
  ['to another, which bounced', [['a@x.test', true, 'bounced']], undefined],
])('who was reached at another address only: delivered %s', (_, deliveries, elsewhere) => {
  const events = deliveries.map(([to, isElsewhere, end], i) => ({
    ms: i,
    fact: {
      ...{ kind: 'delivery' as const, to, end, handedOn: null, passedTo: null, piped: false },
      ...(isElsewhere ? { elsewhere: true as const } : {}),
    },
  }));
  expect(livesOf(events)[0]!.elsewhere).toEqual(elsewhere);
  const reversed = [...events].reverse().map((event, i) => ({ ...event, ms: i }));
  expect(livesOf(reversed)[0]!.elsewhere).toEqual(elsewhere);
});

test('a life tells by which session it began, from whom and out of which other one, and whose hosts took it, each once', () => {
  const taken = (passedTo: string, passedToDomain: string): LogFact => ({
    ...{ kind: 'delivery', to: 'a@x.test', end: 'sent', handedOn: 'NEXT', piped: false },
    ...{ passedTo, passedToDomain },
  });
  const [life] = livesOf([
    {
      ms: 7,
      fact: { ...facts.client!, pid: '4711', clientDomain: 'shop.test', requeued: 'BEFORE' } as LogFact,
    },
    { ms: 8, fact: taken('10.0.0.9', 'hop.test') },
    { ms: 9, fact: taken('10.0.0.9', 'hop.test') },
    { ms: 10, fact: taken('10.0.0.8', 'mail.test') },
  ]);
  expect(life).toMatchObject({
    ...{ client: '10.0.0.5', clientDomain: 'shop.test', requeued: 'BEFORE', begun: { pid: '4711', ms: 7 } },
    ...{ handedOn: ['NEXT'], passedTo: ['10.0.0.9', '10.0.0.8'], passedToDomains: ['hop.test', 'mail.test'] },
  });
});

test('the end of a message of which nothing else is in the log is no life, nor is what says nothing of a message', () => {
  expect(livesOf([{ ms: 0, fact: { kind: 'other' } }])).toEqual([]);
  expect(lives('removed')).toEqual([]);
  expect(lives('removed client ours active removed removed')).toHaveLength(1);
});
