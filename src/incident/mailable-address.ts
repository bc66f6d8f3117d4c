import { codePointName } from './unprintable';

/** Why a customer cannot be told by e-mail. The codes stand in the ledger; the words are for people. */
export const UNMAILABLE = {
  'address-missing': 'there is no address',
  'address-unreadable': 'the address holds control or invisible characters, or letters that were lost',
  'several-addresses': 'it is more than one address',
  'address-with-name': 'it is more than the address, such as Ann <ann@example.com>',
  'address-with-comment': 'it has a remark in parentheses',
  'address-with-scheme': 'it is a link (mailto:), not an address',
  'address-with-blanks': 'there is a space within the address',
  'address-incomplete': 'one side of the @ is missing, or the @ itself',
  'address-malformed': 'it is not written as an address is',
  'address-too-long': 'longer than mail allows: 64 octets before the @, 254 in all',
  'address-literal': 'it names a machine by number, such as ann@[192.0.2.1]',
  'domain-incomplete': 'the domain has no dot: the relay would deliver it to a machine of its own',
  'domain-invalid': 'the part after the @ cannot be a domain',
} as const;

export type UnmailableReason = keyof typeof UNMAILABLE;

/** `codePoint`, such as U+FE0F: the first character that makes it unreadable; nobody would find it by looking (C107). */
export type Unmailable = { skip: UnmailableReason; codePoint?: string };

/** As the ledger keeps it: the code alone, or `address-unreadable U+FE0F`. */
export function skipReason({ skip, codePoint }: Unmailable): string {
  return codePoint === undefined ? skip : `${skip} ${codePoint}`;
}

/** Such a reason in words, the character named; null: it is another kind of reason. */
export function unmailableWords(reason: string): string | null {
  const [code, ...codePoints] = reason.split(' ');
  if (!Object.hasOwn(UNMAILABLE, code!)) return null;
  const words = UNMAILABLE[code as UnmailableReason];
  return codePoints.length === 0 ? words : `${words}: ${codePoints.join(' ')}`;
}

export type Mailable = {
  /** As it goes between the angle brackets of RCPT TO, and into the To header. */
  address: string;
  /** The part before the @ is not ASCII: the relay must offer SMTPUTF8 (RFC 6531). */
  smtputf8: boolean;
  /** White space around it was dropped; the dry run counts these. */
  trimmed?: true;
};

/**
 * One address for the wire from whatever the company's column holds, or why there is none. The policy (C14 to C18):
 *
 * - White space around it goes (also tab, line ends, no-break space). Nothing else is fixed or guessed.
 * - A character that cannot be seen, wherever it stands, is no typing error but a copy, a trick or a wrong import: skipped, and named.
 * - One address or none: two addresses, a name, a remark, `mailto:` are skipped, so no stranger ever gets a notice.
 * - The local part keeps its case and its characters. Where it has dots that RFC 5321 allows in quotes only, as real
 *   carriers' addresses do, it is quoted: `a..b@carrier.test` is tried as `"a..b"@carrier.test`, and the relay decides.
 * - The domain is lower-cased and written in ASCII (A-labels, as browsers do it). It needs a dot and a last label that is
 *   no number; addresses of machines (`[192.0.2.1]`, `localhost`) are skipped.
 * - 64 octets before the @, 254 in all (RFC 5321 4.5.3.1, RFC 3696 erratum 1690), counted as sent.
 * - What comes out matches a strict grammar: no control character, no angle bracket, no space but in quotes.
 */
export function mailableAddress(raw: string | null): Mailable | Unmailable {
  if (raw !== null && raw.length <= 254 && ORDINARY_ADDRESS.test(raw)) {
    const at = raw.indexOf('@');
    return { address: raw.slice(0, at) + raw.slice(at).toLowerCase(), smtputf8: false };
  }
  const trimmed = raw?.trim() ?? '';
  if (raw !== null && hadMark(raw, trimmed)) return unreadable(BYTE_ORDER_MARK);
  if (trimmed === '') return { skip: 'address-missing' };
  const mailable = addressOf(trimmed);
  return 'address' in mailable && trimmed !== raw ? { ...mailable, trimmed: true } : mailable;
}

/**
 * Whether a text is one address as mailableAddress() lets it out, but for the case of its domain: so it makes no command of its own, no
 * second recipient and no other header (C12, C16, C17).
 * @param smtputf8 it may need SMTPUTF8.
 */
