import type { ScannedCustomer } from '../company/scan-customers';
import {
  chooseLanguage,
  hasTexts,
  jurisdictionChooser,
  lawsOf,
  matchLanguage,
  samePlace,
  type VariantTable,
  variantChooser,
  variantKey,
} from '../incident/choose-variant';
import { greetingName } from '../incident/greeting-name';
import { isPlainName } from '../incident/incident-problem';
import { mailableAddress } from '../incident/mailable-address';
import type { CustomerId, Jurisdiction } from '../incident/vocabulary';

/** What would be done with everybody, as counts: its size does not grow with the customers. */
export interface Classification {
  /** Customers whose key may say whose it is (key-column.ts), and those of them with an @ in it. */
  personalKeys: { customers: number; addresses: number };
  told: number;
  /** By variantKey: language, law and disposition. */
  byVariant: Record<string, number>;
  /** Customers by place, `COUNTRY REGION`, each with the law that holds there; empty where the file's table of laws is. */
  places: Map<string, { jurisdiction: Jurisdiction; customers: number }>;
  /** Customers whose language has no words for their law, and for whom the file names no other language, by `LANGUAGE.LAW`. */
  withoutTexts: Record<string, CountedCustomers>;
  /** Customers by language as the column has it, '' for NULL, each with the language of the texts, and whether that is only the default. */
  languages: Map<string, { texts: string; isDefault: boolean; customers: number }>;
  /** By code; a few customers' ids with each. */
  skipped: Record<string, CountedCustomers>;
  /** White space around the address is dropped. */
  trimmed: CountedCustomers;
  byName: number;
  /** Greeted without a name, by reason. */
  neutral: Record<string, number>;
}

export interface CountedCustomers {
  customers: number;
  /** None where keys may be addresses or login names. */
  examples: CustomerId[];
  /** The characters that cannot be seen, of unreadable addresses, such as U+FE0F; the first few kinds. */
  codePoints?: string[];
}

/** More spellings than this are counted as one: a column with free text in it must not fill the memory. */
const MOST_SPELLINGS = 500;
const OTHERS = '(others)';
const EXAMPLES = 5;

export interface Classifier {
  add(customers: ScannedCustomer[]): void;
  result: Classification;
}

/**
 * Judges customers by the very rules of the run.
 * @param offersSmtputf8 of the relay; null: not known, then such addresses count as told.
 * @param isNameless whether a customer's key says nothing of whose it is, so that it may stand among the examples.
 */
export function classifyCustomers(
  file: VariantTable,
  offersSmtputf8: boolean | null,
  isNameless: (id: CustomerId) => boolean,
): Classifier {
  const languages = Object.keys(file.texts);
  const choose = variantChooser(file);
  const lawAt = jurisdictionChooser(file.jurisdictions);
  const hasLaws = lawsOf(file).length > 0;
  const result: Classification = {
    personalKeys: { customers: 0, addresses: 0 },
    told: 0,
    byVariant: {},
    places: new Map(),
    withoutTexts: {},
    languages: new Map(),
    skipped: {},
    trimmed: { customers: 0, examples: [] },
    byName: 0,
    neutral: {},
  };
  const addOne = (customer: ScannedCustomer) => {
    if (!isNameless(customer.id)) {
      result.personalKeys.customers++;
      if (customer.id.includes('@')) result.personalKeys.addresses++;
    }
    const mailable = mailableAddress(customer.email);
    const utf8Refused = 'address' in mailable && mailable.smtputf8 && offersSmtputf8 === false;
    const skip = 'skip' in mailable ? mailable.skip : utf8Refused ? 'smtputf8-not-offered' : null;
    if (skip !== null) {
      result.skipped[skip] ??= { customers: 0, examples: [] };
      note(result.skipped[skip], customer.id);
      if ('skip' in mailable && mailable.codePoint !== undefined)
        noteCodePoint(result.skipped[skip], mailable.codePoint);
      return;
    }
    result.told++;
    if ('trimmed' in mailable) note(result.trimmed, customer.id);
    const language = languageOf(customer.language);
    countUp(result.byVariant, variantKey(choose(customer, 'notice')));
    if (hasLaws) lookAtPlace(customer, language);
    const greeting = greetingName(customer.name);
    if ('name' in greeting) result.byName++;
    else countUp(result.neutral, greeting.neutral);
  };
  const languageOf = (spelling: string | null): string => {
    const known = result.languages.get(spelling ?? '');
    const seen = known ?? newLanguage(spelling);
    seen.customers++;
    // OTHERS stands for many spellings: each may have texts in another language.
    return seen.texts || chooseLanguage(spelling, languages, file.defaultLanguage);
  };
  const lookAtPlace = ({ id, country, region }: ScannedCustomer, language: string) => {
    const jurisdiction = lawAt(country, region);
    const { places, withoutTexts } = result;
    const place = [country, region]
      .map((part) => samePlace(part ?? ''))
      .join(' ')
      .trim();
    const known = places.has(place) || (places.size < MOST_SPELLINGS && isPlainName(place));
    const name = known ? place : OTHERS;
    const seen = places.get(name) ?? { jurisdiction, customers: 0 };
    seen.customers++;
    places.set(name, seen);
    if (jurisdiction === 'default' || hasTexts(file, language, jurisdiction)) return;
    if (file.texts[language]!.inDefaultLanguage.includes(jurisdiction)) return;
    const lacking = `${language}.${jurisdiction}`;
    withoutTexts[lacking] ??= { customers: 0, examples: [] };
    note(withoutTexts[lacking], id);
  };
  const note = (counted: CountedCustomers, id: CustomerId) => {
    counted.customers++;
    if (counted.examples.length < EXAMPLES && isNameless(id)) counted.examples.push(id);
  };
  const newLanguage = (spelling: string | null) => {
    const full = result.languages.size >= MOST_SPELLINGS || !isPlainName(spelling ?? '');
    const name = full ? OTHERS : (spelling ?? '');
    const texts = full ? '' : chooseLanguage(spelling, languages, file.defaultLanguage);
    const isDefault = !full && matchLanguage(spelling, languages) === null;
    const seen = result.languages.get(name) ?? { texts, isDefault, customers: 0 };
    result.languages.set(name, seen);
    return seen;
  };
  return { add: (customers) => customers.forEach(addOne), result };
}

function noteCodePoint(counted: CountedCustomers, codePoint: string): void {
  counted.codePoints ??= [];
  const { codePoints } = counted;
  if (codePoints.length < MOST_CODE_POINTS && !codePoints.includes(codePoint)) codePoints.push(codePoint);
}

const MOST_CODE_POINTS = 8;

function countUp(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
