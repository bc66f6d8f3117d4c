import { fateOf, type RelayLife } from '../../src/evidence/message-fate';

const T = Date.parse('2026-11-25T02:00:00Z');
const life = (queueId: string, change: Partial<RelayLife> = {}): RelayLife => ({
  host: 'mx',
  queueId,
  zoned: false,
  messageIds: ['<ours>'],
  local: false,
  readAt: T,
  queuedAt: T,
  refused: false,
  withheld: null,
  ends: ['sent'],
  recipients: ['a@x.test'],
  handedOn: [],
  ...change,
});
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
  ['handed to a host whose log is not here', [life('A', { handedOn: ['B'] })], ['mx/A: sent']],
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
    [life('A'), life('B', { local: true, queuedAt: T + 1 })],
    ['mx/A mx/B: sent'],
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
    notTaken: { queueId: 'A', refused: false },
  });
  const refused = life('B', { queuedAt: null, refused: true, ends: [] });
  expect(fateOf([life('A', { queuedAt: null, ends: [] }), refused])).toMatchObject({
    withheld: null,
    notTaken: { queueId: 'B', refused: true },
  });
});
