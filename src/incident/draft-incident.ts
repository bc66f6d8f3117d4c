import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { FACTS } from './copied-example';
import type { FilePath } from './incident-problem';
import { OPEN } from './open-answer';
import { LAWS, type Law } from './vocabulary';

export interface DraftWish {
  /** The first is the default language. */
  languages: readonly string[];
  laws: readonly Law[];
  schema: string;
}

/**
 * An incident file to be filled, from the example: only these languages and laws, and ??? wherever the example tells what happened to that
 * shop, so that nothing of it can be left behind (C109). A language that the example does not have is the first one's texts, to be translated.
 * @param example its YAML, comments and all.
 * @param schema path of docs/incident.schema.json, for the operator's editor.
 */
export function draftIncident(example: string, { languages, laws, schema }: DraftWish): string {
  const document = parseDocument(example.slice(example.indexOf('\n\n')));
  const shipped = document.getIn(['texts', 'en']) as YAMLMap;
  const english = shipped.clone() as YAMLMap;
  const has = (language: string) => document.hasIn(['texts', language]);
  const translated = languages.filter((language) => !has(language));
  for (const language of keysOf(document, ['texts'])) {
    if (!languages.includes(language)) document.deleteIn(['texts', language]);
  }
  for (const language of translated) document.setIn(['texts', language], toTranslate(english));
  for (const [i, language] of languages.entries()) {
    const path = ['texts', language];
    const isDefault = i === 0;
    for (const law of LAWS) {
      if (!laws.includes(law) || (law === 'massachusetts' && !isDefault && translated.includes(language)))
        document.deleteIn([...path, law]);
      // The default language must have every law's words.
      else if (isDefault && !document.hasIn([...path, law]))
        document.setIn([...path, law], toTranslate(english.get(law) as YAMLMap));
    }
    openFacts(document, path);
    const others = isDefault ? [] : laws.filter((law) => !document.hasIn([...path, law]));
    if (others.length > 0)
      document.setIn([...path, 'inDefaultLanguage'], document.createNode(others, { flow: true }));
    else document.deleteIn([...path, 'inDefaultLanguage']);
  }
  for (const path of HEAD) document.setIn(path, OPEN);
  document.setIn(['defaultLanguage'], languages[0]);
  for (const law of LAWS) if (!laws.includes(law)) document.deleteIn(['jurisdictions', law]);
  if (laws.length === 0) document.deleteIn(['jurisdictions']);
  // What stands above the first one of a section is not its own.
  else if (!laws.includes(LAWS[0])) (document.get('jurisdictions') as YAMLMap).commentBefore = null;
  const [first] = (document.get('texts') as YAMLMap).items;
  if (isScalar(first?.key)) first.key.spaceBefore = false;
  document.setIn(['canary', 'mailboxes'], [OPEN]);
  document.setIn(['database'], OPEN);
  document.commentBefore = [` yaml-language-server: $schema=${schema}`, HOW_TO].join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What is about the company and its breach, above the texts. */
const HEAD: FilePath[] = [
  ['id'],
  ['title'],
  ['cutoff'],
  ['from', 'name'],
  ['from', 'address'],
  ['replyTo'],
  ['links', 'choosePassword'],
  ['links', 'page'],
  ['dates', 'breach'],
  ['dates', 'notice'],
  ['contactPoint', 'name'],
  ['contactPoint', 'address'],
];

const HOW_TO = ` An incident file to be filled: write your own words at every ${OPEN}. While one is left the program refuses the file, by its line:
   npm start -- FILE         a dry run: counts and renders everything, sends nothing
   npm start -- FILE --go    the response itself
 The database section: npm run cli -- map --out database.yaml proposes it for your schema; put it in the place of "database: ${OPEN}".
 Text needs no quotes, but for text that begins with { [ * & ! % @ or \` or a quote, or that has a colon and a space, or a space and a #
 in it; put such text in double quotes. A comment stands on a line of its own. Every field: docs/incident-file.md.
 A whole file to read beside this one: examples/zappos-2012/incident.yaml. Laws and texts are for counsel to read.`;

/** Each text with the English one after the ???, so that whoever translates has it before them. */
function toTranslate(english: YAMLMap): YAMLMap {
  const section = english.clone() as YAMLMap;
  for (const scalar of scalarsOf(section)) scalar.value = `${OPEN} ${scalar.value}`;
  return section;
}

/** The facts of the example's own breach, the names in it, its lists. */
function openFacts(document: Document, path: FilePath): void {
  for (const { path: below, part } of FACTS) {
    const at = [...path, ...below];
    const text = document.getIn(at);
    if (typeof text !== 'string') continue;
    const [first, ...others] = part(text.replace(TO_TRANSLATE, '')) as [string, ...string[]];
    document.setIn(
      at,
      [first, ...others]
        .reduce((left, sentence, i) => left.replace(sentence, i === 0 ? OPEN : ''), text)
        .replace(/[ \t]+(?=\n|$)/g, ''),
    );
  }
  // Two lists may not hold the same item.
  document.setIn([...path, 'whatInformation', 'affected'], [`${OPEN} what may have been seen`]);
  document.setIn([...path, 'whatInformation', 'notAffected'], [`${OPEN} what was not seen`]);
  const section = document.getIn(path) as YAMLMap;
  for (const scalar of scalarsOf(section))
    scalar.value = scalar.value.replace(NAMES, OPEN).replace('??? ???', OPEN);
}

const TO_TRANSLATE = /^\?\?\? /;
const NAMES = /www\.zappos\.test|Zappos Customer Loyalty Team/g;

function* scalarsOf(node: unknown): Generator<{ value: string }> {
  if (isScalar(node) && typeof node.value === 'string') yield node as { value: string };
  const items = (node as { items?: unknown[] } | null)?.items ?? [];
  for (const item of items) yield* scalarsOf(isMap(node) ? (item as { value: unknown }).value : item);
}

function keysOf(document: Document, path: FilePath): string[] {
  return Object.keys((document.getIn(path) as YAMLMap).toJSON());
}
