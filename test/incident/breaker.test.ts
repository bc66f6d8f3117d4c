import { type BreakerLimits, breakerVerdict } from '../../src/incident/breaker';
import {
  addAnswer,
  addOutcomes,
  type BreakerWindow,
  emptyWindow,
  type RelayOutcome,
  type SessionFailure,
} from '../../src/incident/breaker-window';
import { refusalKey } from '../../src/incident/refusal-words';

const LIMITS: BreakerLimits = {
  windowSeconds: 60,
  minimumOutcomes: 50,
  refusedShare: 0.25,
  sameRefusals: 20,
  sessionFailures: 20,
};
/** Words about one customer in which neither an @ nor angle brackets show the address. */
const QUOTA = 'Mailspace: Annabel Smithson (annabel at-sign x.test) overfull';
const ACCEPTED: RelayOutcome = { kind: 'accepted' };

function refused(
  code: number,
  text: string,
  at: 'rcpt' | 'dot' = 'rcpt',
): RelayOutcome & { kind: 'refused' } {
  const enhanced = /^\d\.\d+\.\d+/.exec(text)?.[0] ?? null;
  return { kind: 'refused', at, code, enhanced, text };
}

function failed(kind: string, at: SessionFailure['at'], code: number | null, text: string): SessionFailure {
  return { kind, at, code, enhanced: /^\d\.\d+\.\d+/.exec(text)?.[0] ?? null, text };
}

function times<Item>(count: number, item: (i: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => item(i));
}

/** These words, and after them what to do. */
function telling(words: string) {
  return expect.stringMatching(new RegExp(`^${words.replaceAll(/[.()]/g, '\\$&')}\\.? .*\\bresume\\b`));
}

/** A batch of which each answer was taken in before. */
function batched(
  window: BreakerWindow,
  second: number,
  outcomes: RelayOutcome[],
  failures: SessionFailure[] = [],
): BreakerWindow {
  const answered = outcomes.reduce((before, outcome) => addAnswer(before, outcome, second), window);
  return addOutcomes(answered, second, LIMITS.windowSeconds, outcomes, failures);
}

/** One batch a second. */
function seen(
  batches: (RelayOutcome[] | { outcomes?: RelayOutcome[]; failures: SessionFailure[] })[],
): BreakerWindow {
  return batches.reduce<BreakerWindow>((window, batch, second) => {
    const { outcomes = [], failures = [] } = Array.isArray(batch) ? { outcomes: batch } : batch;
    return batched(window, second, outcomes, failures);
  }, emptyWindow());
}

test('one refused in a thousand never trips it (C07)', () => {
  let window = emptyWindow();
  for (let second = 0; second < 300; second++) {
    const outcomes = times(1_000, (i) => (i === 500 ? refused(550, '5.1.1 no such user') : ACCEPTED));
    window = batched(window, second, outcomes);
    expect(breakerVerdict(window, LIMITS)).toEqual({ trip: false, reason: '', nobodysFault: null });
  }
});

test('a quarter refused trips it, with what was said most often', () => {
  const mixed = times(100, (i) => (i % 4 === 0 ? refused(550, '5.1.1 User unknown') : ACCEPTED));
  expect(breakerVerdict(seen([mixed]), LIMITS)).toEqual({
    trip: true,
    reason: telling(
      'The relay refused 25 of 100 customers within 60 s, most often: 550 5.1.1, no such mailbox (25 times)',
    ),
    nobodysFault: null,
  });
  expect(breakerVerdict(seen([mixed.slice(1)]), LIMITS).trip).toBe(false);
});

test('a quarter of the least number of outcomes trips it, and of what was said most often the number is right', () => {
  const [seldom, often] = [refused(550, '5.1.1 User unknown'), refused(550, '5.1.2 no such domain')];
  const bad = [...times(5, () => seldom), ...times(8, () => often)];
  // Two batches of one second.
  const window = addOutcomes(addOutcomes(emptyWindow(), 0.2, 60, bad), 0.8, 60, [
    ...bad,
    ...times(24, () => ACCEPTED),
  ]);
  expect(breakerVerdict(window, LIMITS).reason).toEqual(
    telling(
      'The relay refused 26 of 50 customers within 60 s, most often: 550 5.1.2, no such domain (16 times)',
    ),
  );
});

