import type { Books } from '../books/books';
import { areNoticesFew, findByAddressThen, findByQueueId, findTold } from '../books/find-told';
import type { IncidentRow } from '../books/incident-row';
import { isSameText } from '../company/find-customer';
import { mailableAddress } from '../incident/mailable-address';
import type { CustomerId } from '../incident/vocabulary';
import { messageMac } from '../notice/message-headers';

/** By what somebody was found whose id or address of today it is not. */
export type FoundBy = 'message-id' | 'queue-id' | 'address-then';

export interface Searched {
  by: FoundBy;
  ids: CustomerId[];
}

/** What was typed may be this; null: neither an address, a Message-ID nor a queue id. */
export function searchable(asked: string): FoundBy | null {
  const text = asWritten(asked);
  if (MESSAGE_ID.test(text)) return 'message-id';
  if (text.includes('@')) return 'address-then';
  return QUEUE_ID.test(text) ? 'queue-id' : null;
}

/** As message-headers.ts makes them; people copy them with and without the angle brackets, and with what stands before. */
const MESSAGE_ID = /^r?[0-9a-f]{40}@[^\s@<>]+$/i;
const QUEUE_ID = /^[\w.:=+/-]{5,64}$/;

/**
 * What somebody pasted, without what mail programs and logs put around it: `Ann <ann@x.test>`, `mailto:ann@x.test`, `message-id=<...>`,
 * `4XyZ12:`, the dot that ends a sentence; and each letter in one code point, as keyboards write it.
 */
export function asWritten(pasted: string): string {
  return pasted
    .normalize('NFC')
    .trim()
    .replace(/^(?:message-id\s*[:=]|mailto:)\s*/i, '')
    .replace(/^[^<>‹›]*[<‹]([^<>‹›\s]+)[>›][.,;:]*$/, '$1')
    .replace(/(?<=.)[.,;:]+$/, '');
}

/**
 * Looks through the notices for an address, a Message-ID or a queue id.
 * @param search also where they are so many that it takes a while. @returns 'unsearched': they are, and nobody said so; null: it is nobody's.
 */
export async function searchNotices(
  books: Books,
  row: IncidentRow,
  asked: string,
  { search, telling }: { search: boolean; telling: () => void },
): Promise<Searched | 'unsearched' | null> {
  const by = searchable(asked);
  if (by === null) return null;
  if (!(await areNoticesFew(books))) {
    if (!search) return 'unsearched';
    telling();
  }
  const ids = await idsOf(books, row, by, asWritten(asked));
  return ids.length === 0 ? null : { by, ids };
}

async function idsOf(books: Books, row: IncidentRow, by: FoundBy, text: string): Promise<CustomerId[]> {
  if (by === 'queue-id') return findByQueueId(books, text);
  if (by === 'address-then') {
    const mailable = mailableAddress(text);
    const address = 'address' in mailable ? mailable.address : text;
    return findByAddressThen(books, address, (used) => isSameText(used, address));
  }
  const mac = text.slice(0, text.indexOf('@')).toLowerCase();
  const wanted = mac.replace(/^r/, '');
  const found = await findTold(
    books,
    (customerId, wave) =>
      (wave === 'reminder') === mac.startsWith('r') &&
      messageMac(row.message_key, { incident: row.incident_id, wave, customerId, role: 'primary' }) ===
        wanted,
  );
  return found === null ? [] : [found];
}
