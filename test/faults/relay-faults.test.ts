import type { NoticeState } from '../../src/incident/vocabulary';
import { timesFired } from '../times-fired';
import { type RelayBench, relayBench } from './relay-bench';

/**
 * Every way in which a relay fails, against whole slices: real relay, real database. What each does to one conversation stands
 * in test/notice/smtp; here, what it does to the books, to the gate, and to who is told, while it lasts and once it is fixed.
 */
interface Fault {
  rules?: Record<string, unknown>[];
  /** Each octet that the relay says in a packet of its own. */
  octetByOctet?: boolean;
  /** Of SMTP_URL. */
  user?: string;
  query?: string;
  /** Of the customers, when all was tried or the gate closed. */
  leaves: Partial<Record<NoticeState, number>>;
  /** The breaker closed the gate, with these words; left out: it stays open. */
  closed?: RegExp;
  /** As many of the released as several sessions were lost under: they come again, too. */
  defersSome?: boolean;
  /** Of those in doubt, whom the relay has accepted all the same. */
  acceptedInDoubt?: number;
}

const ALL = 40;
const SESSIONS = 2;
const once = (at: string, reply: string, more = {}) => ({ rules: [{ at, reply, times: 1, ...more }] });
const always = (at: string, reply: string, more = {}) => ({ rules: [{ at, reply, ...more }] });
const act = (at: string, action: string) => ({ rules: [{ at, action, after: 10, times: 1 }] });
const everybodySent = { sent: ALL };
const nobodySent = { released: ALL };
const ofOne = (what: { reply?: string; action?: string }) => ({
  rules: [{ at: 'rcpt', match: '^c100@', ...what }],
});
const oneFailed = { sent: ALL - 1, failed: 1 };
const oneDeferred = { sent: ALL - 1, deferred: 1 };
const oneInDoubt = { sent: ALL - 1, in_doubt: 1 };
const AUTH = { at: 'ehlo', reply: '250-capture.test\r\n250 AUTH PLAIN LOGIN', wordsOnly: true };

const passing: [string, Fault][] = [
  ['421 once at the greeting', { ...once('greeting', '421 down'), leaves: everybodySent }],
  ['454 once at the greeting', { ...once('greeting', '454 busy'), leaves: everybodySent }],
  ['421 once at EHLO', { ...once('ehlo', '421 down'), leaves: everybodySent }],
  ['451 once at EHLO', { ...once('ehlo', '451 4.3.0 busy'), leaves: everybodySent }],
  ['421 once at MAIL', { ...once('mail', '421 down'), leaves: everybodySent }],
  ['451 once at MAIL', { ...once('mail', '451 4.3.0 busy'), leaves: everybodySent }],
  ['421 once at RCPT', { ...once('rcpt', '421 down'), leaves: everybodySent }],
  ['421 once at DATA', { ...once('data', '421 down'), leaves: everybodySent }],
  ['421 once at the dot', { ...once('dot', '421 down'), leaves: everybodySent }],
  ['454 once at the dot', { ...once('dot', '454 no queue'), leaves: everybodySent }],
  ['450 once at RCPT', { ...once('rcpt', '450 4.2.1 busy'), leaves: { sent: 39, deferred: 1 } }],
  ['451 once at DATA', { ...once('data', '451 4.3.0 disk'), leaves: { sent: 39, deferred: 1 } }],
  ['451 once at the dot', { ...once('dot', '451 4.3.0 disk'), leaves: { sent: 39, deferred: 1 } }],
];

const broken: [string, Fault][] = [
  [
    'a reset at the greeting',
    { rules: [{ at: 'greeting', action: 'drop', times: 1 }], leaves: everybodySent },
  ],
  ['a reset at MAIL', { ...act('mail', 'drop'), leaves: everybodySent }],
  ['a reset at RCPT', { ...act('rcpt', 'drop'), leaves: everybodySent }],
  ['a reset at DATA', { ...act('data', 'drop'), leaves: everybodySent }],
  ['a reset in the content', { ...act('content', 'drop'), leaves: oneInDoubt }],
  ['a reset at the dot, nothing accepted', { ...act('dot', 'drop'), leaves: oneInDoubt }],
  ['a reset after the dot', { ...act('dot', 'drop-after'), leaves: oneInDoubt, acceptedInDoubt: 1 }],
  ['a reset after the 250', { ...act('dot', 'reply-and-drop'), leaves: everybodySent }],
];