export function isMailAddress(text: string, smtputf8: boolean): boolean {
  const mailable = mailableAddress(text);
  if ('skip' in mailable || (mailable.smtputf8 && !smtputf8)) return false;
  return mailable.address.toLowerCase() === text.toLowerCase();
}

/** Whether an address that mailableAddress() let out needs SMTPUTF8 (RFC 6531): it is not all ASCII (C14). */
export function needsSmtputf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address);
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
/** Most addresses by far, and quickly seen; and all that an incident file may name. */
export const ORDINARY_ADDRESS = new RegExp(
  `^(?=[^@]{1,64}@)${ATOM}+(?:\\.${ATOM}+)*@(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`,
);

/** trim() takes a byte order mark for white space. */
function hadMark(raw: string, trimmed: string): boolean {
  if (trimmed.length === raw.length) return false;
  const start = raw.indexOf(trimmed);
  return (
    raw.slice(0, start).includes(BYTE_ORDER_MARK) ||
    raw.slice(start + trimmed.length).includes(BYTE_ORDER_MARK)
  );
}

const BYTE_ORDER_MARK = '\uFEFF';

function unreadable(character: string): Unmailable {
  return { skip: 'address-unreadable', codePoint: codePointName(character) };
}

function addressOf(text: string): Mailable | Unmailable {
  if (text.length > MOST_READ) return { skip: 'address-too-long' };
  const hidden = UNREADABLE.exec(text)?.[0];
  if (hidden !== undefined) return unreadable(hidden);
  const parts = QUOTED.exec(text) ?? UNQUOTED.exec(text);
  if (!parts) return { skip: whyNotOne(text) };
  const local = localPart(parts[1]!);
  if (local === null) return { skip: 'address-malformed' };
  const domain = mailableDomain(parts[2]!);
  if ('skip' in domain) return domain;
  const address = `${local}@${domain.name}`;
  if (octets(local) > 64 || octets(address) > 254) return { skip: 'address-too-long' };
  return { address, smtputf8: needsSmtputf8(local) };
}

/** Far above what is mailable, so that nothing below looks at 10 MB. */
const MOST_READ = 1_000;
/**
 * Control, format and private characters, lone surrogates, what is unassigned; line separators; what decoding lost. And what no font
 * shows (C107): Unicode's ignorable code points (variation selectors, Hangul and Khmer fillers, joiners), the blank of braille.
 */
const UNREADABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\uFFFD]/u;
// RFC 5321 4.1.2 Quoted-string, RFC 6531 3.3; but no angle bracket, which simple relays take for the end.
const QUOTED = /^("(?:[^"\\<>\x00-\x1f\x7f]|\\[ -;=?-~])*")@([^\s@"(),:;<>]+)$/;
const UNQUOTED = /^([^\s@"(),:;<>[\]\\]+)@([^\s@"(),:;<>]+)$/;

const DOT_ATOM = /^[^.]+(?:\.[^.]+)*$/;

/** Quotes what may only stand in quotes; null for what may not even there. */
function localPart(text: string): string | null {
  if (text.startsWith('"')) return /[^\S ]/.test(text) ? null : text;
  return DOT_ATOM.test(text) ? text : `"${text}"`;
}

function mailableDomain(text: string): { name: string } | { skip: UnmailableReason } {
  if (text.startsWith('[')) return { skip: 'address-literal' };
  const name = /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : asciiDomain(text);
  if (name === null) return { skip: 'domain-invalid' };
  if (SINGLE_LABEL.test(name)) return { skip: 'domain-incomplete' };
  return DOMAIN.test(name) ? { name } : { skip: 'domain-invalid' };
}
const SINGLE_LABEL = new RegExp(`^${LABEL}$`);
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`);

// The URL parser is the IDNA (UTS 46) that every Node has without an import. Signs that mean something else in a URL are
// refused first.
function asciiDomain(text: string): string | null {
  if (/[\0-,/:-@[-`{-\x7f]/.test(text)) return null;
  try {
    return new URL(`http://${text}`).hostname;
  } catch {
    return null;
  }
}

function whyNotOne(text: string): UnmailableReason {
  if (/^mailto:/i.test(text)) return 'address-with-scheme';
  if (/@.*[,;\s/|].*@/.test(text) && !text.startsWith('"')) return 'several-addresses';
  if (/[<>]/.test(text)) return 'address-with-name';
  if (/[()]/.test(text)) return 'address-with-comment';
  if (/@\[/.test(text)) return 'address-literal';
  if (!/[^@]@[^@]/.test(text)) return 'address-incomplete';
  return /\s/.test(text) && !text.includes('"') ? 'address-with-blanks' : 'address-malformed';
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
