import type { Mutant } from '../mutant';

const FATE = 'test/evidence/message-fate.test.ts';
const LINE = 'test/evidence/read-line.test.ts';
const LIVES = 'test/evidence/queue-lives.test.ts';
const RETRY = 'test/books/reopen-notices.test.ts';
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
    from: ' || takenAt.at(-1)! < decisions[last]!.at - SAME_MOMENT_MS',
    to: '',
    fault: 'a decision excuses a double from before it',
    promise: 'C89',
    red: { [JUDGE]: ['taken twice, and then a decision'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: 'return acceptances.length + timesWithheld;',
    to: 'return acceptances.length;',
    fault: 'a second submission that a rule put on hold is not seen',
    promise: 'I2',
    red: { [JUDGE]: ['taken, and put on hold once more', 'put on hold twice'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: "if (fates.has('sent')) return remarks;",
    to: "if (fates.has('sent') || fates.has('waiting')) return remarks;",
    fault: 'what never left the relay is not told',
    promise: 'I7',
    red: { [JUDGE]: ['still on its way'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: '  if (to.requeued !== undefined) return to.requeued === from.queueId && isSameHost(from, to);\n',
    to: '',
    fault: 'whoever runs the relay says postsuper -r, and everybody was told twice',
    promise: 'I2',
    red: { [FATE]: ['put into the queue again by postsuper -r'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: "      ...(life.putOff.length > 0 ? (['waiting'] as const) : []),\n",
    to: '',
    fault: "an archive's copy hides that the customer was not reached",
    promise: 'I7',
    red: { [FATE]: ["the archive's copy was sent, the customer's put off"] },
  },
  {
    file: 'src/evidence/read-line.ts',
    from: ' || INTO_NOTHING.test(text)',
    to: '',
    fault: 'what was written to /dev/null was delivered',
    promise: 'C86',
    red: { [LINE]: ['what a delivery came to'] },
  },
  {
    file: 'src/evidence/read-line.ts',
    from: '...(elsewhere ? { elsewhere } : {})',
    to: '...{}',
    fault: "a rule's REDIRECT passes for a delivery to the customer",
    promise: 'C86',
    red: { [LINE]: ['whether a delivery went to another address'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: "if (lives.some(({ elsewhere }) => elsewhere !== undefined)) ends.add('elsewhere');",
    to: '',
    fault: 'what went to another address is told as sent',
    promise: 'C86',
    red: { [FATE]: ['sent to another address by a rule'] },
  },
  {
    file: 'src/evidence/queue-lives.ts',
    from: '!reached.get(life)?.has(to)',
    to: 'true',
    fault: 'an alias that sends a copy elsewhere hides that the customer was reached',
    promise: 'I7',
    red: { [LIVES]: ['who was reached at another address only'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: 'before < 0 || decisions[before]!.at < takenAt[taken - 1]! - SAME_MOMENT_MS',
    to: 'before < 0',
    fault: 'a decision from before everything excuses a double',
    promise: 'C89',
    red: { [JUDGE]: ['taken three times, the earlier decision before the first'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: 'if (takenAt.length > 2 && takenAt.length > (attempt ?? 0)) return false;',
    to: '',
    fault: "others' decisions excuse who was never claimed again",
    promise: 'C89',
    red: { [JUDGE]: ['taken three times by two decisions, and claimed twice only'] },
  },
  {
    file: 'src/books/reopen-notices.ts',
    from: 'moveTo(transition, { decision: nextNumber(books) })',
    to: 'moveTo(transition)',
    fault: 'whoever a retry sends again is called a breach where the relay had lied',
    promise: 'C89',
    red: { [RETRY]: ['the row has the number of the retry'] },
  },
];