test('codes that have come before are counted on, however many others there are', () => {
  const others = times(150, (i) => refused(550, `5.1.${100 + i} no`));
  const [second] = seen([[...others, ...times(50, () => others[0]!)]]).seconds;
  expect(second!.replies['550 5.1.100']).toBe(51);
});

test('fewer outcomes than the minimum do not trip it by their share', () => {
  const few = times(19, (i) => refused(550, `5.1.1 word${'x'.repeat(i)}`));
  expect(breakerVerdict(seen([few]), LIMITS).trip).toBe(false);
});

test('what lies before the window counts no more', () => {
  const bad = times(40, (i) => (i % 2 === 0 ? refused(550, '5.1.1 User unknown') : ACCEPTED));
  const window = seen([bad]);
  const soon = addOutcomes(window, 30, 60, bad);
  const late = addOutcomes(window, 60, 60, bad);
  expect(breakerVerdict(soon, LIMITS).trip).toBe(true);
  expect(breakerVerdict(late, LIMITS).trip).toBe(false);
  expect(late.seconds).toHaveLength(1);
});

test.each([
  [550, '5.4.5 daily quota exceeded', '550 5.4.5, congestion, or a limit on how much is sent'],
  [550, 'daily quota of 50000 exceeded', '550'],
  [452, '4.3.1 try later', "452 4.3.1, the relay's disk is full"],
])('twenty in a row refused with %i %s trip it, and are nobody’s fault (C06)', (code, text, words) => {
  const run = times(20, () => refused(code, text));
  const verdict = breakerVerdict(seen([[ACCEPTED, ...run]]), LIMITS);
  expect(verdict).toEqual({
    trip: true,
    reason: telling(`The relay refused 20 customers in a row with the same reply: ${words}`),
    nobodysFault: refusalKey(run[0]!),
    words: refusalKey(run[0]!),
  });
  expect(breakerVerdict(seen([run.slice(1)]), LIMITS).trip).toBe(false);
  expect(
    breakerVerdict(seen([run.slice(1), [ACCEPTED], run.slice(1)]), { ...LIMITS, refusedShare: 1 }).trip,
  ).toBe(false);
});

test('after such a run no other notice fails for it, until somebody resumes (C06)', () => {
  const quota = refused(550, '5.4.5 daily quota exceeded');
  const { nobodysFault } = breakerVerdict(seen([times(20, () => quota)]), LIMITS);
  const under = addOutcomes(emptyWindow(nobodysFault), 1, LIMITS.windowSeconds, [ACCEPTED, quota]);
  expect(breakerVerdict(under, LIMITS)).toEqual({ trip: false, reason: '', nobodysFault: refusalKey(quota) });
});

test('one in a hundred without a mailbox never trips it, wherever they lie', () => {
  let window = emptyWindow();
  for (let second = 0; second < 240; second++) {
    // A thousand a second for four minutes; the bad ones come ten in a row.
    const outcomes = times(1_000, (i) => (i % 1_000 < 10 ? refused(550, 'no such user') : ACCEPTED));
    window = batched(window, second, outcomes);
    expect(breakerVerdict(window, LIMITS).trip).toBe(false);
  }
});

test('the run is seen through changing queue ids and addresses, and its words hold neither', () => {
  const run = times(20, (i) =>
    refused(550, `5.7.0 <ann${i}@x.test>: blocked, see http://relay.test/b for id ${i}a5f`),
  );
  const { reason } = breakerVerdict(seen([run]), LIMITS);
  expect(reason).toEqual(
    telling('The relay refused 20 customers in a row with the same reply: 550 5.7.0, a security rule'),
  );
});

test('customers who do not exist are no run, however many follow each other', () => {
  const gone = times(49, () => refused(550, '5.1.1 User unknown'));
  expect(breakerVerdict(seen([gone]), LIMITS).trip).toBe(false);
});

test.each([
  [(i: number) => `5.2.252 SendAsDenied; care@shop.test not allowed; diagnostic ${4711 + i}`],
  [(i: number) => `5.2.0 quota exceeded; STOREDRV.Submission.Exception ${i}`],
  [() => '5.1.0 the header is not allowed'],
])(
  'what is said of the message, in the same words but for digits, is nobody’s fault, whatever code it has (C97)',
  (text) => {
    const run = times(20, (i) => refused(554, text(i), 'dot'));
    expect(breakerVerdict(seen([run]), LIMITS)).toMatchObject({
      trip: true,
      nobodysFault: refusalKey(run[0]!),
    });
    // At RCPT it is the mailboxes'.
    expect(breakerVerdict(seen([times(20, (i) => refused(554, text(i)))]), LIMITS).trip).toBe(false);
    // Other words each: these may be about the mailboxes.
    const others = times(20, (i) => refused(554, `5.2.0 ${'x'.repeat(i + 1)}`, 'dot'));
    expect(breakerVerdict(seen([others]), LIMITS).trip).toBe(false);
  },
);

