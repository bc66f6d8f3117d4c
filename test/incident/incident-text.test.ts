import { readFileText } from '../../src/incident/incident-text';

const utf8 = (text: string) => new TextEncoder().encode(text);

test.each<[string, string | Uint8Array, string]>([
  ['as text', 'a\nb', 'a\nb'],
  ['as bytes', utf8('é\n'), 'é\n'],
  ['with a byte order mark, which goes', utf8('\ufeffa\n'), 'a\n'],
  ['as text with one', '\ufeffa', 'a'],
  ['of Windows (C12)', 'a\r\n\r\nb\r\n', 'a\n\nb\n'],
  ['of an old Mac (C12)', 'a\rb\r', 'a\nb\n'],
  ['that begins as UTF-16 would, in its first byte alone', new Uint8Array([0xff, 0x61]), '\ufffda'],
  ['that begins as UTF-16 would, in its second byte alone', new Uint8Array([0x61, 0xfe]), 'a\ufffd'],
])('the text of a file %s', (_, file, text) => {
  expect(readFileText(file)).toMatchObject({ text, unreadable: false });
});

test.each<[string, string | Uint8Array, RegExp, RegExp]>([
  ['UTF-16, little end first', new Uint8Array([0xff, 0xfe, 0x61, 0]), /^a file in UTF-16$/, /saved as UTF-8/],
  ['UTF-16, big end first', new Uint8Array([0xfe, 0xff, 0, 0x61]), /^a file in UTF-16$/, /saved as UTF-8/],
  [
    'UTF-16 without one letter of ASCII',
    new Uint8Array([0xff, 0xfe, 0x42, 0x30]),
    /^a file in UTF-16$/,
    /UTF-8/,
  ],
  ['binary', 'a\0b', /a binary file/, /saved as UTF-8/],
  ['larger than any', 'x'.repeat(524_289), /a file of 524289 bytes/, /of 524288 bytes at most/],
  ['of more lines than any', '\n'.repeat(20_000), /a file of 20001 lines/, /of 20000 lines at most/],
])('a file that is no incident is not read on: %s', (_, file, found, wanted) => {
  const { text, problems, unreadable } = readFileText(file);
  expect([text, unreadable, problems.length]).toEqual(['', true, 1]);
  expect(problems[0]).toMatchObject({
    line: 1,
    column: 1,
    path: '',
    found: expect.stringMatching(found),
    wanted: expect.stringMatching(wanted),
  });
});

test.each([
  ['of as many bytes as may be', 'x'.repeat(524_288)],
  ['of as many lines', '\n'.repeat(19_999)],
])('a file %s is read', (_, file) => {
  expect(readFileText(file)).toMatchObject({ problems: [], unreadable: false });
});

test('each character that does not print is told with its place, and of many the first fifty (C26)', () => {
  const { problems } = readFileText('ab\u0092c\u0085\n\n\u2028');
  expect(problems.map(({ line, column, found, wanted }) => [line, column, found, wanted])).toEqual([
    [1, 3, 'the character U+0092, which does not print', '"’", which it was in Word'],
    [1, 5, 'the character U+0085, which does not print', '"…", which it was in Word'],
    [3, 1, 'the character U+2028, which does not print', 'a line break'],
  ]);
  expect(readFileText('\u0007'.repeat(60)).problems).toHaveLength(50);
  // A byte order mark is one at the beginning only.
  expect(readFileText('\ufeffa\ufeffb')).toMatchObject({
    text: 'a\ufeffb',
    problems: [{ line: 1, column: 2 }],
  });
});

test.each([
  ['\u0007', 'the text without it'],
  ['\u0081', 'the text without it'],
  ['\u2029', 'a line break'],
  ['\u202e', 'the text without it'],
  ['\ufffd', 'what stood here: the character was lost, the file was not UTF-8'],
])('what to write for %j', (character, wanted) => {
  expect(readFileText(character).problems[0]).toMatchObject({ wanted });
});
