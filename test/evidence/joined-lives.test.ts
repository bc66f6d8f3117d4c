import { fateOf, isSameHost, joinLives, type RelayLife } from '../../src/evidence/message-fate';
import { relayLife as life, T } from './relay-life';

/** What two logs of one relay tell of a life, in whichever order, comes to one. */
function mergedOf(one: Partial<RelayLife>, other: Partial<RelayLife>): RelayLife {
  const copies = [life('A', one), life('A', { ...other, zoned: true })];
  const lives = [copies, [...copies].reverse()].map((order) => joinLives(order));
  expect(lives[0]).toEqual(lives[1]);
  const [merged, ...others] = [...lives[0]!.taken, ...lives[0]!.untaken];
  expect(others).toEqual([]);
  return merged!;
}

const NOTHING: Partial<RelayLife> = {
  ...{ client: null, queuedAt: null, ends: [], recipients: [], handedOn: [], passedTo: [] },
};
const ALL: Partial<RelayLife> = {
  ...{
    local: true,
    client: '10.0.0.5',
    clientDomain: 'shop.test',
    queuedAt: T + 2,
    refused: true,
    piped: true,
  },
  ...{ withheld: 'held', ends: ['sent'], recipients: ['a@x.test', 'b@x.test'], handedOn: ['B'] },
  ...{
    passedTo: ['192.0.2.7'],
    passedToDomains: ['mail.test'],
    elsewhere: ['a@x.test'],
  },
};

test('what one of two logs tells of a life is known, whatever the other lacks', () => {
  expect(mergedOf(ALL, NOTHING)).toMatchObject(ALL);
  expect(mergedOf(NOTHING, ALL)).toMatchObject(ALL);
  expect(mergedOf(NOTHING, NOTHING)).toMatchObject({
    ...NOTHING,
    local: false,
    refused: false,
    piped: false,
  });
});

test('what both logs tell stands once, at the earlier time; what each tells otherwise, both', () => {
  expect(mergedOf(ALL, { ...ALL, queuedAt: T + 1 })).toMatchObject({ ...ALL, queuedAt: T + 1 });
  const { ends, passedToDomains } = mergedOf(ALL, {
    ...ALL,
    ends: ['bounced'],
    passedToDomains: ['far.test'],
  });
  expect([[...ends].sort(), [...passedToDomains!].sort()]).toEqual([
    ['bounced', 'sent'],
    ['far.test', 'mail.test'],
  ]);
});

test.each<[string, Partial<RelayLife>, Partial<RelayLife>, string[]]>([
  ['both know it', { putOff: ['a@x.test'] }, { putOff: ['a@x.test'] }, ['a@x.test']],
  ['the other saw it come to an end', { putOff: ['a@x.test'] }, { recipients: ['a@x.test'] }, []],
  ['the other knows nothing of it', { putOff: ['a@x.test'] }, { recipients: ['b@x.test'] }, ['a@x.test']],
])('who is put off still, by two logs: %s', (_, one, other, putOff) => {
  expect(mergedOf(one, other).putOff).toEqual(putOff);
  expect(mergedOf(other, one).putOff).toEqual(putOff);
});

test.each<[string, Partial<RelayLife>, Partial<RelayLife>, string[] | undefined]>([
  ['both know it', { elsewhere: ['a@x.test'] }, { elsewhere: ['a@x.test'] }, ['a@x.test']],
  ['one saw the own address reached', { elsewhere: ['a@x.test'] }, {}, undefined],
  ['the other has no line of them', { elsewhere: ['a@x.test'] }, { recipients: ['b@x.test'] }, ['a@x.test']],
  ['neither knows it', {}, {}, undefined],
])('who was reached at another address only, by two logs: %s', (_, one, other, elsewhere) => {
  expect(mergedOf(one, other).elsewhere).toEqual(elsewhere);
  expect(mergedOf(other, one).elsewhere).toEqual(elsewhere);
});

test('a relay is known by its name, whatever its case and its domain', () => {
  expect(isSameHost({ host: 'MX' }, { host: 'mx.shop.test' })).toBe(true);
  expect(isSameHost({ host: 'mx.shop.test' }, { host: 'mx.other.test' })).toBe(true);
  expect(isSameHost({ host: 'mx' }, { host: 'mx2.shop.test' })).toBe(false);
});

/** Delivered to a mailbox at mail.test, from which it is handed in again. */
const MAILED: Partial<RelayLife> = {
  ...{ passedTo: ['192.0.2.7'], passedToDomains: ['mail.test'], clientDomain: 'shop.test' },
};
const BACK: Partial<RelayLife> = {
  ...{ queuedAt: T + 5, client: '192.0.2.7', recipients: ['boss@shop.test'], ends: ['bounced'] },
};
const told = (first: Partial<RelayLife>, second: Partial<RelayLife>) =>
  fateOf([life('A', first), life('B', second)]).acceptances.map(
    ({ path, fate, cameBack }) => `${path.join(' ')} ${fate}${cameBack ? ', came back' : ''}`,
  );

test.each<[string, Partial<RelayLife>, Partial<RelayLife>, string[]]>([
  ['for somebody else', MAILED, BACK, ['mx/A mx/B sent, came back']],
  [
    'for somebody else and the customer',
    MAILED,
    { ...BACK, recipients: ['boss@shop.test', 'a@x.test'] },
    ['mx/A mx/B bounced'],
  ],
  [
    'where a rule had sent the first elsewhere',
    { ...MAILED, elsewhere: ['a@x.test'] },
    BACK,
    ['mx/A mx/B bounced'],
  ],
  ['where nobody knows for whom the first was', { ...MAILED, recipients: [] }, BACK, ['mx/A mx/B bounced']],
  ['under the id that the mailbox named', { ...MAILED, handedOn: ['B'] }, BACK, ['mx/A mx/B bounced']],
  ['before it was there', { ...MAILED, queuedAt: T + 9_000 }, BACK, ['mx/B bounced', 'mx/A sent']],
  ['by a program', MAILED, { ...BACK, client: null, local: true }, ['mx/A sent', 'mx/B bounced']],
  [
    'by a host of another domain',
    MAILED,
    { ...BACK, client: '192.0.2.99', clientDomain: 'far.test' },
    ['mx/A sent', 'mx/B bounced'],
  ],
  [
    'by a host whose domain is not known, as is that of the mailbox',
    { ...MAILED, passedToDomains: undefined },
    { ...BACK, client: '192.0.2.99', clientDomain: undefined },
    ['mx/A sent', 'mx/B bounced'],
  ],
])('what a mailbox hands in again %s', (_, first, second, expected) => {
  expect(told(first, second)).toEqual(expected);
});
