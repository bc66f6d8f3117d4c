import { chooseLanguage, matchLanguage } from '../../src/incident/choose-language';

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
  expect(matchLanguage('he', ['en', 'iw'])).toBe('iw');
});
