import { z } from 'zod';
import { schemaProblems, valueAt } from '../../src/incident/schema-problems';
import { innerOf, keysOf, schemaAt, unwrapped, wantedAt } from '../../src/incident/schema-shape';

const letter = z.strictObject({
  subject: z.string().max(5).describe('five letters'),
  steps: z.array(z.string().describe('a step')).min(1).max(2).optional(),
});
const schema = z.strictObject({
  id: z.string().describe('a name'),
  count: z.number().int().min(1).describe('a number from 1').default(3),
  letters: z.record(
    z
      .string()
      .regex(/^[a-z]{2}$/)
      .describe('two small letters'),
    letter,
  ),
  list: z.array(z.strictObject({ a: z.string().optional() })).optional(),
  note: z.string().nullable().default(null),
  even: z
    .number()
    .refine((number) => number % 2 === 0, { message: 'half of what it is, twice' })
    .optional(),
});
const base = { id: 'x', letters: {} };

/** Each problem as `path: found ..., write ...`; what is about a key begins with `key`. */
function saidOf(value: unknown, sources: Record<string, string> = {}): string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return schemaProblems(schema, value, parsed.error.issues, (path) => sources[path.join('.')]).map(
    ({ path, found, wanted, atKey }) =>
      `${atKey ? 'key ' : ''}${path.join('.')}: found ${found}, write ${wanted}`,
  );
}

test.each<[what: string, value: unknown, said: string[], sources?: Record<string, string>]>([
  ['nothing wrong', base, []],
  ['a key missing', { letters: {} }, ['id: found nothing, write the key "id": a name']],
  [
    'a key missing further down',
    { ...base, letters: { en: {} } },
    ['letters.en.subject: found nothing, write the key "subject": five letters'],
  ],
  ['a key without a value', { id: null, letters: {} }, ['id: found nothing, write a name']],
  [
    'a text too long',
    { ...base, letters: { en: { subject: 'longer' } } },
    ['letters.en.subject: found "longer", write five letters'],
  ],
  ['a number too small', { ...base, count: 0 }, ['count: found 0, write a number from 1']],
  ['a text for a number', { ...base, count: 'x' }, ['count: found "x", write a number from 1']],
  ['a rule of our own', { ...base, even: 3 }, ['even: found 3, write half of what it is, twice']],
  [
    'no description',
    { ...base, note: 3 },
    ['note: found 3, which YAML reads as a number, write it in quotes, "3" (something else)'],
    { note: '3' },
  ],
  ['a text for a list', { ...base, list: 'x' }, ['list: found "x", write a list, each item after a hyphen']],
  ['a text for a section', { ...base, list: ['x'] }, ['list.0: found "x", write a section with the keys a']],
  [
    'a list for a section',
    { ...base, letters: [] },
    ['letters: found an empty list, write a section, each key two small letters'],
  ],
  [
    'an empty list',
    { ...base, letters: { en: { subject: 'x', steps: [] } } },
    ['letters.en.steps: found an empty list, write at least one item, after a hyphen'],
  ],
  [
    'a list too long',
    { ...base, letters: { en: { subject: 'x', steps: ['a', 'b', 'c'] } } },
    ['letters.en.steps: found a list of 3, write 2 items at most'],
  ],
  [
    'a key that is not known',
    { ...base, colour: 'red' },
    [
      'key colour: found the unknown key "colour", write one of id, count, letters, list, note, even, or nothing',
    ],
  ],
  [
    'a key misspelt: it is one problem, not two',
    { di: 'x', letters: {} },
    ['key di: found the unknown key "di", write id'],
  ],
  [
    'a key misspelt that stands there already',
    { ...base, idd: 'y' },
    ['key idd: found the unknown key "idd", write one of id, count, letters, list, note, even, or nothing'],
  ],
  [
    'a key misspelt further down',
    { ...base, letters: { en: { subjct: 'x' } } },
    ['key letters.en.subjct: found the unknown key "subjct", write subject'],
  ],
  [
    'a key of another case',
    { ...base, letters: { EN: { subject: 'x' } } },
    ['key letters.EN: found the key "EN", write en'],
  ],
  [
    'a key that is none in any case',
    { ...base, letters: { english: { subject: 'x' } } },
    ['key letters.english: found the key "english", write two small letters'],
  ],
  [
    'what is wrong below a key that is wrong',
    { ...base, letters: { EN: { subjct: 'x', steps: [] } } },
    [
      'key letters.EN.subjct: found the unknown key "subjct", write subject',
      'key letters.EN: found the key "EN", write en',
      'letters.EN.steps: found an empty list, write at least one item, after a hyphen',
    ],
  ],
  [
    'a number for a text',
    { id: 12, letters: {} },
    ['id: found 0x0c, which YAML reads as a number, write it in quotes, "0x0c" (a name)'],
    { id: '0x0c' },
  ],
  [
    'yes or no for a text',
    { id: true, letters: {} },
    ['id: found true, which YAML reads as yes or no, write it in quotes, "true" (a name)'],
    { id: 'true' },
  ],
  [
    'braces for a text',
    { id: { name: null }, letters: {} },
    ['id: found {name}, which YAML reads as a section, write it in quotes, "{name}"'],
    { id: '{name}' },
  ],
  [
    'braces for a text, in which there is more than a word',
    { id: { a: { b: null } }, letters: {} },
    ['id: found a section with a, write a name'],
    { id: '{a: {b}}' },
  ],
  [
    'a section for a text',
    { id: { name: 'x' }, letters: {} },
    ['id: found a section with name, write a name'],
    { id: 'name: {x}' },
  ],
  [
    'a list for a text, of which nothing stands in the file',
    { id: [], letters: {} },
    ['id: found an empty list, write a name'],
  ],
])('%s', (_, value, said, sources = {}) => {
  expect(saidOf(value, sources)).toEqual(said);
});

