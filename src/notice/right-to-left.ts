const LANGUAGES = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'iw',
  'ks',
  'ps',
  'sd',
  'syr',
  'ug',
  'ur',
  'yi',
]);

/** Whether texts in this language (ISO 639) run from right to left. */
export function isRightToLeft(language: string): boolean {
  return LANGUAGES.has(language);
}

// Unicode's right-to-left blocks: Hebrew to Arabic Extended-A, the presentation forms, and the two ranges that
// Unicode reserves for right-to-left scripts in the supplementary planes (UAX #9, table of default Bidi_Class).
const LETTER =
  /[\u0590-\u08FF\uFB1D-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Whether the text holds a right-to-left letter, so that it must be isolated in a left-to-right sentence (C23). */
export function hasRightToLeft(text: string): boolean {
  return LETTER.test(text);
}
