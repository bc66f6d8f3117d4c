import type { Books } from '../books/books';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import { type KnownReceiver, readReceiversIfAny } from '../books/receivers';
import { mailableAddress } from '../incident/mailable-address';
import { receiversBy } from '../incident/receiver';
import { RECEIVER_REASONS } from '../incident/vocabulary';
import { printable, utc } from './words';

/** What `lookup` says of a customer's receiver, which staff call the mail provider. @returns of an address: its receiver, where that is aside or paused. */
export async function shutReceivers(
  books: Books,
  row: IncidentRow,
): Promise<(email: string | null) => KnownReceiver | null> {
  const known = (await readReceiversIfAny(books)) ?? [];
  const receiverOf = receiversBy(incidentOf(row).relay.providers);
  return (email) => {
    const mailable = mailableAddress(email);
    const receiver = 'skip' in mailable ? null : receiverOf(mailable.address);
    return known.find((seen) => seen.receiver === receiver && seen.state !== 'open') ?? null;
  };
}

/** So stands in the books that it waits, or waited, for a receiver. */
export function isReceiverReason(reason: string | null): boolean {
  return reason === RECEIVER_REASONS.aside || reason === RECEIVER_REASONS.paused;
}

/** @param known null: it is open by now. */
export function receiverSentence(known: KnownReceiver | null): string {
  if (known === null)
    return 'Not sent yet: mail to its mail provider had been stopped, goes out again, and its turn has not come.';
  const { receiver, state, reason, nextTryAt } = known;
  if (state === 'paused')
    return `Not sent yet: mail to the mail provider ${printable(receiver)} is paused (${printable(reason)}).`;
  return `Not delivered yet: the mail provider ${printable(receiver)} takes none of our mail at the moment (${printable(reason)}). It is tried again from ${utc(nextTryAt!)} on.`;
}
