import { type Outcome, type Outgoing, openSender, type SendResult } from '../../src/smtp/open-sender';
import { RFC_TIMEOUTS, type SmtpTimeouts } from '../../src/smtp/step';
import { until } from '../until';
import { contentOf, outgoing, outgoings } from './outgoing';
import {
  type Answer,
  type Behaviour,
  type ScriptedRelay,
  type Standing,
  scriptedRelay,
} from './scripted-relay';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** One batch over one session. */
async function sendTo(
  behaviour: Behaviour,
  batch: Outgoing<number>[],
  allows: (number: number) => boolean = () => true,
  timeouts: SmtpTimeouts = RFC_TIMEOUTS,
): Promise<SendResult & { relay: ScriptedRelay; kinds: string[]; to: string[] }> {
  const relay = await scriptedRelay(behaviour);
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1, timeouts });
  closing.push(async () => {
    await sender.close();
    await relay.close();
  });
  const result = await sender.send(batch, ({ message }) =>
    allows(message.key!) ? null : { check: 'test', reason: 'the test says so' },
  );
  const to = relay.messages.map((message) => message.to);
  return { ...result, relay, to, kinds: result.outcomes.map(({ kind }) => kind) };
}

/** Answers `reply` to the first command that begins so, in the first session only unless told. */
function once(command: string, reply: string | Answer, when: (at: Standing) => boolean = () => true) {
  let given = false;
  return (line: string, at: Standing) => {
    if (given || !line.startsWith(command) || !when(at)) return undefined;
    given = true;
    return reply;
  };
}

const customer = (number: number) => `customer${number}@shop.test`;
const withoutPipelining = { capabilities: () => ['8BITMIME'] };

