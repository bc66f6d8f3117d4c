import type { Mutant } from '../mutant';

const PROOF = 'test/evidence/session-proof.test.ts';
const SESSIONS = 'test/evidence/smtpd-sessions.test.ts';
const KILLED = 'test/faults/dead-worker.test.ts';
const HOLE = 'a log with a hole calls nobody absent';

/** What would let a log with a hole prove somebody absent (C87). */
export const SESSION_MUTANTS: Mutant[] = [
  {
    file: 'src/operator/weigh-evidence.ts',
    from: ' ?? sessionDoubt(claim)',
    to: '',
    fault: 'a log is believed without its sessions',
    promise: 'C87',
    red: { [KILLED]: [HOLE] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'if (during.some(({ whole }) => !whole))',
    to: 'if (during.every(({ whole }) => !whole))',
    fault: 'one whole session hides another of that moment',
    promise: 'C87',
    red: { [PROOF]: ['where several were opened at once'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'if (shown.some(({ endedAt }) => endedAt === null))',
    to: 'if (false)',
    fault: 'a session without an end is good enough',
    promise: 'C87',
    red: { [PROOF]: ['its end is not in the log'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: '    left.splice(at, 1);\n',
    to: '',
    fault: 'one session in the log stands for two of ours',
    promise: 'C87',
    red: { [PROOF]: ['two were opened at once, the log shows one'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'const ours = logged.filter(({ own }) => own);',
    to: 'const ours = logged;',
    fault: "a stranger's session stands for ours",
    promise: 'C87',
    red: { [PROOF]: ['no message of ours came by the one in the log'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'return open === 0 ?',
    to: 'return false ?',
    fault: 'where no session of the worker is known, none was',
    promise: 'C87',
    red: { [PROOF]: ['nothing is on record'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'span.from <= completeSince',
    to: 'span.from < completeSince - 1',
    fault: 'a ledger that lost sessions is believed',
    promise: 'C87',
    red: { [PROOF]: ['a claim from before the ledger was brought back'] },
  },
  {
    file: 'src/evidence/smtpd-sessions.ts',
    from: 'whole: clear && counted === seen,',
    to: 'whole: clear && counted !== null && counted <= seen,',
    fault: 'a session that has swallowed the next one is whole',
    promise: 'C87',
    red: { [SESSIONS]: ['the log has more than smtpd counted'] },
  },
  {
    file: 'src/evidence/smtpd-sessions.ts',
    from: 'whole: clear && counted === seen,',
    to: 'whole: counted === seen,',
    fault: 'a message of a second that two sessions share counts for both',
    promise: 'C87',
    red: { [SESSIONS]: ['a message of the second in which one session ends'] },
  },
  {
    file: 'src/evidence/smtpd-sessions.ts',
    from: 'session.counted = end.client === session.client ? end.accepted : null;',
    to: 'session.counted = end.accepted;',
    fault: "the end of a stranger's session is taken for that of ours",
    promise: 'C87',
    red: { [SESSIONS]: ['the end is of another client'] },
  },
  {
    file: 'src/evidence/read-logs.ts',
    from: 'accepted: messageIds.length > 0 && ',
    to: 'accepted: ',
    fault: 'a message without its Message-ID line is nobody in doubt',
    promise: 'C87',
    red: { 'test/evidence/read-logs.test.ts': ['the sessions by which messages of ours came'] },
  },
  {
    file: 'src/smtp/open-sender.ts',
    from: 'await options.record?.(',
    to: 'void options.record?.(',
    fault: 'a message goes by a session that is not on record',
    promise: 'C87',
    red: { 'test/smtp/open-sender.test.ts': ['nothing goes by a session that cannot be put on record'] },
  },
];
