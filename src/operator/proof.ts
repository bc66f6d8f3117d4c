import { surveyNotices } from '../books/balance';
import type { Books } from '../books/books';
import { countRemindedAfterChoosing } from '../books/cohort';
import type { RelayVerdict } from '../evidence/proof/judge-relay-log';
import type { Proof, Report } from './report';
import { counted, number as n } from './words';

/** What the proof's own keys do not tell. */
export interface Beside {
  /** Messages that the relay took for addresses which no customer has (now). */
  strangers: number;
  /** Customers whom an operator had sent to again, on the record. */
  resent: number;
  /** Customers left in doubt by an operator's decision. */
  left: number;
  /** Test mails that are on the record: the relay's log is judged without them. */
  tests: number;
}

/** What in a proof does not add up (I1, I2), and what only needs saying. */
export function proofProblems(proof: Proof, beside: Beside): { problems: string[]; notes: string[] } {
  const problems: string[] = [];
  const notes: string[] = [];
  const { cohort, expired, changedSince, noPassword } = proof;
  const passwords = expired + changedSince + noPassword;
  if (passwords !== cohort)
    problems.push(
      `expired, changed since and without a password add up to ${n(passwords)}, the cohort is ${n(cohort)} (I1)`,
    );
  const { sent, skipped, failed, deferred, inDoubt } = proof;
  const answered = sent + skipped + failed + deferred + inDoubt + beside.left;
  if (answered !== cohort)
    problems.push(
      `sent, skipped, failed, deferred, in doubt${beside.left > 0 ? ' and left' : ''} add up to ${n(answered)}, the cohort is ${n(cohort)} (I1)`,
    );
  if (beside.left > 0) notes.push(`${n(beside.left)} were left in doubt by an operator's decision.`);
  if (proof.relay === null) {
    notes.push('The relay part is missing: there is no relay log at hand. Name it with --relay-log FILE.');
    return { problems, notes };
  }
  weighRelay(proof, proof.relay, beside, problems, notes);
  return { problems, notes };
}

function weighRelay(
  { cohort, sent, inDoubt }: Proof,
  relay: NonNullable<Proof['relay']>,
  { strangers, resent, left, tests }: Beside,
  problems: string[],
  notes: string[],
): void {
  const { customersAcceptedOnce: once, customersAcceptedTwiceOrMore: twice } = relay;
  const never = relay.customersNeverAccepted;
  if (twice > resent)
    problems.push(`the relay accepted two or more messages for ${counted(twice, 'customer')} (I2)`);
  else if (twice > 0)
    notes.push(
      `${n(twice)} were told twice, which an operator's decision allowed (${n(resent)} sent again).`,
    );
  if (strangers > 0)
    notes.push(
      `The relay accepted ${counted(strangers, 'message')} for addresses that no customer has now: changed or deleted since?`,
    );
  // Whom the ledger holds in doubt, or left so, may have been told.
  const told = once + twice + strangers;
  if (told < sent)
    problems.push(`the ledger says ${n(sent)} were sent, the relay accepted only ${n(told)} (I1)`);
  if (told > sent + inDoubt + left)
    problems.push(
      `the relay accepted messages for ${counted(told, 'customer')}, the ledger knows of ${n(sent)} (I2)`,
    );
  if (tests > 0) notes.push(`Not counted: ${counted(tests, 'test mail')}, on the record (test-send).`);
  const listed = once + twice + never;
  if (listed !== cohort)
    notes.push(
      `The customers table now lists ${counted(listed, 'account')} from before the cutoff, the cohort is ${n(cohort)}: deleted or moved since?`,
    );
}

