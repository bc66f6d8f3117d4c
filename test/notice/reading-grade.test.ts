import { HIGHEST_GRADE, proseToRead, readingGrade } from '../../src/notice/reading-grade';
import { testIncident } from './test-incident';

// By hand: 0.39 x words / sentences + 11.8 x syllables / words - 15.59.
test.each<[string, string[], number]>([
  ['5 words, 7 syllables, 1 sentence', ['A thief read our database.'], 2.9],
  ['4 words, 5 syllables, each list item a sentence', ['your name', 'your password'], -0.1],
  ['the same words in one sentence', ['your name your password'], 0.7],
  ['two sentences in one text', ['A thief read our database. A thief read our database.'], 2.9],
  [
    '5 words, 6 syllables: addresses are no words',
    ['Open https://a.test/b and write to c@a.test or www.a.test.'],
    0.5,
  ],
  ['2 words, 3 syllables: a hyphen and a figure', ['Step-up 7'], 2.9],
  ['nothing', ['', ' https://a.test '], 0],
])('%s', (_, texts, grade) => {
  expect(readingGrade(texts).grade).toBe(grade);
});

test('a lawyer’s sentence is above grade 8, and its beginning is named before all others', () => {
  const { grade, longest } = readingGrade([
    'What happened',
    'Notwithstanding the aforementioned circumstances, unauthorized individuals potentially obtained information concerning your account, including identification details.',
    'We are sorry. It is our fault.',
  ]);
  expect(grade).toBeGreaterThan(HIGHEST_GRADE);
  expect(longest.map(({ words }) => words)).toEqual([15, 3, 4]);
  expect(longest[0]!.begins).toBe('Notwithstanding the aforementioned circumstances, …');
});

test('what is measured is the prose: no heading, list of things, greeting, signature, address or telephone number', () => {
  const texts = proseToRead(testIncident(), {
    wave: 'notice',
    language: 'en',
    jurisdiction: 'default',
    disposition: 'expired',
  });
  expect(texts).toContain('We are sorry. This should not have happened.');
  expect(texts).not.toContain('What happened');
  expect(texts).not.toContain('your password in scrambled form');
  expect(texts).toContain('Write to  or call . We never ask for your password.');
  expect(texts.join('\n')).not.toMatch(/Harbour Shop|Dear|Sincerely|https:|@|555/);
});
