import { Document, isCollection, isMap, isScalar, type Node, type Pair } from 'yaml';
import { isName } from '../incident/yaml-losses';
import { type Proposal, type Question, stepsOf } from './draft';

/** The section as the operator gets it: by what each value is known beside it, and each question above the place that it is about. */
export function proposalYaml({ section, questions, above, beside }: Proposal): string {
  const document = new Document({ database: section });
  shorten(document.contents as Node);
  for (const [path, words] of Object.entries(beside)) commentBeside(document, path, words);
  for (const [path, lines] of Object.entries(above)) commentAbove(document, path, lines);
  for (const question of questions) {
    const [first, ...others] = question.paths as [string, ...string[]];
    commentAbove(document, first, questionLines(question, others.length));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Texts of a question in lines of a comment. */
function questionLines({ number, question, todo }: Question, others: number): string[] {
  const more = others > 0 ? ` (asked for ${others} more ${others === 1 ? 'place' : 'places'} below)` : '';
  return [...wrapped(`QUESTION ${number}: ${question}${more}`), ...wrapped(todo).map((line) => `  ${line}`)];
}

const WIDTH = 120;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll(/\s+/g, ' ').split(' ')) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** A time, a table between or a dead value stands on one line; an empty list as []. */
function shorten(node: Node): void {
  if (!isCollection(node)) return;
  if (isMap(node) && node.items.length > 0 && node.items.every(isPlain) && isInner(node)) node.flow = true;
  for (const item of node.items) {
    const value = isMap(node) ? (item as Pair).value : item;
    if (value) shorten(value as Node);
  }
}

function isPlain(item: unknown): boolean {
  return isScalar((item as Pair).value);
}

const INNER = [
  'column,as',
  'column,as,zone',
  'table,key,column',
  'random',
  'random,after',
  'now',
  'now,zone',
  'oneMore',
];

function isInner(node: { items: unknown[] }): boolean {
  return INNER.includes(
    node.items.map((item) => String(((item as Pair).key as { value: unknown }).value)).join(),
  );
}

function commentBeside(document: Document, path: string, words: string): void {
  const node = document.getIn(['database', ...stepsOf(path)], true) as Node | undefined;
  if (!node) return;
  // Beside a text of several lines there is no room, and beside other text than names a comment is refused (C108).
  const steps = ['database', ...stepsOf(path)];
  const isText = isScalar(node) && typeof node.value === 'string';
  if (isText && !isName(steps, String(node.value))) commentAbove(document, path, [words]);
  else node.comment = ` ${oneLine(words)}`;
}

/** Above the nearest thing that is there: a question may be about what is not written. */
function commentAbove(document: Document, path: string, lines: string[]): void {
  const steps = stepsOf(path);
  // What stands on one line has its comments above the line.
  let depth = steps.length;
  while (depth > 0 && !reachable(document, steps.slice(0, depth))) depth--;
  const node = commentable(document, steps.slice(0, depth));
  if (!node) return;
  const text = lines.map((line) => ` ${oneLine(line)}`).join('\n');
  node.commentBefore = node.commentBefore ? `${node.commentBefore}\n${text}` : text;
}

function reachable(document: Document, path: (string | number)[]): boolean {
  if (!document.hasIn(['database', ...path])) return false;
  for (let length = 0; length < path.length; length++) {
    const parent = document.getIn(['database', ...path.slice(0, length)], true);
    if (isCollection(parent) && parent.flow) return false;
  }
  return true;
}

/** The key of a pair, or the item of a list. */
function commentable(document: Document, path: (string | number)[]): Node | null {
  const full = ['database', ...path];
  const last = full.at(-1)!;
  const parent = full.length === 1 ? document.contents : document.getIn(full.slice(0, -1), true);
  if (isMap(parent))
    return (parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key as Node) ?? null;
  return (document.getIn(full, true) as Node) ?? null;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}
