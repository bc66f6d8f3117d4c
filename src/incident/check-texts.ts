import { domainOf, foreignLinks, isOwnHost } from './check-links';
import { checkPlaceholders, type PlaceholderFacts } from './check-placeholders';
import { type FilePath, type Finding, inQuotes } from './incident-problem';
import { OPEN } from './open-answer';
import type { SoundParts } from './sound-parts';
import type { IncidentTexts } from './texts-schema';
import { UNPRINTABLE, unprintableWords } from './unprintable';

/** What is wrong with the texts: line by line, then what a language's texts say together. */
export function checkTexts(parts: SoundParts, file: Record<string, unknown>): Finding[] {
  const facts: PlaceholderFacts = {
    hasName: hasName(file),
    hasPhone: Object.hasOwn(file, 'phone'),
    hasDates: Object.hasOwn(file, 'dates'),
    hasContactPoint: Object.hasOwn(file, 'contactPoint'),
  };
  const everyText = [...textsBelow(file, [])];
  return [
    ...everyText.flatMap(({ path, text }) => checkPrintable(path, text)),
    ...everyText.flatMap(({ path, text }) => checkAnswered(path, text)),
    ...checkFacts(parts),
    ...everyText.flatMap(({ path, text }) =>
      path[0] === 'texts'
        ? [
            ...checkPlaceholders(path, text, facts),
            ...checkLinksIn(path, text, parts),
            ...checkBareHosts(path, text, parts),
          ]
        : [],
    ),
    ...Object.entries(parts.texts ?? {}).flatMap(([language, texts]) =>
      checkLanguage(['texts', language], texts),
    ),
  ];
}

/** Also where another part of the section has a fault. */
function hasName({ database }: Record<string, unknown>): boolean | null {
  const { customers } = (database ?? {}) as { customers?: { name?: unknown } | null };
  if (typeof customers !== 'object' || customers === null) return null;
  return (customers.name ?? null) !== null;
}

/** The facts that stand in a notice as they are, and what else is found in them. A company may be called as its host is. */
function checkFacts(parts: SoundParts): Finding[] {
  const { from, phone, contactPoint } = parts;
  const facts: [path: FilePath, text: string | undefined, what: string][] = [
    [['from', 'name'], from?.name, 'the name'],
    [['phone'], phone, 'the number'],
    [['contactPoint', 'name'], contactPoint?.name, 'the name'],
  ];
  return facts.flatMap(([path, text = '', wantedPart]) =>
    [
      ...checkLinksIn(path, text, parts),
      ...(path[0] === 'contactPoint' ? checkBareHosts(path, text, parts) : []),
      ...(text.match(/[{}]/g) ?? []).map((brace) => ({ path, near: brace, found: `a ${brace}` })),
    ].map((finding) => ({ ...finding, wanted: `${wantedPart} alone` })),
  );
}

function* textsBelow(value: unknown, path: FilePath): Generator<{ path: FilePath; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsBelow(item, [...path, i]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* textsBelow(item, [...path, key]);
}

/** "\u0092" in double quotes is no such character in the file yet, but will be one in the mail. */
function checkPrintable(path: FilePath, text: string): Finding[] {
  const character = UNPRINTABLE.exec(text)?.[0];
  return character === undefined ? [] : [{ path, near: character, ...unprintableWords(character) }];
}

/** Where anything can be written a ??? would be told to customers; other values are refused by what they must be. */
function checkAnswered(path: FilePath, text: string): Finding[] {
  const isFree = path[0] === 'texts' || FREE.includes(path.join('.'));
  if (!isFree || !text.includes(OPEN)) return [];
  return [{ path, near: OPEN, found: inQuotes(text), wanted: `your own words in the place of ${OPEN}` }];
}

const FREE = ['title', 'from.name', 'phone', 'contactPoint.name'];

/** A written-out address becomes a link in every mail program, so it may lead only where the incident's links lead. */
function checkLinksIn(path: FilePath, text: string, { links }: SoundParts): Finding[] {
  if (links === undefined) return [];
  return foreignLinks(text, links).map((link) => ({
    path,
    near: link,
    found: `the link ${inQuotes(link)}`,
    wanted: '{page} or {choosePassword}',
  }));
}

/** `evil.test`, also after an @: most programs make a link of it without being asked. Not `EE.UU.` or `e.g.`. */
const BARE_HOST = /(?<![\w./-])(?:[\w-]{2,}\.)+[a-z]{2,24}(?![\w-])/g;

function checkBareHosts(path: FilePath, text: string, { from, links }: SoundParts): Finding[] {
  if (from === undefined || links === undefined) return [];
  return (text.match(BARE_HOST) ?? [])
    .filter((host) => !isOwnHost(host, from.address) && host.toLowerCase() !== from.name.toLowerCase())
    .map((host) => ({
      path,
      near: host,
      found: `${inQuotes(host)}, which mail programs make a link of`,
      wanted: `${domainOf(from.address)} or a host below it, or words that are no address`,
    }));
}

function checkLanguage(path: FilePath, texts: IncidentTexts): Finding[] {
  const findings: Finding[] = [];
  const { affected, notAffected } = texts.whatInformation;
  for (const [i, item] of notAffected.entries()) {
    if (affected.some((affectedItem) => sameItem(affectedItem, item))) {
      findings.push({
        path: [...path, 'whatInformation', 'notAffected', i],
        found: `${inQuotes(item)}, which is also in "affected"`,
        wanted: 'it in one of the two lists',
      });
    }
  }
  const { intro, steps } = texts.whatYouCanDo.expired;
  if (![intro, ...steps].some((text) => text.includes('{choosePassword}'))) {
    findings.push({
      path: [...path, 'whatYouCanDo', 'expired'],
      found: 'no {choosePassword}',
      wanted: 'a step that says where to choose a new password, such as "Open {choosePassword}"',
    });
  }
  for (const [key, words] of Object.entries(texts.page ?? {})) {
    const slot = /\{(?:email|name)\}/.exec(words)?.[0];
    if (slot === undefined) continue;
    const wanted = 'a text without it: the page knows no customer';
    findings.push({ path: [...path, 'page', key], near: slot, found: slot, wanted });
  }
  return findings;
}

function sameItem(item: string, otherItem: string): boolean {
  return item.trim().toLowerCase() === otherItem.trim().toLowerCase();
}
