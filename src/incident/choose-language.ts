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
  const sameAs = (language: string) => language === code || modern(language) === modern(code);
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
