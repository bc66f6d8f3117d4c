import { type ReceiverSeen, receiverWords } from '../../src/incident/receiver';
import type { GateSeen, Hold, WaitKind } from '../../src/incident/run-status';
import type { Phase } from '../../src/incident/vocabulary';
import {
  awaitsApprovalAgain,
  doubtWords,
  firstCommand,
  type MayWait,
  waitingFor,
} from '../../src/incident/waiting-for';

const SINCE = '2026-11-25T02:00:00.000Z';
const LATER = '2026-11-25T03:00:00.000Z';
const run = (changes: Partial<MayWait>): MayWait => ({
  phase: 'notify',
  incidentId: 'zappos-2012',
  phaseSince: SINCE,
  hold: null,
  gate: gate('open'),
  approval: null,
  nextRetryAt: null,
  ...changes,
});
const gate = (state: GateSeen['gate'], reason = ''): GateSeen => ({
  gate: state,
  reason,
  by: 'Ann',
  since: LATER,
  fence: 1,
  liveClaims: 0,
  quietBy: null,
});
const inDoubt = (notices: number, reminders: number) => ({
  ...{ cohort: { expired: 9, changed_since: 0, none: 0 }, revoked: 0 },
  ...{ notices: { in_doubt: notices }, reminders: { in_doubt: reminders } },
});
const hold: Hold = { kind: 'in-doubt', reason: '3 are in doubt', since: LATER };
const paused: ReceiverSeen = {
  name: 'mail.test',
  state: 'paused',
  customers: 40,
  reason: 'it blocks us',
  since: SINCE,
  nextTryAt: null,
};
const aside: ReceiverSeen = { ...paused, name: 'slow.test', state: 'aside', nextTryAt: LATER };
const amended = { version: 2, amended: { by: 'Bob', at: LATER, reason: 'counsel' } };
const approved = { by: 'Jane', at: SINCE, contentHash: 'abc' };

test.each<[string, Partial<MayWait>]>([
  ['mail goes out', {}],
  ['nobody has looked at the gate yet', { gate: null }],
  ['it is approved', { phase: 'approval', approval: approved }],
  ['nothing is put off', { phase: 'settle' }],
  ['some are put off, and others are being told', { nextRetryAt: LATER }],
  [
    'it is over, and its gate closed for good',
    { phase: 'closed', gate: gate('closed', 'the incident is closed') },
  ],
  ['the amended texts are approved', { row: amended, approval: approved }],
  ['only numbers of sessions were amended, before anybody was told', { phase: 'expire', row: amended }],
  ['receivers that nobody has paused are left', { phase: 'settle', receivers: [aside] }],
  ['it was cancelled', { phase: 'cancelled', gate: gate('closed', 'cancelled') }],
])('a run waits for nothing: %s', (_, changes) => {
  expect(waitingFor(run(changes))).toBeNull();
});

