import { type BooksProblem, cancelledWords, isUnderWay, problemWords } from '../incident/books-problems';
import { type DatabaseMapping, statedWords } from '../incident/database-schema';
import { KEPT_KINDS, KEPT_WORDS, type PurgedKinds, purgedWords } from '../incident/retention';
import type { RelayWaveProof } from './compare-with-logs';
import type { NoticeCounts, Proof, Report } from './report';
import { stillToDo, tellsNobody } from './report-phase';
import { sessionWords } from './report-sessions';
import { weighRemarks } from './weigh-remarks';
import { counted, number as n, printable, utc } from './words';

/** What the proof's own numbers do not tell. */
export interface Beside {
  /** Of the ledger by itself. */
  ledger: BooksProblem[];
  /** Test mails that are on the record: their Message-IDs are no customer's. */
  tests: number;
  database: DatabaseMapping;
  /** Whether customers are named, by their ids. */
  named: boolean;
  purged: PurgedKinds;
}

/** What in a proof does not add up (I1, I2, I4), and what only needs saying. */
export function verdictOn(
  proof: Proof,
  { ledger, tests, database, purged, named }: Beside,
): Pick<Report, 'problems' | 'notes'> {
  const { cohort, expired, changedSince, noPassword, finished, phase, relay, reminders } = proof;
  // While the run goes on, who waits for it is no fault.
  const problems = ledger
    .filter(({ kind }) => finished || !isUnderWay(kind))
    .map((problem) => (phase === 'cancelled' ? cancelledWords(problem) : problemWords(problem)));
  const notes: string[] = [];
  const passwords = expired + changedSince + noPassword;
  if (passwords !== cohort)
    problems.push(
      `expired, changed since and without a password add up to ${n(passwords)}, the cohort is ${n(cohort)} (I1)`,
    );
  if (answered(proof) !== cohort)
    problems.push(`the states add up to ${n(answered(proof))}, the cohort is ${n(cohort)} (I1)`);
  if (reminders !== null && (reminders.remindedAfterChoosing ?? 0) > 0)
    problems.push(`${n(reminders.remindedAfterChoosing!)} were reminded although they had a new password`);
  if (proof.left > 0)
    notes.push(
      `${counted(proof.left, 'customer')} ${proof.left === 1 ? 'was' : 'were'} left in doubt by an operator's decision.`,
    );
  if (relay !== null) {
    weighRemarks(relay, { what: 'notice', named }, problems, notes);
    if (relay.reminders !== null) weighRemarks(relay.reminders, { what: 'reminder', named }, problems, notes);
    if (relay.ofNobody > 0)
      notes.push(
        `${counted(relay.ofNobody, 'message')} with Message-IDs like ours ${relay.ofNobody === 1 ? 'is' : 'are'} of nobody in this incident's books: another incident's?`,
      );
    const cut = relay.files.filter((file) => file.cut).map(({ name }) => printable(name));
    if (cut.length > 0) notes.push(`${cut.join(', ')} ends in the middle: name the whole file.`);
    if (relay.unreadableLines > 0)
      notes.push(
        `${counted(relay.unreadableLines, 'line')} of the logs could not be read, and count for nothing.`,
      );
    if (relay.linesLost.length > 0)
      notes.push(
        `Loggers say that they dropped lines (${relay.linesLost
          .slice(0, 3)
          .map((at) => (at === null ? 'at a time that cannot be read' : utc(at)))
          .join(', ')}${relay.linesLost.length > 3 ? ', ...' : ''}): what they dropped, nobody knows.`,
      );
    if (relay.sessions.tooRecent > 0)
      notes.push(
        `${counted(relay.sessions.tooRecent, 'session')} of the last minute may not be in the log yet.`,
      );
    if (tests > 0) notes.push(`Not counted: ${counted(tests, 'test mail')}, on the record (test-send).`);
  }
  notes.push(
    ...KEPT_KINDS.flatMap((kind) => {
      const gone = purged[kind];
      return gone
        ? [
            `The ${KEPT_WORDS[kind].replace(/^the /, '')} were ${printable(purgedWords(gone))}: nothing here needs them.`,
          ]
        : [];
    }),
    ...statedWords(database).map((words) => `Stated, not proven: ${words}.`),
    ...database.customers.leaveOut.map(({ because }) => `Left out of the cohort by the file: ${because}.`),
  );
  return { problems, notes };
}

function answered(states: NoticeCounts): number {
  const { sent, skipped, failed, deferred, inDoubt, left, sending, released, toCome } = states;
  return sent + skipped + failed + deferred + inDoubt + left + sending + released + toCome;
}

