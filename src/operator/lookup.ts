import type { Command } from 'commander';
import type { Books } from '../books/books';
import { type IncidentRow, openBooks } from '../books/incident-row';
import { type BookedCustomer, type BookedNotice, findBookedCustomers } from '../books/notices';
import type { Database } from '../books/open-database';
import { type PurgedElsewhere, purgedElsewhere, readPurged } from '../books/purge-kept';
import { SETTLED_FROM } from '../books/settle-doubt';
import { KeyLostError, keysFor } from '../books/stand-ins';
import { type FoundCustomer, findCustomer, isEmailIndexed, keyOf } from '../company/find-customer';
import { keyFromSql } from '../company/key-column';
import { type PurgedKinds, purgedWords } from '../incident/retention';
import type { GateState, Phase } from '../incident/vocabulary';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { counted, json, printable, SPARED_WORDS, skipWords, table, utc } from './words';
import { unreachedWords } from './write-unreached';

/** Exit 1: nobody has that id or address. */
export function describeLookup(command: Command): void {
  withIncidentOption(command)
    .description(
      'Answers for one customer: when the password was expired, when and where the customer was told, what the relay said, and whether there is a new password.',
    )
    .argument('<customer>', 'the customer id, or the e-mail address')
    .option('--json', 'the facts as JSON')
    .action((asked: string, options: IncidentOptions) =>
      onBooks(options, async ({ database, row }) => {
        const facts = await lookup(database, row, asked);
        console.log(options.json ? json(facts) : lookupText(facts));
        if (facts.customers.length === 0) process.exitCode = 1;
      }),
    );
}

/** What is known of whoever has an id or an address. Times are ISO 8601 in UTC. */
export interface Lookup {
  incidentId: string;
  asked: string;
  cutoff: string;
  phase: Phase;
  gate: GateState;
  /** Empty: nobody has it. More than one: they share the address. */
  customers: LookedUp[];
  /** False: a lookup by address has to read the whole table. */
  emailIndexed: boolean;
  /** What is not kept any more, since when and by whose word: where it was, there is ''. */
  purged: PurgedKinds;
}

export interface LookedUp {
  id: string;
  /** As the company's table has it now; null: the account was deleted since. */
  account: FoundCustomer | null;
  /** As our books have it; null: not in the cohort. */
  booked: BookedCustomer | null;
  /** Another incident whose purged fingerprints alone could tell whether the password in use is an expired one; null: none. */
  otherPurged: PurgedElsewhere | null;
}

/**
 * Answers for one customer, by the company's table as it is now and by our books. By the keys and the address's index alone: in
 * milliseconds at any size.
 * @param asked a customer id or an e-mail address; or what the guard calls a customer whose key may be an address.
 */
export async function lookup(database: Database, row: IncidentRow, asked: string): Promise<Lookup> {
  const { db, companySchema } = database;
  const books = await openBooks(database, row);
  const { company } = books;
  const named = await customerFor(books, asked.trim());
  const [accounts, emailIndexed] = await Promise.all([
    findCustomer(db, company, named),
    isEmailIndexed(db, companySchema, company.mapping),
  ]);
  const key = keyOf(company, named);
  // A deleted account is in the books all the same.
  const ids = accounts.length > 0 ? accounts.map(({ id }) => id) : key === null ? [] : [keyFromSql(key)];
  const purged = await readPurged(books);
  const elsewhere = await purgedElsewhere(books, ids);
  const booked = (await findBookedCustomers(books, ids)).map((customer) =>
    purged.fingerprints || elsewhere.has(customer.id)
      ? { ...customer, chosen: null, oldIsBack: customer.oldIsBack || null }
      : customer,
  );
  const known = (id: string) => ({
    id,
    booked: booked.find((customer) => customer.id === id) ?? null,
    otherPurged: elsewhere.get(id) ?? null,
  });
  const customers =
    accounts.length > 0
      ? accounts.map((account) => ({ account, ...known(account.id) }))
      : booked.map(({ id }) => ({ account: null, ...known(id) }));
  return {
    incidentId: row.incident_id,
    asked: asked.trim(),
    cutoff: new Date(company.cutoff).toISOString(),
    phase: row.phase,
    gate: row.gate,
    customers,
    emailIndexed,
    purged,
  };
}

/** Whoever typed a MAC of nobody's key is answered as for any other wrong word. */
async function customerFor(books: Books, asked: string): Promise<string> {
  try {
    return (await keysFor(books, [asked])).get(asked)!;
  } catch (error) {
    if (error instanceof KeyLostError) return asked;
    throw error;
  }
}

/** One customer's answer, in sentences that staff can read out. */
export function lookupText(facts: Lookup): string {
  const { asked, customers, emailIndexed } = facts;
  const slow =
    !emailIndexed && asked.includes('@')
      ? [
          '',
          'Note: the address column has no index, so this lookup read the whole customers table. The dry run says how to add one.',
        ]
      : [];
  if (customers.length === 0) return [...unknown(asked), ...slow].join('\n');
  const many =
    customers.length > 1
      ? [
          `${counted(customers.length, 'customer')} have the address ${printable(asked)}; each has their own answer.`,
          '',
        ]
      : [];
  return [
    ...many,
    ...customers.flatMap((customer, i) => [...(i > 0 ? [''] : []), ...answer(customer, facts)]),
    ...slow,
  ].join('\n');
}

function unknown(asked: string): string[] {
  const named = asked.includes('@') ? 'the e-mail address' : 'the customer id';
  return [
    `Nobody here has ${named} ${printable(asked)}.`,
    'Check the spelling, and ask for the customer id or another address that the account may be under.',
    'A customer whose address has changed since is found under the new one.',
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
        noticeWords(notice, account?.email ?? null, facts),
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
function noticeWords(notice: BookedNotice, addressNow: string | null, { purged }: Lookup): string {
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
      return `Sent on ${at}${to}. ${tookWords(notice)}${where} If it is not in the inbox, look in the spam folder.`;
    }
    case 'sending':
      return `Being sent${to} at this moment (since ${utc(claimedAt ?? '')}).`;
    case 'released':
      return `Not sent yet${to}: it was stopped before it went out, and waits for its turn.`;
    case 'deferred':
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
function tookWords({ replyCode, queueId, reason }: BookedNotice): string {
  const id = `queue id ${queueId === null ? 'not given' : printable(queueId)}`;
  if (reason === SETTLED_FROM.log) return `Our mail relay took it, as its own log shows: ${id}.`;
  if (reason === SETTLED_FROM.events) return "Our mail provider took it, as the provider's own records show.";
  return `Our mail relay took it: code ${replyCode}, ${id}.`;
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
