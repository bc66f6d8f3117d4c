import { type CompanyFinding, stops, warns } from '../company/inspect/finding';
import { lawsOf, type VariantTable } from '../incident/choose-variant';
import type { Classification } from './classify-customers';
import { counted, printable } from './words';

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
  const found = [...places.keys()].slice(0, 10).map((place) => printable(place || '(none)', 30));
  const unused = lawsOf(file)
    .filter((law) => !held.has(law))
    .map((law) =>
      warns(
        `Nobody is under ${law}: no customer's place is one of ${jurisdictions[law].slice(0, 10).join(', ')}`,
        `see that jurisdictions.${law} spells them as the columns do; found there: ${found.join('; ')}`,
      ),
    );
  return [...lacking, ...unused];
}
