import type { Problem } from '../../src/incident/incident-problem';
import { readYaml } from '../../src/incident/incident-yaml';
import { parseIncident } from '../../src/incident/parse-incident';
import { allParts, type SoundParts, soundParts, soundVariants } from '../../src/incident/sound-parts';
import { WHOLE_EXAMPLE, wholeIncident, withValue } from './example-incident';

const file = readYaml(WHOLE_EXAMPLE).value as Record<string, unknown>;
const incident = wholeIncident();
const LANGUAGES = ['en', 'es', 'fr', 'de', 'ja', 'ar'];
const soundOf = (path: (string | number)[], value: unknown): SoundParts =>
  soundParts(withValue(file, path, value) as Record<string, unknown>);

test('of a file without a fault all is sound, and who the customers are', () => {
  expect(allParts(incident)).toEqual({ ...incident, customers: incident.database.customers });
  expect(soundParts(file)).toEqual(allParts(incident));
});

test('a section with a fault is missing, and nothing else', () => {
  const { pace: _, ...others } = allParts(incident);
  const sound = soundOf(['pace', 'perSecond'], 'fast');
  expect(sound).toEqual(others);
  expect(sound).not.toHaveProperty('pace');
});

test('a language with a fault is missing among the texts, and the other languages are there', () => {
  expect(Object.keys(soundOf(['texts', 'fr', 'subject'], 7).texts!)).toEqual(
    LANGUAGES.filter((language) => language !== 'fr'),
  );
  for (const texts of [null, undefined, 'x']) expect(soundOf(['texts'], texts)).not.toHaveProperty('texts');
  expect(soundOf(['texts'], { en: {} }).texts).toEqual({});
});

const STATED = { what: 'cookies', ended: 'by a new key', by: 'Jo' };

test('what is done in the database is known where only what is stated has a fault; who its customers are also elsewhere', () => {
  expect(soundOf(['database', 'stated'], [STATED]).database!.stated).toEqual([STATED]);
  const unstated = soundOf(['database', 'stated'], [{ what: 'cookies' }]);
  expect(unstated.database).toEqual({ ...incident.database, stated: [] });
  expect(unstated.customers).toEqual(incident.database.customers);
  const unretired = soundOf(['database', 'retire'], []);
  expect(unretired).not.toHaveProperty('database');
  expect(unretired.customers).toEqual(incident.database.customers);
  for (const [path, value] of [
    [['database', 'customers', 'key'], ''],
    [['database'], null],
    [['database'], undefined],
    [['database'], 'x'],
  ] as [string[], unknown][]) {
    expect(soundOf(path, value)).not.toHaveProperty('database');
    expect(soundOf(path, value)).not.toHaveProperty('customers');
  }
});

const problem = (path: string): Problem => ({ line: 1, column: 1, path, found: 'x', wanted: 'y' });

test('whose notice is which is known where no fault lies between languages, places and the default', () => {
  const parts = allParts(incident);
  const { texts, jurisdictions, defaultLanguage } = incident;
  const known = { texts, jurisdictions, defaultLanguage };
  expect(soundVariants(parts, [], file)).toEqual(known);
  for (const elsewhere of [
    '',
    'pace',
    'texts.en.subject',
    'texts.en.gdpr.contact',
    'dates',
    'jurisdictionsX',
  ])
    expect(soundVariants(parts, [problem(elsewhere)], file)).toEqual(known);
  for (const there of ['texts', 'texts.en', 'jurisdictions', 'jurisdictions.gdpr.3', 'defaultLanguage'])
    expect(soundVariants(parts, [problem('pace'), problem(there)], file)).toBeNull();
});

test('whose notice is which is not known where a language, the places or the default has a fault', () => {
  const parts = allParts(incident);
  for (const missing of ['texts', 'jurisdictions', 'defaultLanguage'] as const)
    expect(soundVariants({ ...parts, [missing]: undefined }, [], file)).toBeNull();
  const { fr: _, ...others } = incident.texts;
  expect(soundVariants({ ...parts, texts: others }, [], file)).toBeNull();
  // Where the file as data is not there no language of it is missing.
  expect(soundVariants(parts, [], undefined)).not.toBeNull();
});

/** What is left of a file with one text replaced. */
function faulty(from: string, to: string) {
  const parsed = parseIncident(WHOLE_EXAMPLE.replace(from, to), { now: new Date() });
  if ('incident' in parsed) throw new Error('the file has no fault');
  return parsed;
}

test('of a key that stands twice neither value is relied on, wherever in its section it stands', () => {
  const { parts } = faulty('\npace:\n', '\npace:\n  perSecond: 7\n');
  expect(parts).not.toHaveProperty('pace');
  expect(Object.keys(parts).sort()).toEqual(
    Object.keys(allParts(incident))
      .filter((section) => section !== 'pace')
      .sort(),
  );
});

test('problems come in the order of lines, and within a line from left to right', () => {
  const { problems } = faulty('\npace:\n', '\npaces: {a: *b, c: *d}\n\u0007: &x !y z\npace:\n');
  const places = problems.map(({ line, column }) => line * 1000 + column);
  expect(places.length).toBeGreaterThan(3);
  expect(places).toEqual([...places].sort((left, right) => left - right));
});

test('what two checks find at one place is told once, by the check that knows the path', () => {
  const { problems } = faulty('title: Customer', 'title: Cust\u0007omer');
  expect(problems.map(({ path, found }) => [path, found])).toEqual([
    ['title', 'the character U+0007, which does not print'],
  ]);
});
