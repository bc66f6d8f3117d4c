import { receiverWords } from '../../src/incident/receiver';
import type { RunStatus, WaitKind } from '../../src/incident/run-status';
import { percentDone, statusDetails } from '../../src/incident/status-details';
import { PHASES } from '../../src/incident/vocabulary';

const AT = '2026-11-25T02:06:31.123Z';

const telling: RunStatus = {
  audit: null,
  incidentId: 'zappos-2012',
  title: 'Zappos, January 2012',
  phase: 'notify',
  done: 25_123,
  total: 100_000,
  counts: {
    cohort: { expired: 90_000, changed_since: 7_000, none: 3_000 },
    revoked: 12_345,
    notices: { sent: 25_000, skipped: 100, deferred: 23 },
    reminders: {},
  },
  reminderDueAt: null,
  ratePerSecond: 5_000,
  rateNow: 4_876.3,
  etaSeconds: 16,
  gate: { gate: 'open', reason: '', by: 'Ann', since: AT, fence: 0, liveClaims: 0, quietBy: null },
  hold: null,
  waitingFor: null,
  pending: null,
  approval: { by: 'Jane Doe, counsel', at: AT, contentHash: 'c0ffee' },
  contentHash: 'c0ffee',
  nextRetryAt: null,
  plannedUpTo: null,
  laneCount: 4,
  runId: 'r',
  startedAt: AT,
  asOf: AT,
};

test('a run that tells people shows phase, progress, rate, ETA, books, gate and how to stop it', () => {
  expect(statusDetails(telling)).toBe(`### Zappos, January 2012

- **Phase** 5 of 8: telling every customer
- **Done** 25,123 of 100,000 (25%)
- **Rate** 4,876 a second now, set to at most 5,000, done in about 16 s
- **Cohort** 100,000: 90,000 expired, 7,000 changed since the cutoff, 3,000 without a password
- **Sessions, tokens, reset links deleted** 12,345
- **Notices** 25,000 sent, 100 skipped, 23 deferred
- **Gate** open
- **Approved** by Jane Doe, counsel at 2026-11-25 02:06:31 UTC
- **As of** 2026-11-25 02:06:31 UTC (press R for newer)

To stop the mail at once:

- \`npm run cli -- pause --incident zappos-2012\`
- or here: More Actions, Send a Signal, \`pause\` (you need type nothing)`);
});

test('a paused run says first who paused it, since when and why, and how to go on', () => {
  const gate = {
    ...telling.gate!,
    gate: 'closed' as const,
    by: 'Ann',
    reason: 'paused: lunch',
    liveClaims: 3,
    quietBy: AT,
  };
  const what = 'Paused by Ann: lunch';
  const lines = statusDetails({ ...telling, gate, waitingFor: { kind: 'paused', what, since: AT } }).split(
    '\n',
  );
  expect(lines.slice(2, 10)).toEqual([
    '**THE RUN WAITS FOR YOU** since 2026-11-25 02:06:31 UTC',
    '',
    '> Paused by Ann: lunch',
    '',
    '**To go on**',
    '',
    '- `npm run cli -- resume --incident zappos-2012`',
    '- or here: More Actions, Send a Signal, `resume` (you need type nothing)',
  ]);
  expect(lines).toContain(
    '- **Gate** closed by Ann at 2026-11-25 02:06:31 UTC; 3 claims were alive, quiet by 2026-11-25 02:06:31 UTC',
  );
});

test('what the run goes on without stands first, in the words of a monitor, whether it waits or not (I7)', () => {
  const relays = [{ relay: 'one', since: AT, reason: 'it <b>blocks</b> us' }];
  const without = { aside: 2, receivers: [], relays };
  const details = statusDetails({ ...telling, without });
  expect(
    details.slice(0, details.indexOf('**Phase**')),
  ).toContain(`2 RECEIVERS ASIDE: customers there are not told, until they take mail again; the others are.

- \`npm run cli -- domains --incident zappos-2012\`


1 RELAY LEFT OUT by the breaker: the others go on.

- \`npm run cli -- relays --incident zappos-2012\`
`);
  expect(details).toContain(
    '- **Relay** one LEFT OUT, since 2026-11-25 02:06:31 UTC, by the breaker: it \\<b\\>blocks\\</b\\> us',
  );
  const waits = { ...telling, without, waitingFor: { kind: 'deferred' as const, what: 'x', since: AT } };
  expect(statusDetails(waits)).toContain('1 RELAY LEFT OUT');
  expect(statusDetails({ ...telling, phase: 'closed', without })).not.toContain('LEFT OUT');
});

