import { hasTexts, lawsOf, type VariantTable } from './choose-variant';
import type { Law } from './vocabulary';

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