/** The proof for people: what was done, what the relays say, what does not add up, and how far anybody looked (I7). */
export function proofText({ title, incidentId, proof, problems, notes }: Report): string {
  const { relay, reminders } = proof;
  const lines = [
    `The proof: ${title} (${incidentId})`,
    '',
    ...rows([
      ['Cohort', proof.cohort, 'accounts that were there at the cutoff'],
      ['  expired', proof.expired, 'had a password from before the cutoff'],
      ['  changed since', proof.changedSince, 'had chosen a new password, which stayed'],
      ['  no password', proof.noPassword, 'had none'],
      ...stateRows(SENT, proof),
      ['Expired a second', proof.expirePerSecond, 'cohort / time from the start to the end of expiry'],
      ['Sent a second', proof.notifyPerSecond, 'after the canary, through the ledger; pauses count as time'],
    ]),
    '',
    ...(reminders === null
      ? []
      : [
          ...rows([
            ...stateRows(REMINDED, reminders),
            ['  had chosen before', reminders.remindedAfterChoosing, 'by the customers table; must be 0'],
          ]),
          '',
        ]),
    ...versionLines(proof),
    ...relayLines(proof),
    ...(relay === null ? [] : [...aboutLogs(relay), '', ...rows(relayRows(relay)), '']),
    ...(relay?.reminders ? ['Of the reminders:', '', ...rows(relayRows(relay.reminders)), ''] : []),
    ...notes.map((note) => `Note: ${note}`),
    ...verdictLines(proof, problems),
  ];
  return lines.join('\n');
}

/** Only where the file was amended: with one version everybody got the same words. */
function versionLines({ versions }: Report['proof']): string[] {
  if (versions.length < 2) return [];
  const facts = versions.map(
    ({ version, contentHash, sent }): Fact =>
      version === null
        ? [
            'Sent, unknown words',
            sent,
            'their record was rebuilt by reconcile: nobody knows in which version of the words',
          ]
        : [
            `Sent as version ${version}`,
            sent,
            `messages, by the file of that version; content hash ${contentHash}`,
          ],
  );
  return [...rows(facts), ''];
}

/** Only where there were several: the books say which relay took which message. */
function relayLines({ relays }: Report['proof']): string[] {
  if (relays.filter(({ relay }) => relay !== null).length < 2) return [];
  const facts = relays.map(
    ({ relay, sent }): Fact =>
      relay === null
        ? ['Sent, relay unknown', sent, 'their record was rebuilt, or an older version sent them']
        : [`Sent by ${printable(relay, 40)}`, sent, 'messages, by our books: name the logs of each relay'],
  );
  return [...rows(facts), ''];
}

/** @param skipped what it means in this wave. */
function stateRows([name, meaning, skipped]: [string, string, string], states: NoticeCounts): Fact[] {
  const all: Fact[] = [
    ['  skipped', states.skipped, skipped],
    ['  failed', states.failed, 'refused by the relay for good, or put off until the time for it was over'],
    ['  deferred', states.deferred, 'put off by the relay, to be tried again'],
    ['  in doubt', states.inDoubt, 'only the relay knows; never sent again blindly'],
    ['  left in doubt', states.left, "by an operator's decision"],
    ['  being sent', states.sending, 'at this moment'],
    ['  released', states.released, 'wait to be sent'],
    ['  to come', states.toCome, 'nobody has come to them yet'],
  ];
  const always = new Set(['  skipped', '  failed', '  deferred', '  in doubt']);
  return [[name, states.sent, meaning], ...all.filter(([word, count]) => always.has(word) || count! > 0)];
}

function aboutLogs({ files, relays }: NonNullable<Proof['relay']>): string[] {
  return [
    `By the relays' own logs, customer by customer, each by the Message-ID that is theirs alone:`,
    ...files.map(
      ({ name, lines, sha256 }) =>
        `  ${printable(name)}: ${counted(lines, 'line')}, SHA-256 ${sha256.slice(0, 16)}...`,
    ),
    ...relays.map(
      ({ host, from, to, clockKnown }) =>
        `  ${printable(host, 64)}: ${utc(from)} to ${utc(to)}${clockKnown ? '' : ', if its clock is in UTC: nothing in it shows that'}`,
    ),
  ];
}

