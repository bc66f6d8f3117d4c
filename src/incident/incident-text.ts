import type { Problem } from './incident-problem';
import { UNPRINTABLE, unprintableWords } from './unprintable';

/** Thirty languages come to half of it. */
const MOST_BYTES = 524_288;
const MOST_LINES = 20_000;
/** More of them say nothing new. */
const MOST_CHARACTERS = 50;

export interface FileText {
  /** Decoded, without byte order mark, every line end a line feed (C12). */
  text: string;
  problems: Problem[];
  /** There is no sense in reading on. */
  unreadable: boolean;
}

/** The text of an incident file from its bytes (or text, already decoded), with the faults that no YAML parser would find. */
export function readFileText(file: string | Uint8Array): FileText {
  const size = file.length;
  if (size > MOST_BYTES)
    return unreadable(`a file of ${size} bytes`, `an incident file, of ${MOST_BYTES} bytes at most`);
  if (typeof file !== 'string' && (startsWith(file, 0xff, 0xfe) || startsWith(file, 0xfe, 0xff)))
    return unreadable('a file in UTF-16', 'the same text saved as UTF-8');
  const decoded = typeof file === 'string' ? file : new TextDecoder('utf-8').decode(file);
  const text = decoded.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (text.includes('\0'))
    return unreadable('a binary file, or one in UTF-16', 'the same text saved as UTF-8');
  const lines = text.split('\n');
  if (lines.length > MOST_LINES)
    return unreadable(`a file of ${lines.length} lines`, `an incident file, of ${MOST_LINES} lines at most`);
  return { text, problems: lines.flatMap(problemsOfLine).slice(0, MOST_CHARACTERS), unreadable: false };
}

function problemsOfLine(line: string, index: number): Problem[] {
  if (!UNPRINTABLE.test(line)) return [];
  return [...line.matchAll(EVERY_UNPRINTABLE)].map((match) => ({
    line: index + 1,
    column: match.index + 1,
    path: '',
    ...unprintableWords(match[0]),
  }));
}
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');

function unreadable(found: string, wanted: string): FileText {
  return { text: '', problems: [{ line: 1, column: 1, path: '', found, wanted }], unreadable: true };
}

function startsWith(bytes: Uint8Array, first: number, second: number): boolean {
  return bytes[0] === first && bytes[1] === second;
}
