import { acceptancesIn } from '../scripts/relay/acceptances';

export interface RelayVerdict {
  customersAcceptedOnce: number;
  customersAcceptedTwiceOrMore: number;
  customersNeverAccepted: number;
  /** Different messages accepted for addresses that no customer has. */
  strangers: number;
}

export interface JudgedCustomer {
  /** As the company stores it. */
  address: string | null;
}

/**
 * Counts, from the relay's log and the list of customers alone (never the ledger), who was told (I1, I2). Addresses are compared
 * as they look on the wire. Of customers who share an address each must have a message of its own: the
 * Message-IDs accepted for it once count as customers told once, those accepted again as told twice or more, and what is
 * missing as never told; with more messages than customers, somebody was told by two different ones.
 * @param only the wave whose messages count: a reminder's Message-ID begins with `r`.
 * @param ignore addresses that are nobody's, such as the company's own mailboxes.
 * @throws EvidenceError when the log cannot be read.
 */
export async function judgeRelayLog(
  logFile: string,
  customers: AsyncIterable<JudgedCustomer>,
  ignore: readonly string[] = [],
  only: 'notice' | 'reminder' = 'notice',
): Promise<RelayVerdict> {
  const counts = (messageId: string) => REMINDER.test(messageId) === (only === 'reminder');
  const mailboxes = await acceptedMailboxes(logFile, counts);
  for (const address of ignore) mailboxes.delete(wireSpelling(address));
  const verdict: RelayVerdict = {
    customersAcceptedOnce: 0,
    customersAcceptedTwiceOrMore: 0,
    customersNeverAccepted: 0,
    strangers: 0,
  };
  for await (const { address } of customers) {
    const mailbox = address === null ? undefined : mailboxes.get(wireSpelling(address));
    if (mailbox) mailbox.customers++;
    else verdict.customersNeverAccepted++;
  }
  for (const mailbox of mailboxes.values()) countMailbox(mailbox, verdict);
  return verdict;
}

/** What was accepted for one address. A million of them fit into 300 MB. */
interface Mailbox {
  messageId: string;
  /** How often each was accepted; null: the one, once. */
  times: Map<string, number> | null;
  customers: number;
}

const REMINDER = /^r[0-9a-f]{40}@/;

async function acceptedMailboxes(
  logFile: string,
  counts: (messageId: string) => boolean,
): Promise<Map<string, Mailbox>> {
  const mailboxes = new Map<string, Mailbox>();
  for (const { to, messageId } of await acceptancesIn(logFile)) {
    if (!counts(messageId)) continue;
    const address = wireSpelling(to);
    const mailbox = mailboxes.get(address);
    if (mailbox) {
      mailbox.times ??= new Map([[mailbox.messageId, 1]]);
      const id = ownCopy(messageId);
      mailbox.times.set(id, (mailbox.times.get(id) ?? 0) + 1);
    } else mailboxes.set(ownCopy(address), { messageId: ownCopy(messageId), times: null, customers: 0 });
  }
  return mailboxes;
}

function countMailbox({ times, customers }: Mailbox, verdict: RelayVerdict): void {
  const messages = times?.size ?? 1;
  if (customers === 0) {
    verdict.strangers += messages;
    return;
  }
  const again = times ? [...times.values()].filter((count) => count > 1).length : 0;
  const surplus = Math.max(0, messages - customers);
  const told = Math.min(customers, messages);
  const twice = Math.min(told, again + surplus);
  verdict.customersAcceptedOnce += told - twice;
  verdict.customersAcceptedTwiceOrMore += twice;
  verdict.customersNeverAccepted += customers - told;
}

/** A piece of a long string keeps all of it in memory: here, the whole log. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/**
 * How an address looks on the wire, from what the company stores (C15, C17, C18); what the relay logs is left as it is. White space
 * around it goes; the local part keeps every octet and its case, in quotes where it may not stand without (RFC 5321 4.1.2); the
 * domain is in lower case and ASCII. Nothing else is merged, or one customer's second message would pass for another's first.
 */
function wireSpelling(address: string): string {
  if (ORDINARY.test(address)) return address;
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 0) return trimmed;
  const local = trimmed.slice(0, at);
  const domain = trimmed.slice(at + 1);
  const plain = local.startsWith('"') || /^[^.]+(?:\.[^.]+)*$/.test(local);
  return `${plain ? local : `"${local}"`}@${asciiDomain(domain)}`;
}

/** Nothing to do for most, and quickly seen. */
const ORDINARY = /^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[a-z0-9.-]+$/;

/** The URL parser is the IDNA that every Node has; it must not see what means something else in a URL. */
function asciiDomain(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || /[\0-,/:-@[-`{-\x7f]/.test(domain)) return domain.toLowerCase();
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain.toLowerCase();
}
