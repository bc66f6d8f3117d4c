import type { Mutant } from '../mutant';

const COVER = 'test/evidence/cover-sessions.test.ts';
const OWN = 'test/evidence/own-sessions.test.ts';
const JUDGE = 'test/evidence/judge-messages.test.ts';
const SAMPLES = 'test/evidence/first-samples.test.ts';
const WORDS = 'test/operator/report-sessions.test.ts';
const PHASE = 'test/operator/export/common-files.test.ts';
const REPORT = 'test/operator/report.test.ts';

/** What would let the proof say that nobody was told twice of logs that do not show all by which was sent; or take its word for nothing. */
export const COVER_MUTANTS: Mutant[] = [
  {
    file: 'src/evidence/cover-sessions.ts',
    from: "(carried === 'customers' || recordedRelays.size < 2)",
    to: 'true',
    fault:
      'an empty session in the log of a host that is no relay of ours stands for one with a relay whose log nobody named',
    promise: 'I7',
    red: {
      [COVER]: [
        'of several relays, at a host of whose messages none is known, an empty session stands for none',
      ],
    },
  },
  {
    file: 'src/operator/compare-with-logs.ts',
    from: 'if (accepted && accepted.relay !== null)',
    to: 'if (false)',
    fault: 'whose a log is is never told, so that any log is any relay’s',
    promise: 'I7',
    red: {
      'test/operator/settle-two-relays.test.ts': [
        'a session by which nothing was sent at one relay stands for none with the other',
      ],
    },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: 'if (relay === null || relays.has(relay)) return true;',
    to: 'return true;',
    fault: 'a session with one relay stands for one with another, whose log nobody named',
    promise: 'I7',
    red: { [COVER]: ['another relay, of which no log is there'] },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: 'if (span.to + SAME_MOMENT_MS >= at) open.push(i);',
    to: 'open.push(i);',
    fault: 'a session stands for one that was opened long before',
    promise: 'I7',
    red: { [COVER]: ['it began four seconds later, and another one took a minute'] },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: "if (shown.at(i)!.carried === 'customers') cover.strange++;",
    to: ';',
    fault: 'messages that came by sessions which nobody has on record are passed over',
    promise: 'I7',
    red: { [COVER]: ['customers were told by one that is not on record'] },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: "if (session.state === 'lacking') lacking.add(opened);",
    to: "if (session.state === 'lacking') cover.whole++;",
    fault: 'a session that lacks lines is as good as a whole one',
    promise: 'I7',
    red: { [COVER]: ['lines of it are not in the logs'] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: '!ownClients.has(client) || !(empty || unclear)',
    to: '!ownClients.has(client)',
    fault: "a filter's sessions stand for ours of another relay",
    promise: 'I7',
    red: { [OWN]: ["and a filter's, which handed in what was handed in before"] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: '!ownClients.has(client) || !(empty || unclear)',
    to: '!(empty || unclear)',
    fault: "a stranger's session stands for one of ours",
    promise: 'I7',
    red: { [OWN]: ["and a stranger's in which nothing was taken"] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: '        isSameHost(group[0]!, each) &&\n',
    to: '        false &&\n',
    fault: 'of a relay that is logged twice each session stands for two',
    promise: 'I7',
    red: { [OWN]: ['one that two logs of a relay tell of is one'] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: "'miscounted-together': 'uncounted'",
    to: "'miscounted-together': 'lacking'",
    fault: 'a relay that is busy takes the word of every report',
    promise: 'I7',
    red: { [OWN]: ['which ended in the second in which the next began'] },
  },
  {
    file: 'src/evidence/judge-messages.ts',
    from: 'for (const life of handedIn(joined))',
    to: 'for (const life of [...joined.taken, ...joined.untaken])',
    fault: 'what a filter handed in came by a session of ours',
    promise: 'I7',
    red: { [JUDGE]: ['sessions are told of what a worker handed in by them'] },
  },
  {
    file: 'src/operator/report-sessions.ts',
    from: 'onRecord === 0 && sent > 0 && strange === 0',
    to: 'false',
    fault: 'a run without sessions on record is proven by them',
    promise: 'I7',
    red: { [WORDS]: ['of an older version'] },
  },
  {
    file: 'src/operator/proof.ts',
    from: '    ...sessions.lacking,\n',
    to: '',
    fault: "with another relay's log left out nobody was told twice",
    promise: 'I2',
    red: { [REPORT]: ['may have told somebody twice: nobody says that it did not'] },
  },
  {
    file: 'src/evidence/first-samples.ts',
    from: '(known.byHop && !byHop) || (known.byHop === byHop && at < known.at)',
    to: 'true',
    fault: 'a filter that holds mail for minutes makes the clock jump',
    promise: 'I7',
    red: { [SAMPLES]: ['only the first life of a message tells of a clock'] },
  },
  {
    file: 'src/evidence/first-samples.ts',
    from: 'first.length > 0 ? first : hops',
    to: '[...first, ...hops]',
    fault: 'what another relay held for an hour tells of a clock',
    promise: 'I7',
    red: { [SAMPLES]: ['what some messages tell that were held by others counts for nothing'] },
  },
  {
    file: 'src/operator/proof.ts',
    from: "phase === 'cancelled' ? cancelledWords(problem) : problemWords(problem)",
    to: 'problemWords(problem)',
    fault: 'of a cancelled run it is said to wait for it',
    promise: 'I7',
    red: { [REPORT]: ['of each phase it says what is still to be done'] },
  },
  {
    file: 'src/operator/report-phase.ts',
    from: "if (phase === 'expire')",
    to: "if (phase === 'verify')",
    fault: 'who is in the cohort so far passes for all of it',
    promise: 'I7',
    red: { [PHASE]: ['what is said first of a response that is'] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: 'const unclear = turns.has(connectedAt) || (endedAt !== null && turns.has(endedAt));',
    to: 'const unclear = false;',
    fault: 'of two sessions in one second of the log one is missed',
    promise: 'I7',
    red: { [OWN]: ['and another, which both began in one second of the log'] },
  },
  {
    file: 'src/evidence/own-sessions.ts',
    from: 'if (conversation === undefined || others.some(({ empty }) => !empty)) return;',
    to: 'if (conversation === undefined) return;',
    fault: "the session that a shop ended in the second in which ours began is ours, and on nobody's record",
    promise: 'I7',
    red: { [OWN]: ['that were open in one second of the log, a message of that second'] },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: '        queue.push(holder[span]!);\n',
    to: '',
    fault: 'in a busy second sessions take the place of others, which are called missing',
    promise: 'I7',
    red: { [COVER]: ['each must move on to the next'] },
  },
  {
    file: 'src/evidence/cover-sessions.ts',
    from: 'if (!isNear || cameFrom.has(span)) continue;',
    to: 'if (cameFrom.has(span)) continue;',
    fault: 'a session too many in one hour makes good what is missing in another',
    promise: 'I7',
    red: { [COVER]: ['what is missing in a long busy night'] },
  },
];
