import { type Document, isAlias, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { type FilePath, type Finding, type Problem, pathText } from './incident-problem';
import { yamlErrorWords } from './yaml-errors';
import { offsetOf, pathOfKeys, sourceAt } from './yaml-places';

export interface IncidentYaml {
  /** Plain data; undefined where the YAML could not be read. */
  value: unknown;
  problems: Problem[];
  /** Gives a finding its place in the file. */
  place(finding: Finding): Problem;
  /** What stands there in the file, quotes and all; undefined where nothing does. */
  source(path: FilePath): string | undefined;
}

/**
 * Reads YAML 1.2 by its core schema, also under `%YAML 1.1`: so `no` is Norwegian and never false (C29). Anchors, aliases and
 * tags are refused: an incident needs none, and `&copy 2012` would lose its first word without a sound.
 */
export function readYaml(text: string): IncidentYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const at = (offset: number, path: FilePath, words: { found: string; wanted: string }): Problem => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col), path: pathText(path), ...words };
  };
  const keys = pathOfKeys(document);
  const faults = [...document.errors, ...document.warnings].filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const extras = extrasOf(document, text);
  const readable = extras.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  return {
    value: readable ? document.toJS() : undefined,
    problems: [
      ...faults.map((fault) => at(fault.pos[0], keys.get(fault.pos[0]) ?? [], yamlErrorWords(fault, text))),
      ...extras.map(({ offset, ...words }) => at(offset, [], words)),
    ],
    place: (finding) =>
      at(offsetOf(document, text, finding), finding.path, { found: finding.found, wanted: finding.wanted }),
    source: (path) => sourceAt(document, text, path),
  };
}

/** What YAML can do and an incident does not need. */
function extrasOf(document: Document.Parsed, text: string) {
  const extras: { offset: number; found: string; wanted: string }[] = [];
  const add = (sign: string, offset: number, found: string) =>
    extras.push({
      offset: Math.max(0, text.lastIndexOf(sign, offset)),
      found,
      wanted: 'the whole text in quotes, or what was meant in full',
    });
  visit(document, (_, node) => {
    if (!isNode(node) || !node.range) return;
    if (isAlias(node)) add('*', node.range[0], `the YAML alias *${node.source}`);
    else if (node.anchor) add('&', node.range[0], `the YAML anchor &${node.anchor}`);
    else if (node.tag) add('!', node.range[0], `the YAML tag ${node.tag.replace('tag:yaml.org,2002:', '!!')}`);
  });
  return extras;
}