describe.each<[string, Behaviour]>([
  ['with PIPELINING', {}],
  ['without PIPELINING (C03)', withoutPipelining],
  ['one octet a packet (C04)', { octetByOctet: true }],
])('%s', (_, base) => {
  test('every message arrives once, whole, with its queue id', async () => {
    const { outcomes, trouble, relay } = await sendTo(base, outgoings(5));
    expect(trouble).toEqual([]);
    expect(
      outcomes.map((outcome) => outcome.kind === 'accepted' && [outcome.code, outcome.queueId, outcome.text]),
    ).toEqual([1, 2, 3, 4, 5].map((number) => [250, `1Q${number}`, `2.0.0 Ok: queued as 1Q${number}`]));
    expect(relay.messages).toEqual(
      [1, 2, 3, 4, 5].map((number) => ({
        to: customer(number),
        from: 'care@shop.test',
        content: contentOf(number),
        session: 1,
      })),
    );
  });

  test('one refused address costs nobody else anything; RSET comes before the next MAIL (C07)', async () => {
    const answer = once(`RCPT TO:<${customer(2)}>`, '550 5.1.1 no such user');
    const { outcomes, trouble, to, relay } = await sendTo({ ...base, answer }, outgoings(4));
    expect(outcomes[1]).toEqual({
      kind: 'refused',
      phase: 'before-dot',
      verdict: 'failed',
      at: 'rcpt',
      code: 550,
      enhanced: '5.1.1',
      text: '5.1.1 no such user',
    });
    expect(to).toEqual([customer(1), customer(3), customer(4)]);
    expect(trouble).toEqual([]);
    const lines = relay.said();
    expect(lines[lines.indexOf(`RCPT TO:<${customer(3)}>`) - 2]).toBe('RSET');
    expect(lines.filter((line) => line === 'RSET')).toHaveLength(1);
    expect(relay.sessions).toHaveLength(1);
  });

  test('RSET comes before the next batch too, when the last of this one was refused', async () => {
    const relay = await scriptedRelay({ ...base, answer: once('RCPT', '550 5.1.1 no such user') });
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
    closing.push(() => sender.close().then(() => relay.close()));
    await sender.send(outgoings(1), () => null);
    expect((await sender.send(outgoings(1, 2), () => null)).outcomes[0]!.kind).toBe('accepted');
    expect(relay.said().filter((line) => line === 'RSET')).toHaveLength(1);
  });

  test('4xx at RCPT, DATA or the dot defers that customer alone', async () => {
    let data = 0;
    const answer = (line: string) => {
      if (line === `RCPT TO:<${customer(2)}>`) return '450 4.2.1 later';
      if (line === 'DATA' && ++data === (base === withoutPipelining ? 2 : 3)) return '451 4.3.0 later';
      return undefined;
    };
    const { outcomes, to } = await sendTo({ ...base, answer }, outgoings(4));
    expect(
      outcomes.map((outcome) =>
        outcome.kind === 'refused' ? `${outcome.verdict} at ${outcome.at}` : outcome.kind,
      ),
    ).toEqual(['accepted', 'deferred at rcpt', 'deferred at data', 'accepted']);
    expect(to).toEqual([customer(1), customer(4)]);
    const dot = await sendTo({ ...base, answer: once('.', '452 4.2.2 mailbox full') }, outgoings(2));
    expect(dot.outcomes[0]).toMatchObject({
      kind: 'refused',
      phase: 'after-dot',
      verdict: 'deferred',
      at: 'dot',
      code: 452,
    });
    expect(dot.kinds[1]).toBe('accepted');
  });

  test('after a 354 it may not dot, the connection is dropped and nothing is delivered', async () => {
    const { kinds, trouble, relay, to } = await sendTo(base, outgoings(5), (number) => number < 3);
    expect(kinds).toEqual(['accepted', 'accepted', 'released', 'released', 'released']);
    expect(trouble).toEqual([]);
    expect(to).toEqual([customer(1), customer(2)]);
    expect(relay.said().filter((line) => line === '.')).toHaveLength(2);
    expect(relay.said()).not.toContain(`RCPT TO:<${customer(4)}>`);
  });

  test('a connection lost before the dot sends the same customer again, on a new session', async () => {
    const { kinds, trouble, to } = await sendTo(
      { ...base, answer: once('DATA', { and: 'reset' }) },
      outgoings(3),
    );
    expect(kinds).toEqual(['accepted', 'accepted', 'accepted']);
    expect(trouble).toMatchObject([{ kind: 'lost', code: null }]);
    expect([...to].sort()).toEqual([1, 2, 3].map(customer));
  });

  test('a connection lost after the dot is in doubt, never sent again (I2)', async () => {
    const { outcomes, kinds, trouble, relay } = await sendTo(
      { ...base, answer: once('.', { and: 'reset' }) },
      outgoings(3),
    );
    expect(kinds).toEqual(['unknown', 'accepted', 'accepted']);
    expect(outcomes[0]).toMatchObject({ phase: 'after-dot', trouble: { kind: 'lost', at: 'dot' } });
    expect(trouble).toMatchObject([{ kind: 'lost', at: 'dot' }]);
    expect(relay.said().filter((line) => line === `RCPT TO:<${customer(1)}>`)).toHaveLength(1);
  });
});

test('a session in which a dot may not go out is dropped in the middle of its message, and not used again (I2)', async () => {
  const relay = await scriptedRelay();
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
  closing.push(() => sender.close().then(() => relay.close()));
  let octets = '';
  relay.onOctets = (session, text) => {
    if (session === 1) octets += text;
  };
  await sender.send(outgoings(1), () => ({ check: 'test', reason: 'the test says so' }));
  await until('the end of the session', () => relay.sessions[0]!.includes('C: (gone)'));
  // Whatever is said there is content of the message: also the QUIT of an idle session.
  expect(octets).toMatch(/DATA\r\n$/);
  expect((await sender.send(outgoings(1, 2), () => null)).outcomes).toMatchObject([{ kind: 'accepted' }]);
  expect(relay.messages).toMatchObject([{ to: customer(2), session: 2 }]);
});