test('a row goes on as long as a relay may take over an answer: one customer who is refused each hour is none, and of mailboxes that are full nobody is held back', () => {
  const quota = refused(452, '4.5.3 try again', 'dot');
  const every = (seconds: number) =>
    times(40, (nth) => nth * seconds).reduce((window, at) => batched(window, at, [quota]), emptyWindow());
  expect(every(900).run.count).toBe(40);
  expect(every(901).run.count).toBe(1);
  expect(seen([times(60, () => refused(452, '4.2.2 mailbox full', 'dot'))]).run.count).toBe(0);
});

test('who is set aside counts as refused, unless that was known before', () => {
  const setAside = (known: boolean, code: number | null = null, alone = true): RelayOutcome => ({
    ...{ kind: 'set-aside', at: 'rcpt', code, enhanced: null, known, alone },
  });
  const half = (outcome: RelayOutcome) =>
    breakerVerdict(seen([times(60, (i) => (i % 2 ? outcome : ACCEPTED))]), LIMITS);
  expect(half(setAside(false))).toMatchObject({
    trip: true,
    reason: telling(
      'The relay refused 30 of 60 customers within 60 s, most often: sessions lost at rcpt (30 times)',
    ),
  });
  expect(half(setAside(false, 503)).reason).toContain('most often: 503');
  expect(half(setAside(true)).trip).toBe(false);
  // While the relay takes nobody, each counts, but a few are not enough, for however long.
  const known = (many: number) =>
    seen([
      times(many, () => setAside(true, null, false)),
      ...times(60, () => []),
      [setAside(true, null, false)],
    ]);
  expect(breakerVerdict(known(18), LIMITS).trip).toBe(false);
  expect(breakerVerdict(known(19), LIMITS).reason).toContain(
    '20 SMTP sessions were refused or lost and no message was accepted in between, most often: sessions lost at rcpt',
  );
});

test('whatever it trips for next, who met the refusals of the first row is excused', () => {
  const excused = {
    ...emptyWindow('554 5.2.252 no'),
    senderRefused: { said: '550', matter: 'unclear' as const },
  };
  expect(breakerVerdict(excused, LIMITS)).toMatchObject({ trip: true, nobodysFault: '554 5.2.252 no' });
});

test('what the relay said goes along, so that another relay that says the same is known to mean the message; our own words, and a share of several, do not', () => {
  const said = '4.7.1 greylisted';
  const wordsOf = (failures: SessionFailure[]) => breakerVerdict(seen([{ failures }]), LIMITS).words;
  expect(wordsOf([failed('mail-from', 'mail', 550, said)])).toBe(
    refusalKey({ code: 550, enhanced: '4.7.1', text: said }),
  );
  expect(wordsOf(times(20, () => failed('policy', 'rcpt', 450, said)))).toBe(
    refusalKey({ code: 450, enhanced: '4.7.1', text: said }),
  );
  const silent = breakerVerdict(
    seen([{ failures: times(20, () => failed('connect', null, null, 'refused')) }]),
    LIMITS,
  );
  expect(silent).toMatchObject({ trip: true });
  expect(silent).not.toHaveProperty('words');
  const share = times(60, (i) => (i % 2 ? refused(550, `5.1.1 ${i}`) : ACCEPTED));
  expect(breakerVerdict(seen([share]), LIMITS)).not.toHaveProperty('words');
});

test.each([
  ['refused one after the other', times(20, () => refused(550, QUOTA)), []],
  ['refused now and then', times(60, (i) => (i % 2 ? refused(552, `${i} ${QUOTA}`) : ACCEPTED)), []],
  ['refused with the sender', [], [failed('policy', 'rcpt', 554, `5.7.1 Sender address rejected: ${QUOTA}`)]],
  ['refused with the session', [], times(20, () => failed('policy', 'rcpt', 450, `4.7.1 ${QUOTA}`))],
])(
  'whatever the relay says of a customer who is %s, no word of it is told (C93)',
  (_, outcomes, failures) => {
    const { trip, reason } = breakerVerdict(seen([{ outcomes, failures }]), LIMITS);
    expect({ trip, told: QUOTA.split(' ').filter((word) => reason.includes(word)) }).toEqual({
      trip: true,
      told: [],
    });
    expect(reason).toMatch(/[45]5\d/);
  },
);

