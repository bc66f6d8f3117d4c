import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES, type FailureRow } from '../../src/activities/failure';
import { booksProblems } from '../../src/incident/books-problems';
import { holdReason } from '../../src/incident/hold-reason';
import { HOLD_KINDS } from '../../src/incident/run-status';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');

test.each(HOLD_KINDS)('the hold %s has an entry, under the words that it begins with', (kind) => {
  const entry = page.split(/^#{2,3} /m).find((text) => text.startsWith(`${kind}\n`));
  expect(entry).toContain(`> ${holdReason(kind, '').trim()}\n`);
});

test.each(Object.entries<FailureRow>(FAILURES))('the failure %s has a row', (code, { what }) => {
  const row = page.split('\n').find((line) => line.startsWith('| ') && line.includes(`\`${code}\``));
  if (code === 'SESSION_REFUSED') expect(row).toContain('(#settings-of-its-own)');
  else
    expect(row).toContain(
      typeof what === 'string' ? `“${what}”` : `“${what(...Array(what.length).fill('…'))}”`,
    );
});

test('each kind of customer that keeps an incident from closing has a row', () => {
  const kinds = booksProblems({
    cohort: 9,
    notices: { sending: 1, released: 1, deferred: 1, in_doubt: 1 },
    missing: 1,
    strangers: 1,
    early: 1,
  });
  expect(kinds.map(({ kind }) => kind)).toHaveLength(8);
  expect(kinds.filter(({ what }) => !page.includes(`| “${what}” |`))).toEqual([]);
});

test('every word that the page says the program prints is in the code', () => {
  const code = everySource();
  const printed = [
    ...[...page.matchAll(/^> (.*)$/gm)].map(([, words]) => words!),
    ...[...page.matchAll(/“([^”]*)”/g)].map(([, words]) => words!),
  ];
  expect(printed.length).toBeGreaterThan(100);
  expect(printed.flatMap((words) => words.split('…').filter((part) => !code.includes(part.trim())))).toEqual(
    [],
  );
});

/** The texts of the code as they are printed: pieces joined, `${…}` and escapes apart from what stands around them. */
function everySource(): string {
  return ['src', 'scripts']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    )
    .join('\n')
    .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
    .replaceAll("\\'", "'");
}
