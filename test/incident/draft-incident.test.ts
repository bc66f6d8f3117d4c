import { parse as parseYaml } from 'yaml';
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
  test('holds these languages and laws, and no other', () => {
    const incident = parsed(filled(draft(languages, laws)));
    expect(Object.keys(incident.texts).sort()).toEqual([...languages].sort());
    expect(incident.defaultLanguage).toBe(languages[0]);
    for (const law of LAWS) expect(incident.jurisdictions[law].length > 0).toBe(laws.includes(law));
    for (const texts of Object.values(incident.texts))
      for (const law of LAWS)
        if (!laws.includes(law))
          expect([texts[law], texts.inDefaultLanguage.includes(law)]).toEqual([undefined, false]);
  });

  test('is refused by line while one answer is open', () => {
    const text = draft(languages, laws);
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
    const incident = parsed(filled(draft(languages, laws)));
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

/** Every text of one language in a file, by its path. */
function textsOf(file: string, language: string): Record<string, string> {
  const texts = (value: unknown, path: string): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => texts(item, path === '' ? key : `${path}.${key}`))
      : [[path, String(value)]];
  return Object.fromEntries(texts(parseYaml(file).texts[language], ''));
}

const FACTS = {
  'whatInformation.affected.0': '??? what may have been seen',
  'whatInformation.notAffected.0': '??? what was not seen',
};

test('a language of the example keeps its words but those that tell of that breach, which are open', () => {
  const shipped = textsOf(WHOLE_EXAMPLE, 'de');
  const drafted = textsOf(draft(['de'], ['california', 'gdpr']), 'de');
  const changed = Object.entries(drafted).filter(([path, text]) => shipped[path] !== text);
  expect(Object.fromEntries(changed)).toEqual({
    ...FACTS,
    preheader: '??? Was das für Sie bedeutet, und was jetzt zu tun ist.',
    'whatHappened.text': `???\n\n${shipped['whatHappened.text']!.split('\n\n')[1]}`,
    'whatWeAreDoing.text': `${shipped['whatWeAreDoing.text']!.split('\n\n')[0]}\n\n???\n`,
    'whatYouCanDo.expired.steps.0': shipped['whatYouCanDo.expired.steps.0']!.replace(
      'www.zappos.test',
      '???',
    ),
    signature: 'Mit freundlichen Grüßen\n???\n',
  });
  const gone = Object.keys(shipped).filter((path) => drafted[path] === undefined);
  expect(gone.filter((path) => !/^whatInformation\.(?:notA|a)ffected\./.test(path))).toEqual([
    'inDefaultLanguage.0',
  ]);
});

test('a language that it has not is the English one, each text after ??? to be translated, but for Massachusetts', () => {
  const english = textsOf(draft(['en'], [...LAWS]), 'en');
  const { 'inDefaultLanguage.0': given, ...drafted } = textsOf(draft(['en', 'nb'], [...LAWS]), 'nb');
  expect(given).toBe('massachusetts');
  expect(draft(['en', 'nb'], [...LAWS])).toContain('\n    inDefaultLanguage: [massachusetts]\n');
  const translated = Object.entries(english)
    .filter(([path]) => !path.startsWith('massachusetts.'))
    .map(([path, text]) => [path, text.startsWith('???') ? text : `??? ${text}`]);
  expect(drafted).toEqual(Object.fromEntries(translated));
});

test('the default language has the words of every law, those that it lacks in English after ???', () => {
  const english = textsOf(draft(['en'], ['massachusetts']), 'en');
  for (const language of ['de', 'nb']) {
    const drafted = textsOf(draft([language], ['massachusetts']), language);
    const ofLaw = Object.entries(english).filter(([path]) => path.startsWith('massachusetts.'));
    expect(ofLaw.length).toBeGreaterThan(7);
    for (const [path, text] of ofLaw) expect(drafted[path]).toBe(`??? ${text}`);
  }
});

test.each<[languages: string[], laws: Law[], given: unknown[]]>([
  [['en', 'es'], [...LAWS], [undefined, undefined]],
  [['en', 'de', 'nb'], [...LAWS], [undefined, ['massachusetts'], ['massachusetts']]],
  [['nb', 'en'], ['massachusetts'], [undefined, undefined]],
  [['en', 'de', 'nb'], ['gdpr'], [undefined, undefined, undefined]],
])('for %j and %j the words of another language are used where there are none', (languages, laws, given) => {
  const { texts } = parseYaml(draft(languages, laws));
  expect(languages.map((language) => texts[language].inDefaultLanguage)).toEqual(given);
});

test('what stands above a law stays with it, and the rest of the file stays as it is', () => {
  expect(draft(['en'], ['california'])).toContain('  # Civil Code 1798.82');
  expect(draft(['en'], ['gdpr'])).toMatch(/jurisdictions:\n {2}# GDPR article 34[^\n]*\n {2}gdpr: /);
  expect(draft(['en'])).not.toContain('\njurisdictions:');
  const rest = (text: string) =>
    text.slice(text.indexOf('\n# How to use your mail relay'), text.indexOf('canary:'));
  expect(rest(draft(['de', 'nb'], ['gdpr']))).toBe(rest(WHOLE_EXAMPLE));
});

test('a draft has one ??? for each answer, no space at the end of a line, and its sections apart', () => {
  for (const [languages, laws] of WISHES) {
    const text = draft(languages, laws);
    expect(text).not.toMatch(/\?\?\? \?\?\?|[ \t]$/m);
    expect(text).toMatch(/\n {2}mailboxes:\n {4}- \?\?\?\n/);
    expect(text).toMatch(/\ndatabase: \?\?\?\n$/);
  }
});
