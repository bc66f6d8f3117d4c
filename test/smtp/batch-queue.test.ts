import type { SendResult } from '../../src/smtp/outcome';
import { outgoings } from './outgoing';
import { allowed, ownSender } from './own-sender';
import type { Answer } from './scripted-relay';

const numberIn = (line: string) => Number(/\d+/.exec(line)![0]);
/** The relay's policy refuses these customers at RCPT. */
const refusing = (...numbers: number[]) => ({
  answer: (line: string) =>
    line.startsWith('RCPT') && numbers.includes(numberIn(line)) ? '550 5.7.1 denied' : undefined,
});

describe('customers whom a policy refuses one after the other (C06)', () => {
  test('four, and then one who is taken: nobody is held back', async () => {
    const { sender } = await ownSender(refusing(1, 2, 3, 4));
    const { outcomes, trouble } = await sender.send(outgoings(8), allowed);
    const taken = Array(4).fill('accepted');
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(4).fill('refused'), ...taken]);
    expect(trouble).toEqual([]);
  });

  test('five: the relay is not asked for a sixth', async () => {
    const { relay, sender } = await ownSender(refusing(1, 2, 3, 4, 5));
    const { outcomes, trouble } = await sender.send(outgoings(8), allowed);
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(8).fill('released'));
    expect(relay.said().filter((line) => line.startsWith('RCPT'))).toHaveLength(5);
    expect(trouble).toHaveLength(5);
  });

  test('every other one: whoever is taken in between ends the row', async () => {
    const odd = [1, 3, 5, 7, 9, 11, 13];
    const { relay, sender } = await ownSender(refusing(...odd));
    const { outcomes } = await sender.send(outgoings(14), allowed);
    expect(outcomes.flatMap(({ kind }, i) => (kind === 'refused' ? [i + 1] : []))).toEqual(odd);
    expect(relay.messages).toHaveLength(7);
  });

  test('three of one batch and three of a later one are no row of six', async () => {
    const { relay, sender } = await ownSender(refusing(1, 2, 3, 4, 5, 6));
    const before = await sender.send(outgoings(3), allowed);
    expect(before.outcomes.map(({ kind }) => kind)).toEqual(['released', 'released', 'released']);
    const { outcomes } = await sender.send(outgoings(5, 4), allowed);
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(3).fill('refused'), 'accepted', 'accepted']);
    expect(relay.messages).toHaveLength(2);
  });

  test('what a batch was told stays, whatever the session takes later', async () => {
    const { sender } = await ownSender(refusing(1));
    const [first, second] = await Promise.all([
      sender.send(outgoings(1), allowed),
      sender.send(outgoings(2, 2), allowed),
    ]);
    expect(second.outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    expect(first.outcomes).toMatchObject([{ kind: 'released', trouble: { kind: 'policy' } }]);
    expect(first.trouble).toMatchObject([{ kind: 'policy' }]);
  });
});

