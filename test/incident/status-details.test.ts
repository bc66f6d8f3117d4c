import type { RunStatus } from '../../src/incident/run-status';
import { percentDone, statusDetails } from '../../src/incident/status-details';
import { PHASES } from '../../src/incident/vocabulary';

const AT = '2026-11-25T02:06:31.123Z';

const telling: RunStatus = {
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

- \`npm run cli -- pause\`
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
    '- `npm run cli -- resume`',
    '- or here: More Actions, Send a Signal, `resume` (you need type nothing)',
  ]);
  expect(lines).toContain(
    '- **Gate** closed by Ann at 2026-11-25 02:06:31 UTC; 3 claims were alive, quiet by 2026-11-25 02:06:31 UTC',
  );
});

test('the approval names the exact hash and both ways', () => {
  const waitingFor = {
    kind: 'approval' as const,
    what: 'Nobody is told until somebody approves the texts.',
    since: AT,
  };
  const details = statusDetails({ ...telling, phase: 'approval', approval: null, waitingFor });
  expect(details).toContain('npm run cli -- approve --by "YOUR NAME" --content c0ffee');
  expect(details).toContain('`{"by": "YOUR NAME", "contentHash": "c0ffee"}`');
});

test.each(['cancel-asked', 'cancellation-requested'] as const)(
  '%s says how to go on and how to end for good',
  (kind) => {
    const hold = { kind, reason: 'r', since: AT };
    const details = statusDetails({ ...telling, hold, waitingFor: { kind, what: 'r', since: AT } });
    expect(details).toContain('npm run cli -- resume');
    expect(details).toContain('npm run cli -- cancel --yes');
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
  ['Run: npm run cli -- settle; then resume.', 'Run: `npm run cli -- settle`; then resume.'],
  [
    'To close without: npm run cli -- remind --leave --reason "..."',
    'To close without: `npm run cli -- remind --leave --reason "..."`',
  ],
  ['npm start -- FILE --go goes on from the books.', '`npm start -- FILE --go` goes on from the books.'],
  [
    'Who they are: npm run cli -- close. resume settles',
    'Who they are: `npm run cli -- close`. resume settles',
  ],
  ['start one with npm run worker.', 'start one with `npm run worker`.'],
  ['code `x` and <b>', 'code \\`x\\` and \\<b\\>'],
])('a command in the words of a hold can be copied from the Web UI: %s', (words, shown) => {
  const waitingFor = { kind: 'in-doubt' as const, what: words, since: AT };
  expect(statusDetails({ ...telling, waitingFor })).toContain(`> ${shown}\n`);
});
