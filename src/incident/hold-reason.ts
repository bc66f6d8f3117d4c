import { cutText } from './cut-text';
import type { HoldKind, RunCounts } from './run-status';

/** How the words of each hold begin. */
const OPENINGS: Record<HoldKind, string> = {
  'verify-findings': 'Something from before the cutoff still works:',
  'canary-done': 'Canary done:',
  'canary-refused': 'The relay refused canary mailboxes:',
  'in-doubt': 'In doubt:',
  'no-progress': 'A whole pass over the notices settled none:',
  'rows-missing': 'The ledger has lost rows:',
  reminder: 'The reminder waits for your word:',
  'lost-commits': 'The database is not as the run left it:',
  'close-refused': 'The books do not add up:',
  'slice-stopped': 'Stopped:',
  'activity-failed': 'Failed after repeated attempts:',
  'gate-not-closed': 'MAIL MAY STILL GO OUT:',
  'cancel-asked': 'Cancel was asked for:',
  'cancellation-requested': 'Cancellation was requested:',
};

const LONGEST = 900;

export function holdReason(kind: HoldKind, detail: string): string {
  return cutText(`${OPENINGS[kind]} ${detail}`, LONGEST);
}

export function findingsDetail(findings: { what: string; count: number; todo: string }[]): string {
  const listed = findings.map(({ what, count, todo }) => `${count} ${what} (${todo})`).join('; ');
  return `${listed}. resume runs the expiry again, then looks again.`;
}

/** Whether the relay's log could settle who is in doubt: everything that the canary sent is in it, or why not. */
export type RelayLogChecked =
  | { log: 'believable'; known: number }
  | { log: 'doubtful'; why: string }
  | { log: 'unnamed' };

export function canaryDetail(notices: RunCounts['notices'], checked: RelayLogChecked | null): string {
  const sent = inWords(notices) || 'nobody had to be told';
  return `${sent}. Look at what arrived; resume goes on with the rest.${checked ? ` ${relayLogWords(checked)}` : ''}`;
}

function relayLogWords(checked: RelayLogChecked): string {
  if (checked.log === 'believable') {
    const all = checked.known === 1 ? 'the 1 known message is' : `all ${checked.known} known messages are`;
    return `The relay's log can be believed: ${all} in it under our own Message-ID.`;
  }
  if (checked.log === 'doubtful')
    return `The relay's log cannot be believed, so you must decide about everybody who gets in doubt: ${cutText(checked.why, 400)}.`;
  return "Nobody named the relay's log, so nobody knows whether it could settle those in doubt: start the workers with RELAY_LOG=/var/log/mail.log, or try npm run cli -- settle --postfix-log FILE.";
}

export function inDoubtDetail(inDoubt: number): string {
  return `${inDoubt} ${inDoubt === 1 ? 'notice' : 'notices'} may or may not have reached the relay. Run: npm run cli -- settle; then resume.`;
}

export function rowsMissingDetail(count: number): string {
  const [customers, they] =
    count === 1 ? ['1 customer has', 'This one'] : [`${count} customers have`, 'They'];
  return `${customers} no row any more (a failover, a restored copy), and nothing here shows whether they were told. ${they} will not be mailed. Run: npm run cli -- reconcile; then resume.`;
}

export const OTHER_SERVER =
  'It is on another server (a failover, a restored copy, a clone) and may lack the last commits. Nothing is changed or sent. Bring ' +
  'the first server back, or run: npm run cli -- reconcile; then resume.';
export const LOST_COMMITS =
  'It has lost claims that it had acknowledged (a failover to a copy that lagged, a restored backup): a run that ' +
  'went on would tell those customers again. Nothing is sent. Run: npm run cli -- reconcile; then resume.';

/** @param held the number of the audit's entry that Temporal has. @param end that of the last one here. */
export function lostDecisions(held: number, end: number): string {
  return `It has lost decisions: Temporal has entry ${held} of the audit log, and this database does not (its own ends with entry ${end}). A hold of law enforcement, a pause or an approval may be among them, so nobody is told. After a failover or a restored backup: npm run cli -- reconcile, write down again what is lost, then resume. If there was none, somebody has changed the record: npm run cli -- verify.`;
}

/** A file as a run or a ledger has it. */
export interface FileHeld {
  /** A worker of an older version does not tell it: the first. */
  version?: number;
  contentHash: string;
}

/**
 * Why a run must not go by the file that the ledger has now: an older one, which it went by before somebody amended it; null: it may. A
 * reset makes a run older than its ledger, never the other way round.
 */
export function olderFile(known: FileHeld, found: FileHeld): string | null {
  const [version, older] = [known.version ?? 1, found.version ?? 1];
  if (older >= version) return null;
  const words = ({ contentHash }: FileHeld) => `words ${contentHash.slice(0, 12)}`;
  return `It is older than the run: it has version ${older} of the file (${words(found)}), and the run went by version ${version} (${words(known)}), as after a restored backup. Nobody is told by what was amended since. Bring the newer database back; or write the amendment down again: npm run cli -- amend FILE, and approve its words. resume goes on by version ${older} as it is.`;
}

export function closeRefusedDetail(problems: string[]): string {
  return `${problems.slice(0, 5).join('; ')}. To see who they are and what to do: npm run cli -- close. resume settles and closes again.`;
}

/** What an activity tells that has failed. Never a stack. */
export interface FailureTold {
  activity: string;
  message: string;
  /** A code such as ECONNREFUSED. */
  type?: string | undefined;
}

/** While it is still tried again. */
export function attemptDetail({ activity, message: given, type }: FailureTold): string {
  // Of the SDK, where no activity has this name: it lists them all, which helps nobody at night (C50).
  const message = type === 'NotFoundError' ? `${OTHER_VERSION} (${given.split(',')[0]})` : given;
  const task = ACTIVITY_WORDS[activity] ?? activity;
  const code = type && !message.includes(type) ? ` [${type}]` : '';
  return `${task}. ${cutText(message.split('\n')[0]!, 400).replace(/[.\s]+$/, '')}${code}.`;
}

export function failureDetail(failure: FailureTold): string {
  return `${attemptDetail(failure)} Fix the cause; resume then goes on where the run stopped.`;
}

/** '99 sent, 1 skipped', biggest first. */
export function inWords(counts: Partial<Record<string, number>>): string {
  return Object.entries(counts)
    .filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0)
    .sort(([, left], [, right]) => right - left)
    .map(([state, count]) => `${count.toLocaleString('en-US')} ${state.replaceAll('_', ' ')}`)
    .join(', ');
}

const OTHER_VERSION =
  "A worker of another version of this program took this work and does not know it: stop that worker and start one of the run's version";

const ACTIVITY_WORDS: Record<string, string> = {
  adoptRun: "Reading the incident's row",
  enterPhase: 'Entering the next phase',
  planRanges: 'Planning the next ranges',
  expireSlice: 'Expiring passwords',
  verifyExpiry: 'Verifying that nothing from before the cutoff works',
  readGate: 'Reading the gate',
  closeGate: 'Closing the gate',
  openGate: 'Opening the gate',
  setRate: 'Setting the rate',
  recordApproval: 'Recording the approval',
  amendFile: 'Amending the file',
  readFile: 'Reading the file',
  mailCanaryMailboxes: 'Mailing the canary mailboxes',
  checkRelayLog: "Checking the relay's log",
  canaryRange: 'Choosing the canary customers',
  notifySlice: 'Mailing notices',
  surveyNotices: 'Counting the notices',
  closeIncident: 'Closing the incident',
  callSomebody: 'Calling somebody',
};
