import type { Finding } from '../../src/incident/incident-problem';
import { readYaml } from '../../src/incident/incident-yaml';

const QUOTES = 'the whole text in quotes, "...", or on its own lines below a "|"';
const EXAMPLE = 'it as in examples/zappos-2012/incident.yaml';

test.each<[what: string, text: string, at: string, found: string, wanted: string]>([
  ['a tab', 'a:\n\tb: c\n', '2:1', 'a tab in front of the text', 'spaces: YAML takes no tabs there'],
  [
    'a line further left than its neighbours',
    'a:\n    b: c\n  d: e\n',
    '3:1',
    'a line that stands further left or right than its neighbours',
    'the same number of spaces before each line of a section or text',
  ],
  ['a text that begins with %', 'a: %b c\n', '1:4', 'a text that begins with "%"', QUOTES],
  ['a text with a colon', 'a: b: c\n', '1:4', 'a colon and a space within a text', QUOTES],
  ['what follows a quoted text', 'a: "b"   c d\ne: f\n', '1:10', '"c d" after the end of the value', QUOTES],
  [
    'what follows a quoted text, over two lines',
    'a: "b" c  \n  d\n',
    '1:8',
    '"c" after the end of the value',
    QUOTES,
  ],
  ['what follows a list', 'a: [b]]  \n', '1:7', '"]" after the end of the value', QUOTES],
  [
    'a key that goes over two lines',
    '"a\nb": c\n',
    '1:1',
    'a key that goes over several lines',
    'the quote or bracket that closes it',
  ],
  [
    'a backslash between double quotes',
    'a: "b \\q"\n',
    '1:7',
    'the backslash in "\\"',
    'two backslashes, or single quotes around the text',
  ],
  [
    'a second document',
    'a: b\n---\nc: d\n',
    '2:1',
    'a second document after "---"',
    'one incident in a file',
  ],
  ['double quotes never closed', 'a: "b\n', '2:1', 'a quote that is never closed', 'the closing quote'],
  ['single quotes never closed', "a: 'b\n", '2:1', 'a quote that is never closed', 'the closing quote'],
  [
    'a line without a key',
    'a: b\nfoo bar\n',
    '2:1',
    'a line without "key: " in front',
    'a colon and a space after the key',
  ],
  ['a bracket never closed', 'a: [b, c\n', '2:1', 'a bracket or brace that is never closed', QUOTES],
  [
    'a bracket never closed, in the midst',
    'a: [b, c\nd: e\n',
    '2:1',
    'a bracket or brace that is never closed',
    QUOTES,
  ],
  ['a brace never closed', 'a: {b}, {c\nd: e\n', '1:7', '", {c" after the end of the value', QUOTES],
  ['a brace never closed, over all', '{a: b\n', '2:1', 'a bracket or brace that is never closed', QUOTES],
  ['a brace that a bracket closes', 'a: {b]\n', '1:6', 'a bracket or brace that is never closed', QUOTES],
  [
    'a comma left out',
    'a: ["b" "c"]\n',
    '1:9',
    'something missing (Missing , or : between flow sequence items)',
    EXAMPLE,
  ],
  [
    'no space before a remark',
    'a: "b"#c\n',
    '1:7',
    'something missing (Comments must be separated from other tokens by white space characters)',
    EXAMPLE,
  ],
  [
    'a version of YAML that nobody knows',
    '%YAML 3.0\n---\na: b\n',
    '1:7',
    'what YAML does not allow (Unsupported YAML version 3.0)',
    EXAMPLE,
  ],
  [
    'an anchor',
    'a: &b c\n',
    '1:4',
    'the YAML anchor &b',
    'the whole text in quotes, or what was meant in full',
  ],
  ['no key', '? \n: b\n', '1:3', 'a section or nothing as a key', 'a word, a colon and a space'],
])('%s is told in words, at its place', (_, text, at, found, wanted) => {
  const { problems, value } = readYaml(text);
  const [first] = problems.map(({ line, column, path, ...words }) => ({
    at: `${line}:${column}`,
    path,
    ...words,
  }));
  expect(first).toEqual({ at, path: '', found, wanted });
  if (!text.startsWith('%')) expect(value).toBeUndefined();
});

const FILE = `title: "A title"
from:
  name:
  address: [a, "b c"]
  list:
    - first {page} and {pgae}
    - key: value {pgae}
    - {x: 1, y: {pgae}}
folded: >
  one
  {pgae}
last: {pgae}
`;
const lineAndColumn = (text: string, mark: string) => {
  const offset = text.indexOf(mark);
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
};

