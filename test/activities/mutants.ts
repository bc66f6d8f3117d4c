import type { Mutant } from '../mutant';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/activities/dot-checks.ts',
    from: "    ['guard', guard.objection],\n",
    to: '',
    fault: 'no guard before the dot',
    promise: 'C43',
    red: { 'test/activities/guard-claim.test.ts': ["a message with another customer's data gets no dot"] },
  },
];
