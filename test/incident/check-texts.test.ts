import { checkTexts } from '../../src/incident/check-texts';
import type { Incident } from '../../src/incident/incident-schema';
import type { SoundParts } from '../../src/incident/sound-parts';
import { changedExample, placesIn, withValue } from './example-incident';

function placesOf(change: (incident: Incident) => void, without: (keyof SoundParts)[] = []): string[] {
  const { incident, parts } = changedExample(change, without);
  return placesIn(checkTexts(parts, { ...incident }));
}

test.each<[what: string, change: (incident: Incident) => void, places: string[]]>([
  ['the texts of the example', () => undefined, []],
  [
    'a company that is called as a host of its own elsewhere, in whatever case it is named',
    (incident) => {
      incident.from.name = 'Zappos.Example';
      incident.texts.en!.signature += '\nzappos.example, ZAPPOS.example';
    },
    [],
  ],
  [
    'a host that is nearly the name of the company',
    (incident) => {
      incident.from.name = 'Zappos.Example';
      incident.texts.en!.signature += '\nzappos.examples';
    },
    ['texts.en.signature'],
  ],
  [
    'what was not read and was, but for case and spaces at its ends',
    ({ texts }) => texts.en!.whatInformation.notAffected.push(' Your Name '),
    [`texts.en.whatInformation.notAffected.2`],
  ],
  [
    'an open answer in free words, and in what has a form of its own',
    (incident) => Object.assign(incident, { title: 'Breach of ???', replyTo: '???' }),
    ['title'],
  ],
])('%s: where it is wrong', (_, change, places) => {
  expect(placesOf(change)).toEqual(places);
});

test('of what the file does not say, or says wrong, nothing is said', () => {
  const links = ({ texts }: Incident) => (texts.en!.signature += '\nhttps://evil.test/x, evil.test');
  const signature = 'texts.en.signature';
  expect(placesOf(links)).toEqual([signature, signature]);
  expect(placesOf(links, ['links'])).toEqual([]);
  expect(placesOf(links, ['from'])).toEqual([signature]);
});

test.each([null, undefined, 'customers'])(
  'where the section of the customers is %j, {name} is not judged',
  (customers) => {
    const { incident, parts } = changedExample(() => undefined, ['database']);
    const file = withValue(incident, ['database', 'customers'], customers) as Record<string, unknown>;
    expect(checkTexts(parts, file)).toEqual([]);
  },
);
