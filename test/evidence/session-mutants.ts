import type { Mutant } from '../mutant';

const PROOF = 'test/evidence/session-proof.test.ts';
const SESSIONS = 'test/evidence/smtpd-sessions.test.ts';
const KILLED = 'test/faults/dead-worker.test.ts';
const HOPS = 'test/evidence/absent-through-hops.test.ts';
const HOLE = 'a log with a hole calls nobody absent';

/** What would let a log with a hole prove somebody absent (C87). */
export const SESSION_MUTANTS: Mutant[] = [
  {
    file: 'src/operator/weigh-evidence.ts',
    from: 'sessionDoubt({ sender: senderOf(claim), span }),',
    to: 'null,',
    fault: 'a log is believed without its sessions',
    promise: 'C87',
    red: { [KILLED]: [HOLE] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: '      if (!whole)\n',
    to: '      if (!whole && open === 1)\n',
    fault: 'one whole session hides another',
    promise: 'C87',
    red: { [PROOF]: ['where several of a lane were opened at once'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'if (endedAt === null)',
    to: 'if (endedAt === null && whole)',
    fault: 'a session without an end is good enough',
    promise: 'C87',
    red: { [PROOF]: ['its end is not in the log'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: '    found.add(session);\n',
    to: '    for (const one of own) found.add(one);\n',
    fault: 'one session in the log stands for two of ours',
    promise: 'C87',
    red: { [PROOF]: ['two were opened at once, the log shows one'] },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'logged.filter(({ senders }) => senders.has(sender));',
    to: 'logged.filter(({ senders }) => senders.size > 0);',
    fault: "another worker's session stands for ours",
    promise: 'C87',
    red: {
      [PROOF]: ["another worker's sessions, whole or not"],
      [HOPS]: ["one lane's sessions at the relay whose log is here"],
    },
  },
  {
    file: 'src/evidence/session-proof.ts',
    from: 'return open === 0 ? NONE',
    to: 'return false ? NONE',
    fault: 'where no session of the worker is known, none was',
    promise: 'C87',
    red: { [PROOF]: ['the one on record ended long before'] },
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
    from: 'whole: clear && counted === seen.size,',
    to: 'whole: clear && counted !== null && counted <= seen.size,',
    fault: 'a session that has swallowed the next one is whole',
    promise: 'C87',
    red: { [SESSIONS]: ['the log has more than smtpd counted'] },
  },
  {
    file: 'src/evidence/smtpd-sessions.ts',
    from: 'whole: clear && counted === seen.size,',
    to: 'whole: counted === seen.size,',
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
  {
    file: 'src/evidence/session-proof.ts',
    from: '    if (strange) return BETWEEN;\n',
    to: '',
    fault: 'what a filter before the queue hands in stands for our own session',
    promise: 'C87',
    red: { [HOPS]: ['behind a filter before the queue'] },
  },
  {
    file: 'src/evidence/logged-sessions.ts',
    from: 'life.queueId !== first!.queueId || ',
    to: '',
    fault: 'what a filter hands in again stands for our own session',
    promise: 'C87',
    red: { [HOPS]: ['sessions that the log shows to their end prove who is absent'] },
  },
  {
    file: 'src/evidence/logged-sessions.ts',
    from: '        other.messages === session.messages &&\n',
    to: '',
    fault: "two relays' sessions are one where their smtpd have one number",
    promise: 'C87',
    red: { [HOPS]: ['tell of two sessions each to its end'] },
  },
  {
    file: 'src/evidence/logged-sessions.ts',
    from: '        other.whole === session.whole &&\n',
    to: '',
    fault: 'of two logs that differ one is believed by chance',
    promise: 'C87',
    red: { [HOPS]: ['lacks the end of a session: nobody is absent'] },
  },
];
