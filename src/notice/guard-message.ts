import type { CompiledNotice } from './compile-notice';
import type { Slot } from './skeleton';

/** All that a message may hold of a customer. */
export interface OwnData {
  address: string;
  /** As greeted; null: without a name. */
  name: string | null;
  /** Without angle brackets. */
  messageId: string;
}

/**
 * Proves of a message, by the octets about to be written, that it is the approved text and this customer's own data, and nothing
 * else (C43): so there is no address or name of anybody else in it. Read back by other means than it was made. Measured: 8 us.
 * @returns what is not this customer's own; null: all is.
 */
export function foreignPart(content: Buffer, notice: CompiledNotice, own: OwnData): string | null {
  const { approved, slots } = own.name === null ? notice.neutral : notice.named;
  if (!standsAt(content, 0, approved[0]!)) return 'the text';
  let from = approved[0]!.length;
  for (let i = 0; i < slots.length; i++) {
    const next = approved[i + 1]!;
    const to = whereStands(content, from, next);
    if (to < 0) return 'the text';
    if (!isOwn(slots[i]!, content.toString('latin1', from, to), own)) return PLACE[slots[i]!];
    from = to + next.length;
  }
  return from === content.length ? null : 'the end';
}

function standsAt(content: Buffer, at: number, part: Buffer): boolean {
  return content.compare(part, 0, part.length, at, Math.min(at + part.length, content.length)) === 0;
}

/** By its first octet: a search for kilobytes prepares tables for each, and slots are short. */
function whereStands(content: Buffer, from: number, part: Buffer): number {
  const first = part[0]!;
  for (let at = from; at < content.length; at++)
    if (content[at] === first && standsAt(content, at, part)) return at;
  return -1;
}

const PLACE: Record<Slot, string> = {
  date: 'the date',
  messageId: 'the Message-ID',
  to: 'the To header',
  nameText: 'the greeting of the text part',
  nameHtml: 'the greeting of the HTML part',
  emailText: 'the address in the text part',
  emailHtml: 'the address in the HTML part',
};

function isOwn(slot: Slot, value: string, { address, name, messageId }: OwnData): boolean {
  switch (slot) {
    case 'date':
      return DATE.test(value);
    case 'messageId':
      return value === messageId;
    case 'to':
      return value === address || Buffer.from(value, 'latin1').toString('utf8') === address;
    case 'emailText':
      return decoded(value) === address;
    case 'emailHtml':
      return unescaped(decoded(value)) === address;
    case 'nameText':
      return withoutIsolate(decoded(value)) === name;
    case 'nameHtml':
      return unescaped(decoded(value)) === name;
  }
}

const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000$/;

/** Quoted-printable (RFC 2045 section 6.7) of UTF-8. */
function decoded(value: string): string {
  if (!value.includes('=')) return value;
  const octets = value.replaceAll('=\r\n', '').replace(/=([0-9A-F]{2})/g, octet);
  return ASCII.test(octets) ? octets : Buffer.from(octets, 'latin1').toString('utf8');
}

const ASCII = /^[\0-\x7f]*$/;

function octet(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function unescaped(html: string): string {
  return html.includes('&')
    ? html.replace(/&(lt|gt|quot|#39|amp);/g, (_, entity: string) => ENTITIES[entity]!)
    : html;
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function withoutIsolate(text: string): string {
  return text.startsWith('\u2068') && text.endsWith('\u2069') ? text.slice(1, -1) : text;
}
