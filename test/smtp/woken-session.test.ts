import { RFC_TIMEOUTS } from '../../src/smtp/step';
import { outgoings } from './outgoing';
import { allowed, nth, ownSender } from './own-sender';
import type { Answer, Behaviour } from './scripted-relay';

/** What becomes of the message that wakes a session: the relay answers the `command` of it so. */
async function wake(command: string, reply: string | Answer) {
  const timeouts = { ...RFC_TIMEOUTS, mail: 60 };
  const { relay, sender } = await ownSender({ answer: nth(2, command, reply) }, { timeouts });
  await sender.send(outgoings(1), allowed);
  const { outcomes, trouble } = await sender.send(outgoings(1, 2), allowed);
  return { kinds: outcomes.map(({ kind }) => kind), trouble, sessions: relay.sessions.length };
}

// A session that lay idle and is closed by the relay is no trouble (open-sender.test.ts). These are no idle time-outs.
test.each<[string, string, string | Answer, string | null]>([
  ['answered with what is no reply', 'MAIL', 'Ok', 'mail'],
  ['not answered in time', 'MAIL', { and: 'stall' }, 'mail'],
  ['answered, and the connection then lost', 'DATA', { and: 'reset' }, 'data'],
])(
  'a session that wakes up and is %s is trouble; the message goes out on a new one (I7)',
  async (_, command, reply, at) => {
    const { kinds, trouble, sessions } = await wake(command, reply);
    expect(kinds).toEqual(['accepted']);
    expect(trouble).toMatchObject([{ kind: 'lost', at, code: null }]);
    expect(sessions).toBe(2);
  },
);

test('a relay that drops one new session after the other at MAIL is in trouble after two, and not asked again (I7)', async () => {
  const answer: Behaviour['answer'] = (line, { session }) =>
    line.startsWith('MAIL') && session < 6 ? { and: 'drop' } : undefined;
  const { relay, sender } = await ownSender({ answer });
  const { outcomes, trouble } = await sender.send(outgoings(2), allowed);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['released', 'released']);
  expect(trouble).toMatchObject([{ kind: 'lost' }, { kind: 'lost' }]);
  expect(relay.sessions).toHaveLength(2);
});
