import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Ajv from 'ajv';
import { demoIncident } from '../../scripts/demo/demo-incident';
import { loadPresets, presetSection } from '../../src/company/presets';
import { incidentSchema } from '../../src/incident/incident-schema';
import { readYaml } from '../../src/incident/incident-yaml';
import { parseIncident } from '../../src/incident/parse-incident';
import { PRESET_CASES } from '../company/presets/preset-cases';
import { EXAMPLE, exampleWith, WHOLE_EXAMPLE, withValue } from '../incident/example-incident';

const root = join(__dirname, '..', '..');
const schemaFile = join(root, 'docs', 'incident.schema.json');
// patternErrorMessage is for editors.
const refuses = (() => {
  const validate = new Ajv({ allErrors: true })
    .addKeyword('patternErrorMessage')
    .compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
  return (value: unknown) =>
    validate(value) ? [] : validate.errors!.map(({ instancePath, message }) => `${instancePath}: ${message}`);
})();
const dataOf = (text: string) => readYaml(text).value as Record<string, unknown>;

test.each([
  ['the example', WHOLE_EXAMPLE],
  ['the plain incident of the tests', EXAMPLE],
  ["the demo's", demoIncident()],
])('%s is a valid file by the JSON Schema', (_, text) => {
  expect(refuses(dataOf(text))).toEqual([]);
});

test.each(PRESET_CASES)(
  'the shipped mapping of $id, answered, is valid by the JSON Schema',
  ({ id, prefix, answers }) => {
    const preset = loadPresets().find((one) => one.id === id)!;
    const database = presetSection(preset, prefix, answers);
    expect(refuses({ ...dataOf(EXAMPLE), database })).toEqual([]);
  },
);

test.each([
  ['the example', join(root, 'examples/zappos-2012/incident.yaml'), WHOLE_EXAMPLE],
  ["the demo's file", join(root, '.local/demo-incident.yaml'), demoIncident()],
])('the first line of %s names the JSON Schema, from where it lies', (_, file, text) => {
  const [, path] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  expect(resolve(dirname(file), path!)).toBe(schemaFile);
});

test.each<[what: string, from: string, to: string]>([
  ['a misspelt key', '\nreplyTo:', '\nreplyto:'],
  ['a key too many', '\npace:', '\nspeed: 5\npace:'],
  [
    'a key too many deep in the file',
    '    neutralGreeting:',
    '    friendlyGreeting: Hi\n    neutralGreeting:',
  ],
  ['a missing key', 'title: Customer database read, January 2012\n', ''],
  ['a word where a number is needed', 'perSecond: 500', 'perSecond: fast'],
  ['a number out of bounds', 'sessions: 8', 'sessions: 65'],
  ['half a message', 'perSecond: 500', 'perSecond: 0.5'],
  ['a word of its own', 'afterwards: hold', 'afterwards: wait'],
  ['an instant without its zone', 'cutoff: 2012-01-15T23:00:00Z', 'cutoff: 2012-01-15T23:00:00'],
  ['two addresses in one', 'address: care@zappos.test', 'address: care@zappos.test, you@zappos.test'],
  ['an open question', '    key: id\n    email: email\n', '    key: ???\n    email: email\n'],
  ['a language in capitals', '\ntexts:\n  en:', '\ntexts:\n  EN:'],
])('%s is refused by the parser and by the JSON Schema', (_, from, to) => {
  const file = exampleWith([from, to]);
  expect(parseIncident(file, { now: new Date() })).toHaveProperty('problems');
  expect(refuses(dataOf(file))).not.toEqual([]);
});

test('the JSON Schema refuses nothing that the parser takes: each value of the example replaced by others', () => {
  const whole = dataOf(WHOLE_EXAMPLE);
  const example = { ...whole, texts: { en: (whole.texts as Record<string, unknown>).en } };
  const taken: unknown[] = [];
  for (const path of pathsOf(example))
    for (const value of VALUES) {
      const changed = withValue(example, path, value);
      if (!incidentSchema.safeParse(changed).success) continue;
      taken.push(value);
      const refused = refuses(changed);
      if (refused.length > 0)
        throw new Error(`${path.join('.')} = ${JSON.stringify(value)}: ${refused.join('; ')}`);
    }
  expect(taken.length).toBeGreaterThan(500);
});

/** At the edges: space that the parser cuts off, the longest texts, numbers in every form. */
const VALUES: unknown[] = [
  undefined,
  null,
  '',
  'x',
  '  x  \n',
  `${'x'.repeat(300)}\n`,
  `  ${'x'.repeat(10_000)}\n`,
  '👍'.repeat(150),
  '2012-02-29',
  '2012-01-15T23:00:00.123456Z',
  'Europe/Berlin',
  '-08:00',
  0,
  1,
  0.5,
  20,
  true,
  [],
  ['x'],
  {},
  { random: 40, after: 'x' },
  { column: 'x', as: 'unixSeconds' },
];

function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? below : [path, ...below];
}
