import { faultsWith, holds, type Limit, optional, wholeNumber, x } from './schema-limits';

test.each<[string, string, Limit]>([
  ['relays', 'relay.relays', { taken: [undefined, {}], refused: [null, 'one', ['one'], { one: 3 }] }],
  ['one of them', 'relay.relays.one', { taken: [{}], refused: [null, { other: 1 }] }],
  ['its share', 'relay.relays.one', sharing(wholeNumber(1, 1_000))],
  ['its sessions', 'relay.relays.one', withSessions(wholeNumber(1, 64))],
])('%s: what is within the limits is taken, and no more', (_, path, limit) => holds(path, limit));

function sharing(limit: Limit): Limit {
  const { taken, refused } = optional(limit);
  return { taken: taken.map((weight) => ({ weight })), refused: refused.map((weight) => ({ weight })) };
}

function withSessions(limit: Limit): Limit {
  const { taken, refused } = optional(limit);
  return {
    taken: taken.map((sessions) => ({ sessions })),
    refused: refused.map((sessions) => ({ sessions })),
  };
}

test('a relay has the name that SMTP_URL gives it, or its host and port', () => {
  const faults = (name: string) => faultsWith('relay.relays', { [name]: {} });
  for (const name of ['1', 'one', 'smtp-2', 'mail.shop.test:587', '[::1]:25', x(300)])
    expect([name, faults(name)]).toEqual([name, []]);
  for (const name of ['', 'One', 'one two', ' one', 'one!', 'é', 'one\n', x(301)])
    expect([name, faults(name).length]).toEqual([name, 1]);
});
