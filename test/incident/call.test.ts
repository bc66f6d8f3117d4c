import { type CallSeen, callOf, callWords } from '../../src/incident/call';
import { HOLD_KINDS, type RunStatus, type WaitKind } from '../../src/incident/run-status';

const SINCE = '2026-11-25T02:06:31.000Z';
const GATE = {
  gate: 'closed',
  reason: '',
  by: 'x',
  since: SINCE,
  fence: 1,
  liveClaims: 0,
  quietBy: null,
} as const;

const status = (more: Partial<RunStatus>): RunStatus =>
  ({ incidentId: 'zappos-2012', phase: 'notify', gate: GATE, waitingFor: null, ...more }) as RunStatus;
const waits = (kind: WaitKind, more: Partial<RunStatus> = {}) =>
  callOf(status({ waitingFor: { kind, what: `Jane Doe said ${kind}`, since: SINCE }, ...more }));

test.each<WaitKind>([...HOLD_KINDS, 'approval', 'law-enforcement', 'receiver-paused'])(
  'somebody is called for %s, with the command for this incident (C111)',
  (kind) => {
    const call = waits(kind);
    expect(call).toMatchObject({ kind, phase: 'notify', id: `zappos-2012 ${kind} ${SINCE}` });
    expect(call!.next).toContain('--incident zappos-2012');
  },
);

test.each<WaitKind>([
  'approval',
  'law-enforcement',
  'receiver-paused',
  'cancel-asked',
  'cancellation-requested',
])('what somebody typed stays out of the call for %s', (kind) => {
  expect(JSON.stringify(waits(kind))).not.toContain('Jane');
});

test("of a pause only the breaker and the guard call, with their words and nobody else's", () => {
  const gate = {
    ...GATE,
    by: 'the breaker',
    reason: '20 in a row: 550 5.7.1; then by Ben: paused: Ann rang',
  };
  expect(waits('paused', { gate })).toMatchObject({
    kind: 'paused',
    reason: 'the breaker closed the gate: 20 in a row: 550 5.7.1',
    next: 'npm run cli -- resume --incident zappos-2012',
  });
  expect(waits('paused', { gate: { ...gate, by: 'the guard' } })?.kind).toBe('paused');
  expect(waits('paused', { gate: { ...gate, by: 'Ben' } })).toBeNull();
});

test('nobody is called for what goes on by itself; for the end once', () => {
  expect(callOf(status({}))).toBeNull();
  expect(waits('deferred')).toBeNull();
  expect(callOf(status({ phase: 'closed', asOf: '1' }))).toEqual(
    callOf(status({ phase: 'closed', asOf: '2' })),
  );
  expect(callOf(status({ phase: 'closed' }))?.next).toBe('npm run cli -- report --incident zappos-2012');
  expect(callOf(status({ phase: 'cancelled' }))).toMatchObject({
    kind: 'cancelled',
    id: 'zappos-2012 cancelled',
  });
});

test('somebody is called also while the gate cannot be read (I7)', () => {
  expect(waits('approval', { gate: null })?.next).toBe('npm run cli -- approve --incident zappos-2012');
});

test.each<[CallSeen['outcome'], string | undefined, string]>([
  ['calling', undefined, 'about approval, at 2026-11-25 02:06:31 UTC, under way'],
  ['called', undefined, 'about approval, at 2026-11-25 02:06:31 UTC'],
  ['failed', 'no answer', 'about approval, at 2026-11-25 02:06:31 UTC: no answer'],
])('a call that is %s is told as such', (outcome, why, words) => {
  expect(callWords({ kind: 'approval', at: SINCE, outcome, ...(why ? { why } : {}) })).toBe(words);
});
