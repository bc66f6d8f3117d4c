import type { SmtpPhase } from './smtp-outcome';

/** What a relay answered to one customer's message. `text` begins with the enhanced code where there is one. */
export interface Refusal {
  code: number;
  enhanced: string | null;
  text: string;
}

/**
 * What two refusals have in common when they say the same: the codes, and the words without what changes from one to the
 * next (addresses, queue ids, clocks, counters).
 */
export function refusalKey({ code, enhanced, text }: Refusal): string {
  const words = wordsOf(text, enhanced).map((word) => (CHANGES.test(word) ? CUT : word.toLowerCase()));
  return [code, enhanced ?? '-', ...words].join(' ');
}

/**
 * Whether the enhanced code says that it is about this recipient: mailbox or domain unknown, moved, disabled, full
 * (RFC 3463 x.1.y and x.2.y, but not 1.7 and 1.8, which are about the sender).
 */
export function isAboutRecipient({ enhanced }: Refusal): boolean {
  return enhanced !== null && /^\d\.(?:1\.(?![78]$)|2\.)/.test(enhanced);
}

/** Whether it says which fault of the mailbox it is: unknown, disabled, full (RFC 3463 x.1.1, x.2.1, x.2.2). */
export function isAboutMailbox({ enhanced }: Refusal): boolean {
  return enhanced !== null && /^\d\.(?:1\.1|2\.[12])$/.test(enhanced);
}

/**
 * Whether a refusal at this place is about the customer, and so nobody else's. Neither by what comes at the dot unless it names the mailbox:
 * what is said of the message to one after the other is about the message or its sender, whatever class it has (Exchange: 5.2.252; C97).
 */
export function isAboutCustomer(refusal: Refusal & { at: SmtpPhase }): boolean {
  return refusal.at === 'dot' ? isAboutMailbox(refusal) : isAboutRecipient(refusal);
}

const CUT = '…';
const CHANGES = /[\d@<>]/;

function wordsOf(text: string, enhanced: string | null): string[] {
  const words = text.trim().split(/\s+/);
  return words[0] === enhanced || words[0] === '' ? words.slice(1) : words;
}
