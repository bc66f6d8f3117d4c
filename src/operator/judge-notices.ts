import { type CompanyFinding, stops, warns } from '../company/inspect/finding';
import { lawsInLanguage, lawsOf, type VariantTable } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { CLIPPED_BYTES, MOST_BYTES } from '../notice/compile-notice';
import { displayWidth } from '../notice/notice-plain-text';
import { HIGHEST_GRADE } from '../notice/reading-grade';
import type { Classification } from './classify-customers';
import type { VariantPreview } from './preview/preview-variants';
import { counted, number, printable } from './words';

/** A phone shows about so much of a subject. */
const WIDEST_SUBJECT = 70;

/** What in the notices themselves somebody should look at before they are approved. Many variants share a text: one finding names them all. */
export function judgeNotices(variants: VariantPreview[]): CompanyFinding[] {
  return [...tooLarge(variants), ...hardToRead(variants), ...longSubjects(variants)];
}

function tooLarge(variants: VariantPreview[]): CompanyFinding[] {
  const large = variants
    .filter(({ bytes }) => bytes > MOST_BYTES)
    .sort((left, right) => right.bytes - left.bytes);
  if (large.length === 0) return [];
  const sizes = large.map(({ key, bytes }) => `${key} (${number(bytes)} bytes)`);
  return [
    warns(
      `Larger than ${number(MOST_BYTES)} bytes as sent: ${some(sizes)}. Gmail cuts a mail off at about ${number(CLIPPED_BYTES)} (C26)`,
      'shorten the texts: what the customer can do must not be cut off',
    ),
  ];
}

function hardToRead(variants: VariantPreview[]): CompanyFinding[] {
  const hard = variants.flatMap(({ key, reading }) =>
    reading !== null && reading.grade > HIGHEST_GRADE ? [{ key, ...reading }] : [],
  );
  if (hard.length === 0) return [];
  hard.sort((left, right) => right.grade - left.grade);
  const grades = hard.map(({ key, grade }) => `${key} (${grade})`);
  const longest = hard
    .flatMap((variant) => variant.longest)
    .sort((left, right) => right.syllables - left.syllables);
  const sentences = longest.map(({ words, begins }) => `"${printable(begins, 60)}" (${words} words)`);
  return [
    warns(
      `Harder to read than grade ${HIGHEST_GRADE}: ${some(grades)}`,
      `use shorter words, and shorten the longest sentences: ${[...new Set(sentences)].slice(0, 5).join(', ')}`,
    ),
  ];
}

function longSubjects(variants: VariantPreview[]): CompanyFinding[] {
  const long = variants.filter(({ subject }) => displayWidth(subject) > WIDEST_SUBJECT);
  return [...new Set(long.map(({ subject }) => subject))].map((subject) => {
    const keys = long.filter((variant) => variant.subject === subject).map(({ key }) => key);
    return warns(
      `A subject of ${displayWidth(subject)} letters, which phones cut at about ${WIDEST_SUBJECT}: ${some(keys)}: "${printable(subject, 120)}"`,
      'shorten it, or put what matters first',
    );
  });
}

/** The first few, the worst of them first: the preview marks each. */
function some(names: string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}

const MOST_NAMED = 6;

/** Laws for which a language has no words and the file names no other: such customers stop the run, and only the database knows of them. */
export function judgeLanguages(incident: Incident): CompanyFinding[] {
  const { texts, defaultLanguage } = incident;
  return Object.keys(texts).flatMap((language) =>
    [...lawsInLanguage(incident, language)]
      .filter(([, words]) => words === 'lacking')
      .map(([law]) =>
        warns(
          `No words for ${law} in ${language}: a customer who needs them stops the run`,
          `write them below texts.${language}.${law}, or have such customers told in ${defaultLanguage}: texts.${language}.inDefaultLanguage: [${law}]`,
        ),
      ),
  );
}

/** Customers whose law has no words in their language stop the run; a law that nobody is under is perhaps misspelt. */
export function judgeVariants(
  file: VariantTable,
  { withoutTexts, places }: Classification,
): CompanyFinding[] {
  const { defaultLanguage, jurisdictions } = file;
  const lacking = Object.entries(withoutTexts).map(([path, { customers, examples }]) => {
    const [language, law] = path.split('.');
    const some =
      examples.length === 0 ? '' : ` (such as ${examples.map((id) => printable(id, 64)).join(', ')})`;
    return stops(
      `${counted(customers, 'customer')}${some} would need the notice of ${law} in ${language}, for which there are no texts`,
      `write them below texts.${language}.${law}, or have them told in ${defaultLanguage}: texts.${language}.inDefaultLanguage: [${law}]`,
    );
  });
  const held = new Set([...places.values()].map(({ jurisdiction }) => jurisdiction));
  const placesThere = [...places.keys()].slice(0, 10).map((place) => printable(place || '(none)', 30));
  const unused = lawsOf(file)
    .filter((law) => !held.has(law))
    .map((law) =>
      warns(
        `No customer is under ${law}: nobody's place is one of ${jurisdictions[law].slice(0, 10).join(', ')}`,
        `check that jurisdictions.${law} spells places as the columns do; the columns have: ${placesThere.join('; ')}`,
      ),
    );
  return [...lacking, ...unused];
}
