import { checkLaws } from '../../src/incident/check-laws';
import type { Incident } from '../../src/incident/incident-schema';
import type { SoundParts } from '../../src/incident/sound-parts';
import { changedExample, placesIn } from './example-incident';

const PARTS = [
  'whatHappened',
  'whatInformation',
  'whatWeAreDoing',
  'whatYouCanDo',
  'moreInformation',
] as const;

function placesOf(change: (incident: Incident) => void, without: (keyof SoundParts)[] = []): string[] {
  const { parts } = changedExample(change, without);
  return placesIn(checkLaws(parts));
}

test('a fault of a whole section stands at its key, that of a value at the value', () => {
  expect(placesOf(({ database }) => (database.customers.country = null))).toEqual([
    'key jurisdictions.california',
    'key jurisdictions.massachusetts',
    'key jurisdictions.gdpr',
  ]);
  expect(placesOf(({ database }) => (database.customers.region = null))).toEqual([
    'jurisdictions.california.0',
    'jurisdictions.massachusetts.0',
  ]);
  expect(placesOf(({ texts }) => delete texts.en!.gdpr)).toEqual(['key texts.en']);
  expect(placesOf(({ jurisdictions }) => (jurisdictions.gdpr = []))).toEqual(
    ['en', 'es', 'fr', 'de', 'ja', 'ar'].map((language) => `key texts.${language}.gdpr`),
  );
  expect(placesOf(({ jurisdictions }) => jurisdictions.gdpr.push('us-ca', 'DE', 'X-1'))).toEqual([
    'jurisdictions.gdpr.31',
    'jurisdictions.gdpr.32',
  ]);
});

test('laws without places ask for no column of countries', () => {
  expect(
    placesOf(({ database, jurisdictions }) => {
      database.customers.country = null;
      Object.assign(jurisdictions, { california: [], massachusetts: [] });
    }).filter((place) => place.includes('jurisdictions')),
  ).toEqual(['key jurisdictions.gdpr']);
});

test('only a place of two letters and a hyphen has a region', () => {
  const at = (...gdpr: string[]) =>
    placesOf(({ database, jurisdictions }) => {
      database.customers.region = null;
      Object.assign(jurisdictions, { california: ['X'], massachusetts: ['Y'], gdpr });
    });
  expect(at('DE', 'Timor-Leste', 'a US-CA', 'u-s', 'US CA')).toEqual([]);
  expect(at('DE', 'us-ny', 'US-CA')).toEqual(['jurisdictions.gdpr.1']);
});

test('what the file does not say is not judged', () => {
  const wrong = ({ jurisdictions, texts }: Incident) => {
    jurisdictions.gdpr.push('us-ca');
    delete texts.en!.gdpr;
  };
  expect(placesOf(wrong)).toEqual(['jurisdictions.gdpr.31', 'key texts.en']);
  expect(placesOf(wrong, ['jurisdictions'])).toEqual([]);
  expect(placesOf(wrong, ['texts'])).toEqual(['jurisdictions.gdpr.31']);
  expect(placesOf(wrong, ['defaultLanguage'])).toEqual(['jurisdictions.gdpr.31']);
  expect(placesOf(({ database }) => (database.customers.country = null), ['customers'])).toEqual([]);
  expect(placesOf((incident) => (incident.defaultLanguage = 'nl'))).toEqual([]);
});

test("California's headings are the law's whatever their case, in English alone", () => {
  expect(placesOf(({ texts }) => (texts.en!.heading = 'NOTICE OF DATA BREACH'))).toEqual([]);
  expect(placesOf(({ texts }) => (texts.es!.heading = 'Su cuenta'))).toEqual([]);
  for (const part of PARTS)
    expect(placesOf(({ texts }) => (texts.en![part].heading = 'Else'))).toEqual([`texts.en.${part}.heading`]);
});

test('a sentence of "What happened" is the same over two lines, in the midst of others, from 21 letters on', () => {
  const said = (told: string, rights: string) =>
    placesOf(({ texts }) => {
      texts.en!.whatHappened.text = told;
      texts.en!.massachusetts!.rights.text = rights;
    });
  const [twenty, more] = ['A thief was with us.', 'A thief was with you.'];
  expect([twenty.length, more.length]).toEqual([20, 21]);
  expect(said(more, more)).toHaveLength(1);
  expect(said(twenty, twenty)).toEqual([]);
  const sentence = 'Somebody read our list of customers.';
  expect(said(sentence, `You may ask.\n  Somebody read our\n list of customers. So do.`)).toHaveLength(1);
  expect(said(`  ${sentence}`, sentence)).toHaveLength(1);
  expect(said(sentence, 'You may ask. Nobody read our list of customers.')).toEqual([]);
});
