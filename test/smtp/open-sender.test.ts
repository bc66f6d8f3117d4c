import {
  type DotQuestion,
  type Outcome,
  type Outgoing,
  openSender,
  type SenderOptions,
} from '../../src/smtp/open-sender';
import { until } from '../until';
import { outgoing, outgoings } from './outgoing';
import { type Behaviour, type ScriptedRelay, scriptedRelay } from './scripted-relay';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(behaviour: Behaviour = {}, options: Partial<SenderOptions<number>> = {}) {
  const relay = await scriptedRelay(behaviour);
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 4, ...options });
  closing.push(async () => {
    await sender.close();
    await relay.close();
  });
  return { relay, sender };
}

const always = () => null;
const stopped = { check: 'test', reason: 'the test says so' };
const deliveredOnce = (relay: ScriptedRelay, count: number) =>
  expect(relay.messages.map(({ to }) => to).sort()).toEqual(
    outgoings(count)
      .map(({ address }) => address)
      .sort(),
  );

test('spreads a batch over its sessions and keeps the order of the outcomes', async () => {
  const answer = (line: string) => (/^RCPT TO:<customer(7|77)@/.test(line) ? '550 5.1.1 no' : undefined);
  const { relay, sender } = await start({ answer });
  const { outcomes, trouble } = await sender.send(outgoings(200), always);
  expect(outcomes.flatMap(({ kind }, i) => (kind === 'accepted' ? [] : [i + 1]))).toEqual([7, 77]);
  expect(outcomes[0]).toMatchObject({ kind: 'accepted' });
  expect(trouble).toEqual([]);
  expect(new Set(relay.messages.map(({ session }) => session)).size).toBe(4);
});

test('every outcome belongs to its own message', async () => {
  const answer = (line: string) =>
    line.startsWith('RCPT') ? `550 5.1.1 ${/\d+/.exec(line)![0]} is unknown` : undefined;
  const { sender } = await start({ answer });
  const { outcomes } = await sender.send(outgoings(100), always);
  expect(outcomes.map((outcome) => outcome.kind === 'refused' && outcome.text)).toEqual(
    outgoings(100).map(({ key }) => `5.1.1 ${key} is unknown`),
  );
});

test('keeps its sessions from batch to batch, and parts with QUIT', async () => {
  const { relay, sender } = await start({}, { sessions: 2 });
  for (let i = 0; i < 5; i++) await sender.send(outgoings(20), always);
  expect(relay.sessions).toHaveLength(2);
  await sender.close();
  expect(relay.sessions.map((log) => log.includes('C: QUIT'))).toEqual([true, true]);
  await expect(sender.send(outgoings(1), always)).rejects.toThrow('closed');
});

test('opens no more sessions than there are messages', async () => {
  const { relay, sender } = await start();
  await sender.send(outgoings(1), always);
  expect(relay.sessions).toHaveLength(1);
  expect(await sender.send([], always)).toEqual({ outcomes: [], trouble: [], objection: null });
});

test('parts after so many messages per session, one refused address or not', async () => {
  const answer = (line: string) => (line.includes('customer3@') ? '550 5.1.1 no' : undefined);
  const { relay, sender } = await start({ answer }, { sessions: 1, messagesPerSession: 5 });
  const { outcomes, trouble } = await sender.send(outgoings(12), always);
  expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(11);
  expect(trouble).toEqual([]);
  const perSession = relay.sessions.map((log) => log.filter((entry) => entry === 'C: .').length);
  expect(perSession).toEqual([5, 5, 1]);
  expect(relay.sessions.slice(0, 2).every((log) => log.includes('C: QUIT'))).toBe(true);
});

test('a session is opened once the one before it has parted: never more than were promised (C99)', async () => {
  const partedBefore: boolean[] = [];
  const answer: Behaviour['answer'] = (line, { session }) => {
    if (line === 'QUIT') return { say: '221 2.0.0 Bye', and: 'drop', afterMs: 30 };
    if (line.startsWith('EHLO') && session > 1)
      partedBefore.push(relay.sessions[session - 2]!.includes('S: 221 2.0.0 Bye'));
    return undefined;
  };
  const { relay, sender } = await start({ answer }, { sessions: 1, messagesPerSession: 2 });
  const { outcomes, trouble } = await sender.send(outgoings(6), always);
  expect([outcomes.map(({ kind }) => kind), trouble]).toEqual([Array(6).fill('accepted'), []]);
  expect(partedBefore).toEqual([true, true]);
});