test.each<[string, Partial<MayWait>, { kind: string; what: string; since: string }]>([
  ['a hold', { hold }, { kind: 'in-doubt', what: '3 are in doubt', since: LATER }],
  [
    'a hold that has closed the gate, which says less',
    { hold, gate: gate('closed', 'paused') },
    { kind: 'in-doubt', what: '3 are in doubt', since: LATER },
  ],
  [
    'a pause',
    { gate: gate('closed', 'paused: the relay looks odd') },
    { kind: 'paused', what: 'Paused by Ann: the relay looks odd', since: LATER },
  ],
  [
    'a pause without a reason',
    { gate: gate('closed', 'paused') },
    { kind: 'paused', what: 'Paused by Ann: no reason given', since: LATER },
  ],
  [
    'the breaker, whose words may hold any',
    { gate: gate('closed', 'The relay has paused: us') },
    { kind: 'paused', what: 'Paused by Ann: The relay has paused: us', since: LATER },
  ],
  [
    'the approval',
    { phase: 'approval' },
    { kind: 'approval', what: 'Nobody is told until somebody approves the texts.', since: SINCE },
  ],
  [
    'the approval, and why the one that was given does not count',
    { phase: 'approval', approvalMissing: 'It was of other texts.' },
    {
      kind: 'approval',
      what: 'Nobody is told until somebody approves the texts. It was of other texts.',
      since: SINCE,
    },
  ],
  [
    'another approval, once the words were amended (C103)',
    { row: amended },
    {
      kind: 'approval',
      what: 'Bob amended the file: counsel. Nobody further is told until somebody approves the new texts; then it goes on.',
      since: LATER,
    },
  ],
  [
    'another approval, and why the one that was given does not count',
    { row: amended, approvalMissing: 'It was of other texts.' },
    {
      kind: 'approval',
      what: 'Bob amended the file: counsel. Nobody further is told until somebody approves the new texts; then it goes on. It was of other texts.',
      since: LATER,
    },
  ],
  [
    'somebody who goes on with a paused receiver, all others having their answer',
    { phase: 'settle', receivers: [paused] },
    {
      kind: 'receiver-paused',
      what: `Only customers of paused receivers are left. ${receiverWords(paused)}. npm run cli -- domains --incident zappos-2012 shows them`,
      since: SINCE,
    },
  ],
  [
    'the same, and those in doubt after it',
    { phase: 'settle', receivers: [paused], counts: inDoubt(1, 0) },
    {
      kind: 'receiver-paused',
      what: `Only customers of paused receivers are left. ${receiverWords(paused)}. npm run cli -- domains --incident zappos-2012 shows them. 1 notice is in doubt: npm run cli -- settle --incident zappos-2012`,
      since: SINCE,
    },
  ],
  [
    'whom the relay put off',
    { phase: 'settle', nextRetryAt: LATER },
    { kind: 'deferred', what: `Deferred notices are tried again from ${LATER} on`, since: SINCE },
  ],
  [
    'whose reminder the relay put off',
    { phase: 'remind', nextRetryAt: LATER },
    { kind: 'deferred', what: `Deferred notices are tried again from ${LATER} on`, since: SINCE },
  ],
  [
    'those in doubt, at once, while others are put off for days (C105)',
    { phase: 'settle', nextRetryAt: LATER, counts: inDoubt(3, 0) },
    {
      kind: 'in-doubt',
      what: `3 notices are in doubt: npm run cli -- settle --incident zappos-2012. Deferred notices are tried again from ${LATER} on`,
      since: SINCE,
    },
  ],
  [
    'those in doubt, since they are',
    { phase: 'settle', nextRetryAt: LATER, counts: inDoubt(1, 0), doubtSince: LATER },
    {
      kind: 'in-doubt',
      what: `1 notice is in doubt: npm run cli -- settle --incident zappos-2012. Deferred notices are tried again from ${LATER} on`,
      since: LATER,
    },
  ],
  [
    'of the reminder its own in doubt',
    { phase: 'remind', nextRetryAt: LATER, counts: inDoubt(3, 0) },
    { kind: 'deferred', what: `Deferred notices are tried again from ${LATER} on`, since: SINCE },
  ],
])('a run says what it waits for: %s', (_, changes, expected) => {
  expect(waitingFor(run(changes))).toEqual(expected);
});

test('its commands name the incident', () => {
  const doubt = { ...hold, reason: 'Run: npm run cli -- settle; then resume.' };
  expect(waitingFor(run({ hold: doubt }))?.what).toBe(
    'Run: npm run cli -- settle --incident zappos-2012; then resume.',
  );
});

test.each<[Phase, boolean]>([
  ['verify', false],
  ['approval', false],
  ['canary', true],
  ['notify', true],
  ['settle', true],
  ['remind', true],
  ['closed', false],
])('after an amendment of the words the phase %s waits for an approval: %s (C103)', (phase, waits) => {
  expect(awaitsApprovalAgain({ phase, approval: null, row: { version: 2 } })).toBe(waits);
  expect(awaitsApprovalAgain({ phase, approval: approved, row: { version: 2 } })).toBe(false);
  for (const row of [undefined, null, {}, { version: 1 }])
    expect(awaitsApprovalAgain({ phase, approval: null, row })).toBe(false);
});

test.each<[WaitKind, string]>([
  ['paused', 'resume'],
  ['approval', 'approve'],
  ['in-doubt', 'settle'],
  ['receiver-paused', 'domains'],
])('of %s the first command is %s', (kind, verb) => {
  expect(firstCommand(kind)).toBe(`npm run cli -- ${verb}`);
});

test('what law enforcement holds is released by its own word, of several requests by a number', () => {
  const request = { by: 'Ann', reason: 'FBI', since: SINCE };
  const requests = [
    { ...request, number: 3 },
    { ...request, number: 5 },
  ];
  const delay = { ...request, pausedToo: false, requests };
  expect(firstCommand('law-enforcement')).toMatch(/hold-for-law-enforcement --release/);
  expect(firstCommand('law-enforcement', delay)).toMatch(/--request NUMBER$/);
});

test('of one in doubt it is one, of more a number that can be read', () => {
  expect(doubtWords(1)).toMatch(/^1 notice is in doubt/);
  expect(doubtWords(24_000)).toMatch(/^24,000 notices are in doubt/);
});
