import type { BookedNotice } from '../books/notices';
import { SETTLED_FROM } from '../books/settle-doubt';
import { type PurgedKinds, purgedWords } from '../incident/retention';
import type { LookedUp, Lookup } from './lookup';
import { isReceiverReason, receiverSentence } from './lookup-receiver';
import type { FoundBy } from './lookup-search';
import { counted, printable, SPARED_WORDS, shellWord, skipWords, table, utc } from './words';
import { unreachedWords } from './write-unreached';

/** One customer's answer, in sentences that staff can read out. */
export function lookupText(facts: Lookup): string {
  const { asked, customers, emailIndexed, foundBy } = facts;
  const slow =
    !emailIndexed && asked.includes('@') && foundBy === null
      ? [
          '',
          'Note: the address column has no index, so this lookup read the whole customers table. The dry run says how to add one.',
        ]
      : [];
  if (customers.length === 0) return [...unknown(facts), ...slow].join('\n');
  const many =
    customers.length > 1
      ? [
          `${counted(customers.length, 'customer')} have the address ${printable(asked)}; each has their own answer.`,
          '',
        ]
      : [];
  return [
    ...(foundBy === null ? [] : [`${FOUND_BY[foundBy]} ${printable(asked)}`, '']),
    ...many,
    ...customers.flatMap((customer, i) => [...(i > 0 ? [''] : []), ...answer(customer, facts)]),
    ...slow,
  ].join('\n');
}

const FOUND_BY: Record<FoundBy, string> = {
  'message-id': 'Found by the Message-ID of the notice:',
  'queue-id': "Found by the notice's queue id at the relay, which may give one twice over the months:",
  'address-then': 'Found by the address that the notice went to:',
};

function unknown({ asked, unsearched, alike, purged }: Lookup): string[] {
  const named = asked.includes('@') ? 'the e-mail address' : 'the customer id';
  return [
    `Nobody here has ${named} ${printable(asked)}.`,
    ...(alike.length === 0
      ? []
      : [
          `The database takes it for that of ${counted(alike.length, 'other customer')}, which differs in an accent or the like. Ask for the customer id; theirs: ${alike.map((id) => printable(id, 64)).join(', ')}. Nothing of them is told here.`,
        ]),
    'Check the spelling, and ask for the customer id or another address that the account may be under.',
    'A customer whose address has changed since is found under the new one.',
    ...(unsearched
      ? [
          `Nobody has looked for it among the notices (an address of then, a Message-ID, a queue id), which reads all of them: npm run cli -- lookup ${shellWord(asked)} --search`,
        ]
      : []),
    ...(asked.includes('@') && purged.addresses
      ? [
          `The addresses that notices went to are not kept any more: ${printable(purgedWords(purged.addresses))}.`,
        ]
      : []),
  ];
}

function answer(customer: LookedUp, facts: Lookup): string[] {
  const { account, booked, id } = customer;
  const notices = booked?.notices ?? [];
  return [
    `Customer ${printable(id, 64)}${account?.email ? `, ${printable(account.email)}` : ''}`,
    ...table([
      ['Account', accountWords(customer, facts)],
      ['Password', passwordWords(customer, facts)],
      ...(booked && account ? ([['Since then', sinceWords(customer, facts)]] as [string, string][]) : []),
      ...(booked && notices.length === 0 ? ([['Notice', notYet(facts)]] as [string, string][]) : []),
      ...notices.map((notice): [string, string] => [
        notice.wave === 'notice' ? 'Notice' : 'Reminder',
        noticeWords(notice, customer, facts),
      ]),
      ...(booked ? [] : ([['Notice', 'Not meant for this account.']] as [string, string][])),
    ]),
  ];
}

function accountWords({ account, booked }: LookedUp, { cutoff, phase }: Lookup): string {
  if (account === null) return 'Was there at the time of the theft, and has been deleted since.';
  const made =
    account.createdAt === null ? 'Nobody knows when it was made' : `Made on ${utc(account.createdAt)}`;
  if (booked) return `${made}: it was there at the time of the theft (${utc(cutoff)}), so it is affected.`;
  if (account.createdAt !== null && Date.parse(account.createdAt) > Date.parse(cutoff))
    return `${made}, after the time of the theft (${utc(cutoff)}): it is not affected.`;
  return phase === 'expire'
    ? `${made}: it was there at the time of the theft (${utc(cutoff)}), and its turn has not come yet.`
    : `${made}: it was there at the time of the theft (${utc(cutoff)}), BUT IT IS NOT IN THE BOOKS. Tell the operator: npm run cli -- verify`;
}

function passwordWords({ booked, account }: LookedUp, { phase }: Lookup): string {
  if (!booked) {
    const inside = phase === 'expire' && account !== null;
    return inside
      ? 'Not expired yet. It will be, if the account is affected.'
      : 'Not expired by this incident.';
  }
  if (booked.password === 'expired')
    return `Expired on ${utc(booked.expiredAt)}. The old password no longer works, and everything that was logged in with it has ended.`;
  if (booked.password === 'none')
    return `There was none when all passwords were expired (${utc(booked.expiredAt)}): this customer signs in another way.`;
  return `Not expired: the customer had chosen a new password after the theft, before ${utc(booked.expiredAt)}.`;
}