describe('a message whose session ends before its dot', () => {
  /** What the relay says to these customers' RCPT. */
  const saying = (reply: Answer, ...numbers: number[]) => ({
    answer: (line: string) =>
      line.startsWith('RCPT') && numbers.includes(numberIn(line)) ? reply : undefined,
  });
  const kindsOf = ({ outcomes }: SendResult) => {
    const kinds: Record<string, number[]> = {};
    for (const [i, { kind }] of outcomes.entries()) kinds[kind] = [...(kinds[kind] ?? []), i + 1];
    return kinds;
  };
  const all = (count: number, ...but: number[]) =>
    Array.from({ length: count }, (_, i) => i + 1).filter((number) => !but.includes(number));

  // A session that has taken others may have had its share (C05): that is no evidence against who comes next.
  test.each<[string, Answer, number?]>([
    ['one reply with two codes', { say: '550-5.1.1 no\r\n450 4.2.1 or later' }],
    ['what is no reply', { say: 'who is that?' }],
    ['a continuation without CRLF', { say: '550-5.1.1 no\n550 such user' }],
    ['nothing, and hangs up', { and: 'drop' }],
    ['421', { say: '421 4.3.0 not this one', and: 'drop' }, 6],
  ])(
    'is set aside after two, in our words; the others are told, and the relay is not in trouble: %s (C95)',
    async (_, reply, most = 4) => {
      const { relay, sender } = await ownSender(saying(reply, 5), { sessions: 3 });
      const result = await sender.send(outgoings(60), allowed);
      expect(kindsOf(result)).toEqual({ accepted: all(60, 5), 'set-aside': [5] });
      expect(result.trouble).toEqual([]);
      expect(result.outcomes[4]).toMatchObject({
        ...{ at: 'rcpt', alone: true, known: false },
        text: expect.stringMatching(
          /^(2 sessions were lost: (the relay |the connection )|4\.3\.0 not this one)/,
        ),
      });
      expect(relay.said().filter((line) => line.includes('customer5@')).length).toBeLessThanOrEqual(most);
    },
  );

  test('four of them one after the other, over one session: each is set aside', async () => {
    const { sender } = await ownSender(saying({ say: 'what?' }, 5, 6, 7, 8), { sessions: 1 });
    const result = await sender.send(outgoings(20), allowed);
    expect(kindsOf(result)).toEqual({ accepted: all(20, 5, 6, 7, 8), 'set-aside': [5, 6, 7, 8] });
    expect(result.trouble).toEqual([]);
  });

  test('is not set aside for a session that had its share, and one that was lost', async () => {
    const answers: Answer[] = [{ say: '421 4.4.5 too many messages', and: 'drop' }, { and: 'drop' }];
    const answer = (line: string) =>
      line.startsWith('RCPT') && numberIn(line) === 2 ? answers.shift() : undefined;
    const { sender } = await ownSender({ answer }, { sessions: 1 });
    const result = await sender.send(outgoings(3), allowed);
    expect(kindsOf(result)).toEqual({ accepted: [1, 2, 3] });
    expect(answers).toEqual([]);
  });

  test('seven of them, others between: each is set aside', async () => {
    const { sender } = await ownSender(saying({ say: 'what?' }, 2, 4, 6, 8, 10, 12, 14), { sessions: 1 });
    const result = await sender.send(outgoings(20), allowed);
    expect(kindsOf(result)).toEqual({
      accepted: all(20, 2, 4, 6, 8, 10, 12, 14),
      'set-aside': [2, 4, 6, 8, 10, 12, 14],
    });
    expect(result.trouble).toEqual([]);
  });

  test('when it is everybody, it is the relay: after nine sessions in a row all are given back, and each is told (I7)', async () => {
    const { relay, sender } = await ownSender(saying({ say: 'what?' }, ...all(60)), { sessions: 1 });
    const result = await sender.send(outgoings(60), allowed);
    expect(kindsOf(result)).toEqual({ released: all(60) });
    expect(relay.sessions).toHaveLength(9);
    expect(result.trouble).toHaveLength(9);
  });

  test.each<[string, string, 'failed' | 'deferred']>([
    ['a bare LF', '550 5.1.1 no such user\n250 2.1.5 Ok', 'failed'],
    ['a bare CR', '450 4.2.0 later\rplease', 'deferred'],
    ['5,000 octets', `550 5.1.1 ${'x'.repeat(5_000)}`, 'failed'],
    ['a NUL', '550 5.1.1 nul \0 here', 'failed'],
  ])(
    'with a reply of %s is settled by its code, asked once, and the others are told (C95, C96)',
    async (_, say, verdict) => {
      const { relay, sender } = await ownSender(saying({ say }, 5), { sessions: 2 });
      const result = await sender.send(outgoings(30), allowed);
      expect(kindsOf(result)).toEqual({ accepted: all(30, 5), refused: [5] });
      expect(result.outcomes[4]).toMatchObject({ verdict, at: 'rcpt', enhanced: say.slice(4, 9) });
      expect(result.trouble).toEqual([]);
      expect(relay.messages.map(({ to }) => numberIn(to)).sort((a, b) => a - b)).toEqual(all(30, 5));
    },
  );

  test('is tried as often as sessions end that nobody lost: four that had lain idle too long', async () => {
    let idle = false;
    const answer = (line: string, { session }: { session: number }) =>
      idle && session <= 4 && line.startsWith('MAIL')
        ? ({ say: '421 4.4.2 timeout', and: 'drop' } as const)
        : undefined;
    const { relay, sender } = await ownSender({ answer }, { sessions: 4 });
    await sender.send(outgoings(200), allowed);
    expect(relay.sessions).toHaveLength(4);
    idle = true;
    const { outcomes, trouble } = await sender.send(outgoings(1, 201), allowed);
    expect(outcomes).toMatchObject([{ kind: 'accepted' }]);
    expect(trouble).toEqual([]);
    expect(relay.sessions).toHaveLength(5);
  });
});