test('the approval names the exact hash and both ways', () => {
  const waitingFor = {
    kind: 'approval' as const,
    what: 'Nobody is told until somebody approves the texts.',
    since: AT,
  };
  const details = statusDetails({ ...telling, phase: 'approval', approval: null, waitingFor });
  expect(details).toContain(
    'npm run cli -- approve --incident zappos-2012 --by "YOUR NAME" --content c0ffee',
  );
  expect(details).toContain('`{"by": "YOUR NAME", "contentHash": "c0ffee"}`');
});

test.each(['cancel-asked', 'cancellation-requested'] as const)(
  '%s says how to go on and how to end for good',
  (kind) => {
    const hold = { kind, reason: 'r', since: AT };
    const details = statusDetails({ ...telling, hold, waitingFor: { kind, what: 'r', since: AT } });
    expect(details).toContain('npm run cli -- resume --incident zappos-2012');
    expect(details).toContain('npm run cli -- cancel --incident zappos-2012 --yes');
  },
);

test("other people's words do not become Markdown, HTML or a table", () => {
  const what = 'Paused by [x](http://x.test) <img src=x> | **y** `z`: # r';
  const details = statusDetails({ ...telling, waitingFor: { kind: 'paused', what, since: AT } });
  expect(details).toContain(
    '> Paused by \\[x\\](http://x.test) \\<img src=x\\> \\| \\*\\*y\\*\\* \\`z\\`: \\# r',
  );
});

test('every phase has its words, and none needs a table', () => {
  for (const phase of PHASES) {
    const details = statusDetails({ ...telling, phase });
    expect(details).toMatch(/\*\*Phase\*\* (\d of 8: \w|closed:|cancelled )/);
    expect(details).not.toMatch(/^\|/m);
  }
});

test.each([
  [0, 0, 0],
  [0, 10, 0],
  [999, 1_000, 99],
  [1_000, 1_000, 100],
])('%i of %i are %i percent', (done, total, percent) => {
  expect(percentDone({ done, total, phase: 'notify' })).toBe(percent);
});

test.each([
  [
    'Run: npm run cli -- settle; then resume.',
    'Run: `npm run cli -- settle --incident zappos-2012`; then resume.',
  ],
  [
    'To close without: npm run cli -- remind --leave --reason "..."',
    'To close without: `npm run cli -- remind --incident zappos-2012 --leave --reason "..."`',
  ],
  ['npm start -- FILE --go goes on from the books.', '`npm start -- FILE --go` goes on from the books.'],
  [
    'Who they are: npm run cli -- close. resume settles',
    'Who they are: `npm run cli -- close --incident zappos-2012`. resume settles',
  ],
  ['start one with npm run worker.', 'start one with `npm run worker`.'],
  ['code `x` and <b>', 'code \\`x\\` and \\<b\\>'],
])('a command in the words of a hold can be copied from the Web UI: %s', (words, shown) => {
  const waitingFor = { kind: 'in-doubt' as const, what: words, since: AT };
  expect(statusDetails({ ...telling, waitingFor })).toContain(`> ${shown}\n`);
});

const lineOf = (changes: Partial<RunStatus>, label: string) =>
  statusDetails({ ...telling, ...changes })
    .split('\n')
    .find((line) => line.startsWith(`- **${label}**`));

test.each<[Partial<RunStatus>, string, string | undefined]>([
  [{ phase: 'expire' }, 'Done', '25,123 of about 100,000 (25%)'],
  [{ phase: 'expire', rateNow: 9.54, etaSeconds: null }, 'Rate', '9.5 a second'],
  [{ phase: 'expire', rateNow: 10.4, etaSeconds: null }, 'Rate', '10 a second'],
  [{ phase: 'expire', rateNow: 0 }, 'Rate', undefined],
  [{ phase: 'verify' }, 'Done', undefined],
  [{ phase: 'approval' }, 'Rate', undefined],
  [{ phase: 'closed' }, 'Done', undefined],
  [{ rateNow: 0, etaSeconds: null }, 'Rate', 'set to at most 5,000'],
  [{ etaSeconds: 0 }, 'Rate', '4,876 a second now, set to at most 5,000'],
  [{ etaSeconds: 59 }, 'Rate', '4,876 a second now, set to at most 5,000, done in about 59 s'],
  [{ etaSeconds: 60 }, 'Rate', '4,876 a second now, set to at most 5,000, done in about 1 min'],
  [{ etaSeconds: 3_599 }, 'Rate', '4,876 a second now, set to at most 5,000, done in about 59 min'],
  [{ etaSeconds: 3_660 }, 'Rate', '4,876 a second now, set to at most 5,000, done in about 1 h 1 min'],
  [{ counts: { ...telling.counts, revoked: 0 } }, 'Sessions, tokens, reset links deleted', undefined],
  [{ counts: { ...telling.counts, notices: {} } }, 'Notices', undefined],
  [{}, 'Reminders', undefined],
  [{ counts: { ...telling.counts, reminders: { sent: 7 } } }, 'Reminders', '7 sent'],
  [{ gate: null }, 'Gate', undefined],
  [{ approval: null }, 'Approved', undefined],
])('%j shows its line "%s": %s', (changes, label, words) => {
  expect(lineOf(changes, label)).toBe(words === undefined ? undefined : `- **${label}** ${words}`);
});

