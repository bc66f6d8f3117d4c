import { createServer } from 'node:net';
import { relayBreakers } from '../../src/activities/relay-breakers';
import { breakerVerdict } from '../../src/incident/breaker';
import { addOutcomes, emptyWindow } from '../../src/incident/breaker-window';
import { createBatchQueue } from '../../src/smtp/batch-queue';
import { type Outcome, openSender, type Sender, type SessionTrouble } from '../../src/smtp/open-sender';
import { relayMemory } from '../../src/smtp/relay-memory';
import { outgoing, outgoings } from './outgoing';
import { allowed, nth, ownSender, together } from './own-sender';

const LIMITS = {
  ...{ windowSeconds: 60, minimumOutcomes: 50, refusedShare: 0.25 },
  ...{ sameRefusals: 20, sessionFailures: 20 },
};
const numberIn = (line: string) => Number(/\d+/.exec(line)![0]);
const count = (outcomes: Outcome[], kind: Outcome['kind']) =>
  outcomes.filter((outcome) => outcome.kind === kind).length;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test.each([1, 2, 3, 8])(
  'a relay that loses every session at RCPT is seen by the breaker, also in claims of %i (I7)',
  async (size) => {
    const drops = (line: string) => (line.startsWith('RCPT') ? ({ and: 'drop' } as const) : undefined);
    const { sender } = await ownSender({ answer: drops }, { sessions: 2 });
    const breaker = relayBreakers().of(
      { books: { incident: 1 }, file: { breaker: LIMITS } } as never,
      'one',
      '1',
    );
    let trips = 0;
    for (let claim = 0; claim < 25; claim++) {
      const { outcomes, trouble } = await sender.send(outgoings(size, 1 + claim * size), allowed);
      expect(trouble.length).toBeGreaterThan(0);
      if (breaker.takeIn(outcomes, trouble).trip) trips++;
    }
    expect(trips).toBeGreaterThan(0);
  },
);

/** Its replies wait until its input is used up; at one recipient it is gone, with what it has not said yet. */
async function bufferingRelay(...poison: string[]): Promise<number> {
  const server = createServer((socket) => {
    let [text, inContent] = ['', false];
    socket.on('error', () => undefined).write('220 relay.test ESMTP\r\n');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      let reply = '';
      for (;;) {
        const mark = inContent ? '\r\n.\r\n' : '\r\n';
        const end = text.indexOf(mark);
        if (end < 0) break;
        const line = text.slice(0, end);
        text = text.slice(end + mark.length);
        if (!inContent && poison.some((address) => line === `RCPT TO:<${address}>`)) {
          socket.destroy();
          return;
        }
        if (!inContent && line === 'QUIT') {
          socket.end(`${reply}221 Bye\r\n`);
          return;
        }
        reply += inContent ? '250 2.0.0 Ok: queued as ABC123\r\n' : politely(line);
        inContent = !inContent && line === 'DATA';
      }
      if (reply !== '') socket.write(reply);
    });
  });
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
function politely(line: string): string {
  if (line === 'DATA') return '354 go on\r\n';
  return line.startsWith('EHLO') ? '250-relay.test\r\n250 PIPELINING\r\n' : '250 2.1.0 Ok\r\n';
}