describe('the order of writes', () => {
  test('content only after its own 354, and nothing between the dot and its answer but the next envelope', async () => {
    const { relay } = await sendTo({}, outgoings(3));
    const [log] = relay.sessions;
    const dots = log!.flatMap((entry, i) => (entry === 'C: .' ? [i] : []));
    for (const [i, at] of dots.entries()) {
      expect(log![at - 1]).toMatch(/octets/);
      expect(log!.slice(0, at).filter((entry) => entry === 'S: 354 go on')).toHaveLength(i + 1);
    }
    expect(log!.some((entry) => entry.startsWith('S: 5'))).toBe(false);
  });

  test('the next envelope shares the write of the dot, and nothing follows until the dot is answered', async () => {
    const inHand: string[] = [];
    const answer = (line: string): Answer | undefined =>
      line === '.' ? { say: '250 2.0.0 Ok', afterMs: 30 } : undefined;
    const relay = await scriptedRelay({ answer });
    relay.onOctets = (_, text) => void inHand.push(text);
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
    closing.push(() => sender.close().then(() => relay.close()));
    await sender.send(outgoings(3), () => null);
    const envelope = (number: number) =>
      `MAIL FROM:<care@shop.test>\r\nRCPT TO:<${customer(number)}>\r\nDATA\r\n`;
    expect(inHand.slice(1)).toEqual([
      envelope(1),
      `${contentOf(1)}.\r\n${envelope(2)}`,
      `${contentOf(2)}.\r\n${envelope(3)}`,
      `${contentOf(3)}.\r\n`,
    ]);
  });

  test('without PIPELINING every write holds one command or one content (C03)', async () => {
    const relay = await scriptedRelay(withoutPipelining);
    const writes: string[] = [];
    relay.onOctets = (_, text) => void writes.push(text);
    const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
    closing.push(() => sender.close().then(() => relay.close()));
    await sender.send(outgoings(2), () => null);
    const steps = (number: number) => [
      'MAIL FROM:<care@shop.test>\r\n',
      `RCPT TO:<${customer(number)}>\r\n`,
      'DATA\r\n',
      `${contentOf(number)}.\r\n`,
    ];
    expect(writes.slice(1)).toEqual([...steps(1), ...steps(2)]);
  });

  test('a 250 in front of a reset is believed', async () => {
    const { kinds, trouble } = await sendTo(
      { answer: once('.', { say: '250 2.0.0 Ok', and: 'reset' }) },
      outgoings(1),
    );
    expect(kinds).toEqual(['accepted']);
    expect(trouble).toEqual([]);
  });
});

describe('a 354 after a refused RCPT', () => {
  test.each([250, 554])('gets a lone dot, whose %i means nothing', async (code) => {
    const answer = (line: string, at: Standing) => {
      if (line === `RCPT TO:<${customer(2)}>`) return '550 5.1.1 no such user';
      if (line === 'DATA' && at.accepted === 1) return '354 go on all the same';
      return undefined;
    };
    let dots = 0;
    const { outcomes, to, relay } = await sendTo(
      { answer: (line, at) => (line === '.' && ++dots === 2 ? `${code} whatever` : answer(line, at)) },
      outgoings(3),
    );
    expect(outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.verdict : outcome.kind))).toEqual([
      'accepted',
      'failed',
      'accepted',
    ]);
    expect(to).toEqual([customer(1), customer(3)]);
    expect(relay.said()).toContain('(0 octets)');
    expect(relay.sessions).toHaveLength(1);
  });

  test('is not asked about: no message stands after it', async () => {
    const asked: number[] = [];
    const answer = (line: string) =>
      line.startsWith('RCPT') ? '550 5.1.1 no' : line === 'DATA' ? '354 go on' : undefined;
    const { kinds } = await sendTo({ answer }, outgoings(2), (number) => asked.push(number) > 0);
    expect(kinds).toEqual(['refused', 'refused']);
    expect(asked).toEqual([]);
  });
});

