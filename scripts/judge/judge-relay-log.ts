import { readAcceptances } from './read-acceptances';

export interface RelayVerdict {
  customersAcceptedOnce: number;
  customersAcceptedTwiceOrMore: number;
  customersNeverAccepted: number;
  /** Acceptances for addresses that no customer has. */
  strangers: number;
}

export interface JudgedCustomer {
  /** As the company stores it. */
  address: string | null;
}

/**
 * Counts, from the relay's log and the list of customers alone (never the ledger), who was told. An address is what the company
 * stores, without white space around it, a local part that needs quotes (RFC 5321 4.1.2) with them, a domain in lower case and
 * ASCII. Of customers who share an address each must have a message of its own: the Message-IDs accepted for it once count as
 * customers told once, those accepted again as told twice or more, and what is missing as never told.
 * @param ignore addresses that are nobody's, such as the company's own mailboxes.
 */
export async function judgeRelayLog(
  logFile: string,
  customers: AsyncIterable<JudgedCustomer>,
  ignore: readonly string[] = [],
): Promise<RelayVerdict> {
  const acceptances = await countAcceptances(logFile);
  for (const address of ignore) acceptances.delete(onTheWire(address));
  const verdict = {
    customersAcceptedOnce: 0,
    customersAcceptedTwiceOrMore: 0,
    customersNeverAccepted: 0,
    strangers: 0,
  };
  const sharers = new Map<string, number>();
  for await (const { address } of customers) {
    const wire = address === null ? '' : onTheWire(address);
    if (acceptances.has(wire)) sharers.set(wire, (sharers.get(wire) ?? 0) + 1);
    else verdict.customersNeverAccepted++;
  }
  for (const [address, messages] of acceptances) {
    const customersHere = sharers.get(address) ?? 0;
    if (customersHere === 0) {
      verdict.strangers += typeof messages === 'string' ? 1 : messages.size;
      continue;
    }
    const { once, again } = typeof messages === 'string' ? { once: 1, again: 0 } : onceAndAgain(messages);
    // More messages than customers: somebody was told by two different ones.
    const surplus = Math.max(0, once + again - customersHere);
    const told = Math.min(customersHere, once + again);
    const twice = Math.min(told, again + surplus);
    verdict.customersAcceptedOnce += told - twice;
    verdict.customersAcceptedTwiceOrMore += twice;
    verdict.customersNeverAccepted += customersHere - told;
  }
  return verdict;
}

/** By address: its one Message-ID, or how often each of several was accepted. One string for most keeps a million in memory. */
async function countAcceptances(logFile: string): Promise<Map<string, string | Map<string, number>>> {
  const byAddress = new Map<string, string | Map<string, number>>();
  for await (const { to, messageId } of readAcceptances(logFile)) {
    const address = onTheWire(to);
    const known = byAddress.get(address);
    if (known === undefined) {
      byAddress.set(address, messageId);
      continue;
    }
    const messages = typeof known === 'string' ? new Map([[known, 1]]) : known;
    messages.set(messageId, (messages.get(messageId) ?? 0) + 1);
    byAddress.set(address, messages);
  }
  return byAddress;
}

function onceAndAgain(messages: Map<string, number>): { once: number; again: number } {
  let once = 0;
  for (const times of messages.values()) if (times === 1) once++;
  return { once, again: messages.size - once };
}

/** One spelling for what the company stores and what the relay logs; the local part keeps its case. */
function onTheWire(address: string): string {
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 0) return trimmed;
  const local = trimmed.slice(0, at).replace(/^"(.*)"$/s, '$1');
  const domain = trimmed.slice(at + 1);
  return `${local}@${URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain.toLowerCase()}`;
}
