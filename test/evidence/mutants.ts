import type { Mutant } from '../mutant';
import { COVER_MUTANTS } from './cover-mutants';
import { FATE_MUTANTS } from './fate-mutants';
import { SESSION_MUTANTS } from './session-mutants';

const FATE = 'test/evidence/message-fate.test.ts';
const SEARCH = 'test/evidence/search-log.test.ts';
const JUDGE = 'test/evidence/judge-messages.test.ts';

export const MUTANTS: Mutant[] = [
  ...FATE_MUTANTS,
  ...COVER_MUTANTS,
  ...SESSION_MUTANTS,
  {
    file: 'src/evidence/believe-log.ts',
    from: 'const AGREEING = 0.98;',
    to: 'const AGREEING = 0.97;',
    fault: 'a clock that jumps for three in a hundred is believed',
    promise: 'I2',
    red: { 'test/evidence/believe-log.test.ts': ['its clock jumps for a few'] },
  },
  {
    file: 'src/evidence/believe-log.ts',
    from: 'const AGREEING = 0.98;',
    to: 'const AGREEING = 0.99;',
    fault: 'a few odd ones make a sound log worthless',
    promise: 'I1',
    red: { 'test/evidence/believe-log.test.ts': ['nearly all of what is known agrees on its clock'] },
  },
  {
    file: 'src/evidence/believe-log.ts',
    from: 'if (agreeing === null) continue;',
    to: 'if (agreeing === null) return null;',
    fault: "another machine's lines hide that the relay's own end early",
    promise: 'I2',
    red: {
      'test/evidence/believe-log.test.ts': [
        'another machine in the same file, seen first, ends early and so does the relay',
      ],
    },
  },
  {
    file: 'src/evidence/calibrate.ts',
    from: 'const TOLERANCE_MS = 1_500;',
    to: 'const TOLERANCE_MS = 1_501;',
    fault: 'times that do not fit together are taken to agree',
    promise: 'I2',
    red: { 'test/evidence/believe-log.test.ts': ['farther apart than that'] },
  },
  {
    file: 'src/evidence/calibrate.ts',
    from: 'const TOLERANCE_MS = 1_500;',
    to: 'const TOLERANCE_MS = 1_499;',
    fault: 'whole seconds look like a clock that jumps',
    promise: 'I1',
    red: { 'test/evidence/believe-log.test.ts': ['as far apart as whole seconds and the booking make them'] },
  },
  {
    file: 'src/evidence/calibrate.ts',
    from: 'last.to = Math.max(last.to, to);',
    to: 'last.to = to;',
    fault: 'a time within another cuts it short',
    promise: 'I2',
    red: {
      'test/evidence/merge-spans.test.ts': [
        'one within another',
        'no moment of the times to look at is lost',
      ],
    },
  },
  {
    file: 'src/evidence/calibrate.ts',
    from: '    merged[nearest - 1]!.to = merged[nearest]!.to;\n',
    to: '',
    fault: 'of two times that become one the second is lost',
    promise: 'I2',
    red: {
      'test/evidence/merge-spans.test.ts': ['more than wanted', 'no moment of the times to look at is lost'],
    },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: '  if (from.handedOn.includes(to.queueId)) return true;\n',
    to: '',
    fault: 'what a content filter hands back is a double',
    promise: 'C85',
    red: {
      [FATE]: ['handed to a content filter and back (C85)'],
      'test/operator/report.test.ts': ['a content filter that hands everybody back'],
    },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: "const FROM_BAD_TO_GOOD: Fate[] = ['thrown-away', 'bounced', 'held', 'waiting', 'elsewhere', 'sent'];",
    to: "const FROM_BAD_TO_GOOD: Fate[] = ['sent', 'elsewhere', 'thrown-away', 'bounced', 'held', 'waiting'];",
    fault: 'who of several recipients fared worse is not seen',
    promise: 'C86',
    red: { [FATE]: ['one recipient of an alias bounced'] },
  },
  {
    file: 'src/evidence/queue-lives.ts',
    from: '    if (before?.ms !== ms) moments.push({ ms, facts: [fact] });\n    else if (before.key !== key) moments.at(-1)!.facts.push(fact);',
    to: '    moments.push({ ms, facts: [fact] });',
    fault: 'a line that stands in two files counts twice',
    promise: 'I2',
    red: { 'test/evidence/queue-lives.test.ts': ['the order of reading decides nothing'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: "isAllowed(judged, takenAt) ? 'twice-by-decision'",
    to: "judged.message.decision === null || isAllowed(judged, takenAt) ? 'twice-by-decision'",
    fault: 'a breach passes for a decision',
    promise: 'C89',
    red: { [JUDGE]: ['a customer in the books and in the log'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: 'for (let [taken, before] = [takenAt.length - 2, last - 1]; taken > 0;',
    to: 'for (let [taken, before] = [takenAt.length - 2, last - 1]; taken > 99;',
    fault: 'one decision allows any number',
    promise: 'C89',
    red: { [JUDGE]: ['a customer in the books and in the log'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: "    return recent ? [] : ['sent-not-accepted'];",
    to: '    return [];',
    fault: 'who was never told is not missed',
    promise: 'I1',
    red: {
      [JUDGE]: ['a customer in the books and in the log'],
      'test/operator/report.test.ts': ['two errors that cancel out'],
    },
  },
  {
    file: 'src/evidence/read-logs.ts',
    from: '  if (lost === null) return [null];\n',
    to: '  if (lost === null) return [];\n',
    fault: 'a loss at a time that cannot be read is no loss',
    promise: 'C88',
    red: { [SEARCH]: ['a log that is not whole calls nobody absent'] },
  },
  {
    file: 'src/evidence/read-logs.ts',
    from: '  if (own) return [lost.ms - own.shift];\n',
    to: '',
    fault: "a loss is dated by other relays' clocks, too",
    promise: 'I1',
    red: { [SEARCH]: ['a log that is whole and lacks the one in doubt calls it absent'] },
  },
  {
    file: 'src/evidence/read-logs.ts',
    from: 'const shifts = [0, ...[...calibrations.values()].flatMap((calibration) => calibration?.shift ?? [])];',
    to: 'const shifts = [0];',
    fault: "a loss told by a logger without a relay's name is taken for UTC",
    promise: 'C88',
    red: { [SEARCH]: ['a log that is not whole calls nobody absent'] },
  },
  {
    file: 'src/evidence/believe-log.ts',
    from: 'const LOSS_REACHES_MS = 3_600_000;',
    to: 'const LOSS_REACHES_MS = 3_599_000;',
    fault: 'a loss that is told later than it was is overlooked',
    promise: 'C88',
    red: { 'test/evidence/believe-log.test.ts': ['a log covers a time without holes'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: 'from.piped && isSameHost(from, to)',
    to: 'isSameHost(from, to)',
    fault: 'what somebody hands in again by hand is no double',
    promise: 'I2',
    red: { [FATE]: ['handed in again by hand, hours after it was sent to its reader'] },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: '        !used.has(handingOf(other, life)) &&\n',
    to: '',
    fault: 'one handing on excuses any number of messages',
    promise: 'I2',
    red: {
      [FATE]: [
        'a program that hands it in, fails, and hands it in once more',
        'the short id that it was handed on under comes again as a double',
      ],
    },
  },
  {
    file: 'src/evidence/message-fate.ts',
    from: 'other !== life && life.queuedAt! >= other.queuedAt! - SAME_MOMENT_MS;',
    to: 'other !== life;',
    fault: 'a message is the continuation of one that came later',
    promise: 'I2',
    red: { [FATE]: ['it names an id that was there three hours before'] },
  },
  {
    file: 'src/evidence/read-line.ts',
    from: ' || OF_MAIL.test(line)',
    to: '',
    fault: "a relay's lines in another form are passed over",
    promise: 'I7',
    red: {
      'test/evidence/read-line.test.ts': ['other lines are told apart'],
      'test/operator/report.test.ts': ['a log that cannot be read as one of a Postfix'],
    },
  },
];