function sinceWords({ booked, account, otherPurged }: LookedUp, { purged }: Lookup): string {
  const { hasPassword, passwordSetAt } = account!;
  const { password, chosen, oldIsBack, expiredAt } = booked!;
  if (!hasPassword)
    return password === 'none' ? 'Still without a password.' : 'NO new password has been chosen yet.';
  if (oldIsBack) return 'THE OLD PASSWORD lets somebody in again. Tell the operator: npm run cli -- verify';
  const isNewer =
    passwordSetAt !== null && Date.parse(passwordSetAt) >= Math.floor(Date.parse(expiredAt) / 1000) * 1000;
  if (otherPurged && !(password === 'changed_since' ? passwordSetAt !== null : isNewer))
    return `There is a password. Whether it is one that ${otherPurged.incidentId} had expired is not known any more: its fingerprints were ${printable(purgedWords(otherPurged))}.`;
  if (password === 'changed_since')
    return passwordSetAt === null
      ? 'The password in use is not the stolen one.'
      : `The password in use was chosen on ${utc(passwordSetAt)}.`;
  if (purged.fingerprints && !isNewer)
    return `There is a password. Whether it is the one that was expired can no longer be told: the fingerprints were ${printable(purgedWords(purged.fingerprints))}.`;
  if (chosen === false) return 'There is a password; nobody knows when it was chosen.';
  return isNewer
    ? `A new password was chosen on ${utc(passwordSetAt)}.`
    : 'A new password has been chosen; nobody knows when.';
}

function notYet({ phase, gate }: Lookup): string {
  if (phase === 'closed' || phase === 'cancelled') return `Never sent: the response is ${phase}.`;
  const why =
    gate === 'closed'
      ? 'sending is paused'
      : phase === 'canary' || phase === 'notify'
        ? 'its turn has not come'
        : 'sending has not begun';
  return `Not sent yet: ${why}.`;
}

/** Also the relay's words and queue id, for whoever asks the relay's own people. */
function noticeWords(
  notice: BookedNotice,
  { account, receiver }: LookedUp,
  { purged, fileVersion, relays }: Lookup,
): string {
  const addressNow = account?.email ?? null;
  const { state, address, settledAt, claimedAt, retryAt, reason } = notice;
  const to =
    address === null
      ? ''
      : ` to ${printable(address || `an address that was ${ofPurged(purged.addresses)}`)}`;
  const at = utc(settledAt ?? claimedAt ?? '');
  const relay = relayWords(notice, purged);
  switch (state) {
    case 'sent': {
      const moved = addressNow !== null && address && !sameAddress(addressNow, address);
      const where = moved ? ' The account has another address now.' : '';
      return `Sent on ${at}${to}. ${tookWords(notice, relays)}${versionWords(notice, fileVersion)}${where} If it is not in the inbox, look in the spam folder.`;
    }
    case 'sending':
      return `Being sent${to} at this moment (since ${utc(claimedAt ?? '')}).`;
    case 'released':
      return `Not sent yet${to}: it was stopped before it went out, and waits for its turn.`;
    case 'deferred':
      if (receiver !== null || isReceiverReason(reason)) return receiverSentence(receiver);
      return `Not delivered yet${to}: on ${at} the relay put it off (${relay}). It is tried again ${retryAt === null ? 'later' : `from ${utc(retryAt)} on`}.`;
    case 'failed':
      return `NOT DELIVERED${to}: ${unreachedWords({ state, reason })}, on ${at} (${relay}). Tell this customer another way.`;
    case 'in_doubt':
      return `NOT CERTAIN: it was handed over${to} on ${utc(claimedAt ?? '')}, and the relay's answer never came. It may have arrived or not; it is not sent again until somebody decides.`;
    case 'left':
      return `NOT CERTAIN: it was handed over${to}, the relay's answer never came, and somebody decided not to send it again (${printable(reason ?? '')}).`;
    case 'skipped':
      if (reason !== null && reason in SPARED_WORDS)
        return `Not sent: ${SPARED_WORDS[reason]} (decided on ${at}).`;
      return `NOT SENT: ${skipWords(reason ?? '')} (decided on ${at}). Tell this customer another way.`;
  }
}

/** That the relay took the message: its answer, or the evidence that `settle` booked where no answer came. */
function tookWords({ replyCode, queueId, reason, relay: name }: BookedNotice, relays: string[]): string {
  const id = `queue id ${queueId === null ? 'not given' : printable(queueId)}`;
  const relay = relays.length > 1 && name !== null ? `mail relay ${printable(name, 60)}` : 'mail relay';
  if (reason === SETTLED_FROM.log) return `Our ${relay} took it, as its own log shows: ${id}.`;
  if (reason === SETTLED_FROM.events) return "Our mail provider took it, as the provider's own records show.";
  return `Our ${relay} took it: code ${replyCode}, ${id}.`;
}

function versionWords({ version }: BookedNotice, newest: number): string {
  if (version === null) return ' Nobody knows in which version of the words: the record was rebuilt.';
  if (newest === 1) return '';
  return version === newest
    ? " It went out by the incident's file as it is now."
    : ` It went out by version ${version} of the incident's file; version ${newest} is in effect.`;
}

function relayWords(
  { replyCode, replyText, reason }: BookedNotice,
  { relayWords: gone }: PurgedKinds,
): string {
  if (replyText === '' && gone) return `code ${replyCode ?? 'none'}, its words were ${ofPurged(gone)}`;
  const words = replyText ? `: ${printable(replyText)}` : reason ? `: ${printable(reason)}` : '';
  return `code ${replyCode ?? 'none'}${words}`;
}

/** '' is in the row, and the record says the rest. */
function ofPurged(purged: PurgedKinds['addresses']): string {
  return purged === undefined ? 'purged' : printable(purgedWords(purged));
}

/** The wire's spelling differs in spaces and in the domain's case. */
function sameAddress(stored: string, used: string): boolean {
  return stored.trim().toLowerCase() === used.toLowerCase();
}