test('what it says before it is shown a message is no word about the message (C112)', () => {
  const wordsAt = (at: 'greeting' | 'ehlo' | 'mail') =>
    breakerVerdict(seen([{ failures: times(20, () => failed('421', at, 421, '4.3.2 closing')) }]), LIMITS)
      .words;
  expect([wordsAt('greeting'), wordsAt('ehlo')]).toEqual([undefined, undefined]);
  expect(wordsAt('mail')).toBe(refusalKey({ code: 421, enhanced: '4.3.2', text: 'closing' }));
});

test('a relay that refuses the sender for good trips it at the first', () => {
  const words = failed('mail-from', 'mail', 550, '5.7.1 care@shop.test is not allowed here');
  expect(breakerVerdict(seen([{ failures: [words] }]), LIMITS)).toMatchObject({
    trip: true,
    reason: telling('The relay refuses the sender: 550 5.7.1, not allowed (mail-from, at mail)'),
  });
  for (const other of [
    failed('auth', 'auth', 535, '5.7.8 authentication failed'),
    failed('mail-from', 'mail', 500, 'what?'),
    // As Postfix says it: at the first recipient (smtpd_delay_reject), ABOUT_US in breaker-window.ts.
    failed('policy', 'rcpt', 554, '5.7.1 <care@shop.test>: Sender address rejected: Access denied'),
    failed('policy', 'rcpt', 550, '5.1.8 <care@shop.test>: Sender address rejected: Domain not found'),
    failed('policy', 'rcpt', 554, '5.7.1 <mail.shop.test[192.0.2.1]>: Client host rejected: Access denied'),
    failed('policy', 'rcpt', 554, '5.7.1 <[recipient]>: Relay access denied'),
    failed('greeting', 'greeting', 554, '5.7.1 no access'),
    failed('greeting', 'ehlo', 550, '5.7.1 not you'),
    failed('tls', 'starttls', 554, '5.7.0 never'),
  ])
    expect(breakerVerdict(seen([{ outcomes: [ACCEPTED], failures: [other] }]), LIMITS).trip).toBe(true);
});

test.each([
  ['Sender address rejected: Access denied', 'our sender address'],
  ['Client host rejected: Access denied', 'this machine'],
  ['Helo command rejected: Host not found', 'the name that we give in EHLO'],
  ['Relay access denied', 'mail from us for other domains'],
])('what of ours Postfix refuses at the first recipient is told in our words: %s', (itsWords, ours) => {
  const failures = [failed('policy', 'rcpt', 554, `5.7.1 <ann@x.test>: ${itsWords}`)];
  expect(breakerVerdict(seen([{ failures }]), LIMITS).reason).toEqual(
    telling(`The relay refuses the sender: 554 5.7.1, not allowed: it refuses ${ours} (policy, at rcpt)`),
  );
});

test.each([
  [
    554,
    '5.2.252 SendAsDenied; desk not allowed to send as care; STOREDRV.Submission',
    'send as from.address',
  ],
  [550, '5.7.60 SMTP; Client does not have permissions to send as this sender', 'send as from.address'],
  [
    554,
    'Message rejected: Email address is not verified. The following identities failed',
    'send as from.address',
  ],
  [550, 'The from address does not match a verified Sender Identity', 'send as from.address'],
  [550, '5.4.5 Daily user sending limit exceeded', 'set-rate 10'],
  [454, 'Throttling failure: Daily message quota exceeded', 'set-rate 10'],
  [451, 'Authentication failed: Maximum credits exceeded', 'set-rate 10'],
  [421, '4.7.28 Our system has detected an unusual rate of unsolicited mail', 'set-rate 10'],
  [554, '5.2.0 quota; diagnostic', 'set-rate 10'],
  [550, '5.7.26 This mail is unauthenticated: neither SPF nor DKIM passed', 'docs/relay.md'],
  [
    550,
    '5.7.708 Service unavailable. Access denied, traffic not accepted from this IP',
    'blocks this machine',
  ],
  [
    550,
    '5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org',
    'blocks this machine',
  ],
  [550, '5.7.1 message header rejected', 'amend FILE'],
  [552, '5.3.4 Message size exceeds fixed limit', 'amend FILE'],
  [550, '5.7.1 <limit@spam.test>: no', 'A quota or a block?'],
])('what to do fits what the relay says to one after the other: %i %s', (code, text, todo) => {
  const run = times(20, () => refused(code, text, 'dot'));
  const { reason } = breakerVerdict(seen([run]), LIMITS);
  expect(reason).toContain(todo);
  expect(reason).toMatch(/then resume\. .*test-send FILE --to ADDRESS\.$/);
  expect(reason).toMatch(/^The relay refused 20 customers in a row with the same reply: [^…]*$/);
});

