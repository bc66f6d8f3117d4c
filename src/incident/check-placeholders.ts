import { cutText } from './cut-text';
import { type FilePath, type Finding, inQuotes } from './incident-problem';
import { nearestName } from './nearest-name';

export const PLACEHOLDERS = [
  'name',
  'email',
  'choosePassword',
  'page',
  'phone',
  'replyTo',
  'breachDate',
  'noticeDate',
  'contactPoint',
  'contactPointAddress',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export interface PlaceholderFacts {
  /** The mapping names a column for {name}; null: it does not say who the customers are. */
  hasName: boolean | null;
  /** The incident has a phone number, dates, somebody who answers for data. */
  hasPhone: boolean;
  hasDates: boolean;
  hasContactPoint: boolean;
}

/**
 * Placeholders that do not exist, that nothing fills, or that may not stand here: {name} is for the greeting, {email} for the
 * body. Braces have no other use, so a stray one is a slip as well.
 * @param path `texts`, the language, and on.
 */
export function checkPlaceholders(path: FilePath, text: string, facts: PlaceholderFacts): Finding[] {
  const inGreeting = path[2] === 'greeting';
  const inSubject = path.at(-1) === 'subject';
  const findings: Finding[] = [];
  for (const [mark] of text.matchAll(/\{+[^{}]*\}+|[{}]/g)) {
    const wrong = placeholderFault(mark, inGreeting, inSubject, facts);
    if (wrong) findings.push({ path, near: mark, ...wrong });
  }
  if (inGreeting && facts.hasName && findings.length === 0 && !text.includes('{name}')) {
    findings.push({
      path,
      found: `${inQuotes(text)}, without {name}`,
      wanted: 'a greeting such as "Dear {name},"',
    });
  }
  return findings;
}

function placeholderFault(
  mark: string,
  inGreeting: boolean,
  inSubject: boolean,
  facts: PlaceholderFacts,
): { found: string; wanted: string } | null {
  const inner = mark.slice(1, -1);
  if (!isPlaceholder(inner)) return unknown(mark);
  const fact = FACT_OF[inner];
  if (fact !== undefined && !facts[fact.has])
    return {
      found: `${mark}, but the incident has no ${fact.key}`,
      wanted: `${fact.what} after "${fact.key}:", or a text without it`,
    };
  if (inner === 'name' && facts.hasName === false)
    return {
      found: '{name}, but database.customers.name is null',
      wanted: 'the name column there, or a text without it',
    };
  if (inner === 'name' && !inGreeting)
    return { found: '{name} outside the greeting', wanted: 'a text without it' };
  if (inner === 'email' && inSubject)
    return { found: '{email} in the subject', wanted: 'a subject that is the same for everybody' };
  return null;
}

function isPlaceholder(text: string): text is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(text);
}

const PHONE = { has: 'hasPhone', key: 'phone', what: 'the number' } as const;
const DATES = { has: 'hasDates', key: 'dates', what: 'the dates' } as const;
const CONTACT = { has: 'hasContactPoint', key: 'contactPoint', what: 'name and address' } as const;
const FACT_OF: Partial<Record<Placeholder, typeof PHONE | typeof DATES | typeof CONTACT>> = {
  phone: PHONE,
  breachDate: DATES,
  noticeDate: DATES,
  contactPoint: CONTACT,
  contactPointAddress: CONTACT,
};

function unknown(mark: string): { found: string; wanted: string } {
  const near = nearestName(mark.replace(/[{}\s$%]/g, ''), PLACEHOLDERS);
  const all = PLACEHOLDERS.map((name) => `{${name}}`).join(', ');
  if (mark.length === 1) return { found: `a single ${mark}`, wanted: `one of ${all}, or no brace` };
  return {
    found: `the unknown placeholder ${cutText(mark, 60)}`,
    wanted: near ? `{${near}}` : `one of ${all}`,
  };
}
