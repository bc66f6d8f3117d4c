import { settlementOf } from '../../src/activities/settlement';
import type { Outcome } from '../../src/smtp/outcome';

const retry = { firstAfterSeconds: 300, forHours: 72 };
const full: Outcome = {
  kind: 'refused',
  phase: 'before-dot',
  verdict: 'deferred',
  at: 'rcpt',
  code: 452,
  enhanced: '4.2.2',
  text: '4.2.2 mailbox full',
};
const refusal = { replyCode: 452, replyText: '4.2.2 mailbox full', reason: 'rcpt 4.2.2' };
const putOffAfter = (deferredForSeconds: number) =>
  settlementOf({ customerId: '4711', deferredForSeconds, refusedBefore: false }, full, retry);

test('what the relay puts off is tried again later and later, with its words kept', () => {
  const first = putOffAfter(0);
  const third = putOffAfter(900);
  expect(first).toMatchObject({ ...refusal, state: 'deferred' });
  expect(third).toMatchObject({ ...refusal, state: 'deferred' });
  const after = (settlement: typeof first) =>
    settlement.state === 'deferred' ? settlement.retryAfterSeconds : 0;
  expect(after(first)).toBeGreaterThanOrEqual(300);
  expect(after(third)).toBeGreaterThan(3 * after(first));
});

test.each([
  ['554', null, 'go away'],
  ['5.3.0', '5.3.0', '5.3.0 go away'],
])(
  'refused without a word about the mailbox (%s): asked a second time before it has failed (C98)',
  (_, enhanced, text) => {
    const refused: Outcome = { ...full, verdict: 'failed', code: 554, enhanced, text };
    const settled = (refusedBefore: boolean, outcome: Outcome = refused) =>
      settlementOf(
        { customerId: '4711', deferredForSeconds: refusedBefore ? 300 : 0, refusedBefore },
        outcome,
        retry,
      );
    expect(settled(false)).toMatchObject({ state: 'deferred', replyCode: 554 });
    expect(settled(true)).toMatchObject({ state: 'failed', replyCode: 554 });
    const unknown = { ...refused, enhanced: '5.1.1', text: '5.1.1 no such user' };
    expect(settled(false, unknown)).toMatchObject({ state: 'failed' });
  },
);

test('put off for as long as the file says, it has failed, with the last words of the relay', () => {
  expect(putOffAfter(72 * 3_600 - 1)).toMatchObject({ state: 'deferred', retryAfterSeconds: 1 });
  expect(putOffAfter(72 * 3_600)).toEqual({ customerId: '4711', ...refusal, state: 'failed' });
});
