import {
  chooseLanguage,
  hasTexts,
  jurisdictionChooser,
  lawRuleChooser,
  lawsInLanguage,
  lawsOf,
  matchLanguage,
  variantChooser,
  variantKey,
} from '../../src/incident/choose-variant';
import { wholeIncident } from './example-incident';

const TABLE = {
  california: ['US-CA', 'USA-California'],
  massachusetts: ['US-MA'],
  gdpr: ['DE', 'NO', 'new zealand'],
};

test.each([
  ['US', 'CA', 'california'],
  ['us', ' ca ', 'california'],
  ['New  \tZealand', null, 'gdpr'],
  ['', 'XX US-CA', 'default'],
  ['US', 'US-CA', 'california'],
  ['usa', 'california', 'california'],
  ['US', 'MA', 'massachusetts'],
  ['US', 'NY', 'default'],
  ['US', null, 'default'],
  ['DE', 'BE', 'gdpr'],
  ['de', '', 'gdpr'],
  ['NO', null, 'gdpr'],
  // Germany has a region CA nowhere, and Canada is no part of the United States.
  ['CA', null, 'default'],
  ['', 'CA', 'default'],
  [null, 'US-CA', 'california'],
  [null, 'USA-California', 'default'],
  ['', 'DE', 'default'],
  ['MX', 'US-CA', 'default'],
  [null, null, 'default'],
] as const)('a customer at %p, %p is under %s', (country, region, law) => {
  expect(jurisdictionChooser(TABLE)(country, region)).toBe(law);
});

test('which place of the table chose the law is told as the file writes it', () => {
  const ruleAt = lawRuleChooser(TABLE);
  expect(ruleAt('us', 'ca')).toEqual({ law: 'california', place: 'US-CA' });
  expect(ruleAt('NEW ZEALAND', 'AUK')).toEqual({ law: 'gdpr', place: 'new zealand' });
  // A region goes before its country.
  const both = lawRuleChooser({ california: ['US-CA'], massachusetts: [], gdpr: ['US'] });
  expect(both('US', 'CA')).toEqual({ law: 'california', place: 'US-CA' });
  expect(both('US', 'MA')).toEqual({ law: 'gdpr', place: 'US' });
  for (const [country, region] of [
    ['FR', null],
    ['', ''],
    [null, 'CA'],
    // Of a region alone only what begins with two letters and a hyphen names its country.
    [null, 'USA-CA'],
    [null, '1-US-CA'],
  ] as const)
    expect(ruleAt(country, region)).toEqual({ law: 'default', place: null });
  expect(lawRuleChooser({ california: [], massachusetts: [], gdpr: [] })('US', 'CA')).toEqual({
    law: 'default',
    place: null,
  });
  expect(lawsOf({ ...wholeIncident(), jurisdictions: { ...TABLE, massachusetts: [] } })).toEqual([
    'california',
    'gdpr',
  ]);
});

test('without a table nobody is under a law in particular', () => {
  const none = { california: [], massachusetts: [], gdpr: [] };
  expect(jurisdictionChooser(none)('US', 'CA')).toBe('default');
});

test('a language without words for the law gives way to the default language, never to other words', () => {
  const incident = wholeIncident();
  const { california: _, ...texts } = incident.texts.en!;
  const choose = variantChooser({ ...incident, texts: { en: incident.texts.en!, fr: texts } });
  const french = { language: 'fr-CA', country: 'US', region: 'CA', disposition: 'expired' } as const;
  expect(variantKey(choose(french, 'notice'))).toBe('en/california/expired');
  expect(variantKey(choose({ ...french, region: 'NY' }, 'notice'))).toBe('fr/default/expired');
  expect(variantKey(choose(french, 'reminder'))).toBe('fr/reminder');
});

const LANGUAGES = ['en', 'de', 'he', 'zh', 'nb', 'id', 'fil'];

test.each([
  ['en', 'en'],
  ['EN', 'en'],
  [' EN ', 'en'],
  ['en-us', 'en'],
  ['en_US.UTF-8', 'en'],
  ['de-DE,de;q=0.9,en;q=0.8', 'de'],
  ['de@euro', 'de'],
  ['nb-NO', 'nb'],
  ['no', 'nb'],
  ['NO', 'nb'],
  ['nn', 'nb'],
  ['nor', 'nb'],
  ['iw', 'he'],
  ['iw-IL', 'he'],
  ['in', 'id'],
  ['zh_TW', 'zh'],
  ['zh-Hant-HK', 'zh'],
  ['eng', 'en'],
  ['ger', 'de'],
  ['deu', 'de'],
  ['tl', 'fil'],
])('%j gets the texts in %s (C29)', (spelling, language) => {
  expect(matchLanguage(spelling, LANGUAGES)).toBe(language);
  expect(chooseLanguage(spelling, LANGUAGES, 'en')).toBe(language);
});

test.each([null, '', ' ', 'fr', 'english', 'Deutsch', '1', '{en}', 'e', 'de1', '\0', 'false'])(
  '%j gets the default language (C29)',
  (spelling) => {
    expect(matchLanguage(spelling, LANGUAGES)).toBeNull();
    expect(chooseLanguage(spelling, LANGUAGES, 'he')).toBe('he');
  },
);

test('the very code goes before its relatives', () => {
  expect(matchLanguage('nn', ['nb', 'nn', 'no'])).toBe('nn');
  expect(matchLanguage('no', ['nn', 'nb'])).toBe('nb');
  expect(matchLanguage('iw', ['iw', 'he'])).toBe('iw');
  expect(matchLanguage('he', ['iw', 'he'])).toBe('he');
  expect(matchLanguage('HE', ['iw', 'he'])).toBe('he');
  expect(matchLanguage('he', ['en', 'iw'])).toBe('iw');
});

test('whose words each law has in a language: its own, those of the default language, or none', () => {
  const incident = wholeIncident();
  const { gdpr: _, california: __, ...others } = incident.texts.en!;
  const file = {
    ...incident,
    texts: { ...incident.texts, fr: { ...others, inDefaultLanguage: ['gdpr' as const] } },
  };
  expect(Object.fromEntries(lawsInLanguage(file, 'fr'))).toEqual({
    california: 'lacking',
    massachusetts: 'own',
    gdpr: 'given',
  });
  expect(hasTexts(file, 'xx', 'gdpr')).toBe(false);
  expect(hasTexts(file, 'xx', 'default')).toBe(true);
});

test('a column of free text gets a language for each of thousands of spellings, the same each time', () => {
  const incident = wholeIncident();
  const choose = variantChooser(incident);
  const languageOf = (language: string) =>
    choose({ language, country: null, region: null, disposition: 'expired' }, 'notice').language;
  const spellings = Array.from({ length: 2_500 }, (_, i) => `${['de', 'fr', 'x1'][i % 3]}-${i}`);
  const expected = spellings.map((_, i) => ['de', 'fr', incident.defaultLanguage][i % 3]);
  expect(spellings.map(languageOf)).toEqual(expected);
  expect(spellings.map(languageOf)).toEqual(expected);
});
