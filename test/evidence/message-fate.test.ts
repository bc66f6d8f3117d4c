import { fateOf, type RelayLife } from '../../src/evidence/message-fate';
import { relayLife as life, T } from './relay-life';

/** Delivered to a host of mail.test, whose other hosts forward what came for the customer. */
const TO_PROVIDER = { passedTo: ['192.0.2.7'], passedToDomains: ['mail.test'], handedOn: ['X'] };
const MAILED = life('A', { ...TO_PROVIDER, clientDomain: 'shop.test' });
const FORWARDED = {
  ...{ queuedAt: T + 5, client: '192.0.2.7', clientDomain: 'mail.test' },
  recipients: ['boss@shop.test'],
};
const told = (...lives: RelayLife[]) =>
  fateOf(lives).acceptances.map(({ path, fate }) => `${path.join(' ')}: ${fate}`);

test.each<[string, RelayLife[], string[]]>([
  ['sent', [life('A')], ['mx/A: sent']],
  ['not yet sent', [life('A', { ends: [] })], ['mx/A: waiting']],
  ['bounced', [life('A', { ends: ['bounced'] })], ['mx/A: bounced']],
  ['thrown away at its delivery', [life('A', { ends: ['thrown-away'] })], ['mx/A: thrown-away']],
  ['held, and queued by hand', [life('A', { ends: [], withheld: 'held' })], ['mx/A: held']],
  ['held, released and sent', [life('A', { withheld: 'held' })], ['mx/A: sent']],
  ['one recipient of an alias bounced', [life('A', { ends: ['sent', 'bounced'] })], ['mx/A: bounced']],
  ['sent to another address by a rule', [life('A', { elsewhere: ['a@x.test'] })], ['mx/A: elsewhere']],
  [
    'sent to another address, and on by the next hop',
    [life('A', { elsewhere: ['a@x.test'], handedOn: ['B'] }), life('B', { host: 'out', queuedAt: T + 1 })],
    ['mx/A out/B: elsewhere'],
  ],
  [
    'sent to another address, which bounced',
    [life('A', { elsewhere: ['a@x.test'], ends: ['bounced'] })],
    ['mx/A: bounced'],
  ],
  [
    'one log knows that it went to another address, the other that its own was reached, too',
    [life('A', { elsewhere: ['a@x.test'] }), life('A', { zoned: true })],
    ['mx/A: sent'],
  ],
  [
    'two logs know that it went to another address',
    [life('A', { elsewhere: ['a@x.test'] }), life('A', { zoned: true, elsewhere: ['a@x.test'] })],
    ['mx/A: elsewhere'],
  ],
  ['never queued', [life('A', { queuedAt: null })], []],
  ['submitted twice', [life('A'), life('B', { queuedAt: T + 1 })], ['mx/A: sent', 'mx/B: sent']],
  [
    'twice under one short id',
    [life('A'), life('A', { queuedAt: T + 7_200_000 })],
    ['mx/A: sent', 'mx/A: sent'],
  ],
  [
    'handed to a content filter and back (C85)',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: T + 1 })],
    ['mx/A mx/B: sent'],
  ],
  [
    'handed back, then bounced',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: T + 1, ends: ['bounced'] })],
    ['mx/A mx/B: bounced'],
  ],
  [
    'handed to a filter that keeps it (C85, C86)',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: T + 1, ends: ['thrown-away'] })],
    ['mx/A mx/B: thrown-away'],
  ],
  [
    'handed on, and the second queue has not delivered it yet',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: T + 1, ends: [] })],
    ['mx/A mx/B: waiting'],
  ],
  [
    'two recipients handed on as two, one of which bounced',
    [
      life('A', { handedOn: ['B', 'C'] }),
      life('B', { queuedAt: T + 1 }),
      life('C', { queuedAt: T + 2, ends: ['bounced'] }),
    ],
    ['mx/A mx/B mx/C: bounced'],
  ],
  [
    'handed in by programs alone: the first is what the relay took',
    [life('A', { local: true }), life('B', { local: true, queuedAt: T + 1 })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'one life in two formats, whose calibrated clocks are three seconds apart',
    [life('A'), life('A', { zoned: true, queuedAt: T + 3_000 })],
    ['mx/A: sent'],
  ],
  [
    'one short id twice within hours, in two formats',
    [life('A'), life('A', { zoned: true, queuedAt: T + 3_001 })],
    ['mx/A: sent', 'mx/A: sent'],
  ],
  [
    'two lives in two formats are four tellings of two',
    [life('A'), life('A', { zoned: true }), life('B'), life('B', { zoned: true })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'one id of two relays in two formats',
    [life('A'), life('A', { host: 'mx2', zoned: true })],
    ['mx/A: sent', 'mx2/A: sent'],
  ],
  [
    'the file knows that it was handed on, the journal what became of it',
    [
      life('A', { handedOn: ['B'] }),
      life('A', { zoned: true, ends: [] }),
      life('B', { zoned: true, queuedAt: T + 1, ends: ['bounced'] }),
    ],
    ['mx/A mx/B: bounced'],
  ],
  [
    'the journal tells that it was queued, the file that it was read',
    [life('A', { queuedAt: null, ends: [] }), life('A', { zoned: true, ends: ['bounced'] })],
    ['mx/A: bounced'],
  ],
  [
    "a customer's mailbox forwards it to the company",
    [MAILED, life('B', { ...FORWARDED, ends: ['bounced'] })],
    ['mx/A mx/B: sent'],
  ],
  [
    'a mailbox forwards it to two of the company, and one of these to a mailbox that does so again',
    [
      MAILED,
      life('B', { ...FORWARDED, passedTo: ['192.0.2.7'], handedOn: ['Y'] }),
      life('C', { ...FORWARDED, queuedAt: T + 6 }),
      life('D', { ...FORWARDED, queuedAt: T + 9 }),
    ],
    ['mx/A mx/B mx/C mx/D: sent'],
  ],
  [
    'a mailbox forwards it from another host of its domain, and a filter here hands it on',
    [
      MAILED,
      life('B', { ...FORWARDED, client: '192.0.2.99', passedTo: ['127.0.0.1'] }),
      life('C', { queuedAt: T + 6, recipients: ['boss@shop.test'], client: '127.0.0.1' }),
    ],
    ['mx/A mx/B mx/C: sent'],
  ],
  [
    'a rule sends it to another address, and that host hands it on to there: no customer forwards it',
    [life('A', { ...TO_PROVIDER, elsewhere: ['a@x.test'] }), life('B', { ...FORWARDED, ends: ['bounced'] })],
    ['mx/A mx/B: bounced'],
  ],
  [
    'a filter that it goes through sends it to another address, and that host hands it on to there',
    [
      life('A', { handedOn: ['B'] }),
      life('B', { ...TO_PROVIDER, client: '127.0.0.1', queuedAt: T + 1, elsewhere: ['a@x.test'] }),
      life('C', { ...FORWARDED, ends: ['bounced'] }),
    ],
    ['mx/A mx/B mx/C: bounced'],
  ],
  [
    'a worker on another machine submits it once more',
    [MAILED, life('B', { queuedAt: T + 5, client: '10.0.0.6', clientDomain: 'shop.test' })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'a worker submits it once more to the address that the customer has now',
    [MAILED, life('B', { queuedAt: T + 5, recipients: ['new@x.test'] })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'a worker in the domain that takes mail for the customer submits it once more to the customer',
    [MAILED, life('B', { ...FORWARDED, client: '192.0.2.99', recipients: ['A@x.test'] })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'a worker on the machine that takes mail for the customer submits it once more, to another address',
    [
      life('A', { ...TO_PROVIDER, client: '192.0.2.7' }),
      life('B', { ...FORWARDED, clientDomain: undefined }),
    ],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'all workers, and who takes mail for the customer, are of one domain',
    [
      life('A', { ...TO_PROVIDER, clientDomain: 'mail.test' }),
      life('B', { ...FORWARDED, client: '192.0.2.99', clientDomain: 'mail.test' }),
    ],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'handed in from elsewhere for somebody to whom nothing is delivered yet',
    [MAILED, life('B', { ...FORWARDED, client: '192.0.2.99', recipients: [], ends: [] })],
    ['mx/A: sent', 'mx/B: waiting'],
  ],
  [
    'handed on under an id under which a message was refused meanwhile',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: null, ends: [], refused: true })],
    ['mx/A: sent'],
  ],
  ['handed to a host whose log is not here', [life('A', { handedOn: ['B'] })], ['mx/A: sent']],
  [
    'through a hop that does not say its queue id, or whose log is not here',
    [
      life('A', { handedOn: ['X'], passedTo: ['10.0.0.9'] }),
      life('B', { host: 'out', client: '10.0.0.9', queuedAt: T + 5 }),
    ],
    ['mx/A out/B: sent'],
  ],
  [
    'a double that another of our machines submitted',
    [life('A', { passedTo: ['10.0.0.9'] }), life('B', { client: '10.0.0.6', queuedAt: T + 5 })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'a double from the machine that a filter runs on, too',
    [
      life('A', { client: '127.0.0.1', passedTo: ['127.0.0.1'] }),
      life('B', { client: '127.0.0.1', queuedAt: T + 5 }),
    ],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'a hop that names its queue id takes nothing else',
    [
      life('A', { handedOn: ['B'], passedTo: ['10.0.0.9'] }),
      life('B', { client: '10.0.0.9', queuedAt: T + 1 }),
      life('C', { client: '10.0.0.9', queuedAt: T + 2 }),
    ],
    ['mx/A mx/B: sent', 'mx/C: sent'],
  ],
  [
    'a hop that hands it in twice',
    [
      life('A', { passedTo: ['10.0.0.9'] }),
      life('B', { client: '10.0.0.9', queuedAt: T + 1 }),
      life('C', { client: '10.0.0.9', queuedAt: T + 2 }),
    ],
    ['mx/A mx/B: sent', 'mx/C: sent'],
  ],
  [
    'put into the queue again by postsuper -r',
    [
      life('A', { ends: [] }),
      life('B', { local: true, client: null, requeued: 'A', queuedAt: T + 9_000_000 }),
    ],
    ['mx/A mx/B: sent'],
  ],
  [
    'a double beside one that postsuper -r put into the queue again',
    [
      life('A', { ends: [] }),
      life('B', { local: true, client: null, requeued: 'X', queuedAt: T + 9_000_000 }),
    ],
    ['mx/A: waiting', 'mx/B: sent'],
  ],
  [
    "the archive's copy was sent, the customer's put off",
    [life('A', { putOff: ['a@x.test'] })],
    ['mx/A: waiting'],
  ],
  [
    "one log knows that the customer's was put off, the other that it was sent then",
    [life('A', { ends: [], putOff: ['a@x.test'] }), life('A', { zoned: true })],
    ['mx/A: sent'],
  ],
  [
    'handed on, and put on hold by the next hop',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: null, ends: [], withheld: 'held' })],
    ['mx/A mx/B: held'],
  ],
  [
    'a true double beside the filter (C85)',
    [
      life('A', { handedOn: ['B'] }),
      life('B', { queuedAt: T + 1 }),
      life('C', { queuedAt: T + 60_000, handedOn: ['D'] }),
      life('D', { queuedAt: T + 60_001 }),
    ],
    ['mx/A mx/B: sent', 'mx/C mx/D: sent'],
  ],
  [
    'through two relays',
    [
      life('A', { handedOn: ['B'] }),
      life('B', { host: 'out', queuedAt: T + 5, handedOn: ['C'] }),
      life('C', { host: 'far', queuedAt: T + 9 }),
    ],
    ['mx/A out/B far/C: sent'],
  ],
  [
    'handed in again by a filter that is a program',
    [life('A', { piped: true }), life('B', { local: true, queuedAt: T + 1 })],
    ['mx/A mx/B: sent'],
  ],
  [
    'handed in again by hand, hours after it was sent to its reader',
    [life('A'), life('B', { local: true, queuedAt: T + 10_800_000 })],
    ['mx/A: sent', 'mx/B: sent'],
  ],
  [
    'handed in by a program of another relay, or before it was piped',
    [
      life('A', { piped: true }),
      life('B', { local: true, host: 'mx2', queuedAt: T + 1 }),
      life('C', { local: true, queuedAt: T - 7_200_000 }),
    ],
    ['mx/A: sent', 'mx/C: sent', 'mx2/B: sent'],
  ],
  [
    'a program that hands it in, fails, and hands it in once more',
    [
      life('A', { piped: true }),
      life('B', { local: true, queuedAt: T + 1 }),
      life('C', { local: true, queuedAt: T + 600_000 }),
    ],
    ['mx/A mx/B: sent', 'mx/C: sent'],
  ],
  [
    'the short id that it was handed on under comes again as a double',
    [life('A', { handedOn: ['B'] }), life('B', { queuedAt: T + 1 }), life('B', { queuedAt: T + 10_800_000 })],
    ['mx/A mx/B: sent', 'mx/B: sent'],
  ],
  [
    'it names an id that was there three hours before',
    [life('B', { host: 'mx2' }), life('A', { queuedAt: T + 10_800_000, handedOn: ['B'] })],
    ['mx/A: sent', 'mx2/B: sent'],
  ],
  [
    'one relay in two logs of one format, the second with whole seconds',
    [life('A', { queuedAt: T + 345 }), life('A')],
    ['mx/A: sent'],
  ],
  [
    'one relay here and on a loghost, which adds the domain',
    [life('A'), life('A', { host: 'mx.shop.test', queuedAt: T + 1_000 })],
    ['mx/A: sent'],
  ],
  [
    'two that name each other',
    [life('A', { handedOn: ['B'] }), life('B', { handedOn: ['A'] })],
    ['mx/B mx/A: sent'],
  ],
  [
    'one life in a journal and in a file',
    [life('A'), life('A', { zoned: true, queuedAt: T + 800, ends: [] })],
    ['mx/A: sent'],
  ],
  ['the same id on two relays', [life('A'), life('A', { host: 'mx2' })], ['mx/A: sent', 'mx2/A: sent']],
])('what the lives of one message come to: %s', (_, lives, expected) => {
  expect(told(...lives).sort()).toEqual(expected.sort());
  expect(told(...[...lives].reverse()).sort()).toEqual(expected.sort());
});

