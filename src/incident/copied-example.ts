import { domainOf } from './check-links';
import { type FilePath, type Finding, inQuotes } from './incident-problem';
import type { Incident } from './incident-schema';
import { valueAt } from './schema-problems';

/** Which words of a text: of the example each part that tells what happened to that shop, and to nobody else. */
type Part = (text: string) => string[];

/**
 * Where a language's texts tell facts. The rest of the example may be kept: greetings, what to do, what this program does in each run.
 * A list counts as a whole: another shop keeps names and addresses, too.
 */
export const FACTS: readonly { path: FilePath; part: Part }[] = [
  { path: ['preheader'], part: (text) => sentencesOf(text).slice(0, 1) },
  { path: ['whatHappened', 'text'], part: (text) => sentencesOf(paragraphsOf(text)[0]!) },
  { path: ['whatWeAreDoing', 'text'], part: (text) => sentencesOf(paragraphsOf(text).at(-1)!) },
  { path: ['massachusetts', 'whatWeAreDoing'], part: (text) => sentencesOf(text).slice(-1) },
  { path: ['massachusetts', 'rights', 'text'], part: (text) => sentencesOf(paragraphsOf(text).at(-1)!) },
];
const LISTS: readonly FilePath[] = [
  ['whatInformation', 'affected'],
  ['whatInformation', 'notAffected'],
];

/**
 * What an incident file still says of the example's breach (C109): its title, its sentences in whatever language they stand, its names.
 * Of a language in which all of the example's facts stand, which nobody has touched, every sentence of the example is told.
 */
export function copiedFacts(incident: Incident, example: Incident): Finding[] {
  const facts = new Set(Object.values(example.texts).flatMap((texts) => factsOf(texts).map(normal)));
  const lists = new Set(
    Object.values(example.texts).flatMap((texts) => listsOf(texts).map(({ whole }) => whole)),
  );
  return [
    ...(normal(incident.title) === normal(example.title) ? [told(['title'], incident.title)] : []),
    ...(isSender(incident.from, example.from) ? [told(['from', 'name'], incident.from.name)] : []),
    ...Object.entries(incident.texts).flatMap(([language, texts]) => {
      const path = ['texts', language];
      const own = everyText(texts, path);
      const isUntouched =
        example.texts[language] !== undefined && holdsAll(texts, factsOf(example.texts[language]!));
      const known = isUntouched ? new Set(everySentence(example.texts[language]!)) : facts;
      const listed = listsOf(texts)
        .filter(({ whole }) => lists.has(whole))
        .flatMap(({ path: list, items }) => items.map((item, i) => told([...path, ...list, i], item)));
      const sentences = own.flatMap(({ path: at, text }) =>
        sentencesOf(text)
          .filter((sentence) => known.has(normal(sentence)) || namesTheExample(sentence, incident, example))
          .map((sentence) => told(at, sentence)),
      );
      return withoutTwice([...listed, ...sentences]);
    }),
  ];
}

/** An exercise: the example under its own title and sender. Whoever has an incident of their own has changed these first. */
export function isTheExample(incident: Incident, example: Incident): boolean {
  return normal(incident.title) === normal(example.title) && isSender(incident.from, example.from);
}

/** Domains that nobody can have (RFC 2606, RFC 6761): mail from there is refused, links lead nowhere. */
export function reservedDomains(incident: Incident): Finding[] {
  const { from, replyTo, links, contactPoint, canary, texts } = incident;
  const addresses: [path: FilePath, address: string | undefined][] = [
    [['from', 'address'], from.address],
    [['replyTo'], replyTo],
    [['contactPoint', 'address'], contactPoint?.address],
    ...canary.mailboxes.map((mailbox, i): [FilePath, string] => [['canary', 'mailboxes', i], mailbox]),
  ];
  const hosts: [path: FilePath, text: string, host: string][] = [
    ...addresses.flatMap(([path, address]): [FilePath, string, string][] =>
      address === undefined ? [] : [[path, address, domainOf(address)]],
    ),
    ...(['choosePassword', 'page'] as const).map((key): [FilePath, string, string] => [
      ['links', key],
      links[key],
      new URL(links[key]).hostname,
    ]),
  ];
  return [
    ...hosts.filter(([, , host]) => RESERVED.test(host)).map(([path, text]) => told(path, text)),
    ...everyText(texts, ['texts']).flatMap(({ path, text }) =>
      [...text.matchAll(HOSTS)].filter(([host]) => RESERVED.test(host)).map(([host]) => told(path, host)),
    ),
  ];
}

const RESERVED = /(?:^|\.)(?:test|example|invalid|localhost|example\.(?:com|net|org))$/i;
const HOSTS = /(?<![\w-])(?:[\w-]+\.)+[a-z]{2,24}(?![\w-])/gi;

/** The state of the example's server, as its languages spell it. */
const PLACES = /Kentucky|ケンタッキー|كنتاكي/i;

function namesTheExample(sentence: string, { from }: Incident, example: Incident): boolean {
  const name = example.from.name.replace(/\..*/, '');
  const isOurs = from.name.toLowerCase().includes(name.toLowerCase()) && !isSender(from, example.from);
  return PLACES.test(sentence) || (!isOurs && sentence.toLowerCase().includes(name.toLowerCase()));
}

function isSender(from: Incident['from'], { name, address }: Incident['from']): boolean {
  return normal(from.name) === normal(name) && from.address.toLowerCase() === address.toLowerCase();
}

function told(path: FilePath, text: string): Finding {
  return { path, found: inQuotes(text.replace(/\s+/g, ' ')), wanted: '', near: text.split('\n', 1)[0]! };
}

/** A sentence may be a fact and hold a name, too. */
function withoutTwice(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, found }) => {
    const key = JSON.stringify([path, found]);
    return seen.size < seen.add(key).size;
  });
}

type Texts = Incident['texts'][string];

function factsOf(texts: Texts): string[] {
  return FACTS.flatMap(({ path, part }) => {
    const text = valueAt(texts, path);
    return typeof text === 'string' ? part(text) : [];
  });
}

function listsOf(texts: Texts): { path: FilePath; items: string[]; whole: string }[] {
  return LISTS.map((path) => {
    const items = valueAt(texts, path) as string[];
    return { path, items, whole: items.map(normal).join('\n') };
  });
}

function holdsAll(texts: Texts, facts: string[]): boolean {
  const sentences = new Set(everySentence(texts));
  return facts.every((fact) => sentences.has(normal(fact)));
}

function everySentence(texts: Texts): string[] {
  return everyText(texts, []).flatMap(({ text }) => sentencesOf(text).map(normal));
}

function everyText(value: unknown, path: FilePath): { path: FilePath; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'inDefaultLanguage' ? [] : everyText(item, [...path, isList ? Number(key) : key]),
  );
}

function paragraphsOf(text: string): string[] {
  return text.trim().split(/\n\s*\n/);
}

/** A full stop of Japanese needs no space after it. */
function sentencesOf(text: string): string[] {
  return paragraphsOf(text)
    .flatMap((paragraph) => paragraph.split(/(?<=[.!?؟])\s+|(?<=[。！？])\s*/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** Another case, line break or mark at its end does not make it another sentence. */
function normal(sentence: string): string {
  return sentence
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
}