test.each<[what: string, finding: Partial<Finding>, mark: string]>([
  ['of a text at the text, quotes and all', { path: ['title'] }, '"A title"'],
  ['about a key at the key', { path: ['title'], atKey: true }, 'title'],
  ['of a section at its key', { path: ['from'] }, 'from'],
  ['of an empty value at its key', { path: ['from', 'name'] }, 'name'],
  ['of a list in brackets at its bracket', { path: ['from', 'address'] }, '[a'],
  ['of an item of it at the item', { path: ['from', 'address', 1] }, '"b c"'],
  ['of a list in lines at its key', { path: ['from', 'list'] }, 'list'],
  ['of an item in a line of its own at the item', { path: ['from', 'list', 0] }, 'first'],
  ['of a section in a list at its first key', { path: ['from', 'list', 1] }, 'key: value'],
  ['of a section in braces at its brace', { path: ['from', 'list', 2] }, '{x: 1'],
  ['of a value in braces at the value', { path: ['from', 'list', 2, 'x'] }, '1, y'],
  ['of words at the words', { path: ['from', 'list', 0], near: '{pgae}' }, '{pgae}\n    - key'],
  ['of words in a folded text at the words', { path: ['folded'], near: '{pgae}' }, '{pgae}\nlast'],
  ['of words that stand only further on at the text', { path: ['title'], near: '{pgae}' }, '"A title"'],
  ['of words that only a section holds at its key', { path: ['from'], near: '{pgae}' }, 'from'],
  ['of what is missing at its section’s key', { path: ['from', 'replyTo'] }, 'from'],
  ['of what is missing deep down at the last key that is there', { path: ['from', 'list', 9, 'x'] }, 'list'],
  ['of what is missing at the top at the beginning', { path: ['phone'] }, 'title'],
  ['of what is below a text at its key', { path: ['title', 'en'] }, 'title'],
  [
    'about a key of a section in a list at that key',
    { path: ['from', 'list', 1, 'key'], atKey: true },
    'key: v',
  ],
  ['of the whole file at its beginning', { path: [] }, 'title'],
])('a finding %s', (_, finding, mark) => {
  const { problems, place } = readYaml(FILE);
  expect(problems).toEqual([]);
  const { line, column, path, found, wanted } = place({
    path: [],
    found: 'this',
    wanted: 'that',
    ...finding,
  });
  expect(`${line}:${column}`).toBe(lineAndColumn(FILE, mark));
  expect({ path, found, wanted }).toEqual({ path: finding.path!.join('.'), found: 'this', wanted: 'that' });
});

test('what stands in the file is given as it stands there', () => {
  const { source } = readYaml(FILE);
  expect(source(['title'])).toBe('"A title"');
  expect(source(['from', 'address'])).toBe('[a, "b c"]');
  expect(source(['from', 'list', 2, 'y'])).toBe('{pgae}');
  expect(source(['from', 'list', '1', 'key'])).toBeUndefined();
  expect(source(['phone'])).toBeUndefined();
  expect(source(['title', 'en'])).toBeUndefined();
});

test('a key that stands twice is told each time more, wherever it is, and the last one is what findings are about', () => {
  const text = 'a: 1\nb:\n  - c: 1\n    c: 2\n  - c: 3\na: 2\n1: x\n"1": y\nd: {e: 1, e: 2, e: 3}\n';
  const { problems, place } = readYaml(text);
  expect(problems.map(({ line, column, path, found }) => `${line}:${column} ${path}: ${found}`)).toEqual([
    '4:5 b.0.c: the key "c" a second time',
    '6:1 a: the key "a" a second time',
    '8:1 1: the key "1" a second time',
    '9:11 d.e: the key "e" a second time',
    '9:17 d.e: the key "e" a second time',
  ]);
  expect(problems[0]).toMatchObject({ wanted: 'it once' });
  expect(place({ path: ['a'], found: 'x', wanted: 'y' })).toMatchObject({ line: 6, column: 4 });
});

test('a tag is told once', () => {
  expect(readYaml('a: !x 1\n').problems).toMatchObject([{ found: 'the YAML tag !x' }]);
});

test('of many faults the first hundred are told', () => {
  expect(readYaml('a: 1\n'.repeat(101)).problems).toHaveLength(100);
  expect(readYaml('a: 1\n'.repeat(102)).problems).toHaveLength(100);
  expect(readYaml(`a: [${'!x 1, '.repeat(101)}]`).problems).toHaveLength(100);
  expect(readYaml('- a #b\n'.repeat(100)).losses).toHaveLength(100);
  expect(readYaml('- a #b\n'.repeat(101)).losses).toHaveLength(100);
});

test('a file of nothing is nothing, and says so without a fault', () => {
  for (const text of ['', '# a\n', '---\n']) {
    const { value, problems, place } = readYaml(text);
    expect([value, problems]).toEqual([null, []]);
    expect(place({ path: ['a'], found: 'x', wanted: 'y' })).toMatchObject({ line: 1, column: 1 });
  }
});
