import { describeValue, formatProblems, isPlainName } from '../../src/incident/incident-problem';

test.each<[unknown, string]>([
  [null, 'nothing'],
  [undefined, 'nothing'],
  ['', 'an empty text'],
  [' \n', 'an empty text'],
  ['a "b"', '"a "b""'],
  ['line\nend', '"line\\nend"'],
  ['\u0085\u2028\u202e', '"\\u0085\\u2028\\u202e"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `a text of 61 characters ("${'x'.repeat(60)}...")`],
  [7, '7'],
  [false, 'false'],
  [[], 'an empty list'],
  [[null], 'a list'],
  [{}, 'an empty section'],
  [{ a: 1, b: 2 }, 'a section with a, b'],
  [{ ['k'.repeat(100)]: 1 }, `a section with ${'k'.repeat(60)}`],
])('%j is named %s', (value, words) => {
  expect(describeValue(value)).toBe(words);
});

test('each problem is one line with its place; one of the whole file has no path', () => {
  const problem = { line: 12, column: 3, found: 'nothing', wanted: 'a text' };
  expect(
    formatProblems('my.yaml', [
      { ...problem, path: 'texts.en.subject' },
      { ...problem, line: 1, column: 1, path: '' },
    ]),
  ).toBe(
    'my.yaml:12:3 texts.en.subject: found nothing, write a text\nmy.yaml:1:1 found nothing, write a text',
  );
});

test.each([
  ['US-CA', true],
  ['zh_TW', true],
  ['1234', true],
  ['12345', false],
  ['ann@x.test', false],
])('%s may be shown where kinds are listed: %s', (text, plain) => {
  expect(isPlainName(text)).toBe(plain);
});