test('a gate that is closed says why where nothing above does, and when mail is quiet', () => {
  const gate = { ...telling.gate!, gate: 'closed' as const, reason: 'the relay_says no' };
  const closed = 'closed by Ann at 2026-11-25 02:06:31 UTC';
  expect(lineOf({ gate }, 'Gate')).toBe(`- **Gate** ${closed} (the relay\\_says no)`);
  expect(lineOf({ gate: { ...gate, reason: '' } }, 'Gate')).toBe(`- **Gate** ${closed}`);
  expect(lineOf({ gate: { ...gate, reason: '', liveClaims: 2 } }, 'Gate')).toBe(`- **Gate** ${closed}`);
  expect(lineOf({ gate: { ...gate, reason: '', quietBy: AT } }, 'Gate')).toBe(`- **Gate** ${closed}`);
});

const waiting = (kind: WaitKind, changes: Partial<RunStatus> = {}) =>
  statusDetails({ ...telling, ...changes, waitingFor: { kind, what: 'r', since: AT } });

test.each<[WaitKind, string[]]>([
  [
    'deferred',
    [
      '**The run waits** since',
      '**Nothing to do.** To look again now:',
      'npm run cli -- resume --incident zappos-2012',
    ],
  ],
  [
    'gate-not-closed',
    [
      '**THE RUN WAITS FOR YOU** since',
      'npm run cli -- pause --incident zappos-2012 --direct',
      'npm run cli -- resume --incident zappos-2012',
    ],
  ],
  [
    'in-doubt',
    ['npm run cli -- settle --incident zappos-2012', 'npm run cli -- resume --incident zappos-2012'],
  ],
  [
    'reminder',
    [
      'npm run cli -- remind --incident zappos-2012`',
      'npm run cli -- remind --incident zappos-2012 --go',
      '`remind`, with `{"by": "YOUR NAME"}`',
    ],
  ],
  [
    'close-refused',
    ['npm run cli -- close --incident zappos-2012', 'npm run cli -- resume --incident zappos-2012'],
  ],
  ['canary-done', ['**To go on**', 'npm run cli -- resume --incident zappos-2012']],
  ['cancel-asked', ['To end it for good', '`cancel`, with `{"confirm": true}`']],
])('a run that waits says what to do: %s', (kind, steps) => {
  for (const step of steps) expect(waiting(kind)).toContain(step);
});

const law = { by: 'Ann', reason: 'FBI 12-345', since: AT, pausedToo: false };
const heldForLaw = {
  ...telling.gate!,
  gate: 'closed' as const,
  reason: 'held for law enforcement',
  delay: law,
};

test('a hold for law enforcement says what ends it, once, and that resume does not', () => {
  const waits = waiting('law-enforcement', { gate: heldForLaw });
  expect(waits).toContain('**When they agree**, and not before (`resume` does not end it)');
  expect(waits.match(/hold-for-law-enforcement --incident zappos-2012 --release/g)).toHaveLength(1);
  expect(waits).toContain('- **Gate** closed by Ann at 2026-11-25 02:06:31 UTC\n');
  // Where the run waits for something else besides, or goes on expiring passwords.
  for (const details of [
    statusDetails({ ...telling, phase: 'expire', gate: heldForLaw }),
    waiting('paused', { gate: heldForLaw }),
  ])
    expect(details).toContain(
      '- **Held for law enforcement by Ann: FBI 12-345** since 2026-11-25 02:06:31 UTC. To end it: `npm run cli -- hold-for-law-enforcement --incident zappos-2012 --release',
    );
  expect(statusDetails({ ...telling, gate: { ...heldForLaw, delay: null } })).not.toContain(
    'hold-for-law-enforcement',
  );
});

