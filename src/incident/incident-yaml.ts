import { type Document, isAlias, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { type FilePath, type Finding, inQuotes, type Problem, pathText } from './incident-problem';
import { yamlErrorWords } from './yaml-errors';
import { yamlLosses } from './yaml-losses';
import { keysTwice, offsetOf, sourceAt } from './yaml-places';

export interface IncidentYaml {
  /** Plain data; undefined where the YAML could not be read. */
  value: unknown;
  problems: Problem[];
  /** What YAML would cut off or change. */
  losses: Problem[];
  /** Gives a finding its place in the file. */
  place(finding: Finding): Problem;
  /** What stands there in the file, quotes and all; undefined where nothing does. */
  source(path: FilePath): string | undefined;
}

/**
 * Reads YAML 1.2 by its core schema, also under `%YAML 1.1`: so `no` is Norwegian and never false (C29). Anchors, aliases and
 * tags are refused: an incident needs none, and `&copy 2012` would lose its first word without a sound. So are texts and numbers that
 * YAML would cut or change (yaml-losses.ts).
 */
export function readYaml(text: string): IncidentYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const at = (offset: number, path: FilePath, words: { found: string; wanted: string }): Problem => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col), path: pathText(path), ...words };
  };
  const faults = [...document.errors, ...document.warnings].filter(
    ({ code }) => code !== 'TAG_RESOLVE_FAILED',
  );
  const extras = extrasOf(document, text);
  const twice = keysTwice(document);
  const readable = extras.length === 0 && document.errors.length === 0;
  return {
    value: readable ? document.toJS() : undefined,
    problems: [
      ...faults.map((fault) => at(fault.pos[0], [], yamlErrorWords(fault, text))),
      ...extras.map(({ offset, ...words }) => at(offset, [], words)),
      ...twice.map(({ offset, path }) =>
        at(offset, path, {
          found: `the key ${inQuotes(String(path.at(-1)))} a second time`,
          wanted: 'it once',
        }),
      ),
    ].slice(0, MOST),
    losses: (readable ? yamlLosses(document, text) : [])
      .slice(0, MOST)
      .map(({ offset, path, ...words }) => at(offset, path, words)),
    place: (finding) =>
      at(offsetOf(document, text, finding), finding.path, { found: finding.found, wanted: finding.wanted }),
    source: (path) => sourceAt(document, text, path),
  };
}

/** One slip makes many faults after it. */
const MOST = 100;

/** What YAML can do and an incident does not need. */
function extrasOf(document: Document.Parsed, text: string) {
  const extras: { offset: number; found: string; wanted: string }[] = [];
  const add = (feature: string, sign: string, offset: number) =>
    extras.push({
      offset: Math.max(0, text.lastIndexOf(sign, offset)),
      found: `the YAML ${feature} ${sign}`,
      wanted: 'the whole text in quotes, or what was meant in full',
    });
  visit(document, (where, node) => {
    if (extras.length === MOST) return visit.BREAK;
    if (!isNode(node) || !node.range) return;
    if (where === 'key' && !(isScalar(node) && node.value !== null))
      extras.push({
        offset: node.range[0],
        found: 'a section or nothing as a key',
        wanted: 'a word, a colon and a space',
      });
    if (isAlias(node)) add('alias', `*${node.source}`, node.range[0]);
    else if (node.anchor) add('anchor', `&${node.anchor}`, node.range[0]);
    else if (node.tag) add('tag', node.tag.replace('tag:yaml.org,2002:', '!!'), node.range[0]);
  });
  return extras;
}