test.each([
  [
    'auth',
    'auth',
    535,
    '5.7.8 Username and Password not accepted',
    'correct SMTP_URL and start the workers again',
  ],
  ['mail-from', 'mail', 550, '5.4.5 Daily sending quota exceeded', 'set-rate 10'],
  ['mail-from', 'mail', 550, '5.7.1 no', 'Have it take mail from this address, user and machine (SMTP_URL)'],
  ['greeting', 'greeting', 554, '5.7.1 your address is listed by us', 'or allowed, there'],
] as const)(
  'so does what to do when it refuses the sender: %s, at %s, %i %s',
  (kind, at, code, text, todo) => {
    const { reason } = breakerVerdict(seen([{ failures: [failed(kind, at, code, text)] }]), LIMITS);
    expect(reason).toContain(`${todo}, then resume.`);
  },
);

test('so does what to do when no session is let in', () => {
  const told = (text: string) =>
    breakerVerdict(seen([{ failures: times(20, () => failed('421', 'mail', 421, text)) }]), LIMITS).reason;
  expect(told('4.7.28 unusual rate')).toContain('npm run cli -- set-rate 10, then resume.');
  const lookThere = 'See that the relay runs and lets this machine in, then resume.';
  expect(told('4.3.2 shutting down')).toContain(lookThere);
  // No message was said yet.
  expect(told('4.6.0 content')).toContain(lookThere);
  // Without a reply the words are our own, and tell nothing of the relay's reasons.
  const silent = times(20, () => failed('lost', 'mail', null, 'Client host rejected: quota'));
  const { reason } = breakerVerdict(seen([{ failures: silent }]), LIMITS);
  expect(reason).toContain(lookThere);
  expect(reason).not.toContain('it refuses');
});

test('a passing refusal, or one that may be about a recipient, does not trip it at the first', () => {
  for (const other of [
    failed('greeting', 'greeting', 421, '4.3.2 too busy'),
    failed('auth', 'auth', 454, '4.7.0 try later'),
    failed('mail-from', 'mail', 451, '4.3.0 try later'),
    failed('policy', 'rcpt', 550, '5.7.1 rejected'),
    failed('policy', 'rcpt', 554, '5.7.1 <[recipient]>: Recipient address rejected: Access denied'),
    failed('policy', 'rcpt', 454, '4.7.1 <[recipient]>: Relay access denied'),
    failed('policy', 'dot', 554, '5.7.1 rejected'),
    failed('policy', 'dot', 554, '5.7.1 Sender address rejected'),
    failed('connect', null, null, 'connect ECONNREFUSED'),
  ])
    expect(breakerVerdict(seen([{ failures: times(19, () => other) }]), LIMITS).trip).toBe(false);
});

test('of sessions that fail for different reasons the most frequent is told, not what came of it at the end', () => {
  const quota = failed('policy', 'rcpt', 550, '5.4.5 daily quota exceeded');
  const tired = failed('421', 'data', 421, '4.7.0 Error: too many errors');
  const failures = [...times(10, () => quota), ...times(10, () => tired)];
  expect(breakerVerdict(seen([{ failures }]), LIMITS).reason).toContain('most often: 550 5.4.5, congestion');
  expect(breakerVerdict(seen([{ failures: [...failures, tired] }]), LIMITS).reason).toContain(
    'most often: 421 4.7.0, a security rule (421, at data)',
  );
});

