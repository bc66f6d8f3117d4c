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
