import { cutText } from '../incident/cut-text';

const LONGEST = 200;

/**
 * A relay's words made fit for the ledger and a terminal: valid UTF-8, one line, no control or bidi characters,
 * 200 characters at most. Never throws.
 */
export function cleanReplyText(text: Buffer | string): string {
  const words = String(text);
  if (PLAIN.test(words)) return cutText(words, LONGEST);
  const clean = Buffer.from(cutText(words, 4 * LONGEST), 'utf8')
    .toString('utf8') // a lone surrogate is U+FFFD from here on
    .replace(UNPRINTABLE, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return cutText(clean, LONGEST);
}

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * The relay's own name for a message, from its 250 to the dot; null where the words hold none that we know.
 * It is evidence for support staff and for `settle`, never a condition.
 */
export function queueIdIn(text: string): string | null {
  for (const pattern of PATTERNS) {
    const match = pattern.exec(text);
    if (match !== null) return match[1]!.slice(0, 64);
  }
  return null;
}

const PATTERNS = [
  /queued as <?([A-Za-z0-9._-]+)/i, // Postfix, KumoMTA, SendGrid, our capture relay
  /\bid=<?([A-Za-z0-9._-]+)/i, // Exim
  /\bqueued\W+\(?<?([A-Za-z0-9-]{6,})/i, // Haraka: Message Queued (UUID)
  /\[InternalId=(\d+)/i, // Exchange
  /^(?:2\.\d\.\d )?([A-Za-z0-9-]{6,}) message accepted for delivery/i, // Sendmail, OpenSMTPD
  /\bqp (\d+)/i, // qmail
  /^(?:2\.\d\.\d )?ok:?\s+<?([A-Za-z0-9][A-Za-z0-9._-]{7,})/i, // Amazon SES, Gmail
];
