import type { Proof } from './report';
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
  judge(proof, proof.relay, beside, problems, notes);
  return { problems, notes };
}

function judge(
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
