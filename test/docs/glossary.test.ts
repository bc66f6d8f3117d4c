import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from '../../scripts/docs';
import { DISPOSITIONS, NOTICE_STATES, PHASES, WAVES } from '../../src/incident/vocabulary';

const root = join(__dirname, '..', '..');
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const glossary = read('docs/glossary.md');
/** cases.md quotes what went wrong elsewhere; what is generated has the program's own words. */
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && file !== 'glossary.md' && file !== 'cases.md')
    .filter((file) => !Object.hasOwn(GENERATED, file))
    .map((file) => `docs/${file}`),
];
const notOurs = [...glossary.slice(glossary.indexOf('| we write |')).matchAll(/^\|[^|]*\|(.*)\|$/gm)].flatMap(
  ([, words]) => [...words!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!),
);

test('the glossary names words that are not ours', () => {
  expect(notOurs.length).toBeGreaterThan(20);
});

test.each(pages)('%s has no word that the glossary has another for', (page) => {
  const prose = ownProse(read(page));
  const found = notOurs.flatMap((word) =>
    [...prose.matchAll(new RegExp(`.{0,30}\\b${word}\\b.{0,30}`, 'gi'))].map(([context]) => context),
  );
  expect(found).toEqual([]);
});

test.each([...PHASES, ...NOTICE_STATES, ...WAVES, ...DISPOSITIONS])(
  'the glossary has the word %s',
  (word) => {
    expect(glossary).toMatch(new RegExp(`\\b${word.replace('_', '[_ ]')}\\b`));
  },
);

test('the glossary explains no word twice', () => {
  const words = [...glossary.matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, word]) => word!);
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
});

/** Without commands, and without what the program prints. */
function ownProse(text: string): string {
  return text
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/^> .*$/gm, '')
    .replaceAll(/“[^”]*”/g, '')
    .replaceAll(/`[^`]*`/g, '');
}
