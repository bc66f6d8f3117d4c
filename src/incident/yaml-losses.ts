import { type Document, isCollection, isNode, isPair, isScalar, type Pair, type Range, Scalar } from 'yaml';
import { cutText } from './cut-text';
import { type FilePath, inQuotes } from './incident-problem';

/** What stands in the file and would not be read as it stands there (C108). */
export interface YamlLoss {
  offset: number;
  path: FilePath;
  found: string;
  wanted: string;
}

/**
 * Where YAML would read less than what is written, or something else, without a sound: a space and a # end a text that has no quotes;
 * `0800123`, `1.10` and `1e3` are numbers, and lose how they were written. So a comment stands on a line of its own, or after what ends by
 * itself: a key with a section below it, quotes, a bracket, a number, true, false or null, the name of a table or column.
 */
export function yamlLosses(document: Document.Parsed, text: string): YamlLoss[] {
  const losses: YamlLoss[] = [];
  const walk = (node: unknown, path: FilePath, column: number): void => {
    if (isCollection(node)) {
      for (const [i, item] of node.items.entries()) {
        if (isPair(item)) walk(item.value, [...path, keyText(item)], columnOf(text, startOf(item.key)));
        else walk(item, [...path, i], columnOf(text, itemStart(text, startOf(item), node.flow === true)));
      }
    } else if (isScalar(node) && node.range) {
      const loss = lossOf(node, node.range, { text, path, column });
      if (loss !== null) losses.push({ path, ...loss });
    }
  };
  walk(document.contents, [], 0);
  return losses;
}

/** @param column of the key or the hyphen. */
function lossOf(
  { value, type }: Scalar,
  [from, to]: Range,
  { text, path, column }: { text: string; path: FilePath; column: number },
): Omit<YamlLoss, 'path'> | null {
  const source = text.slice(from, to);
  if (source === '') return swallowed(text, from);
  if (type !== Scalar.PLAIN) return null;
  if (typeof value === 'number') return changed(value, source, from);
  if (typeof value !== 'string') return null;
  const offset = (isName(path, source) ? null : beside(text, to)) ?? below(text, to, column);
  if (offset === null) return null;
  return {
    offset,
    found: `${commentAt(text, offset)}, which YAML leaves out as a comment after ${inQuotes(source)}`,
    wanted:
      'the whole text in quotes, "...", if it belongs to it, or the comment on a line of its own, as far left as what it is about',
  };
}

/** Nothing but a comment after a key or a hyphen: `reminder: #14` would be no reminder. */
function swallowed(text: string, offset: number): Omit<YamlLoss, 'path'> | null {
  const before = text.slice(offset - columnOf(text, offset), offset);
  if (text[offset] !== '#' || before.trim() === '') return null;
  return {
    offset,
    found: `${commentAt(text, offset)}, which YAML leaves out as a comment, so that nothing is left`,
    wanted: 'the text in quotes, or null',
  };
}

function commentAt(text: string, offset: number): string {
  return inQuotes(text.slice(offset, offset + MOST_READ).split('\n', 1)[0]!);
}

/** No table, column or zone is called `users # ours`; a value that stands for a password may be. */
export function isName(path: FilePath, source: string): boolean {
  return path[0] === 'database' && path.at(-1) !== 'dead' && /^[\w$./-]+$/.test(source);
}

/** A comment on the last line of the text. */
function beside(text: string, after: number): number | null {
  const spaces = /^[ \t]+(?=#)/.exec(text.slice(after, after + MOST_READ))?.[0];
  return spaces === undefined ? null : after + spaces.length;
}

/** A comment where the next line of the text would stand. */
function below(text: string, after: number, column: number): number | null {
  const [whole, indent] = /^[ \t]*\n(?:[ \t]*\n)*([ \t]*)#/.exec(text.slice(after, after + MOST_READ)) ?? [];
  if (whole === undefined || indent!.length <= column) return null;
  return after + whole.length - 1;
}

/** Far more than there are empty lines anywhere. */
const MOST_READ = 2_000;

/** A number that is written otherwise than numbers are told: of `0800123` nobody knows what was meant. */
function changed(value: number, source: string, offset: number): Omit<YamlLoss, 'path'> | null {
  const read = String(value);
  if (read === source) return null;
  const shown = cutText(source, 60);
  return {
    offset,
    found: `${shown}, which YAML reads as the number ${read}`,
    wanted: `it in quotes, "${shown}", if it is a text; a number in plain digits`,
  };
}

/** Where an item's hyphen stands; within brackets there is none. */
function itemStart(text: string, start: number, flow: boolean): number {
  return flow ? start : text.lastIndexOf('-', start - 1);
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
