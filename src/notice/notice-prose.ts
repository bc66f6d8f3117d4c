/**
 * A text of the incident file as prose: paragraphs are parted by empty lines, a single line break is a space (none
 * between Han, Kana, Thai and other letters that are written without spaces), and so is a tab.
 */
export function proseParagraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map(proseLine)
    .filter((paragraph) => paragraph !== '');
}

/** The same for a text whose line breaks are meant, such as a signature: its lines. */
export function proseLines(text: string): string[] {
  return text
    .split('\n')
    .map(proseLine)
    .filter((line) => line !== '');
}

/** The same for a text of one line. */
export function proseLine(text: string): string {
  return text
    .replace(/\t/g, ' ')
    .trim()
    .replace(UNSPACED_BREAK, '')
    .replace(/\s*\n\s*/g, ' ');
}

const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\u3000-\\u303F\\uFF00-\\uFFEF]';
const UNSPACED_BREAK = new RegExp(`(?<=${UNSPACED}) *\\n *(?=${UNSPACED})`, 'gu');