describe('a reply out of place ends the session', () => {
  test.each<[string, string, string, Outcome['kind']]>([
    ['354 to MAIL', 'MAIL', '354 what?', 'released'],
    ['354 to RCPT', 'RCPT', '354 what?', 'set-aside'],
    ['250 to DATA', 'DATA', '250 what?', 'set-aside'],
    ['334 to DATA', 'DATA', '334 what?', 'set-aside'],
    ['354 to the dot', '.', '354 what?', 'unknown'],
    ['two codes to the dot', '.', '250-2.0.0 Ok\r\n251 2.0.0 Ok', 'unknown'],
    ['garbage to the dot', '.', 'Ok, queued', 'unknown'],
    ['a bare LF within the reply to the dot', '.', '250-O\n250 k', 'unknown'],
    ['a 250 after 354, before the content', 'DATA', '354 go on\r\n250 2.0.0 Ok: queued as FAKE', 'set-aside'],
  ])('%s', async (_, command, reply, kind) => {
    const { outcomes, trouble } = await sendTo(
      { answer: (line) => (line.startsWith(command) ? reply : undefined) },
      outgoings(1),
    );
    expect(outcomes[0]!.kind).toBe(kind);
    expect(trouble[0]).toMatchObject({ kind: 'lost', code: null });
  });
});

