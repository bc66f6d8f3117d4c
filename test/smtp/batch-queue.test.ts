import { outgoings } from './outgoing';
import { allowed, ownSender } from './own-sender';

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
  test('is given up after three lost sessions', async () => {
    const answer = (line: string) =>
      line.startsWith('RCPT') && numberIn(line) === 5 ? ({ and: 'reset' } as const) : undefined;
    const { relay, sender } = await ownSender({ answer }, { sessions: 3 });
    const { outcomes } = await sender.send(outgoings(60), allowed);
    expect(outcomes[4]).toMatchObject({ kind: 'released', trouble: { kind: 'lost' } });
    expect(relay.said().filter((line) => line.includes('customer5@'))).toHaveLength(3);
  });

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
