import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { GENERATED } from '../../scripts/docs';
import { ENVIRONMENT } from '../../src/operator/parts/environment';
import { VERBS } from '../../src/operator/verbs';

const root = join(__dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test.each(Object.entries(GENERATED))('docs/%s is what the code says: run npm run docs', (name, text) => {
  expect(read(`docs/${name}`)).toBe(text());
});

test('every script of package.json is on the page of verbs, but for the two that are verbs themselves', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const page = read('docs/verbs.md');
  const missing = Object.keys(scripts).filter((name) => !page.includes(`\n## npm run ${name}\n`));
  expect(missing.sort()).toEqual(['cli', 'start', 'test']);
  expect(page).toContain('\n## npm test\n');
});

test.each(Object.entries(VERBS))(
  'the example of %s is a command that it takes',
  (name, { load, example }) => {
    const command = new Command(name);
    load()(command);
    expect(example).toMatch(name === 'start' ? /^npm start -- / : new RegExp(`^npm run cli -- ${name}( |$)`));
    const known = command.options.map(({ long }) => long);
    const given = example.split(' -- ')[1]!.match(/--[a-z-]+/g) ?? [];
    expect(given.filter((option) => !known.includes(option))).toEqual([]);
  },
);

test('every variable of the environment that the code reads is on the page of verbs', () => {
  const read = new Set(
    sources('src')
      .concat(sources('scripts'))
      .flatMap((text) => [
        ...[...text.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map(([, name]) => name!),
        ...[...text.matchAll(/\{([ A-Z_,]+)\}: NodeJS\.ProcessEnv/g)].flatMap(
          ([, names]) => names!.match(/[A-Z_]+/g)!,
        ),
      ]),
  );
  expect(read.size).toBeGreaterThan(8);
  const told = ENVIRONMENT.map(({ name }) => name);
  expect([...read].filter((name) => !told.includes(name))).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => read(join(folder, file)));
}
