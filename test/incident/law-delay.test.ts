import { brakeOn, type Delay, delayWords } from '../../src/incident/law-delay';
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