test("the audit's head is shown, and first what is wrong with it", () => {
  const audit = { seq: 12, hash: 'ab'.repeat(32), problem: null };
  expect(lineOf({ audit }, 'Audit log')).toBe(`- **Audit log** ends with entry 12, ${audit.hash}`);
  expect(statusDetails({ ...telling, audit })).not.toContain('\n> ');
  const problem = 'THE AUDIT LOG WAS CHANGED. What was changed: npm run cli -- verify';
  expect(
    statusDetails({ ...telling, audit: { ...audit, problem } })
      .split('\n')
      .slice(2, 5),
  ).toEqual([
    '',
    '> THE AUDIT LOG WAS CHANGED. What was changed: `npm run cli -- verify --incident zappos-2012`',
    '',
  ]);
});

test('what was asked for and is not yet in effect comes first; a run that waits or is over is not told how to stop', () => {
  expect(
    statusDetails({ ...telling, pending: 'pause' })
      .split('\n')
      .slice(2, 4),
  ).toEqual(['**Asked for, not yet in effect:** pause', '']);
  expect(waiting('paused', { pending: 'resume' })).toMatch(
    /\*\*Asked for, not yet in effect:\*\* resume\n\n\*\*THE RUN WAITS FOR YOU\*\*/,
  );
  expect(waiting('paused')).toContain('\n\n**Where it stands**\n\n- **Phase**');
  expect(waiting('paused')).not.toContain('To stop the mail at once');
  expect(statusDetails({ ...telling, phase: 'cancelled' })).not.toContain('To stop the mail at once');
});

test('a run that is closed is done, however little it had to do', () => {
  expect(percentDone({ done: 0, total: 10, phase: 'closed' })).toBe(100);
});

test('lanes that stand still are told first (I7)', () => {
  const still = { stillSince: '2026-11-25T02:05:00.000Z' };
  expect(statusDetails({ ...telling, ...still }).split('\n')[2]).toMatch(
    /^\*\*NOTHING HAS MOVED\*\* since 2026-11-25 02:05:00 UTC/,
  );
  expect(statusDetails({ ...telling, stillSince: '2026-11-25T02:06:00.000Z' })).not.toContain('NOTHING HAS');
});

test('who is in doubt is told while the others are told, and no more once it is over', () => {
  const counts = { ...telling.counts, notices: { sent: 9, in_doubt: 2 } };
  expect(
    statusDetails({ ...telling, counts })
      .split('\n')
      .slice(2, 4),
  ).toEqual(['2 notices are in doubt: `npm run cli -- settle --incident zappos-2012`.', '']);
  expect(statusDetails(telling)).not.toContain('doubt');
  expect(statusDetails({ ...telling, counts, phase: 'closed' })).not.toContain('settle');
});

test('a word that was refused is told with who gave it, when and why', () => {
  const refused = { word: 'resume', by: 'A*', at: AT, why: 'the _gate_' } as const;
  expect(
    statusDetails({ ...telling, refused })
      .split('\n')
      .slice(2, 4),
  ).toEqual(['**REFUSED:** the resume of A\\* at 2026-11-25 02:06:31 UTC: the \\_gate\\_', '']);
});

const receiver = { name: 'mail.test', customers: 40, reason: 'it blocks us', since: AT, nextTryAt: null };

test('receivers that are not open are told until it is over, and of paused ones how they are told', () => {
  const receivers = [{ ...receiver, state: 'paused' as const }];
  expect(lineOf({ receivers }, 'Receiver')).toBe(`- **Receiver** ${receiverWords(receivers[0]!)}`);
  expect(lineOf({ receivers, phase: 'closed' }, 'Receiver')).toBeUndefined();
  const waits = waiting('receiver-paused', { receivers });
  expect(waits).toContain('npm run cli -- domains --incident zappos-2012');
  expect(waits).toContain('npm run cli -- resume --incident zappos-2012 --domain DOMAIN');
});

test('a call that nobody has answered is told in other words than one that was', () => {
  const call = { kind: 'approval', at: AT, why: 'no answer' } as const;
  expect(statusDetails({ ...telling, call: { ...call, outcome: 'failed' } })).toContain(
    '- **NOBODY COULD BE CALLED** about approval, at 2026-11-25 02:06:31 UTC: no answer\n',
  );
  expect(statusDetails({ ...telling, call: { ...call, outcome: 'called' } })).toContain(
    '- **Called** about approval',
  );
});

test('a run that law enforcement holds while the gate cannot be read says how to release it', () => {
  for (const gate of [null, { ...heldForLaw, delay: null }])
    expect(waiting('law-enforcement', { gate })).toContain(
      'hold-for-law-enforcement --incident zappos-2012 --release',
    );
});

test('one claim that is alive is one', () => {
  const gate = { ...telling.gate!, gate: 'closed' as const, liveClaims: 1, quietBy: AT };
  expect(lineOf({ gate }, 'Gate')).toContain('; 1 claim was alive, quiet by');
});
