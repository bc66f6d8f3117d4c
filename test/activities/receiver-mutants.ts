import type { Mutant } from '../mutant';

const REFUSES = 'test/faults/receiver-refuses.test.ts';
const SETTLEMENT = 'test/activities/settlement-of.test.ts';

/** What a worker does when a receiver refuses everybody. */
export const RECEIVER_WORK_MUTANTS: Mutant[] = [
  {
    file: 'src/activities/settlement.ts',
    from: "outcome.verdict === 'failed' && (refusedBefore || isAboutCustomer(outcome))",
    to: "outcome.verdict === 'failed'",
    fault: 'those whom a receiver refuses first, before anybody can know, have failed',
    promise: 'C98',
    red: { [SETTLEMENT]: ['refused without a word about the mailbox'] },
  },
  {
    file: 'src/activities/receiver-breakers.ts',
    from: "  if (outcome.kind === 'refused') return { ...outcome, verdict: 'deferred' };\n",
    to: "  if (outcome.kind === 'refused') return outcome;\n",
    fault: 'who was refused before is failed by a try of the receiver',
    promise: 'C98',
    red: { 'test/activities/receiver-breakers.test.ts': ['by a receiver that is put aside nobody fails'] },
  },
  {
    file: 'src/activities/receiver-breakers.ts',
    from: "if (state === 'open' || (state === 'aside' && probes.has(key!))) return shut.objection();",
    to: 'return shut.objection();',
    fault: 'what was claimed before a pause of its receiver still goes out',
    promise: 'I2',
    red: { 'test/activities/receiver-breakers.test.ts': ['no dot goes to a receiver that is paused'] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: "  if (left?.kind !== 'gate-closed' && tooMany !== null) await closeGate(books, tooMany, BY_BREAKER);\n",
    to: '',
    fault: 'a sender that every receiver refuses goes on from one to the next',
    promise: 'I7',
    red: { [REFUSES]: ['ten receivers that refuse within a minute'] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: 'return [others, distinct(unexplained(trouble, theirs))];',
    to: 'return [outcomes, distinct(trouble)];',
    fault: 'the tries of a receiver that is aside close the gate in the end',
    promise: 'C98',
    red: { [REFUSES]: ['tries that are refused, again and again, close no gate'] },
  },
];
