import { checkIncident, checkReminder } from '../../src/incident/check-incident';
import type { Incident } from '../../src/incident/incident-schema';
import type { SoundParts } from '../../src/incident/sound-parts';
import { changedExample, placesIn, wholeIncident } from './example-incident';

const NOW = new Date('2012-01-17T00:00:00Z');

function placesOf(change: (incident: Incident) => void, without: (keyof SoundParts)[] = []): string[] {
  const { incident, parts } = changedExample(change, without);
  return placesIn(checkIncident(parts, incident as unknown as Record<string, unknown>, NOW));
}

test.each<[string, (incident: Incident) => void, string[]]>([
  ['the example', () => undefined, []],
  ['a cutoff of this moment', (incident) => (incident.cutoff = NOW.toISOString()), []],
  ['a cutoff of the next', (incident) => (incident.cutoff = '2012-01-17T00:00:00.001Z'), ['cutoff']],
  ['a breach that lasted a day', ({ dates }) => delete dates!.breachEnd, []],
  ['a breach that ended when it began', ({ dates }) => (dates!.breachEnd = dates!.breach), []],
  ['a breach that ended before', ({ dates }) => (dates!.breachEnd = '2012-01-14'), ['dates.breachEnd']],
  ['a notice of the day of the breach', ({ dates }) => (dates!.notice = dates!.breach), []],
  ['a notice of the day before', ({ dates }) => (dates!.notice = '2012-01-14'), ['dates.notice']],
  ['mailboxes that differ', ({ canary }) => (canary.mailboxes = ['a@x.test', 'b@x.test']), []],
  [
    'one mailbox three times',
    ({ canary }) => (canary.mailboxes = ['a@x.test', 'A@x.test', 'b@x.test', 'a@X.test']),
    ['canary.mailboxes.1', 'canary.mailboxes.3'],
  ],
  [
    'a first wait as long as all',
    ({ retry }) => Object.assign(retry, { firstAfterSeconds: 36, forHours: 0.01 }),
    [],
  ],
  [
    'a first wait a second longer than all',
    ({ retry }) => Object.assign(retry, { firstAfterSeconds: 37, forHours: 0.01 }),
    ['retry.firstAfterSeconds'],
  ],
  ['texts without words for the reminder', ({ texts }) => delete texts.fr!.reminder, ['key texts.fr']],
  [
    'no words for a reminder that there is not',
    (incident) => {
      incident.reminder = null;
      delete incident.texts.fr!.reminder;
    },
    [],
  ],
  ['a default language without texts', (incident) => (incident.defaultLanguage = 'nl'), ['defaultLanguage']],
  [
    'languages that no customer can get',
    ({ database }) => (database.customers.language = null),
    ['es', 'fr', 'de', 'ja', 'ar'].map((language) => `key texts.${language}`),
  ],
  ['no texts', (incident) => (incident.texts = {}), ['texts']],
  [
    'a table that is read and written',
    ({ database }) => (database.retire[0]!.column = 'email'),
    ['database.retire.0.column'],
  ],
])('%s: where it is wrong', (_, change, places) => {
  expect(placesOf(change)).toEqual(places);
});

test('what the file does not say, or says wrong, is not judged', () => {
  const everything = (incident: Incident) => {
    incident.cutoff = '2031-01-01T00:00:00Z';
    incident.dates!.notice = '2012-01-14';
    incident.canary.mailboxes = ['a@x.test', 'a@x.test'];
    incident.retry = { firstAfterSeconds: 3_601, forHours: 1 };
    incident.database.retire[0]!.column = 'email';
  };
  const all = [
    'cutoff',
    'dates.notice',
    'canary.mailboxes.1',
    'retry.firstAfterSeconds',
    'database.retire.0.column',
  ];
  expect(placesOf(everything)).toEqual(all);
  for (const [i, part] of (['cutoff', 'dates', 'canary', 'retry', 'database'] as const).entries())
    expect(placesOf(everything, [part])).toEqual(all.filter((_, other) => other !== i));
  const unreachable = ({ database }: Incident) => (database.customers.language = null);
  expect(placesOf(unreachable, ['customers'])).toEqual([]);
  // Without a word on the default it is English.
  expect(placesOf(unreachable, ['defaultLanguage'])).not.toContain('key texts.en');
  expect(placesOf((incident) => (incident.defaultLanguage = 'nl'), ['defaultLanguage'])).toEqual([]);
  expect(checkReminder({ reminder: { afterDays: 3 } })).toEqual([]);
  expect(checkReminder({ texts: {} })).toEqual([]);
});

test('texts that are none are the matter of the schema, and a language in capitals is still one', () => {
  const { defaultLanguage } = wholeIncident();
  const said = (texts: unknown) =>
    checkIncident({ defaultLanguage }, { texts }, NOW).map(({ path, wanted }) => [path.join('.'), wanted]);
  for (const texts of [undefined, null, 'x', 7]) expect(said(texts)).toEqual([]);
  expect(said({ EN: {} })).toEqual([]);
  expect(said({ nl: {}, DE: {} })).toEqual([
    ['defaultLanguage', 'one of nl, DE, or its texts below "texts:"'],
  ]);
  expect(said({})).toEqual([['texts', 'a section for each language, such as en:']]);
  expect(checkIncident({}, { texts: {} }, NOW)).toMatchObject([
    { wanted: 'a section for each language, such as en:' },
  ]);
  expect(checkIncident({ defaultLanguage: 'ja' }, { texts: {} }, NOW)).toMatchObject([
    { wanted: 'a section for each language, such as ja:' },
  ]);
});
