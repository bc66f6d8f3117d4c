import { surveyNotices } from '../books/balance';
import type { Books } from '../books/books';
import { countRemindedAfterChoosing } from '../books/cohort';
import type { RelayVerdict } from '../evidence/proof/judge-relay-log';

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
  const n = (value: number) => value.toLocaleString('en-US');
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