const garbled: [string, Fault][] = [
  ['every reply one octet a packet', { octetByOctet: true, leaves: everybodySent }],
  [
    'replies of several lines',
    {
      rules: [
        { at: 'greeting', reply: '220-capture.test\r\n220-no spam\r\n220 go', wordsOnly: true },
        { at: 'mail', reply: '250-2.1.0\r\n250-Ok\r\n250', wordsOnly: true },
        { at: 'dot', reply: '250-2.0.0 thank\r\n250 you', wordsOnly: true },
      ],
      leaves: everybodySent,
    },
  ],
  ['mixed codes at the greeting', { ...once('greeting', '250-one\r\n220 two'), leaves: everybodySent }],
  ['garbage and NUL at MAIL', { ...once('mail', '\x00\xff\xfe25\x000'), leaves: everybodySent }],
  ['an over-long reply at RCPT', { ...once('rcpt', `250 ${'x'.repeat(100_000)}`), leaves: everybodySent }],
  // One customer's RCPT, each time (C95): the others are told, and the gate stays open.
  ['NUL in a refusal of one', { ...ofOne({ reply: '550 5.1.1 nul \x00 here' }), leaves: oneFailed }],
  ['a bare LF in a refusal of one', { ...ofOne({ reply: '550 5.1.1 no\n550 one' }), leaves: oneFailed }],
  [
    'an over-long refusal of one',
    { ...ofOne({ reply: `550 5.1.1 ${'x'.repeat(5_000)}` }), leaves: oneFailed },
  ],
  ['two codes for one', { ...ofOne({ reply: '550-5.1.1 no\r\n450 one' }), leaves: oneDeferred }],
  ['garbage for one', { ...ofOne({ reply: 'who is that?' }), leaves: oneDeferred }],
  ['421 for one', { ...ofOne({ reply: '421 4.3.0 not this one' }), leaves: oneDeferred }],
  ['a reset for one', { ...ofOne({ action: 'drop' }), leaves: oneDeferred }],
  ['a 354 to MAIL', { ...once('mail', '354 go on'), leaves: everybodySent }],
  ['a second reply to MAIL', { ...once('mail', '250 2.1.0 Ok\r\n250 2.1.0 Ok'), leaves: everybodySent }],
  [
    'garbage for the 250 of a dot',
    { ...once('dot', '\x00\xff25', { wordsOnly: true }), leaves: oneInDoubt, acceptedInDoubt: 1 },
  ],
  [
    'an over-long 250 to a dot',
    { ...once('dot', `250 ${'x'.repeat(100_000)}`, { wordsOnly: true }), leaves: everybodySent },
  ],
  [
    'an over-long line before the 250 to a dot',
    {
      ...once('dot', `250-${'x'.repeat(100_000)}\r\n250 Ok`, { wordsOnly: true }),
      leaves: oneInDoubt,
      acceptedInDoubt: 1,
    },
  ],
];

