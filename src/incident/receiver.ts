/**
 * Who takes a customer's mail in the end: the domain of the address, or the name under which the file puts several domains of one
 * provider together (`relay.providers`).
 */
export type Receiver = string;

/** `aside`: the breaker has put it aside, and a few are tried from time to time. `paused`: somebody has; nobody is tried. */
export const RECEIVER_STATES = ['open', 'aside', 'paused'] as const;
export type ReceiverState = (typeof RECEIVER_STATES)[number];

/** A receiver that is not open, and who waits for it: for the run's page, which holds no personal data. */
export interface ReceiverSeen {
  /** Null: so few of its customers wait that its name may be a person's. */
  name: Receiver | null;
  state: ReceiverState;
  customers: number;
  /** Why, in our words. */
  reason: string;
  /** ISO 8601. */
  since: string;
  /** ISO 8601; when a few are tried again. */
  nextTryAt: string | null;
}

/** Domains of each provider. */
export type Providers = Readonly<Record<string, readonly string[]>>;

export type ReceiverOf = (address: string) => Receiver;

/** @returns the receiver of an address as mailableAddress makes it: with its domain in small letters and in ASCII. */
export function receiversBy(providers: Providers = {}): ReceiverOf {
  const names = new Map(
    Object.entries(providers).flatMap(([name, domains]) =>
      domains.map((domain) => [domain.toLowerCase(), name]),
    ),
  );
  return (address) => {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    return names.get(domain) ?? domain;
  };
}

/** The domains of a receiver: of a provider those of the file. */
export function domainsOf(receiver: Receiver, providers: Providers = {}): readonly string[] {
  return Object.hasOwn(providers, receiver) ? providers[receiver]! : [receiver];
}

/** A domain that fewer customers have may be a family's. */
export const NAMED_FROM = 20;

/** A receiver's name where it must name nobody: in the audit log, which others get. @param customers at least so many have it. */
export function nameOnRecord(receiver: Receiver, customers: number, providers: Providers = {}): string {
  return customers >= NAMED_FROM || Object.hasOwn(providers, receiver)
    ? receiver
    : 'a domain that few customers have';
}

/** More of them than these would fill the page. */
const MOST_TOLD = 10;

/** What may go to Temporal of those that customers wait for: a name where many have that domain, or where the file gives it. */
export function tellReceivers(
  waitedFor: readonly (Omit<ReceiverSeen, 'name'> & { receiver: Receiver })[],
  providers: Providers = {},
): ReceiverSeen[] {
  return waitedFor.slice(0, MOST_TOLD).map(({ receiver, state, customers, reason, since, nextTryAt }) => ({
    name: customers >= NAMED_FROM || Object.hasOwn(providers, receiver) ? receiver : null,
    ...{ state, customers, reason, since, nextTryAt },
  }));
}

/** Such as `12,345 customers at mail.example wait: it refuses our mail (550 5.7.1, not allowed); a few are tried again at …`. */
export function receiverWords({ name, state, customers, reason, nextTryAt }: ReceiverSeen): string {
  const who = `${customers.toLocaleString('en-US')} ${customers === 1 ? 'customer' : 'customers'} at ${name ?? 'a small receiver'}`;
  const waits = customers === 1 ? 'waits' : 'wait';
  if (state === 'paused') return `${who} ${waits}, since somebody paused it (${reason || 'no reason given'})`;
  const next = nextTryAt === null ? '' : `; a few are tried again from ${nextTryAt} on`;
  return `${who} ${waits}: it does not take our mail at the moment (${reason})${next}`;
}
