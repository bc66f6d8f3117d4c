import type { Mutant } from '../mutant';

const FATE = 'test/evidence/message-fate.test.ts';
const JUDGE = 'test/evidence/judge-messages.test.ts';

/** What would hide a true double behind hops, rules and decisions, or accuse where there is none. */
export const FATE_MUTANTS: Mutant[] = [
  {
    file: 'src/evidence/message-fate.ts',
    from: ' && to.client !== from.client',
    to: '',
    fault: 'a double from the machine of a filter passes for what the filter handed in',
    promise: 'I2',
    red: { [FATE]: ['a double from the machine that a filter runs on, too'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: 'return !isNamed && ',
    to: 'return ',
    fault: 'one handing on takes a second message by its address',
    promise: 'I2',
    red: { [FATE]: ['a hop that names its queue id takes nothing else'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: ' && from.passedTo.includes(to.client)',
    to: '',
    fault: 'a double that another machine submitted passes for a hop',
    promise: 'I2',
    red: { [FATE]: ['a double that another of our machines submitted'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: 'isNext && isHanded ? ',
    to: 'false ? ',
    fault: 'what the next hop put on hold counts as sent',
    promise: 'C86',
    red: { [FATE]: ['handed on, and put on hold by the next hop'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: '(acceptances[1]?.at ?? decidedAt) >= decidedAt - CLOCK_MS',
    to: 'true',
    fault: 'a decision excuses a double from before it',
    promise: 'C89',
    red: { [JUDGE]: ['taken twice, and then a decision'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: '(acceptances.length > 0 && withheld !== null ? 1 : 0)',
    to: '0',
    fault: 'a second submission that a rule put on hold is not seen',
    promise: 'I2',
    red: { [JUDGE]: ['taken, and put on hold once more'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: "if (fates.has('sent')) return remarks;",
    to: "if (fates.has('sent') || fates.has('waiting')) return remarks;",
    fault: 'what never left the relay is not told',
    promise: 'I7',
    red: { [JUDGE]: ['still on its way'] },
  },
];
