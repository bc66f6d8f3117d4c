import { jurisdictionChooser, variantChooser, variantKey } from '../../src/incident/choose-variant';
import { wholeIncident } from './example-incident';

const TABLE = { california: ['US-CA', 'USA-California'], massachusetts: ['US-MA'], gdpr: ['DE', 'NO'] };

test.each([
  ['US', 'CA', 'california'],
  ['us', ' ca ', 'california'],
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
  ['', 'DE', 'default'],
  ['MX', 'US-CA', 'default'],
  [null, null, 'default'],
] as const)('a customer at %p, %p is under %s', (country, region, law) => {
  expect(jurisdictionChooser(TABLE)(country, region)).toBe(law);
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
