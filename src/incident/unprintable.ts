import { quoted } from './incident-problem';

/**
 * What no text of an incident may hold (C26): control characters but tab and line feed, line separators that editors do not
 * show, bidi embeddings and overrides (they turn the rest of the mail), noncharacters, what decoding has lost.
 */
export const UNPRINTABLE =
  /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\u202A-\u202E\uFDD0-\uFDEF\uFEFF\uFFFD-\uFFFF]|\p{Surrogate}/u;

/** `found` and `wanted` of such a character. */
export function unprintableWords(character: string): { found: string; wanted: string } {
  const code = character.codePointAt(0)!;
  const found = `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}, which does not print`;
  if (code === 0xfffd)
    return { found, wanted: 'what stood here: the character was lost, the file was not UTF-8' };
  const meant = WINDOWS_1252[code - 0x80];
  if (meant !== undefined && meant !== ' ')
    return { found, wanted: `${quoted(meant)}, which it was in Word` };
  if (code === 0x2028 || code === 0x2029) return { found, wanted: 'a line break' };
  return { found, wanted: 'the text without it' };
}

/** What Word meant by the control characters 80 to 9F. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
