import { relayBreakers } from '../../src/activities/relay-breakers';
import type { RunContext } from '../../src/activities/run-context';
import { refusalKey } from '../../src/incident/refusal-words';
import type { Outcome } from '../../src/smtp/outcome';
import { testIncident } from '../notice/test-incident';

const run = { books: { incident: 1 }, file: testIncident() } as RunContext;
const quota = (): Outcome & { kind: 'refused' } => ({
  kind: 'refused',
  phase: 'before-dot',
  verdict: 'failed',
  at: 'rcpt',
  code: 550,
  enhanced: '5.4.5',
  text: '5.4.5 daily quota exceeded',
});
const batch = (count: number) => Array.from({ length: count }, quota);

test('batches that were under way when it tripped excuse the same refusals; a gate closed and opened since begins anew (C06)', () => {
  const breakers = relayBreakers();
  const { sameRefusals } = run.file.breaker;
  const answers = batch(sameRefusals).map((outcome) => breakers.of(run, 'one', '0').answered(outcome).trip);
  expect(answers).toEqual([...Array(sameRefusals - 1).fill(false), true]);
  expect(breakers.of(run, 'one', '0').takeIn(batch(2), [])).toEqual({
    trip: false,
    reason: '',
    nobodysFault: refusalKey(quota()),
  });
  expect(breakers.of(run, 'one', '1').takeIn(batch(2), [])).toEqual({
    trip: false,
    reason: '',
    nobodysFault: null,
  });
});

test('each relay is judged by itself: what another takes meanwhile hides nothing (C112)', () => {
  const breakers = relayBreakers();
  const { sameRefusals } = run.file.breaker;
  const taken: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: null, text: '' };
  const answers = batch(sameRefusals).map((outcome) => {
    breakers.of(run, 'two', '0').answered(taken);
    return breakers.of(run, 'one', '0').answered(outcome);
  });
  expect(answers.at(-1)).toMatchObject({ trip: true, words: refusalKey(quota()) });
});