function relayRows({ remarks, ...relay }: RelayWaveProof): Fact[] {
  const some: Fact[] = [
    [`  then bounced`, remarks.bounced.customers, 'customers: taken, and not delivered'],
    [
      `  thrown away`,
      remarks['thrown-away'].customers,
      'customers: taken, and kept from them by a rule of the relay',
    ],
    [
      `  to another address`,
      remarks.elsewhere.customers,
      'customers: taken, and sent elsewhere by a rule or an alias of the relay',
    ],
    [`  on hold`, remarks.held.customers, 'customers: taken, and waiting for whoever runs the relay'],
    [
      `  in doubt or left`,
      remarks['taken-in-doubt'].customers,
      'customers: taken by these logs, and the books do not know it',
    ],
    [`  not yet sent on`, remarks.waiting.customers, 'customers: taken, as far as these logs go'],
  ];
  const waiting: Fact[] = [
    [`Not reached yet`, relay.customersNotReachedYet, 'customers: they wait for their turn, or for another'],
    [`Too recent to say`, relay.tooRecent, 'customers: booked as sent within the last minute'],
  ];
  return [
    [`Accepted once`, relay.customersAcceptedOnce, 'customers'],
    [`Accepted twice or more`, relay.customersAcceptedTwiceOrMore, 'customers'],
    [
      `Never accepted`,
      relay.customersNeverAccepted,
      'customers: skipped, refused, left or in doubt; whoever is booked as sent is a finding below',
    ],
    ...waiting.filter(([, count]) => count! > 0),
    ...some.filter(([, count]) => count! > 0),
  ];
}

function verdictLines(proof: Proof, problems: string[]): string[] {
  if (problems.length > 0) return ['IT DOES NOT ADD UP:', ...problems.map((problem) => `- ${problem}`)];
  const { finished, phase, relay } = proof;
  const unfinished = finished
    ? ''
    : `NOT FINISHED: the run is not closed, and ${stillToDo(phase, proof)}. So far: `;
  const cancelled = phase === 'cancelled' ? 'CANCELLED: the run was ended before its end. ' : '';
  const books = relay === null ? 'The books add up: each customer is counted once (I1). ' : '';
  const told = relay === null ? NOT_LOOKED_AT : relayWords(relay, proof.sent);
  return [`${cancelled}${unfinished}${books}${tellsNobody(phase, proof) ? NOBODY_TOLD : told}`];
}

const NOBODY_TOLD = 'By the books nobody is told yet, so there is nothing that a log could show.';
const NOT_LOOKED_AT =
  'NOT LOOKED AT: the relay. Whether anybody was told twice (I2), or was never told, only its own log shows: --relay-log FILE.';

/** What the logs show where nothing in them speaks against the books: no more than they can (I7). */
function relayWords(relay: NonNullable<Proof['relay']>, sent: number): string {
  if (relay.relays.every(({ clockKnown }) => !clockKnown))
    return "NOT SHOWN: no message that is known to be sent is in these logs, so they may be of another relay, or of another time. Name the relay's log with --relay-log FILE.";
  const sessions = sessionWords(relay, sent);
  const lacking = [
    ...(relay.linesLost.length > 0 ? ['a logger dropped lines'] : []),
    ...(relay.unreadableLines > 0 ? ['lines could not be read'] : []),
    ...relay.relays
      .filter(({ clockJumps }) => clockJumps)
      .map(({ host }) => `the clock of ${printable(host, 64)} jumps`),
    ...relay.files.filter(({ cut }) => cut).map(({ name }) => `${printable(name)} is cut`),
    ...relay.files
      .filter(({ ofRelays }) => ofRelays === 0)
      .map(({ name }) => `${printable(name)} has no line of a Postfix`),
    ...sessions.lacking,
  ];
  return lacking.length > 0
    ? `AS FAR AS THESE LOGS GO everything adds up: whoever is booked as sent was taken (I1). But ${lacking.join(', ')}: whether somebody was told twice, what is not read here might show (I2).${sessions.todo.map((words) => ` ${words}`).join('')}`
    : `Everything adds up: by these logs nobody was told twice without a decision (I2), and whoever is booked as sent was taken (I1).${sessions.beside}`;
}

const SENT: [string, string, string] = [
  'Sent',
  'the relay took the notice',
  'no address, or none that mail can reach',
];
const REMINDED: [string, string, string] = [
  'Reminded',
  'the relay took the reminder',
  'a new password, none expired, no notice before, or none that mail can reach',
];

type Fact = [name: string, value: number | null, meaning: string];

function rows(facts: Fact[]): string[] {
  return facts.map(([name, value, meaning]) => {
    const shown = value === null ? '-' : n(value);
    return `  ${name.padEnd(24)}${shown.padStart(12)}  ${meaning}`;
  });
}
