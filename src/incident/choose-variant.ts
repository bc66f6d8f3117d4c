import type { Incident } from './incident-schema';
import { type Disposition, type Jurisdiction, LAWS, type Law, type Wave } from './vocabulary';

/** Which of the incident's texts: a notice's by language, law and disposition, a reminder's by language alone. */
export interface NoticeVariant {
  wave: Wave;
  language: string;
  jurisdiction: Jurisdiction;
  disposition: Disposition;
}

/** What of a customer decides on the variant, as the company's columns have it. */
export interface CustomerTraits {
  language: string | null;
  country: string | null;
  region: string | null;
  disposition: Disposition;
}

/** Such as `en/california/expired`, `en/reminder`. */
export function variantKey({ wave, language, jurisdiction, disposition }: NoticeVariant): string {
  return wave === 'reminder' ? `${language}/reminder` : `${language}/${jurisdiction}/${disposition}`;
}

/** The one rule that picks a customer's variant. Total: there is a text for whatever the columns hold. */
export function variantChooser(file: VariantTable): (traits: CustomerTraits, wave: Wave) => NoticeVariant {
  const languageOf = languageChooser(file);
  const lawAt = jurisdictionChooser(file.jurisdictions);
  return ({ language: spelling, country, region, disposition }, wave) => {
    const language = languageOf(spelling);
    if (wave === 'reminder') return { wave, language, jurisdiction: 'default', disposition: 'expired' };
    const jurisdiction = lawAt(country, region);
    // The law's words in another language rather than words that are not the law's.
    const told = hasTexts(file, language, jurisdiction) ? language : file.defaultLanguage;
    return { wave, language: told, jurisdiction, disposition };
  };
}

/** Remembers: a spelling that matches no texts costs 10 us, and comes a million times. */
function languageChooser({ texts, defaultLanguage }: VariantTable): (spelling: string | null) => string {
  const languages = Object.keys(texts);
  const known = new Map<string | null, string>();
  return (spelling) => {
    const remembered = known.get(spelling);
    if (remembered !== undefined) return remembered;
    // A column of free text must not fill the memory.
    if (known.size >= MOST_SPELLINGS) known.clear();
    const language = chooseLanguage(spelling, languages, defaultLanguage);
    known.set(spelling, language);
    return language;
  };
}

const MOST_SPELLINGS = 1_000;

export type VariantTable = Pick<Incident, 'texts' | 'defaultLanguage' | 'jurisdictions'>;

/** Whether a language has words for this law. */
export function hasTexts({ texts }: VariantTable, language: string, jurisdiction: Jurisdiction): boolean {
  return jurisdiction === 'default' || texts[language]?.[jurisdiction] !== undefined;
}

/** The laws that have any place in the file's table. */
export function lawsOf({ jurisdictions }: VariantTable): Law[] {
  return LAWS.filter((law) => jurisdictions[law].length > 0);
}

/** The law at a place, and the place of the file's table that chose it; null: none of them does. */
export interface LawRule {
  law: Jurisdiction;
  place: string | null;
}

const NO_RULE: LawRule = { law: 'default', place: null };

/** The law at a customer's place; see lawRuleChooser. */
export function jurisdictionChooser(
  table: Incident['jurisdictions'],
): (country: string | null, region: string | null) => Jurisdiction {
  const ruleAt = lawRuleChooser(table);
  return (country, region) => ruleAt(country, region).law;
}

/**
 * The law at a customer's place: that of `COUNTRY-REGION`, else that of `COUNTRY`, else none in particular. Places are compared as
 * text, but for case and spaces; a region may carry its country, as ISO 3166-2 writes it (`US-CA`).
 */
export function lawRuleChooser(
  table: Incident['jurisdictions'],
): (country: string | null, region: string | null) => LawRule {
  const ruleAt = new Map(
    LAWS.flatMap((law) => table[law].map((place): [string, LawRule] => [samePlace(place), { law, place }])),
  );
  if (ruleAt.size === 0) return () => NO_RULE;
  return (country, region) => {
    const within = samePlace(country ?? '');
    const part = samePlace(region ?? '');
    const whole = within === '' ? /^[A-Z]{2}-/.test(part) : part.startsWith(`${within}-`);
    const both = whole ? part : `${within}-${part}`;
    return ruleAt.get(both) ?? ruleAt.get(within) ?? NO_RULE;
  };
}

/** One spelling for all that mean the same place. */
export function samePlace(place: string): string {
  return place.trim().replace(/\s+/g, ' ').toUpperCase();
}

/** Whose words a customer gets: the language's own, the default language's because the file says so, or for want of any. */
export type WordsFor = 'own' | 'given' | 'lacking';

/** For each law of the file's table, whose words the customers of a language get. */
export function lawsInLanguage(file: VariantTable, language: string): Map<Law, WordsFor> {
  const { inDefaultLanguage } = file.texts[language]!;
  return new Map(
    lawsOf(file).map((law) => [
      law,
      hasTexts(file, language, law) ? 'own' : inDefaultLanguage.includes(law) ? 'given' : 'lacking',
    ]),
  );
}

/**
 * The language of the texts for a customer, from whatever the company's column holds: `nb-NO`, `zh_TW`, `EN `, `iw`, '', null.
 * What matches no texts gets the default language, never an error (C29).
 */
export function chooseLanguage(
  spelling: string | null,
  languages: string[],
  defaultLanguage: string,
): string {
  return matchLanguage(spelling, languages) ?? defaultLanguage;
}

/**
 * The one of `languages` (codes of two or three letters) that `spelling` means; null: none of them. Region, script and encoding
 * are left out of account: `pt_BR.UTF-8` gets the texts in `pt`. Of a list (`de-DE,de;q=0.9,en`) the first counts.
 */
export function matchLanguage(spelling: string | null, languages: string[]): string | null {
  const code = /^\s*([a-z]{2,3})(?![a-z0-9])/i.exec(spelling ?? '')?.[1]?.toLowerCase();
  if (code === undefined) return null;
  const sameAs = (language: string) => modern(language) === modern(code);
  return (
    languages.find((language) => language === code) ?? languages.find(sameAs) ?? norwegian(code, languages)
  );
}

/** `iw` is `he`, `in` is `id`, `ger` and `deu` are `de`: as the IANA and ISO 639 registers have replaced them. */
function modern(code: string): string {
  return Intl.getCanonicalLocales(code)[0]!.split('-')[0]!;
}

/** `no` stands for both written languages, and each is better than a foreign one. */
function norwegian(code: string, languages: string[]): string | null {
  const order = ['no', 'nb', 'nn'];
  if (!order.includes(modern(code))) return null;
  return order.find((language) => languages.includes(language)) ?? null;
}
