import { outgoings } from './outgoing';
import { allowed, nth, ownSender, together } from './own-sender';
import type { Behaviour } from './scripted-relay';

const address = (number: number) => `customer${number}@shop.test`;
const rcpt = (number: number) => `RCPT TO:<${address(number)}>`;

async function send(behaviour: Behaviour, count: number) {
  const { relay, sender } = await ownSender(behaviour);
  const { outcomes, trouble } = await sender.send(outgoings(count), allowed);
  return { relay, sender, outcomes, trouble, kinds: outcomes.map(({ kind }) => kind) };
}

describe('after a refused dot', () => {
  const refusedDot = () => nth(1, '.', '550 5.6.0 not this one');

  // As Postfix does: the next MAIL came in the dot's own write, into the transaction that it keeps of what it refused.
  test('a 503 to the next MAIL is no trouble: that customer goes out on a new session, and no dot into the old one (I1, I2)', async () => {
    const answer = together(refusedDot(), nth(2, 'MAIL', '503 5.5.1 Error: nested MAIL command'));
    const { relay, kinds, trouble } = await send({ answer }, 3);
    expect([kinds, trouble]).toEqual([['refused', 'accepted', 'accepted'], []]);
    expect(relay.sessions[0]!.filter((entry) => entry === 'C: .')).toHaveLength(1);
    expect(relay.messages.map(({ to, session }) => [to, session])).toEqual([
      [address(2), 2],
      [address(3), 2],
    ]);
    expect(relay.said().filter((line) => line === rcpt(1))).toHaveLength(1);
  });

  test('a 503 to its RCPT is the trouble that it is anywhere', async () => {
    const answer = together(refusedDot(), nth(2, 'RCPT', '503 5.5.1 no'));
    const { kinds, trouble } = await send({ answer }, 2);
    expect(kinds).toEqual(['refused', 'released']);
    expect(trouble).toMatchObject([{ kind: 'lost', at: 'rcpt', code: 503 }]);
  });

  test('RSET comes before the next batch (C07)', async () => {
    const { relay, sender } = await send({ answer: refusedDot() }, 1);
    expect((await sender.send(outgoings(1, 2), allowed)).outcomes).toMatchObject([{ kind: 'accepted' }]);
    const lines = relay.said();
    expect(lines[lines.indexOf(rcpt(2)) - 2]).toBe('RSET');
  });
});

test.each(['530 5.7.0 authenticate first', '503 5.5.1 not now'])(
  '%s at the MAIL of one session after the other is trouble, and is not asked again',
  async (reply) => {
    const answer: Behaviour['answer'] = (line, { session }) =>
      line.startsWith('MAIL') && session < 5 ? reply : undefined;
    const { relay, kinds, trouble } = await send({ answer }, 3);
    expect(kinds).toEqual(['released', 'released', 'released']);
    expect(trouble).toMatchObject([{ at: 'mail', code: Number(reply.slice(0, 3)) }]);
    expect(relay.sessions).toHaveLength(1);
  },
);

test.each([
  ['MAIL', '530 5.7.0 authenticate first'],
  ['RCPT', '454 4.7.0 not now'],
  ['.', '421 4.3.2 closing'],
])(
  'trouble at the %s of the last message is told with its own batch: nobody may ask again at once',
  async (command, reply) => {
    const { outcomes, trouble } = await send({ answer: nth(1, command, reply) }, 1);
    expect(outcomes).toMatchObject([{ kind: 'released' }]);
    expect(trouble).toMatchObject([{ code: Number(reply.slice(0, 3)) }]);
  },
);

// RCPT and DATA went out together: the 421 answers DATA, and the customer's own answer has come before it.
test.each([
  ['the first of a session', 1, [{ kind: '421', at: 'data', code: 421 }]],
  ['one after others', 2, []],
])(
  '%s, refused just before a 421, has failed: asked once, and the others go on (I1)',
  async (_, number, expected) => {
    const answer = together(
      nth(number, 'RCPT', '550 5.1.1 no such user'),
      nth(number, 'DATA', { say: '421 4.3.2 closing', and: 'drop' }),
    );
    const { relay, outcomes, trouble } = await send({ answer }, 3);
    const refused = { kind: 'refused', verdict: 'failed', at: 'rcpt', code: 550 };
    const others = [1, 2, 3].filter((other) => other !== number);
    expect(outcomes[number - 1]).toMatchObject(refused);
    expect(relay.said().filter((line) => line === rcpt(number))).toHaveLength(1);
    expect(relay.messages.map(({ to }) => to)).toEqual(others.map(address));
    expect(trouble).toMatchObject(expected);
  },
);

test('a refused RSET ends the session: what the refused transaction holds is not known', async () => {
  const answer = together(nth(1, 'RCPT', '550 5.1.1 no such user'), nth(1, 'RSET', '500 5.5.2 what?'));
  const { relay, kinds, trouble } = await send({ answer }, 2);
  expect(kinds).toEqual(['refused', 'accepted']);
  expect(trouble).toMatchObject([{ kind: 'lost', text: expect.stringContaining('rset with 500') }]);
  expect(relay.messages).toMatchObject([{ to: address(2), session: 2 }]);
});

test('what the relay refuses us for is told once, whatever it says before it closes', async () => {
  const answer = together(
    nth(1, 'RCPT', '530 5.7.0 authenticate first'),
    nth(1, 'DATA', { say: '421 4.7.0 too many errors', and: 'drop' }),
  );
  const { kinds, trouble } = await send({ answer }, 2);
  expect(kinds).toEqual(['released', 'accepted']);
  expect(trouble).toMatchObject([{ kind: 'auth', code: 530 }]);
});

test('of several refusals of one message the first counts: the others follow from it', async () => {
  const answer = together(nth(1, 'MAIL', '451 4.3.0 later'), nth(1, 'RCPT', '503 5.5.1 need MAIL'));
  const { trouble } = await send({ answer }, 1);
  expect(trouble).toMatchObject([{ kind: 'mail-from', at: 'mail', code: 451 }]);
});

test('a session whose share is used up at a dot takes nobody else with it (C03, C05, I1)', async () => {
  const answer = nth(2, '.', '452 4.4.5 too many messages this session');
  const { kinds, trouble, relay } = await send({ answer, capabilities: () => ['8BITMIME'] }, 4);
  expect([kinds, trouble]).toEqual([Array(4).fill('accepted'), []]);
  expect(relay.messages.map(({ session }) => session)).toEqual([1, 2, 2, 2]);
}, 10_000);