/** The proof for people: what was done, what the relay says, and what does not add up. */
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
      ['Sent', proof.sent, 'the relay took the notice'],
      ['  skipped', proof.skipped, 'no address, or none that mail can reach'],
      ['  failed', proof.failed, 'refused by the relay for good'],
      ['  deferred', proof.deferred, 'put off by the relay, to be tried again'],
      ['  in doubt', proof.inDoubt, 'only the relay knows; never sent again blindly'],
      ['Expired a second', proof.expirePerSecond, 'cohort / time from the start to the end of expiry'],
      ['Sent a second', proof.notifyPerSecond, 'after the canary, through the ledger; pauses count as time'],
    ]),
    '',
    ...(reminders === null
      ? []
      : [
          ...rows([
            ['Reminded', reminders.sent, 'the relay took the reminder'],
            ['  not needed', reminders.skipped, 'a new password, none expired, or no notice before'],
            ['  failed', reminders.failed, 'refused by the relay for good'],
            ['  in doubt', reminders.inDoubt, 'only the relay knows'],
            ['  had chosen before', reminders.remindedAfterChoosing, 'by the customers table; must be 0'],
          ]),
          '',
        ]),
    ...(relay === null
      ? []
      : [
          "By the relay's own log and the customers table, without the ledger:",
          '',
          ...rows([
            ['Accepted once', relay.customersAcceptedOnce, 'customers'],
            ['Accepted twice or more', relay.customersAcceptedTwiceOrMore, 'customers'],
            ['Never accepted', relay.customersNeverAccepted, 'customers: those skipped or failed'],
            ...reminderRows(reminders),
          ]),
          '',
        ]),
    ...notes.map((note) => `Note: ${note}`),
    ...(problems.length === 0
      ? [
          'Everything adds up: everybody has one final answer (I1), nobody was told twice without a decision (I2).',
        ]
      : ['IT DOES NOT ADD UP:', ...problems.map((problem) => `- ${problem}`)]),
  ];
  return lines.join('\n');
}

function reminderRows(reminders: Proof['reminders']): Fact[] {
  if (!reminders?.relay) return [];
  const { customersAcceptedOnce: once, customersAcceptedTwiceOrMore: twice } = reminders.relay;
  return [
    ['Reminded once', once, 'customers'],
    ['Reminded twice or more', twice, 'customers'],
  ];
}

type Fact = [name: string, value: number | null, meaning: string];

function rows(facts: Fact[]): string[] {
  return facts.map(([name, value, meaning]) => {
    const shown = value === null ? '-' : value.toLocaleString('en-US');
    return `  ${name.padEnd(24)}${shown.padStart(12)}  ${meaning}`;
  });
}

/** Of the reminder wave. */
export interface ReminderProof {
  sent: number;
  /** Had a new password, or needed none, or had not been told. */
  skipped: number;
  failed: number;
  deferred: number;
  inDoubt: number;
  /** Had a new password when their reminder was claimed: must be 0; null: no column of the company's says it. */
  remindedAfterChoosing: number | null;
  /** By the relay's log, as in the proof itself. */
  relay: { customersAcceptedOnce: number; customersAcceptedTwiceOrMore: number } | null;
}

export async function reminderProof(books: Books, verdict: RelayVerdict | null): Promise<ReminderProof> {
  const { notices } = await surveyNotices(books, 'reminder');
  return {
    sent: notices.sent ?? 0,
    skipped: notices.skipped ?? 0,
    failed: notices.failed ?? 0,
    deferred: notices.deferred ?? 0,
    inDoubt: notices.in_doubt ?? 0,
    remindedAfterChoosing: await countRemindedAfterChoosing(books, Date.now()),
    relay: verdict && {
      customersAcceptedOnce: verdict.customersAcceptedOnce,
      customersAcceptedTwiceOrMore: verdict.customersAcceptedTwiceOrMore,
    },
  };
}

/** What does not add up in it (I2). @param left in doubt by an operator's decision. @param strangers as in the proof. */
export function reminderProblems(
  { sent, inDoubt, remindedAfterChoosing, relay }: ReminderProof,
  { left, strangers, resent }: { left: number; strangers: number; resent: number },
): string[] {
  const problems: string[] = [];
  if (remindedAfterChoosing !== null && remindedAfterChoosing > 0)
    problems.push(`${n(remindedAfterChoosing)} were reminded although they had a new password`);
  if (relay === null) return problems;
  const { customersAcceptedOnce: once, customersAcceptedTwiceOrMore: twice } = relay;
  const told = once + twice + strangers;
  if (twice > resent) problems.push(`the relay accepted two or more reminders for ${n(twice)} (I2)`);
  if (told < sent)
    problems.push(`the ledger says ${n(sent)} were reminded, the relay accepted only ${n(told)} (I1)`);
  if (told > sent + inDoubt + left)
    problems.push(`the relay accepted reminders for ${n(told)}, the ledger knows of ${n(sent)} (I2)`);
  return problems;
}
