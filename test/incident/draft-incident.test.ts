import { copiedFacts, reservedDomains } from '../../src/incident/copied-example';
import { draftIncident } from '../../src/incident/draft-incident';
import type { Incident } from '../../src/incident/incident-schema';
import { parseIncident } from '../../src/incident/parse-incident';
import { LAWS, type Law } from '../../src/incident/vocabulary';
import { WHOLE_EXAMPLE, wholeIncident } from './example-incident';
import { filled } from './filled-draft';

const draft = (languages: string[], laws: Law[] = []) =>
  draftIncident(WHOLE_EXAMPLE, { languages, laws, schema: '/opt/docs/incident.schema.json' });
const parse = (text: string) => parseIncident(text, { now: new Date('2026-06-01') });
const parsed = (text: string): Incident => {
  const result = parse(text);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.incident;
};

const WISHES: [languages: string[], laws: Law[]][] = [
  [['en'], []],
  [
    ['en', 'de'],
    ['gdpr', 'california'],
  ],
  [
    ['de', 'it'],
    ['massachusetts', 'gdpr'],
  ],
  [['ar', 'ja', 'es', 'fr'], [...LAWS]],
  [['pt', 'nb'], [...LAWS]],
  [['it'], ['california']],
];

describe.each(WISHES)('a file for %j and %j', (languages, laws) => {
  const text = draft(languages, laws);

  test('holds these languages and laws, and no other', () => {
    const incident = parsed(filled(text));
    expect(Object.keys(incident.texts).sort()).toEqual([...languages].sort());
    expect(incident.defaultLanguage).toBe(languages[0]);
    for (const law of LAWS) expect(incident.jurisdictions[law].length > 0).toBe(laws.includes(law));
    for (const texts of Object.values(incident.texts))
      for (const law of LAWS)
        if (!laws.includes(law))
          expect([texts[law], texts.inDefaultLanguage.includes(law)]).toEqual([undefined, false]);
  });

  test('is refused by line while one answer is open', () => {
    const result = parse(text);
    const told = new Set('problems' in result ? result.problems.map(({ line }) => line) : []);
    const open = text
      .split('\n')
      .flatMap((line, i) => (line.includes('???') && !line.startsWith('#') ? [i + 1] : []));
    expect(open.length).toBeGreaterThan(20);
    // Of a text of several lines the first open one is named.
    const untold = open.filter((line) => !told.has(line));
    for (const line of untold) expect(text.split('\n')[line - 1]).toMatch(/^ {6,}(?:\?\?\?|.* \?\?\?)$/);
  });

  test('filled, has nothing of the example that tells of its breach (C109)', () => {
    const incident = parsed(filled(text));
    expect(copiedFacts(incident, wholeIncident())).toEqual([]);
    expect(reservedDomains(incident)).toEqual([]);
  });
});

test('any one answer that is left open refuses it', () => {
  const whole = filled(draft(['en']));
  expect(parse(whole)).toHaveProperty('incident');
  for (const [from, to] of [
    ['title: Customer', 'title: ??? Customer'],
    ['name: Harbour', 'name: ??? Harbour'],
    ['name: Data', 'name: ???'],
    ['Dear customer,', '??? Dear customer,'],
  ] as const) {
    const result = parse(whole.replace(from, to));
    expect('problems' in result && result.problems.map(({ found }) => found)).toEqual([
      expect.stringContaining('???'),
    ]);
  }
});

test('what it says of YAML holds of itself, and its comments are those of what stands below', () => {
  const text = draft(['de'], ['gdpr']);
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\/opt\/docs\/incident\.schema\.json\n# An incident file to be filled/,
  );
  expect(text).not.toMatch(/Zappos|zappos\.test|Kentucky|Civil Code|Copy this file/);
  expect(text).toMatch(/^texts:\n {2}de:\n/m);
});