test('what was thrown away or refused before the queue is told, and is no acceptance', () => {
  expect(fateOf([life('A', { queuedAt: null, withheld: 'thrown-away', ends: [] })])).toEqual({
    acceptances: [],
    withheld: { queueId: 'A', how: 'thrown-away' },
    timesWithheld: 1,
    notTaken: { queueId: 'A', refused: false },
  });
  const refused = life('B', { queuedAt: null, refused: true, ends: [] });
  expect(fateOf([life('A', { queuedAt: null, ends: [] }), refused])).toMatchObject({
    withheld: null,
    notTaken: { queueId: 'B', refused: true },
  });
});

test('the moment and the recipients are those of the first queue; each recipient stands once', () => {
  const lives = [
    life('B', { queuedAt: T + 5, recipients: ['filter@localhost'] }),
    life('A', { handedOn: ['B'], recipients: ['a@x.test', 'b@x.test'] }),
  ];
  expect(fateOf(lives).acceptances).toEqual([
    { path: ['mx/A', 'mx/B'], at: T, fate: 'sent', recipients: ['a@x.test', 'b@x.test'] },
  ]);
  const twoFormats = [life('A', { queuedAt: T + 900 }), life('A', { zoned: true, local: false })];
  expect(fateOf(twoFormats).acceptances).toMatchObject([{ at: T, recipients: ['a@x.test'] }]);
});

test('what was taken is no message that was not, and a refusal told in one of two formats is a refusal', () => {
  expect(fateOf([life('A')])).toMatchObject({ withheld: null, notTaken: null });
  const read = { queuedAt: null, ends: [] } as const;
  const refused = [
    life('A', { ...read, ends: [] }),
    life('A', { ...read, ends: [], zoned: true, refused: true }),
  ];
  expect(fateOf(refused)).toMatchObject({ acceptances: [], notTaken: { queueId: 'A', refused: true } });
  const held = [
    life('A', { ...read, ends: [] }),
    life('A', { ...read, ends: [], zoned: true, withheld: 'held' }),
  ];
  expect(fateOf(held)).toMatchObject({ withheld: { queueId: 'A', how: 'held' } });
  expect(fateOf([life('A', { ...read, ends: [] })])).toMatchObject({
    notTaken: { queueId: 'A', refused: false },
  });
});