const lasting: [string, Fault][] = [
  [
    '421 at every greeting',
    { ...always('greeting', '421 down'), leaves: nobodySent, closed: /: 421 \(greeting, at greeting\)\./ },
  ],
  [
    '421 at every EHLO',
    { ...always('ehlo', '421 down'), leaves: nobodySent, closed: /: 421 \(greeting, at ehlo\)\./ },
  ],
  [
    '451 at every MAIL',
    { ...always('mail', '451 4.3.0 busy'), leaves: nobodySent, closed: /: 451 4\.3\.0 \(/ },
  ],
  [
    '421 at every RCPT',
    {
      ...always('rcpt', '421 down'),
      leaves: nobodySent,
      defersSome: true,
      closed: /: 421 \(421, at rcpt\)\./,
    },
  ],
  [
    '421 at every DATA',
    {
      ...always('data', '421 down'),
      leaves: nobodySent,
      defersSome: true,
      closed: /: 421 \(421, at data\)\./,
    },
  ],
  [
    '421 at every dot',
    { ...always('dot', '421 down'), leaves: nobodySent, closed: /: 421 \(421, at dot\)\./ },
  ],
  [
    '454 at every dot',
    { ...always('dot', '454 4.7.0 no TLS'), leaves: nobodySent, closed: /: 454 4\.7\.0, a security rule \(/ },
  ],
  [
    '450 at every RCPT',
    { ...always('rcpt', '450 4.3.0 queue full'), leaves: nobodySent, closed: /: 450 4\.3\.0\. / },
  ],
  [
    'a quota at every RCPT',
    {
      ...always('rcpt', '550 5.4.5 daily quota'),
      leaves: nobodySent,
      closed: /550 5\.4\.5, congestion, or a limit/,
    },
  ],
  [
    'a policy at every RCPT',
    { ...always('rcpt', '550 5.7.1 IP blocked'), leaves: nobodySent, closed: /550 5\.7\.1, not allowed/ },
  ],
  [
    'a refusal of every dot',
    {
      ...always('dot', '554 5.6.0 looks like spam'),
      leaves: nobodySent,
      closed: /same reply: 554 5\.6\.0\. /,
    },
  ],
  [
    'a policy at the greeting',
    {
      ...always('greeting', '554 5.7.1 no access'),
      leaves: nobodySent,
      closed: /refuses the sender: 554 5\.7\.1, not allowed \(/,
    },
  ],
  [
    'a sender refused',
    {
      ...always('mail', '550 5.1.8 no such sender'),
      leaves: nobodySent,
      closed: /refuses the sender: 550 5\.1\.8/,
    },
  ],
  [
    'a password refused',
    {
      rules: [AUTH, { at: 'auth', reply: '535 5.7.8 no' }],
      user: 'user:secret@',
      leaves: nobodySent,
      closed: /refuses the sender: 535 5\.7\.8, the log-in is refused/,
    },
  ],
  [
    'STARTTLS refused',
    {
      ...always('starttls', '454 4.7.0 no TLS now'),
      query: '?tls=required',
      leaves: nobodySent,
      closed: /454 4\.7\.0, a security rule \(tls, at starttls\)/,
    },
  ],
  [
    'a certificate of nobody',
    { query: '?tls=required', leaves: nobodySent, closed: /self-signed certificate/ },
  ],
  [
    'every connection reset',
    { rules: [{ at: 'greeting', action: 'drop' }], leaves: nobodySent, closed: /ECONNRESET|closed/ },
  ],
];

let bench: RelayBench;
beforeAll(async () => {
  bench = await relayBench(ALL, ['--tls', 'starttls', '--hard-error-limit', '0'], {
    relay: { sessions: SESSIONS, messagesPerSession: null },
    retry: { firstAfterSeconds: 60, forHours: 1 },
    breaker: {
      windowSeconds: 60,
      minimumOutcomes: 50,
      refusedShare: 0.25,
      sameRefusals: 5,
      sessionFailures: 3,
    },
  });
});
afterAll(() => bench.end());

test.each([...passing, ...broken, ...garbled, ...lasting])(
  '%s: nobody twice, nobody failed for it, and everybody is told once it is over (I1, I2)',
  async (_, {
    rules = [],
    octetByOctet = false,
    user = '',
    query = '',
    leaves,
    defersSome = false,
    closed,
    acceptedInDoubt = 0,
  }) => {
    await bench.begin(`smtp://${user}127.0.0.1:${bench.relay.port}${query}`);
    await bench.relay.control({ octetByOctet });
    for (const rule of rules) await bench.relay.control({ add: rule });
    await bench.slices();
    const { gate, by, reason } = await bench.gate();
    const { deferred = 0, released = 0, ...states } = await bench.states();
    expect(defersSome ? { ...states, released: deferred + released } : await bench.states()).toEqual(leaves);
    expect(gate).toBe(closed ? 'closed' : 'open');
    if (closed) expect([by, reason]).toEqual(['the breaker', expect.stringMatching(closed)]);
    expect(await told()).toEqual({ once: (leaves.sent ?? 0) + acceptedInDoubt, again: 0 });

    await bench.fix();
    await bench.passTime(300);
    await bench.slices();
    const { failed = 0, in_doubt = 0 } = leaves;
    const { sent, ...rest } = await bench.states();
    expect([sent, rest]).toEqual([
      ALL - failed - in_doubt,
      { ...(failed && { failed }), ...(in_doubt && { in_doubt }) },
    ]);
    expect(await told()).toEqual({ once: ALL - failed - in_doubt + acceptedInDoubt, again: 0 });
  },
);

test.each([
  ['mail', '550 5.7.1 sender rejected'],
  ['rcpt', '550 5.4.5 daily quota exceeded'],
])(
  '%s %s, and somebody resumes before it is fixed: the gate closes again, and nobody is failed for it',
  async (at, reply) => {
    await bench.begin();
    await bench.relay.control({ add: { at, reply } });
    await bench.slices();
    const { fence, reason } = await bench.gate();
    await bench.open();
    await bench.slices();
    expect(await bench.gate()).toMatchObject({ gate: 'closed', fence: fence + 1, reason });
    expect(await bench.states()).toEqual(nobodySent);
  },
);

// A claim holds all 40: it is not the batch that is looked at, but each answer.
test.each([
  ['rcpt', '550 daily quota exceeded'],
  ['dot', '554 5.2.252 SendAsDenied; care@shop.test not allowed to send as care@shop.test; diagnostic 4711'],
])(
  '%s %s to everybody: asked for as many as the file allows and what is in flight, and nobody is failed (C97)',
  async (at, reply) => {
    await bench.begin();
    await bench.relay.control({ add: { at, reply } });
    await bench.slices();
    const { gate, reason } = await bench.gate();
    expect([gate, reason]).toEqual([
      'closed',
      expect.stringContaining('refused 5 customers in a row with the same reply'),
    ]);
    expect(await bench.states()).toEqual(nobodySent);
    const asked = await timesFired(bench.relay);
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(asked).toBeLessThanOrEqual(5 + 2 * SESSIONS);
  },
);

test('what one worker closed the gate for, and somebody fixed, does not let another close it again', async () => {
  await bench.begin();
  const other = bench.another();
  await bench.relay.control({ add: { at: 'greeting', reply: '421 down' } });
  await other.slices(2);
  await bench.slices();
  expect((await bench.gate()).gate).toBe('closed');
  await bench.fix();
  await bench.relay.control({ add: { at: 'greeting', reply: '421 down', times: 2 } });
  await other.slices();
  await other.close();
  expect((await bench.gate()).gate).toBe('open');
  expect(await bench.states()).toEqual(everybodySent);
});

test('who cannot be asked about is put off, and has then failed, with our words (C95)', async () => {
  await bench.begin();
  await bench.relay.control({ add: { at: 'rcpt', match: '^c100@', reply: 'who is that?' } });
  await bench.slices();
  expect(await bench.states()).toEqual(oneDeferred);
  await bench.passTime(7_300);
  await bench.slices();
  const replyText = 'again a session was lost: the relay sent a line of 12 octets that is no reply';
  expect(await bench.rows('failed')).toEqual([
    { customer_id: '100', reply_code: null, reply_text: replyText },
  ]);
  expect((await bench.gate()).gate).toBe('open');
});

test('of whom was put off until the time was over, a relay that ends all sessions fails nobody (I7)', async () => {
  await bench.begin();
  await bench.relay.control({ add: { at: 'rcpt', match: '^c[1-9]0@', reply: '450 4.2.1 later' } });
  await bench.slices();
  expect(await bench.states()).toEqual({ sent: ALL - 9, deferred: 9 });
  await bench.passTime(3_700);
  await bench.relay.control({ clear: true });
  await bench.relay.control({ add: { at: 'rcpt', action: 'drop' } });
  await bench.slices();
  const { sent, deferred = 0, released = 0 } = await bench.states();
  expect([sent, deferred + released]).toEqual([ALL - 9, 9]);
  await bench.fix();
  await bench.passTime(3_700);
  await bench.slices();
  expect(await bench.states()).toEqual(everybodySent);
});

test('who was set aside while the relay took others does not close the gate when nobody else is left (C95)', async () => {
  await bench.begin();
  await bench.relay.control({ add: { at: 'rcpt', match: '^c[12]0@', action: 'drop' } });
  await bench.slices();
  expect(await bench.states()).toEqual({ sent: ALL - 2, deferred: 2 });
  await bench.passTime(120);
  await bench.slices();
  expect(await bench.states()).toEqual({ sent: ALL - 2, deferred: 2 });
  expect((await bench.gate()).gate).toBe('open');
});

test('who is put off is tried again later and later, for as long as the file says, and has then failed with the words of the relay', async () => {
  await bench.begin();
  await bench.relay.control({ add: { at: 'rcpt', match: '^c100@', reply: '450 4.2.2 mailbox full' } });
  const waits: number[] = [];
  await bench.slices();
  for (let seconds = await bench.secondsToRetry(); seconds !== null; seconds = await bench.secondsToRetry()) {
    waits.push(seconds);
    await bench.slices();
    expect(await timesFired(bench.relay)).toBe(waits.length);
    await bench.passTime(seconds + 1);
    await bench.slices();
    expect(await timesFired(bench.relay)).toBe(waits.length + 1);
  }
  // 60 s, then twice as long each time and up to a fifth more; the last try falls on the end of the hour.
  expect(waits.slice(0, -1).every((wait, i) => wait >= 60 * 2 ** i && wait <= 72 * 2 ** i)).toBe(true);
  const hour = waits.reduce((sum, wait) => sum + wait, 0);
  expect(Math.abs(hour - 3_600)).toBeLessThan(waits.length * 2 + 10);
  expect(await bench.rows('failed')).toEqual([
    { customer_id: '100', reply_code: 450, reply_text: '4.2.2 mailbox full' },
  ]);
  expect(await bench.states()).toEqual({ sent: ALL - 1, failed: 1 });
  expect((await bench.gate()).gate).toBe('open');
});

async function told() {
  const times = [...(await bench.accepted()).values()];
  return { once: times.length, again: times.filter((count) => count > 1).length };
}
