import { type CallSeen, callsOf, callWords, wasCalled } from '../../src/incident/call';
import { asideRemark, leftOutRemark } from '../../src/incident/goes-without';
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
const callOf = (seen: RunStatus) => callsOf(seen)[0] ?? null;
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

const OUT = {
  relay: 'one',
  since: SINCE,
  reason: 'it blocks us: have that undone, then resume --relay one.',
};
const ASIDE = { mark: 'a1b2', since: SINCE };
const WITHOUT = { aside: 1, receivers: [ASIDE], relays: [OUT] };

test('somebody is called for a relay that is left out and a receiver that is aside, in the words of a monitor, also while the run waits (C111)', () => {
  const calls = callsOf(
    status({ without: WITHOUT, waitingFor: { kind: 'canary-done', what: 'x', since: SINCE } }),
  );
  expect(calls.map(({ kind }) => kind)).toEqual(['canary-done', 'receiver-aside', 'relay-left-out']);
  expect(calls.slice(1)).toMatchObject([
    {
      reason: `${asideRemark(1).words}`,
      next: 'npm run cli -- domains --incident zappos-2012',
    },
    {
      reason: `${leftOutRemark(1).words} one: ${OUT.reason}`,
      next: 'npm run cli -- relays --incident zappos-2012; once it is put right: npm run cli -- resume --incident zappos-2012 --relay one',
    },
  ]);
  expect(callsOf(status({ phase: 'closed', without: WITHOUT })).map(({ kind }) => kind)).toEqual(['closed']);
});

const later = (minutes: number) => new Date(Date.parse(SINCE) + minutes * 60_000).toISOString();
const callAt = (without: Partial<typeof WITHOUT>) =>
  callsOf(status({ without: { aside: 0, receivers: [], relays: [], ...without } }))[0]!;

test.each<[string, Partial<typeof WITHOUT>, number, boolean]>([
  ['the same receiver, still aside', { receivers: [ASIDE] }, 90, true],
  ['one that took some and is aside anew', { receivers: [{ ...ASIDE, since: later(5) }] }, 5, true],
  ['the same an hour later', { receivers: [{ ...ASIDE, since: later(5) }] }, 60, false],
  ['another receiver', { receivers: [{ ...ASIDE, mark: 'c3' }] }, 5, false],
  ['the same relay, still out', { relays: [OUT] }, 90, true],
  ['a relay that was taken in and has tripped again', { relays: [{ ...OUT, since: later(5) }] }, 5, false],
])('whether somebody was called already: %s', (_, without, minutes, called) => {
  const ids = callsOf(status({ without: WITHOUT })).map(({ id }) => id);
  expect(wasCalled(callAt(without), ids, Date.parse(later(minutes)))).toBe(called);
});
