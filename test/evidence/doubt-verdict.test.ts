import { doubtVerdict, type ProviderEvent, type Seen } from '../../src/evidence/doubt-verdict';
import type { Acceptance, Fate, MessageFate } from '../../src/evidence/message-fate';

const AT = Date.parse('2026-11-25T02:06:31Z');
const DELIVERED: ProviderEvent = { event: 'delivered', at: AT };
const taken = (fate: Fate, ...path: string[]): Acceptance => ({ path, at: AT, fate, recipients: [] });
const fate = (change: Partial<MessageFate>): MessageFate => ({
  ...{ acceptances: [], withheld: null, timesWithheld: 0, notTaken: null },
  ...change,
});
const verdict = (seen: Partial<Seen>) => doubtVerdict({ fate: 'unseen', events: [], doubt: null, ...seen });

test.each<[Fate, string]>([
  ['sent', ''],
  ['waiting', ''],
  ['held', ', then put on hold'],
  ['bounced', ', then bounced'],
  ['elsewhere', ', and sent to another address'],
  ['thrown-away', ', then thrown away'],
])('who is in the queue by the log was told, and it is said if the message is %s', (end, words) => {
  expect(verdict({ fate: fate({ acceptances: [taken(end, 'mx/out/4A', 'filter/5B')] }) })).toEqual({
    verdict: 'accepted',
    queueId: '4A',
    at: AT,
    by: 'log',
    why: `queue id 4A, in the queue at 2026-11-25 02:06:31 UTC${words}`,
  });
});

test('to be seen once is proof, whatever else is seen of it, and in a log that proves nobody absent, too', () => {
  const seen = fate({
    acceptances: [taken('sent', 'mx/4A'), taken('sent', 'mx/6C')],
    withheld: { queueId: '5B', how: 'held' },
    notTaken: { queueId: '7D', refused: true },
  });
  const doubt = 'the log has a hole';
  expect(verdict({ fate: seen, events: [DELIVERED], doubt })).toMatchObject({ by: 'log', queueId: '4A' });
  for (const unseen of ['unseen', null, fate({ notTaken: { queueId: '7D', refused: true } })] as const)
    expect(verdict({ fate: unseen, events: [DELIVERED, { event: 'opened', at: null }], doubt })).toEqual({
      verdict: 'accepted',
      queueId: null,
      at: AT,
      by: 'events',
      why: 'the provider says "delivered" at 2026-11-25 02:06:31 UTC',
    });
  expect(verdict({ events: [{ event: 'bounce', at: null }] })).toMatchObject({
    ...{ verdict: 'accepted', at: null, why: 'the provider says "bounce"' },
  });
});

test.each<[string, Partial<Seen>, RegExp]>([
  ['only the events were given, and have nothing', { fate: null }, /events alone never prove/],
  [
    'a rule put it on hold',
    { fate: fate({ withheld: { queueId: '5B', how: 'held' } }) },
    /^a rule of the relay put queue id 5B on hold: ask whoever runs the relay$/,
  ],
  [
    'a rule threw it away, whatever else the log lacks or has',
    {
      fate: fate({
        withheld: { queueId: '5B', how: 'thrown-away' },
        notTaken: { queueId: '7D', refused: true },
      }),
      doubt: 'the log has a hole',
    },
    /^a rule of the relay threw away queue id 5B: ask whoever runs the relay$/,
  ],
  ['the log has a hole', { doubt: 'the log has a hole' }, /^the log has a hole$/],
  [
    'the log has a hole, and a refusal, after which it may have been taken',
    { fate: fate({ notTaken: { queueId: '7D', refused: true } }), doubt: 'the log has a hole' },
    /^the log has a hole$/,
  ],
])('nobody knows where %s', (_, seen, why) => {
  expect(verdict(seen)).toEqual({ verdict: 'unknown', why: expect.stringMatching(why) });
});

test.each<[string, Partial<Seen>, string]>([
  ['has no line of it', {}, 'not in the log, which is whole for that time'],
  [
    'has its refusal',
    { fate: fate({ notTaken: { queueId: '7D', refused: true } }) },
    'the relay read the message as queue id 7D and then refused it',
  ],
  [
    'has it never queued',
    { fate: fate({ notTaken: { queueId: '7D', refused: false } }) },
    'the relay read the message as queue id 7D and never put it into the queue',
  ],
])('nobody took it where a whole log %s', (_, seen, why) => {
  expect(verdict(seen)).toEqual({ verdict: 'absent', why });
});
