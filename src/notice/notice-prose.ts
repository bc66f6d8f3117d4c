import { NoticeError } from './notice-error';

/**
 * A text of the incident file as prose: paragraphs are parted by blank lines, a single line break is a blank (none
 * between Han, Kana, Thai and other letters that are written without blanks). Throws NoticeError with line and column
 * for characters that do not print: Gmail clips at a stray C1 (C26), overrides turn the rest of the mail (C23).
 */
export function proseParagraphs(text: string, path: string): string[] {
  return checkedText(text, path)
    .split(/\n\s*\n/)
    .map((paragraph) => joinLines(paragraph.trim()))
    .filter((paragraph) => paragraph !== '');
}

/** The same for a text whose line breaks are meant, such as a signature: its lines. */
export function proseLines(text: string, path: string): string[] {
  return checkedText(text, path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The same for a text of one line. */
export function proseLine(text: string, path: string): string {
  return joinLines(checkedText(text, path).trim());
}

// C0 but for tab and line feed, DEL, C1, line separators, bidi embeddings and overrides, noncharacters (our slot marks
// are among them), what decoding could not read, lone surrogates, byte order marks.
const UNPRINTABLE =
  /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\u202A-\u202E\uFDD0-\uFDEF\uFEFF\uFFFD-\uFFFF]|\p{Surrogate}/u;

function checkedText(text: string, path: string): string {
  const unix = text.replace(/\r\n?/g, '\n');
  const found = UNPRINTABLE.exec(unix);
  if (found) {
    const before = unix.slice(0, found.index).split('\n');
    const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const column = before.at(-1)!.length + 1;
    throw new NoticeError(
      path,
      `the character U+${code} at line ${before.length}, column ${column} does not print; delete it, or write what was meant`,
    );
  }
  return unix.replace(/\t/g, ' ');
}

const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\u3000-\\u303F\\uFF00-\\uFFEF]';
const UNSPACED_BREAK = new RegExp(`(?<=${UNSPACED}) *\\n *(?=${UNSPACED})`, 'gu');

function joinLines(paragraph: string): string {
  return paragraph.replace(UNSPACED_BREAK, '').replace(/\s*\n\s*/g, ' ');
}