test('sessions that fail without an acceptance between trip it; an acceptance forgives those before it', () => {
  const lost = failed('connect', null, null, 'connect ECONNREFUSED 127.0.0.1:25');
  const ten = { failures: times(10, () => lost) };
  expect(breakerVerdict(seen([ten, ten]), LIMITS)).toMatchObject({
    trip: true,
    reason: telling(
      '20 SMTP sessions were refused or lost and no message was accepted in between, most often: connect ECONNREFUSED 127.0.0.1:25 (connect)',
    ),
  });
  expect(breakerVerdict(seen([ten, [ACCEPTED], ten]), LIMITS).trip).toBe(false);
  expect(breakerVerdict(seen([ten, { outcomes: [ACCEPTED], failures: ten.failures }]), LIMITS).trip).toBe(
    false,
  );
  const refusedOne = [refused(550, '5.1.1 User unknown')];
  expect(breakerVerdict(seen([ten, { outcomes: refusedOne, failures: ten.failures }]), LIMITS).trip).toBe(
    true,
  );
  expect(breakerVerdict(seen([ten, ten]), LIMITS).reason).toContain('127.0.0.1:25 (connect). No notice');
  const after = (seconds: number) => addOutcomes(seen([ten]), seconds, 60, [], ten.failures);
  // A relay may take ten minutes over each answer.
  expect(breakerVerdict(after(900), LIMITS).trip).toBe(true);
  expect(breakerVerdict(after(902), LIMITS).trip).toBe(false);
  const slow = times(9, (i) => i * 900).reduce(
    (window, at) => addOutcomes(window, at, 60, [], [lost]),
    emptyWindow(),
  );
  expect(slow.failures).toHaveLength(9);
});

test('a limit of messages per session is no trouble while the relay accepts; without it is (C05)', () => {
  const limit = times(50, () => failed('limit', 'mail', 452, '4.4.5 too many messages this session'));
  expect(breakerVerdict(seen([{ outcomes: [ACCEPTED], failures: limit }]), LIMITS).trip).toBe(false);
  expect(breakerVerdict(seen([{ failures: limit }]), LIMITS).trip).toBe(true);
});

test('skipped, released and in doubt count for nothing', () => {
  const none = times(
    500,
    (i): RelayOutcome => ({ kind: (['skipped', 'released', 'unknown'] as const)[i % 3]! }),
  );
  const window = seen([none]);
  expect(window.seconds).toEqual([{ at: 0, accepted: 0, refused: 0, replies: {} }]);
});

test('the window given is not changed, and its reason fits the ledger however long the relay talks', () => {
  const long = times(20, () => failed('lost', 'dot', null, 'talk '.repeat(400)));
  const before = seen([[ACCEPTED]]);
  const copy = structuredClone(before);
  const after = addOutcomes(before, 1, 60, [], long);
  expect(before).toEqual(copy);
  const { reason } = breakerVerdict(after, LIMITS);
  expect(reason.length).toBeLessThanOrEqual(450);
  expect(reason).toMatch(/… No notice has failed for it.* then resume/);
});

test('codes that all differ do not grow the window without end', () => {
  const all = times(5_000, (i) => refused(550, `5.${100 + Math.floor(i / 100)}.${i % 100}`));
  const [second] = seen([all]).seconds;
  expect(Object.keys(second!.replies).length).toBeLessThanOrEqual(100);
  expect(second!.refused).toBe(5_000);
});

test('a clock that stands still or goes back does not break the window', () => {
  const window = addOutcomes(addOutcomes(emptyWindow(), 10.7, 60, [ACCEPTED]), 9.2, 60, [ACCEPTED]);
  expect(window.seconds).toEqual([{ at: 10, accepted: 2, refused: 0, replies: {} }]);
});

test('one lane that only fails for half a window trips it, however seldom it tries', () => {
  const lost: SessionFailure = {
    kind: 'connect',
    at: null,
    code: null,
    enhanced: null,
    text: 'connection refused',
  };
  const every = (seconds: number[]) =>
    seconds.reduce(
      (window, second) => addOutcomes(window, second, LIMITS.windowSeconds, [], [lost]),
      emptyWindow(),
    );
  expect(breakerVerdict(every([0, 5, 10, 15, 20, 25]), LIMITS).trip).toBe(false);
  expect(breakerVerdict(every([0, 30]), LIMITS).trip).toBe(false);
  expect(breakerVerdict(every([0, 1, 30]), LIMITS).trip).toBe(true);
  expect(breakerVerdict(every([0, 5, 10, 15, 20, 25, 30]), LIMITS)).toMatchObject({
    trip: true,
    reason: expect.stringContaining('connection refused'),
  });
});