describe('a reply whose code can be read counts by it (C96)', () => {
  test.each<[string, string, Outcome['kind'], number]>([
    ['250 with a NUL', '250 2.0.0 O\0k: queued as X', 'accepted', 1],
    ['550 with a NUL', '550 5.6.0 \0', 'refused', 1],
    ['250 with a bare LF', '250 2.0.0 Ok: queued as X\n550 no', 'accepted', 2],
    ['550 with a bare LF', '550 5.6.0 no\n250 2.0.0 Ok', 'refused', 2],
    ['250 with 5,000 octets', `250 2.0.0 Ok: queued as X ${'x'.repeat(5_000)}`, 'accepted', 2],
  ])(
    '%s to the dot; the next message goes on, in a new session where nothing could be told apart',
    async (_, say, kind, session) => {
      const { outcomes, trouble, relay } = await sendTo({ answer: once('.', say) }, outgoings(3));
      expect(outcomes.map((outcome) => outcome.kind)).toEqual([kind, 'accepted', 'accepted']);
      expect(trouble).toEqual([]);
      // What the relay of this test says in its own words instead is kept by it nowhere.
      expect(relay.messages.map((message) => [message.to, message.session])).toEqual([
        [customer(2), session],
        [customer(3), session],
      ]);
      expect(relay.said().filter((line) => line === `RCPT TO:<${customer(1)}>`)).toHaveLength(1);
    },
  );

  test('a 250 in front of what cannot be read in one packet stands; who comes next is told by another session', async () => {
    const { outcomes, trouble, relay } = await sendTo(
      { answer: once('.', '250 2.0.0 Ok: queued as X\r\nwhat?') },
      outgoings(3),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(trouble).toHaveLength(1);
    // The next one, which may have been what it could not read, has a session for itself.
    expect(relay.sessions).toHaveLength(3);
  });

  test('at MAIL it is no answer that helps: the relay is in trouble, and nobody is asked for ever', async () => {
    const { outcomes, trouble, relay } = await sendTo(
      { answer: (line) => (line.startsWith('MAIL') ? '250 2.1.0 Ok\n' : undefined) },
      outgoings(3),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['released', 'released', 'released']);
    expect(trouble[0]).toMatchObject({ at: 'mail', text: 'the relay sent a line end that is not CRLF' });
    expect(relay.sessions.length).toBeLessThanOrEqual(2);
  });
});

test('a second reply to the dot ends the session too, and is told with the next batch', async () => {
  const relay = await scriptedRelay({ answer: once('.', '250 2.0.0 Ok\r\n250 2.0.0 Ok') });
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
  closing.push(() => sender.close().then(() => relay.close()));
  expect((await sender.send(outgoings(1), () => null)).outcomes[0]!.kind).toBe('accepted');
  const { outcomes, trouble } = await sender.send(outgoings(1, 2), () => null);
  expect(outcomes[0]!.kind).toBe('accepted');
  expect(trouble).toMatchObject([{ kind: 'lost', code: null }]);
  expect(relay.sessions).toHaveLength(2);
});

describe('nobody is at fault', () => {
  test('a limit of messages per session: the same customer at once on a new one (C05)', async () => {
    for (const [command, reply] of [
      ['MAIL', '452 4.4.5 too many messages this session'],
      ['DATA', '452 4.4.5 too many messages this session'],
      ['MAIL', { say: '421 4.7.0 enough', and: 'drop' } as const],
      ['RCPT', { say: '421 enough', and: 'drop' } as const],
    ] as const) {
      const answer = (line: string, at: Standing) =>
        line.startsWith(command) && at.accepted >= 4 ? reply : undefined;
      const { kinds, trouble, to, relay } = await sendTo({ answer }, outgoings(10));
      expect(kinds).toEqual(Array(10).fill('accepted'));
      expect(trouble).toEqual([]);
      expect(to).toEqual(outgoings(10).map(({ address }) => address));
      expect(relay.sessions).toHaveLength(3);
    }
  });

  test('a 421 to RSET after a refused customer is the same limit', async () => {
    const answer = (line: string, at: Standing) => {
      if (line === `RCPT TO:<${customer(3)}>`) return '550 5.1.1 no such user';
      return line === 'RSET' && at.accepted === 2
        ? ({ say: '421 4.7.0 enough', and: 'drop' } as const)
        : undefined;
    };
    const { kinds, trouble } = await sendTo({ answer }, outgoings(5));
    expect(kinds).toEqual(['accepted', 'accepted', 'refused', 'accepted', 'accepted']);
    expect(trouble).toEqual([]);
  });

  test('a limit told before anything was accepted is trouble, and does not go round in circles', async () => {
    const answer = (line: string) =>
      line.startsWith('MAIL') ? '452 4.4.5 too many messages this session' : undefined;
    const { kinds, trouble, relay } = await sendTo({ answer }, outgoings(3));
    expect(kinds).toEqual(['released', 'released', 'released']);
    expect(trouble).toMatchObject([{ kind: 'limit', code: 452 }]);
    expect(relay.sessions).toHaveLength(1);
  });

  test.each([
    ['550 5.1.8 bad sender', 'mail-from'],
    ['451 4.3.0 later', 'mail-from'],
    ['421 4.3.2 closing', '421'],
    ['530 5.7.0 authenticate first', 'auth'],
  ])('MAIL answered with %s releases everybody', async (reply, kind) => {
    const { kinds, trouble, to } = await sendTo(
      { answer: (line) => (line.startsWith('MAIL') ? reply : undefined) },
      outgoings(4),
    );
    expect(kinds).toEqual(Array(4).fill('released'));
    expect(trouble[0]).toMatchObject({ kind, at: 'mail', code: Number(reply.slice(0, 3)) });
    expect(trouble.length).toBeLessThanOrEqual(2);
    expect(to).toEqual([]);
  });

  test('a 421 to the dot releases that customer, and the next one is sent on a new session', async () => {
    const { outcomes, trouble, to } = await sendTo(
      { answer: once('.', { say: '421 4.3.2 closing', and: 'drop' }) },
      outgoings(2),
    );
    expect(outcomes[0]).toMatchObject({ kind: 'released', phase: 'after-dot', trouble: { kind: '421' } });
    expect(outcomes[1]).toMatchObject({ kind: 'accepted' });
    expect(trouble).toMatchObject([{ kind: '421', at: 'dot' }]);
    expect(to).toEqual([customer(2)]);
  });

  test.each(['550 5.7.1 IP blocked', '550 5.4.5 daily quota exceeded', '450 4.7.1 too much mail'])(
    '%s for every RCPT fails nobody, and stops asking after a few (C06)',
    async (reply) => {
      const { kinds, trouble, relay } = await sendTo(
        { answer: (line) => (line.startsWith('RCPT') ? reply : undefined) },
        outgoings(50),
      );
      expect(kinds).toEqual(Array(50).fill('released'));
      expect(trouble.length).toBeLessThanOrEqual(6);
      expect(trouble[0]).toMatchObject({ kind: 'policy', at: 'rcpt', text: reply.slice(4) });
      expect(relay.said().filter((line) => line.startsWith('RCPT')).length).toBeLessThanOrEqual(6);
    },
  );

  test('a policy refusal of one customer, while others are taken, defers that one and is no trouble', async () => {
    const answer = (line: string) =>
      line === `RCPT TO:<${customer(2)}>` ? '550 5.7.1 access denied' : undefined;
    const { outcomes, trouble } = await sendTo({ answer }, outgoings(4));
    expect(outcomes[1]).toMatchObject({
      kind: 'refused',
      verdict: 'deferred',
      at: 'rcpt',
      code: 550,
      enhanced: '5.7.1',
    });
    expect(trouble).toEqual([]);
  });

  test("trouble never shows the customer's address", async () => {
    const answer = (line: string) =>
      line.startsWith('RCPT') ? `550 5.7.1 <Customer1@SHOP.test>: no` : undefined;
    const { trouble } = await sendTo({ answer }, outgoings(1));
    expect(trouble[0]!.text).toBe('5.7.1 <[recipient]>: no');
  });
});

describe('time-outs', () => {
  const timeouts = { ...RFC_TIMEOUTS, dot: 4_000 };
  const minutes = (number: number) => (number * timeouts.dot) / 10;

  test('the dot is waited for ten minutes (C08)', () => {
    expect(RFC_TIMEOUTS.dot).toBeGreaterThanOrEqual(600_000);
  });

  test.each([1.5, 9])('a 250 after %d minutes is an acceptance, once (C08)', async (late) => {
    const answer = once('.', { say: '250 2.0.0 Ok', afterMs: minutes(late) });
    const { kinds, relay } = await sendTo({ answer }, outgoings(2), () => true, timeouts);
    expect(kinds).toEqual(['accepted', 'accepted']);
    expect(relay.said().filter((line) => line === `RCPT TO:<${customer(1)}>`)).toHaveLength(1);
  });

  // A time-out is noticed up to a second late, here as at full scale.
  test('a 250 that comes after that is too late: in doubt, and nobody is sent it again (C08)', async () => {
    const answer = once('.', { say: '250 2.0.0 Ok', afterMs: minutes(10) + 2_000 });
    const { outcomes, kinds, relay } = await sendTo({ answer }, outgoings(2), () => true, timeouts);
    expect(kinds).toEqual(['unknown', 'accepted']);
    expect(outcomes[0]).toMatchObject({
      trouble: { kind: 'lost', text: expect.stringContaining('no reply to dot within') },
    });
    expect(relay.said().filter((line) => line === `RCPT TO:<${customer(1)}>`)).toHaveLength(1);
  });

  // Of so few each has stalled two sessions before anybody could tell that it is the relay; the trouble stays.
  test.each([
    ['mail', ['released', 'released', 'released']],
    ['rcpt', ['set-aside', 'set-aside', 'set-aside']],
    ['data', ['set-aside', 'set-aside', 'set-aside']],
  ] as const)(
    'a relay that stalls at %s loses nothing, and the trouble says where it was',
    async (step, expected) => {
      const command = step.toUpperCase();
      const answer = (line: string) => (line.startsWith(command) ? ({ and: 'stall' } as const) : undefined);
      const { kinds, trouble } = await sendTo({ answer }, outgoings(3), () => true, {
        ...{ ...RFC_TIMEOUTS, mail: 3_000, rcpt: 3_000, data: 3_000, [step]: 60 },
      });
      expect(kinds).toEqual(expected);
      expect(trouble[0]).toMatchObject({ kind: 'lost', at: step, text: `no reply to ${step} within 60 ms` });
    },
  );
});

describe('what a message needs', () => {
  const joerg = () => outgoing(2, { address: 'jörg@shop.test', smtputf8: true });

  test('SMTPUTF8 is asked for on that MAIL alone (C14)', async () => {
    const { kinds, relay } = await sendTo({}, [outgoing(1), joerg(), outgoing(3)]);
    expect(kinds).toEqual(['accepted', 'accepted', 'accepted']);
    expect(relay.said().filter((line) => line.startsWith('MAIL'))).toEqual([
      'MAIL FROM:<care@shop.test>',
      'MAIL FROM:<care@shop.test> SMTPUTF8 BODY=8BITMIME',
      'MAIL FROM:<care@shop.test>',
    ]);
    expect(Buffer.from(relay.messages[1]!.to, 'latin1').toString('utf8')).toBe('jörg@shop.test');
  });

  test('without SMTPUTF8 that customer is skipped and nobody else (C14)', async () => {
    const { outcomes, kinds } = await sendTo({ capabilities: () => ['PIPELINING'] }, [
      outgoing(1),
      joerg(),
      outgoing(3),
    ]);
    expect(outcomes[1]).toEqual({ kind: 'skipped', phase: 'before-dot', reason: 'smtputf8-not-offered' });
    expect(kinds).toEqual(['accepted', 'skipped', 'accepted']);
  });

  test('BODY=8BITMIME is not said to a relay that does not know it', async () => {
    const { relay } = await sendTo({ capabilities: () => ['PIPELINING', 'SMTPUTF8'] }, [joerg()]);
    expect(relay.said()).toContain('MAIL FROM:<care@shop.test> SMTPUTF8');
  });

  test.each([
    'a@x.test>\r\nRCPT TO:<b@x.test',
    'a@x.test\r\n',
    'a@x.test\n',
    'a b@x.test',
    'a@x.test> NOTIFY=NEVER',
    '<a@x.test>',
    'a@x.test, b@x.test',
    'jörg@shop.test',
    'no-at-sign',
    '@x.test',
    '',
    'a@',
    '"a"b@x.test',
    '"a\r\nb"@x.test',
    'a@b@x.test',
    '\0@x.test',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@x.test`,
  ])('the address %j makes no command (C12, C16)', async (address) => {
    const { outcomes, relay } = await sendTo({}, [outgoing(1, { address }), outgoing(2)]);
    expect(outcomes[0]).toEqual({ kind: 'skipped', phase: 'before-dot', reason: 'address-not-sendable' });
    expect(relay.said().filter((line) => line.startsWith('RCPT'))).toEqual([`RCPT TO:<${customer(2)}>`]);
  });

  test.each(['"a b"@x.test', '"a..b"@x.test', String.raw`"a\"b"@x.test`, "o'hara+x@x.test", 'Foo@X.test'])(
    'the address %s goes out as it is',
    async (address) => {
      const { kinds, to } = await sendTo({}, [outgoing(1, { address })]);
      expect(kinds).toEqual(['accepted']);
      expect(to).toEqual([address]);
    },
  );

  test('a message that cannot be rendered, or hides an end of data, is skipped (C12)', async () => {
    const broken = () => {
      throw new Error('no such variant');
    };
    const hidden = Buffer.from('Subject: x\r\n\r\nHello\n.\nQUIT\r\n');
    const { outcomes, to } = await sendTo({}, [
      outgoing(1, { content: broken }),
      outgoing(2),
      outgoing(3, { content: hidden }),
      outgoing(4),
    ]);
    expect(outcomes[0]).toMatchObject({ kind: 'skipped', reason: 'cannot-be-rendered' });
    expect(outcomes[2]).toMatchObject({ kind: 'skipped', reason: 'content-has-bare-line-end' });
    expect(to).toEqual([customer(2), customer(4)]);
  });

  test('a message is rendered only when its turn comes', async () => {
    const rendered: number[] = [];
    const batch = outgoings(6).map((message) => {
      const content = () => {
        rendered.push(message.key!);
        return Buffer.from('x');
      };
      return { ...message, content };
    });
    await sendTo({}, batch, (number) => number < 2);
    expect(rendered).toEqual([1, 2, 3]);
  });

  test('dots at line starts arrive as they were sent (C10)', async () => {
    const content = `.\r\n..\r\n.com\r\n${'x'.repeat(75)}\r\n.\r\nend\r\n`;
    const { relay } = await sendTo({}, [outgoing(1, { content: Buffer.from(content) }), outgoing(2)]);
    expect(relay.messages[0]!.content).toBe(content);
    expect(relay.messages).toHaveLength(2);
  });
});