test('batches may overlap', async () => {
  const { relay, sender } = await start({}, { sessions: 2 });
  const results = await Promise.all([0, 1, 2].map((i) => sender.send(outgoings(50, 1 + i * 50), always)));
  expect(results.flatMap(({ outcomes }) => outcomes).every(({ kind }) => kind === 'accepted')).toBe(true);
  deliveredOnce(relay, 150);
});

test('stopping one batch releases all of it that has no dot, and nothing of the other', async () => {
  const { relay, sender } = await start({}, { sessions: 3 });
  let dots = 0;
  const first = sender.send(outgoings(100), () => (++dots <= 10 ? null : stopped));
  const other = sender.send(outgoings(100, 101), always);
  const { outcomes, objection } = await first;
  const kinds = outcomes.map(({ kind }) => kind);
  expect(objection).toEqual(stopped);
  expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(10);
  expect(kinds.filter((kind) => kind === 'released')).toHaveLength(90);
  expect((await other).outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect((await other).objection).toBeNull();
  expect(relay.messages).toHaveLength(110);
  expect(dots).toBe(11);
});

test('is asked before each dot with its session, and told what became of it before the next dot of that session', async () => {
  const { sender } = await start({}, { sessions: 2 });
  const asked: DotQuestion<number>[] = [];
  const unanswered = new Set<number>();
  let most = 0;
  const ask = (question: DotQuestion<number>) => {
    asked.push(question);
    unanswered.add(question.message.key!);
    most = Math.max(most, unanswered.size);
    return null;
  };
  const answered = ({ key }: Outgoing<number>, { kind }: Outcome) => {
    expect([unanswered.delete(key!), kind]).toEqual([true, 'accepted']);
  };
  await sender.send(outgoings(20), ask, { answered });
  await sender.send(outgoings(20, 21), ask, { answered });
  expect(asked.map(({ message }) => message.key).sort((left, right) => left! - right!)).toEqual(
    outgoings(40).map(({ key }) => key),
  );
  expect(new Set(asked.map(({ session }) => session))).toEqual(new Set([0, 1]));
  expect([unanswered.size, most]).toEqual([0, 2]);
});

test('each dot is told once: accepted, unknown where its session was lost over it, refused, given back', async () => {
  let dots = 0;
  const answers: Record<number, unknown> = {
    2: { and: 'reset' },
    4: '550 5.6.0 not this one',
    5: '452 4.5.3 too many messages',
  };
  const answer = (line: string) => (line === '.' ? (answers[++dots] as never) : undefined);
  const { sender } = await start({ answer }, { sessions: 1 });
  const told: unknown[] = [];
  const asked: unknown[] = [];
  await sender.send(
    outgoings(6),
    ({ message }) => {
      asked.push(message.key);
      return null;
    },
    { answered: ({ key }, { kind }) => told.push([key, kind]) },
  );
  expect(told).toEqual([
    [1, 'accepted'],
    [2, 'unknown'],
    [4, 'accepted'],
    [5, 'refused'],
    [6, 'released'],
    [6, 'accepted'],
    // It stood behind the dot at which the session was lost.
    [3, 'accepted'],
  ]);
  expect(asked).toEqual([1, 2, 4, 5, 6, 6, 3]);
});

test('what became of a dot is not told again with what becomes of the message on its next session', async () => {
  let [dots, recipients] = [0, 0];
  const answer = (line: string) => {
    if (line === '.' && ++dots === 2) return '452 4.4.5 too many messages this session';
    return line.startsWith('RCPT') && ++recipients === 3 ? '550 5.1.1 no such user' : undefined;
  };
  const { sender } = await start({ answer }, { sessions: 1 });
  const told: unknown[] = [];
  const { outcomes } = await sender.send(outgoings(2), always, {
    answered: ({ key }, { kind }) => told.push([key, kind]),
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
  expect(told).toEqual([
    [1, 'accepted'],
    [2, 'released'],
  ]);
});

test('each outcome that a session had is told, in their order; who objects ends the batch, and no other one', async () => {
  const answer = (line: string) =>
    line.startsWith('RCPT') && Number(/\d+/.exec(line)![0]) % 3 === 0 ? '550 5.1.1 no such user' : undefined;
  const { sender } = await start({ answer }, { sessions: 1 });
  const kinds: string[] = [];
  let refused = 0;
  const told = ({ kind }: Outcome) => {
    kinds.push(kind);
    return kind === 'refused' && ++refused === 2 ? { check: 'told', reason: 'enough' } : null;
  };
  const [first, second] = await Promise.all([
    sender.send(outgoings(12), always, { told }),
    sender.send(outgoings(2, 13), always),
  ]);
  const rest = Array(6).fill('released');
  expect(first.outcomes.map(({ kind }) => kind)).toEqual([...kinds, ...rest]);
  expect(kinds).toEqual(['accepted', 'accepted', 'refused', 'accepted', 'accepted', 'refused']);
  expect(first.objection).toEqual({ check: 'told', reason: 'enough' });
  expect(second).toMatchObject({ objection: null, outcomes: [{ kind: 'accepted' }, { kind: 'accepted' }] });
});

test('a message that was not dotted is not told', async () => {
  const { sender } = await start({}, { sessions: 1 });
  const told: unknown[] = [];
  await sender.send(outgoings(3), ({ message }) => (message.key === 2 ? stopped : null), {
    answered: ({ key }) => told.push(key),
  });
  expect(told).toEqual([1]);
});

test('a check that throws, as a journal on a full disk does, is a no', async () => {
  const { relay, sender } = await start({}, { sessions: 1 });
  const { outcomes, trouble, objection } = await sender.send(outgoings(3), ({ message }) => {
    if (message.key === 2) throw Object.assign(new Error('no room for ann@x.test'), { code: 'ENOSPC' });
    return null;
  });
  expect(objection).toEqual({ check: 'failed', reason: 'the last check before the dot failed (ENOSPC)' });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'released', 'released']);
  expect(trouble[0]!.text).toBe(objection!.reason);
  expect(relay.messages).toHaveLength(1);
});

test('close waits for the answer to a dot that is out (I2)', async () => {
  const answer = (line: string) => (line === '.' ? { say: '250 2.0.0 Ok', afterMs: 100 } : undefined);
  const { relay, sender } = await start({ answer }, { sessions: 1 });
  const sent = sender.send(outgoings(2), always);
  await until('the dot', () => relay.said().includes('.'));
  await sender.close();
  const result = await Promise.race([sent, 'not yet known']);
  expect(result).toMatchObject({ outcomes: [{ kind: 'accepted' }, { kind: 'accepted' }] });
});

test('close gives up a session that is still being opened', async () => {
  let connections = 0;
  const answer = (line: string) => {
    return line.startsWith('EHLO') && ++connections === 2 ? ({ and: 'stall' } as const) : undefined;
  };
  const { relay, sender } = await start({ answer }, { sessions: 2 });
  await sender.send(outgoings(50), always);
  expect(relay.sessions).toHaveLength(2);
  await sender.close();
  await until('the end of every session', () => relay.sessions.every((log) => log.includes('C: (gone)')));
});

describe('an idle session', () => {
  test.each([
    ['is closed by the relay', { and: 'drop' }],
    ['is closed with 421', { say: '421 4.4.2 timeout', and: 'drop' }],
    ['is reset', { and: 'reset' }],
  ] as const)('that %s is opened anew, which is no trouble', async (_, parting) => {
    const relay = await scriptedRelay({
      answer: (line) => (line === '.' ? { say: '250 2.0.0 Ok' } : undefined),
    });
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
    closing.push(() => sender.close().then(() => relay.close()));
    await sender.send(outgoings(2), always);
    relay.act(1, parting);
    await until('the end of the session', () => relay.sessions[0]!.includes('C: (gone)'));
    const { outcomes, trouble } = await sender.send(outgoings(2, 3), always);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    expect(trouble).toEqual([]);
    expect(relay.sessions).toHaveLength(2);
  });

  test('that says something unasked is opened anew, and told with the next batch', async () => {
    const { relay, sender } = await start({}, { sessions: 1 });
    await sender.send(outgoings(1), always);
    relay.act(1, { say: '250 2.0.0 Ok: queued as SURPRISE' });
    await until('the end of the session', () => relay.sessions[0]!.includes('C: (gone)'));
    const { outcomes, trouble } = await sender.send(outgoings(1, 2), always);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted']);
    expect(trouble).toMatchObject([{ kind: 'lost', at: null, text: 'the relay sent 250, unasked' }]);
  });

  test.each([{ and: 'drop' }, { and: 'reset' }, { say: '421 4.4.2 timeout', and: 'drop' }] as const)(
    'that ends just as the next batch begins is opened anew too (%j)',
    async (parting) => {
      let mails = 0;
      const answer = (line: string) => (line.startsWith('MAIL') && ++mails === 2 ? parting : undefined);
      const { relay, sender } = await start({ answer }, { sessions: 1 });
      await sender.send(outgoings(1), always);
      const { outcomes, trouble } = await sender.send(outgoings(1, 2), always);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted']);
      expect(trouble).toEqual([]);
      expect(relay.sessions).toHaveLength(2);
    },
  );
});

describe('when sessions cannot be had', () => {
  test('everything is released, with the reason', async () => {
    const { sender } = await start({ greeting: '554 5.7.1 go away' }, { sessions: 3 });
    const { outcomes, trouble } = await sender.send(outgoings(50), always);
    expect(outcomes.every((outcome) => outcome.kind === 'released' && outcome.phase === 'before-dot')).toBe(
      true,
    );
    expect(trouble.length).toBeLessThanOrEqual(3);
    expect(trouble[0]).toMatchObject({ kind: 'greeting', code: 554, text: '5.7.1 go away' });
  });

  test('the sessions that can be had do the work of all', async () => {
    let greeted = 0;
    const behaviour: Behaviour = {
      answer: (line) => (line.startsWith('EHLO') && ++greeted > 1 ? '550 5.7.1 one session only' : undefined),
    };
    const { relay, sender } = await start(behaviour);
    const { outcomes, trouble } = await sender.send(outgoings(50), always);
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(trouble.length).toBe(relay.sessions.length - 1);
  });

  test('the next batch tries again', async () => {
    let refusing = true;
    const { sender } = await start({
      answer: (line) => (refusing && line.startsWith('EHLO') ? '450 later' : undefined),
    });
    expect((await sender.send(outgoings(2), always)).outcomes.map(({ kind }) => kind)).toEqual([
      'released',
      'released',
    ]);
    refusing = false;
    expect((await sender.send(outgoings(2), always)).outcomes.map(({ kind }) => kind)).toEqual([
      'accepted',
      'accepted',
    ]);
  });

  test('a relay that drops every session at DATA ends in releases, not in a circle', async () => {
    const answer = (line: string) => (line === 'DATA' ? ({ and: 'drop' } as const) : undefined);
    const { relay, sender } = await start({ answer }, { sessions: 2 });
    const { outcomes, trouble } = await sender.send(outgoings(50), always);
    expect(outcomes.every(({ kind }) => kind === 'released')).toBe(true);
    expect(trouble.every(({ kind }) => kind === 'lost')).toBe(true);
    expect(trouble.length).toBeGreaterThanOrEqual(10);
    // Ten in a row, and the one that was open beside the tenth.
    expect(relay.sessions.length).toBeLessThanOrEqual(11);
  });

  test('sessions that a batch has lost are not held against the next one', async () => {
    let mails = 0;
    const answer = (line: string) => {
      return line.startsWith('MAIL') && ++mails <= 3 ? ({ and: 'drop' } as const) : undefined;
    };
    const { sender } = await start({ answer }, { sessions: 1 });
    const kinds = async () => (await sender.send(outgoings(1), always)).outcomes.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['released']);
    expect(await kinds()).toEqual(['accepted']);
  });

  test('a relay that drops every session after its first message is worn down', async () => {
    const answer = (line: string, at: { accepted: number }) => {
      return line === 'DATA' && at.accepted === 1 ? ({ and: 'reset' } as const) : undefined;
    };
    const { relay, sender } = await start({ answer }, { sessions: 1 });
    const { outcomes, trouble } = await sender.send(outgoings(6), always);
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    // Every second one is lost behind another, and then has a session for itself.
    expect(trouble).toHaveLength(3);
    deliveredOnce(relay, 6);
  });

  test('a relay that drops every session at the MAIL after its first message is worn down', async () => {
    const answer = (line: string, at: { accepted: number }) =>
      line.startsWith('MAIL') && at.accepted === 1 ? ({ and: 'reset' } as const) : undefined;
    const { relay, sender } = await start({ answer, capabilities: () => [] }, { sessions: 1 });
    const { outcomes } = await sender.send(outgoings(6), always);
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    deliveredOnce(relay, 6);
  });

  test('a message that kills its sessions is set aside, and the others are sent (C95)', async () => {
    const answer = (line: string) => (line.includes('customer5@') ? ({ and: 'reset' } as const) : undefined);
    const { relay, sender } = await start({ answer }, { sessions: 3 });
    const { outcomes } = await sender.send(outgoings(60), always);
    const others = outcomes.filter((_, i) => i !== 4);
    expect(outcomes[4]).toMatchObject({ kind: 'set-aside', phase: 'before-dot', at: 'rcpt' });
    expect(others.every(({ kind }) => kind === 'accepted' || kind === 'unknown')).toBe(true);
    expect(new Set(relay.messages.map(({ to }) => to)).size).toBe(relay.messages.length);
  });
});

