import { inQuotes } from './incident-problem';

/**
 * What no text of an incident may hold (C26): control characters but tab and line feed, line separators that editors do not
 * show, bidi embeddings and overrides (they turn the rest of the mail), noncharacters, what decoding has lost.
 */
export const UNPRINTABLE =
  /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\u202A-\u202E\uFDD0-\uFDEF\uFEFF\uFFFD-\uFFFF]|\p{Surrogate}/u;

/** Of a text's first character, as `U+FE0F`: the one way to name what cannot be seen. */
export function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `found` and `wanted` of such a character. */
export function unprintableWords(character: string): { found: string; wanted: string } {
  const code = character.codePointAt(0)!;
  const found = `the character ${codePointName(character)}, which does not print`;
  if (code === 0xfffd)
    return { found, wanted: 'what stood here: the character was lost, the file was not UTF-8' };
  const meant = WINDOWS_1252[code - 0x80];
  if (meant !== undefined && meant !== ' ')
    return { found, wanted: `${inQuotes(meant)}, which it was in Word` };
  if (code === 0x2028 || code === 0x2029) return { found, wanted: 'a line break' };
  return { found, wanted: 'the text without it' };
}

/** What Word meant by the control characters 80 to 9F. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/**
 * Whether the text holds UTF-8 that was once read as Latin-1 or Windows-1252 (`JosÃ©` for `José`), once or twice over
 * (C39). A false alarm costs a neutral greeting; so letters that really stand beside each other (`MATÚŠ`) are no alarm.
 */
export function looksMangled(text: string): boolean {
  return MANGLED.test(text);
}

// How Windows-1252 shows the bytes 0x80 to 0xBF. Letters and quotes stand apart: after most capitals they can be real.
const SIGN = '\\u0080-\\u00A9\\u00AB-\\u00B9\\u00BB-\\u00BF€‚„…†‡ˆ‰‹“”•—˜™›';
const LETTER_OR_QUOTE = 'ªºŠŒŽšœžŸƒ‘’–';

// First bytes of two octets (C2 to DF), of three (E0 to EF), of four (F0), as UTF-8 has them (RFC 3629).
const MANGLED = new RegExp(
  `[Â-ß][${SIGN}]|[ÂÃÄÅÐÑØÙ×ÎÏ][${LETTER_OR_QUOTE}]|[à-ï][${SIGN}${LETTER_OR_QUOTE}]{2}|ð[${SIGN}${LETTER_OR_QUOTE}]{3}`,
);