test.each([1, 3, 8])(
  'a relay that dies at one customer with all that it has not answered yet takes a neighbour a session with it, once: %i sessions (C95)',
  async (sessions) => {
    const port = await bufferingRelay('customer5@shop.test');
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${port}`, sessions });
    closing.push(() => void sender.close());
    const { outcomes, trouble } = await sender.send(outgoings(100), allowed);
    expect(outcomes[4]).toMatchObject({ kind: 'set-aside', at: 'rcpt' });
    expect(count(outcomes, 'unknown')).toBeLessThanOrEqual(1);
    expect(count(outcomes, 'accepted') + count(outcomes, 'unknown')).toBe(99);
    expect(trouble.length).toBeLessThanOrEqual(1);
  },
);

test('what the relay does at a MAIL that asks for SMTPUTF8 is done to that customer (C95)', async () => {
  const answer = (line: string) => (/^MAIL.*SMTPUTF8/.test(line) ? 'what?' : undefined);
  const { sender } = await ownSender({ answer }, { sessions: 2 });
  const batch = outgoings(60);
  batch[4] = outgoing(5, { address: 'jürgen@shop.test', smtputf8: true });
  const { outcomes } = await sender.send(batch, allowed);
  expect([count(outcomes, 'accepted'), outcomes[4]!.kind]).toEqual([59, 'set-aside']);
});

test.each([1, 2, 8])(
  'where only such customers are left each of them has an answer in the end, with %i sessions (C95, I1)',
  async (sessions) => {
    const answer = (line: string) => (line.startsWith('RCPT') && numberIn(line) <= 12 ? 'what?' : undefined);
    const { sender } = await ownSender({ answer }, { sessions });
    let left = outgoings(50);
    for (let claim = 0; claim < 12 && left.length > 0; claim++) {
      const { outcomes } = await sender.send(left, allowed);
      left = left.filter((_, i) => outcomes[i]!.kind === 'released');
    }
    expect(left).toEqual([]);
  },
);

// As Postfix does: the next MAIL came in the dot's own write, into the transaction that it keeps of what it refused.
test.each(['421 4.7.0 too many errors', '503 5.5.1 no\nmore'])(
  'a 503 to the MAIL behind a refused dot, and then %j: it does not refuse the sender (I7)',
  async (reply) => {
    const answer = together(
      nth(3, '.', '550 5.6.0 not this one'),
      nth(4, 'MAIL', '503 5.5.1 Error: nested MAIL command'),
      nth(4, 'RCPT', { say: reply, and: 'drop' }),
    );
    const { sender } = await ownSender({ answer });
    const { outcomes, trouble } = await sender.send(outgoings(10), allowed);
    expect(breakerVerdict(addOutcomes(emptyWindow(), 1, 60, outcomes, trouble), LIMITS).trip).toBe(false);
    expect([count(outcomes, 'refused'), count(outcomes, 'accepted')]).toEqual([1, 9]);
  },
);

test('a batch in which a session was lost comes to its end, however many come after it', async () => {
  const answer = (line: string) => (line.includes('customer5@') ? 'what?' : undefined);
  const { sender } = await ownSender({ answer }, { sessions: 2 });
  let isOver = false;
  const first = sender.send(outgoings(20), allowed).then(() => {
    isOver = true;
  });
  const running: Promise<unknown>[] = [first];
  for (let batch = 1; batch <= 50; batch++) {
    running.push(sender.send(outgoings(20, 1_000 + batch * 20), allowed));
    if (batch > 2) await running[batch - 1];
  }
  expect(isOver).toBe(true);
  await Promise.all(running);
});

test('whoever lost a session waits for one that has had no message yet, also behind a claim whose last dots are out (I1)', () => {
  const queue = createBatchQueue<number>();
  const hearing = { answered: () => undefined, told: () => null, suspended: () => null };
  for (const number of [1, 2]) void queue.add([outgoing(number)], () => null, hearing);
  queue.take(true);
  const second = queue.take(false)!;
  queue.putBack(second, { kind: 'lost', at: 'rcpt', code: null, enhanced: null, text: 'lost' }, true, 0);
  expect(queue.take(false)).toBeNull();
  expect(queue.take(true)).toBe(second);
});

/** Claims of `size`, as a lane makes them: what was given back is claimed again first. @returns the last outcome of each. */
async function claimed(sender: Sender<number>, customers: number, size: number, most: number) {
  const last = new Map<number, Outcome>();
  const troubles: SessionTrouble[] = [];
  let left = outgoings(customers);
  for (let claim = 0; claim < most && left.length > 0; claim++) {
    const batch = left.slice(0, size);
    const { outcomes, trouble } = await sender.send(batch, allowed);
    for (const [i, { key }] of batch.entries()) last.set(key!, outcomes[i]!);
    troubles.push(...trouble);
    left = left.filter(({ key }) => (last.get(key!) ?? { kind: 'released' }).kind === 'released');
  }
  return { outcomes: [...last.values()], left: left.length, troubles };
}

test.each(
  [1, 48].flatMap((size) =>
    [
      ['RCPT', '530 5.7.0 authenticate first'],
      ['RCPT', '503 5.5.1 bad sequence'],
      ['RCPT', '454 4.7.1 Relay access denied'],
      ['RCPT', '452 4.4.5 too many messages in this mailbox'],
      ['RCPT', '550 5.7.1 not to this recipient'],
      ['DATA', '502 5.5.2 no'],
      ['dot', '421 4.3.0 not this one'],
    ].map(([at, reply]) => [size, at!, reply!] as const),
  ),
)(
  'claims of %i: to whom the relay answers at %s with %j is set aside with its code, and the others are told (C95)',
  async (size, at, reply) => {
    // One and two come first in each claim, over two sessions.
    let to = 0;
    const answer = (line: string) => {
      if (line.startsWith('RCPT')) to = numberIn(line);
      return line.startsWith(at === 'dot' ? '.' : at) && to <= 2 ? reply : undefined;
    };
    const { relay, sender } = await ownSender({ answer }, { sessions: 1 });
    const { outcomes, left } = await claimed(sender, 48, size, 60);
    expect(left).toBe(0);
    expect(count(outcomes, 'accepted')).toBe(46);
    for (const poisoned of outcomes.slice(0, 2))
      expect(poisoned).toMatchObject({ code: Number(reply.slice(0, 3)), at: at.toLowerCase() });
    expect(relay.messages).toHaveLength(46);
  },
);

test.each([
  [1, 2, 5],
  [2, 4, 1],
  [2, 4, 5],
  [8, 16, 1],
])(
  'a relay that buffers its replies, %i sessions, %i such customers side by side from the %ith: all others are told (C95)',
  async (sessions, many, from) => {
    const poisoned = Array.from({ length: many }, (_, i) => from + i);
    const port = await bufferingRelay(...poisoned.map((number) => `customer${number}@shop.test`));
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${port}`, sessions });
    closing.push(() => void sender.close());
    const { outcomes, left } = await claimed(sender, 100, 100, 8);
    expect(left).toBe(0);
    expect(count(outcomes, 'set-aside')).toBe(many);
    expect(count(outcomes, 'unknown')).toBeLessThanOrEqual(many);
  },
);