test('no chaos at the relay makes it send anybody twice, or forget anybody (I1, I2)', async () => {
  const seed = 20_120_115;
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const answer = (line: string) => {
    if (random() > 0.02 || /^(EHLO|QUIT)/.test(line)) return undefined;
    const bad = [
      '451 4.3.0 later',
      '550 5.1.1 no',
      '421 4.3.2 closing',
      '354 what?',
      '550 5.7.1 policy',
      'garbage',
    ];
    const chosen = Math.floor(random() * (bad.length + 2));
    if (chosen >= bad.length) return { and: chosen === bad.length ? 'drop' : 'reset' } as const;
    return bad[chosen];
  };
  const { relay, sender } = await start({ answer });
  const accepted = new Set<string>();
  const inDoubt = new Set<string>();
  for (let batch = 0; batch < 40; batch++) {
    const messages = outgoings(50, 1 + batch * 50);
    const { outcomes } = await sender.send(messages, always);
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(50);
    for (const [i, { kind }] of outcomes.entries()) {
      if (kind === 'accepted') accepted.add(messages[i]!.address);
      if (kind === 'unknown') inDoubt.add(messages[i]!.address);
    }
  }
  const kept = relay.messages.map(({ to }) => to);
  const judgement = {
    seed,
    twice: kept.length - new Set(kept).size,
    lost: [...accepted].filter((address) => !kept.includes(address)),
    unknownToUs: kept.filter((address) => !accepted.has(address) && !inDoubt.has(address)),
  };
  expect(judgement).toEqual({ seed, twice: 0, lost: [], unknownToUs: [] });
  expect(accepted.size).toBeGreaterThan(500);
});

