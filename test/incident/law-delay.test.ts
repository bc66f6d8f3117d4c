import {
  brakeOn,
  chooseRequest,
  type Delay,
  delayWords,
  type LawRequest,
  releaseCommand,
} from '../../src/incident/law-delay';
import { PHASES, type Phase } from '../../src/incident/vocabulary';
import { waitingFor } from '../../src/incident/waiting-for';

const AT = '2026-11-25T02:06:31.123Z';
const delay: Delay = { by: 'Ann', reason: 'FBI 12-345', since: AT, pausedToo: false };
const gate = { gate: 'closed' as const, reason: 'paused: lunch', by: 'Bob', since: AT, fence: 1 };

test.each(PHASES)('in the phase %s a pause stops everything, a delay whatever is not the expiry', (phase) => {
  const expiring = phase === 'expire' || phase === 'verify';
  expect(brakeOn({ gate: 'open', delay: null }, phase)).toBeNull();
  expect(brakeOn({ gate: 'closed' }, phase)).toBe('pause');
  expect(brakeOn({ gate: 'closed', delay: null }, phase)).toBe('pause');
  expect(brakeOn({ gate: 'closed', delay: { ...delay, pausedToo: true } }, phase)).toBe('pause');
  expect(brakeOn({ gate: 'closed', delay }, phase)).toBe(expiring ? null : 'delay');
});

test('it is said with the name and the reason', () => {
  expect(delayWords(delay)).toBe('Held for law enforcement by Ann: FBI 12-345');
});

const waits = (phase: Phase, pausedToo = false, approved = true) =>
  waitingFor({
    phase,
    incidentId: 'zappos-2012',
    phaseSince: AT,
    hold: null,
    gate: { ...gate, liveClaims: 0, quietBy: null, delay: { ...delay, pausedToo } },
    approval: approved ? { by: 'Jane', at: AT, contentHash: 'c0ffee' } : null,
    nextRetryAt: null,
  });

test('what is waited for is named: law enforcement, or first the pause besides, or nothing while passwords are expired', () => {
  expect(waits('expire')).toBeNull();
  expect(waits('notify')).toEqual({
    kind: 'law-enforcement',
    what: `${delayWords(delay)}. Nobody further is told until it is released.`,
    since: AT,
  });
  expect(waits('approval', false, false)).toMatchObject({
    kind: 'law-enforcement',
    what: expect.stringContaining('the texts can be approved meanwhile'),
  });
  for (const phase of ['expire', 'notify'] as const)
    expect(waits(phase, true)).toMatchObject({ kind: 'paused', what: 'Paused by Bob: lunch' });
  expect(waits('closed')).toBeNull();
});

const request = (number: number, by: string, reason: string): LawRequest => ({
  number,
  by,
  reason,
  since: AT,
});
const FBI = request(3, 'Ann', 'FBI Las Vegas, ref. 5');
const POLICE = request(5, 'Bob', 'state police 7');
const GONE = { ...request(4, 'Ann', 'Europol 1'), releasedBy: 'Jo', releasedAt: AT };

test('of several requests each that stands is named, and a release must name one; of one nothing changes', () => {
  expect(delayWords({ ...delay, requests: [FBI] })).toBe('Held for law enforcement by Ann: FBI 12-345');
  expect(delayWords({ ...delay, requests: [FBI, POLICE] })).toBe(
    'Held for law enforcement, 2 requests stand: request 3 by Ann: FBI Las Vegas, ref. 5; request 5 by Bob: state police 7',
  );
  expect(releaseCommand({ requests: [FBI] })).not.toContain('--request');
  expect(releaseCommand({})).not.toContain('--request');
  expect(releaseCommand({ requests: [FBI, POLICE] })).toMatch(/ --request NUMBER$/);
});

test.each<[string, LawRequest[], string | undefined, number | string]>([
  ['the only one, without a name', [FBI], undefined, 3],
  ['by its number', [FBI, POLICE], '5', 5],
  ['by words of its reason, in any case', [FBI, POLICE], 'STATE', 5],
  ['two, without a name', [FBI, POLICE], undefined, '2 requests stand. Which one is released?'],
  ['by words with a number at their end', [FBI, POLICE], 'police 7', 5],
  ['by words with a number at their beginning', [FBI, request(5, 'Bob', '7 of May')], '7 of', 5],
  ['by a number of two digits', [FBI, request(12, 'Bob', 'police')], '12', 12],
  ['words of both', [FBI, POLICE], 'e', '--request e names 2 of the requests that stand. Write one of:'],
  [
    'a number that is only in a reason',
    [FBI, POLICE],
    '7',
    'No request is named by --request 7. Write one of:',
  ],
  [
    'a wrong number although one stands',
    [FBI],
    '5',
    'No request is named by --request 5. This stands:\n  --request 3 ',
  ],
  [
    'one that was released, by its number',
    [FBI],
    '4',
    'The request 4 by Ann: Europol 1 was released already, at 2026-11-25 02:06:31 UTC by Jo.',
  ],
  ['one that was released, by words', [FBI], 'europol', 'was released already'],
  ['one that was released, and none stands', [], '4', 'No request stands.'],
])('a release means %s', (_, standing, typed, meant) => {
  const chosen = chooseRequest({ standing, released: [GONE] }, typed);
  if (typeof meant === 'number') expect(chosen).toMatchObject({ number: meant });
  else expect(chosen).toEqual({ refused: expect.stringContaining(meant) });
});