test('whoever was set aside before takes no neighbour with it, tries one session only, and is no news of the relay (C95)', async () => {
  const port = await bufferingRelay('customer5@shop.test');
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${port}`, sessions: 2 });
  closing.push(() => void sender.close());
  for (let round = 1; round <= 5; round++) {
    const before = outgoing(5, { setAsideBefore: true });
    const batch = [...outgoings(4, round * 100), before, ...outgoings(4, round * 100 + 10)];
    const { outcomes, trouble } = await sender.send(batch, allowed);
    expect(count(outcomes, 'accepted')).toBe(8);
    expect(outcomes[4]).toMatchObject({
      kind: 'set-aside',
      known: true,
      text: expect.stringMatching(/^again/),
    });
    expect(trouble).toEqual([]);
  }
  const { outcomes } = await sender.send([outgoing(5, { setAsideBefore: true })], allowed);
  expect(outcomes).toMatchObject([{ kind: 'set-aside', alone: false, known: true }]);
});

test('whoever the relay takes too long over is set aside the second time, and the others go first then (C95)', async () => {
  const answer = (line: string) =>
    line.includes('customer1@') ? { say: '250 2.1.5 Ok', afterMs: 60 } : undefined;
  const { relay, sender } = await ownSender({ answer }, { sessions: 1, slowMilliseconds: 50 });
  // As a lease that is over: nobody has a dot behind who took so long.
  const inLease = ({ message }: { message: { key?: number } }) =>
    message.key === 1 ? { check: 'lease', reason: 'it is over' } : null;
  const first = await sender.send(outgoings(5), inLease);
  expect(first.outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('released'));
  expect(first.trouble).toMatchObject([{ kind: 'lost', text: expect.stringContaining('took 0 s until') }]);
  const second = await sender.send(outgoings(5), inLease);
  expect(second.outcomes.map(({ kind }) => kind)).toEqual(['set-aside', ...Array(4).fill('accepted')]);
  expect(second.trouble).toEqual([]);
  expect(relay.messages).toHaveLength(4);
});

test('one such customer costs a session or two, however many are open', async () => {
  const answer = (line: string) => (line.includes('customer5@') ? 'what?' : undefined);
  const { relay, sender } = await ownSender({ answer }, { sessions: 8 });
  const claims = 6;
  for (let claim = 1; claim <= claims; claim++) {
    const { outcomes } = await sender.send([outgoing(5), ...outgoings(80, claim * 1_000)], allowed);
    expect(count(outcomes, 'accepted')).toBe(80);
  }
  expect(relay.sessions.length).toBeLessThanOrEqual(8 + 3 * claims);
});

test('what one sender met the next one knows, with the acceptances of all (C95)', async () => {
  const memory = relayMemory<number>();
  const answer = (line: string) => (line.includes('customer1@') ? '530 5.7.0 authenticate first' : undefined);
  const { relay } = await ownSender({ answer });
  const sendBy = async (...numbers: number[]) => {
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1, memory });
    const { outcomes } = await sender.send(
      numbers.map((number) => outgoing(number)),
      allowed,
    );
    await sender.close();
    return outcomes;
  };
  expect(await sendBy(1)).toMatchObject([{ kind: 'released' }]);
  expect(await sendBy(2)).toMatchObject([{ kind: 'accepted' }]);
  expect(await sendBy(1)).toMatchObject([{ kind: 'set-aside', code: 530, alone: true }]);
});
