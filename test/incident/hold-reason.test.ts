import {
  canaryDetail,
  closeRefusedDetail,
  failureDetail,
  findingsDetail,
  holdReason,
  inDoubtDetail,
  inWords,
  olderFile,
  rowsMissingDetail,
} from '../../src/incident/hold-reason';

// The words are those of @temporalio/worker 1.24, as test/faults/old-worker.test.ts sees them.
test('an activity that a worker of another version does not know says what to do, without the list of those it knows (C50)', () => {
  const message =
    'Activity function notifySlice is not registered on this Worker, available activities: ["adoptRun","enterPhase"]';
  expect(failureDetail({ activity: 'notifySlice', message, type: 'NotFoundError' })).toBe(
    'Mailing notices. A worker of another version of this program took this work and does not know it: stop that worker and start ' +
      "one of the run's version (Activity function notifySlice is not registered on this Worker) [NotFoundError]. " +
      'Fix the cause; resume then goes on where the run stopped.',
  );
});

test.each<[string, Parameters<typeof failureDetail>[0], string]>([
  [
    'an activity, its error and its code',
    { activity: 'closeGate', message: 'connect to the database failed.', type: 'ECONNREFUSED' },
    'Closing the gate. connect to the database failed [ECONNREFUSED].',
  ],
  [
    'a code that stands in the words already',
    { activity: 'closeGate', message: 'connect ECONNREFUSED 127.0.0.1:3306', type: 'ECONNREFUSED' },
    'Closing the gate. connect ECONNREFUSED 127.0.0.1:3306.',
  ],
  ['no code', { activity: 'closeGate', message: 'no' }, 'Closing the gate. no.'],
  ['no stack', { activity: 'closeGate', message: 'no\n  at x.ts:1', type: '' }, 'Closing the gate. no.'],
  ['an activity without words', { activity: 'other', message: 'no' }, 'other. no.'],
  [
    'not without end',
    { activity: 'closeGate', message: 'x'.repeat(1_000) },
    `Closing the gate. ${'x'.repeat(400)}.`,
  ],
])('what failed is told in one sentence: %s', (_, failure, words) => {
  expect(failureDetail(failure)).toBe(`${words} Fix the cause; resume then goes on where the run stopped.`);
});

test('a reason begins with its kind and fits the ledger', () => {
  expect(holdReason('in-doubt', 'x')).toBe('In doubt: x');
  expect(holdReason('in-doubt', 'x'.repeat(5_000))).toHaveLength(900);
});

test.each([
  [
    { skipped: 1, sent: 99_000, in_doubt: 2, failed: 0, left: undefined },
    '99,000 sent, 2 in doubt, 1 skipped',
  ],
  [{}, ''],
])('counts are told with the biggest first, and nothing of what there is none of: %j', (counts, words) => {
  expect(inWords(counts)).toBe(words);
});

test.each<[Parameters<typeof canaryDetail>, RegExp]>([
  [[{}, null], /^nobody had to be told\. Look at what arrived; resume goes on with the rest\.$/],
  [
    [{ sent: 1 }, { log: 'believable', known: 1 }],
    /^1 sent\. .* can be believed: the 1 known message is in it/,
  ],
  [[{ sent: 9 }, { log: 'believable', known: 9 }], / all 9 known messages are in it/],
  [[{ sent: 9 }, { log: 'doubtful', why: 'x'.repeat(1_000) }], / you must decide .*: x{400}\.$/],
  [[{ sent: 9 }, { log: 'unnamed' }], / RELAY_LOG=/],
])('the canary says what became of it, and whether the log could settle a doubt: %j', (told, words) => {
  expect(canaryDetail(...told)).toMatch(words);
});

test('what keeps a run is told in numbers that agree with their words', () => {
  expect(inDoubtDetail(1)).toMatch(/^1 notice may/);
  expect(inDoubtDetail(2)).toMatch(/^2 notices may/);
  expect(rowsMissingDetail(1)).toMatch(/^1 customer has no row .* This one will not be mailed/);
  expect(rowsMissingDetail(3)).toMatch(/^3 customers have no row .* They will not be mailed/);
  const findings = [
    { what: 'sessions', count: 2, todo: 'end them' },
    { what: 'tokens', count: 1, todo: 'delete it' },
  ];
  expect(findingsDetail(findings)).toMatch(/^2 sessions \(end them\); 1 tokens \(delete it\)\. resume/);
  expect(closeRefusedDetail(['a', 'b', 'c', 'd', 'e', 'f'])).toMatch(/^a; b; c; d; e\. To see/);
});

test.each<[string, Parameters<typeof olderFile>, RegExp | null]>([
  [
    'the same',
    [
      { version: 2, contentHash: 'a' },
      { version: 2, contentHash: 'a' },
    ],
    null,
  ],
  [
    'a newer one: a reset has made the run older',
    [
      { version: 1, contentHash: 'a' },
      { version: 2, contentHash: 'b' },
    ],
    null,
  ],
  ['one that a worker of an older version tells', [{ contentHash: 'a' }, { contentHash: 'a' }], null],
  [
    'an older one',
    [
      { version: 3, contentHash: 'a' },
      { version: 2, contentHash: 'b' },
    ],
    /version 2 of the file \(words b\), .* version 3 \(words a\)/,
  ],
])('whether the ledger has an older file than the run: %s', (_, [known, found], words) => {
  const told = olderFile(known, found);
  if (words === null) expect(told).toBeNull();
  else expect(told).toMatch(words);
});
