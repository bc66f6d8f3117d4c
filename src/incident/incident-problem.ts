import { cutText } from './cut-text';
/** One thing that is wrong with an incident file. `found` and `wanted` complete "found ..., write ...". */
export interface Problem {
  /** From 1, as editors count. */
  line: number;
  column: number;
  /** Such as `texts.en.subject`; '' for the file as a whole. */
  path: string;
  found: string;
  wanted: string;
}

/** Steps down into the file: keys, and places in lists from 0. */
export type FilePath = (string | number)[];

/** A problem before its place in the file is known. */
export interface Finding {
  path: FilePath;
  found: string;
  wanted: string;
  /** The finding is about the key, not about what stands after it. */
  atKey?: boolean;
  /** Words of the text that show where in it the problem is. */
  near?: string;
}

/** One problem a line, in the order of the file: `incident.yaml:12:3 texts.en.subject: found ..., write ...`. */
export function formatProblems(fileName: string, problems: Problem[]): string {
  return problems
    .map(({ line, column, path, found, wanted }) => {
      const where = path === '' ? '' : ` ${path}:`;
      return `${fileName}:${line}:${column}${where} found ${found}, write ${wanted}`;
    })
    .join('\n');
}

export function pathText(path: FilePath): string {
  return path.join('.');
}

/** A value as it is named in a problem: short, on one line. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') {
    if (value.trim() === '') return 'an empty text';
    return value.length > LONGEST
      ? `a text of ${value.length} characters (${inQuotes(value)})`
      : inQuotes(value);
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value !== 'object') return String(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty section' : `a section with ${cutText(keys.join(', '), LONGEST)}`;
}

/** In double quotes, cut, with what does not print shown as YAML would write it. */
export function inQuotes(text: string, longest = LONGEST): string {
  const shown = cutText(text, longest);
  const dots = shown.length < text.length ? '...' : '';
  return `"${shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)}${dots}"`;
}

const LONGEST = 60;

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Whether a text from a column of kinds, languages or countries may be shown as one. A column that holds something else than its name
 * says must not put a customer's address or number on the screen.
 */
export function isPlainName(text: string): boolean {
  return !/@|\d{5,}/.test(text);
}
