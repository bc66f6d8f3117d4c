import type { GateSeen, Hold } from '../../src/incident/run-status';
import { type MayWait, waitingFor } from '../../src/incident/waiting-for';

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
