const LONGEST = 200;

/**
 * A relay's words made fit for the ledger and a terminal: valid UTF-8, one line, no control or bidi characters,
 * 200 UTF-16 units at most. Never throws.
 */
export function cleanReplyText(text: Buffer | string): string {
  const words = typeof text === 'string' ? text : text.toString('utf8');
  if (PLAIN.test(words)) return words.length <= LONGEST ? words : words.slice(0, LONGEST);
  const clean = Buffer.from(words.slice(0, 4 * LONGEST), 'utf8')
    .toString('utf8') // a lone surrogate is U+FFFD from here on
    .replace(UNPRINTABLE, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const cut = clean.slice(0, LONGEST);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;