test('an impossible sender address is refused before anything is said', async () => {
  const { relay, sender } = await start();
  await expect(sender.send([outgoing(1, { from: 'a@x.test>\r\nQUIT' })], always)).rejects.toThrow(
    'MAIL FROM',
  );
  expect(relay.sessions).toEqual([]);
});

test('with nothing to send for a while it parts with QUIT, and opens a session again for the next batch', async () => {
  const { relay, sender } = await start({}, { sessions: 2, idleMilliseconds: 30 });
  await sender.send(outgoings(20), always);
  await until('both have parted', () => relay.sessions.every((log) => log.includes('C: QUIT')));
  const { outcomes } = await sender.send(outgoings(20), always);
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect(relay.sessions).toHaveLength(4);
});

test('a relay that closes each session while it is put on record is in trouble after two, and not asked again (I7)', async () => {
  const answer: Behaviour['answer'] = (line, { session }) =>
    line.startsWith('EHLO') && session < 6 ? { say: '250 relay.test', and: 'drop' } : undefined;
  let sessions: string[][] = [];
  const gone = () => sessions.length === 6 || sessions.at(-1)!.includes('C: (gone)');
  const { relay, sender } = await start({ answer }, { sessions: 1, record: () => until('its end', gone) });
  sessions = relay.sessions;
  const { outcomes, trouble } = await sender.send(outgoings(1), always);
  expect([outcomes, trouble]).toMatchObject([[{ kind: 'released' }], [{ kind: 'lost' }, { kind: 'lost' }]]);
  expect(sessions).toHaveLength(2);
});