test('what stands at a path is only what was written there', () => {
  const value = { a: { b: [null, { c: 0 }] }, text: 'abc' };
  expect(valueAt(value, [])).toBe(value);
  expect(valueAt(value, ['a', 'b', 1, 'c'])).toBe(0);
  expect(valueAt(value, ['a', 'b', 0])).toBeNull();
  for (const path of [
    ['a', 'b', 0, 'c'],
    ['a', 'toString'],
    ['x'],
    ['x', 'y'],
    ['text', 'length'],
    ['a', 'b', 7],
  ])
    expect(valueAt(value, path)).toBeUndefined();
});

test('the part of a schema at a path is found through what may be left out, through lists and through any key', () => {
  const wanted = (...path: (string | number)[]) => wantedAt(schemaAt(schema, path));
  expect(wanted('id')).toBe('a name');
  expect(wanted('count')).toBe('a number from 1');
  expect(wanted('letters', 'whatever', 'subject')).toBe('five letters');
  expect(wanted('letters', 'en', 'steps')).toBe('a list, each item after a hyphen');
  expect(wanted('letters', 'en', 'steps', 7)).toBe('a step');
  expect(wanted('list', 0)).toBe('a section with the keys a');
  for (const path of [['x'], ['id', 'x'], ['toString'], ['letters', 'en', 'toString'], ['x', 'y', 'z']])
    expect([path, schemaAt(schema, path) === undefined]).toEqual([path, true]);
  expect(wantedAt(undefined)).toBe('something else');
  expect(keysOf(schema)).toEqual(['id', 'count', 'letters', 'list', 'note', 'even']);
  expect(keysOf(schemaAt(schema, ['letters', 'en']))).toEqual(['subject', 'steps']);
  expect(keysOf(schemaAt(schema, ['list', 0]))).toEqual(['a']);
  for (const none of [
    undefined,
    schemaAt(schema, ['letters']),
    schemaAt(schema, ['list']),
    schemaAt(schema, ['id']),
  ])
    expect(keysOf(none)).toEqual([]);
  expect(unwrapped(z.string().nullable().default(null).optional()) instanceof z.ZodString).toBe(true);
  expect(innerOf(z.string()) === undefined).toBe(true);
  expect(innerOf(z.string().optional()) instanceof z.ZodString).toBe(true);
});
