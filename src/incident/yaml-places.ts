import { type Document, isCollection, isNode, isPair, isScalar, type Node, type Pair } from 'yaml';
import type { FilePath, Finding } from './incident-problem';

/** Every key that stands in its section already. (The parser looks for them as well, but compares each key with each.) */
export function keysTwice(document: Document.Parsed): { path: FilePath; offset: number }[] {
  const twice: { path: FilePath; offset: number }[] = [];
  const walk = (node: unknown, path: FilePath): void => {
    if (!isCollection(node)) return;
    const seen = new Set<string>();
    for (const [i, item] of node.items.entries()) {
      const step = isPair(item) ? keyText(item) : i;
      const below = [...path, step];
      if (typeof step === 'string' && seen.size === seen.add(step).size)
        twice.push({ path: below, offset: startOf((item as Pair).key) });
      walk(isPair(item) ? item.value : item, below);
    }
  };
  walk(document.contents, []);
  return twice;
}

/**
 * Where a finding stands: at the words it names, else at the text, number or bracket; at the key of a section, of an empty value, and
 * where the finding is about the key; what is missing is missing at the key of its section.
 */
export function offsetOf(document: Document.Parsed, text: string, finding: Finding): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [depth, step] of finding.path.entries()) {
    const entry = entryOf(node, step);
    if (!entry) return offset;
    const last = depth === finding.path.length - 1;
    if (entry.key?.range) offset = entry.key.range[0];
    else if (entry.value?.range) offset = entry.value.range[0];
    if (last && finding.atKey) return offset;
    node = entry.value;
  }
  const hasWords = (isScalar(node) && node.value !== null) || (isCollection(node) && node.flow);
  if (!isNode(node) || !node.range || !hasWords) return offset;
  const [from, to] = node.range;
  const near = finding.near === undefined ? -1 : text.indexOf(finding.near, from);
  return near >= 0 && near < to ? near : from;
}

/** The text as it stands in the file. */
export function sourceAt(document: Document.Parsed, text: string, path: FilePath): string | undefined {
  let node: unknown = document.contents;
  for (const step of path) node = entryOf(node, step)?.value;
  return isNode(node) && node.range ? text.slice(node.range[0], node.range[1]) : undefined;
}

interface Entry {
  key?: Node;
  value?: Node;
}

function entryOf(node: unknown, step: string | number): Entry | undefined {
  if (!isCollection(node)) return undefined;
  const item = node.items.findLast((member, i) =>
    isPair(member) ? keyText(member) === String(step) : i === step,
  );
  if (item === undefined) return undefined;
  if (!isPair(item)) return { value: item as Node };
  return {
    ...(isNode(item.key) ? { key: item.key } : {}),
    ...(isNode(item.value) ? { value: item.value } : {}),
  };
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