test('nothing goes by a session that cannot be put on record (I2)', async () => {
  const recorded: number[] = [];
  const record: SenderOptions['record'] = async ({ slot, connectingAt }) => {
    expect(connectingAt).toBeLessThanOrEqual(performance.now());
    recorded.push(slot);
    if (slot === 1) throw Object.assign(new Error('of a customer'), { code: 'ECONNREFUSED' });
  };
  const { relay, sender } = await start({}, { sessions: 2, record });
  const { outcomes, trouble } = await sender.send(outgoings(20), always);
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect(recorded.sort()).toEqual([0, 1]);
  expect(trouble).toEqual([
    expect.objectContaining({
      kind: 'connect',
      text: 'the session could not be put on record in the ledger (ECONNREFUSED)',
    }),
  ]);
  expect(new Set(relay.messages.map(({ session }) => session)).size).toBe(1);
});

test('a session is on record once it is used, with when it was opened', async () => {
  const recorded: { slot: number; connectingAt: number; openedAt: number }[] = [];
  const record: SenderOptions['record'] = async (session) => void recorded.push(session);
  let batches = 0;
  const answer: Behaviour['answer'] = (line, { session }) => {
    if (session === 2 && line.startsWith('EHLO')) return {};
    return session === 1 && line === '.' && batches === 2 ? {} : undefined;
  };
  const { relay, sender } = await start({ answer, capabilities: () => [] }, { sessions: 2, record });
  const sending = async () => {
    batches++;
    return sender.send(outgoings(2), always);
  };
  await sending();
  relay.act(2, { say: '250 relay.test' });
  const isOpen = () => relay.sessions[1]!.some((entry) => entry === 'S: 250 relay.test');
  await until('the second session is open', isOpen);
  const second = sending();
  await until('the second session is used', () => relay.messages.some(({ session }) => session === 2));
  relay.act(1, { say: '250 2.0.0 queued as 1' });
  await second;
  expect(recorded.map(({ slot }) => slot)).toEqual([0, 1]);
  const { connectingAt, openedAt } = recorded[1]!;
  expect(connectingAt < openedAt && openedAt < performance.now()).toBe(true);
  await sender.close();
  expect(relay.sessions).toHaveLength(2);
});

test('a session that was never used is not on record: it would spoil the proof of others (C87). It is parted from with QUIT', async () => {
  const answer: Behaviour['answer'] = (line, { session }) =>
    session === 2 && line.startsWith('EHLO') ? {} : undefined;
  const recorded: number[] = [];
  const record: SenderOptions['record'] = async ({ slot }) => void recorded.push(slot);
  const { relay, sender } = await start({ answer }, { sessions: 2, record, idleMilliseconds: 30 });
  await sender.send(outgoings(2), always);
  relay.act(2, { say: '250 relay.test' });
  await until('both have parted', () => relay.sessions.every((log) => log.includes('C: QUIT')));
  expect([recorded, relay.sessions.length]).toEqual([[0], 2]);
});
