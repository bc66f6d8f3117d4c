import { csvLine, safeCell, unreachedWords } from '../../src/operator/write-unreached';

test.each([
  ['=HYPERLINK("http://x.test")', '\'=HYPERLINK("http://x.test")'],
  ['+1 900 555 0100', "'+1 900 555 0100"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['＝1', "'＝1"],
  ['\tx', "'\tx"],
  ['\r=1', "'\r'=1"],
  ['Ann;=1', "Ann;'=1"],
  ['Ann\n=1', "Ann\n'=1"],
  ['Ann"=1', 'Ann"\'=1'],
  ['x\0y', 'xy'],
])('%j becomes a cell that no spreadsheet runs (C51)', (text, cell) => {
  expect(safeCell(text)).toBe(cell);
});

test.each([
  '=a@x.test',
  '+b@x.test',
  '-c@x.test',
  '@d',
  "o'neil@x.test",
  '=a+b=c@x.test',
  '-ü@x.test',
  'a=b@x.test',
])('the address %j is written letter for letter (C51)', (address) => {
  expect(safeCell(address)).toBe(address);
  expect(csvLine([address])).toBe(`${address}\r\n`);
});

test.each([
  ['=HYPERLINK("http://x.test","a@x.test")', '\'=HYPERLINK("http://x.test","a@x.test")'],
  ["=cmd|'/Ccalc'!A0@x.test", "'=cmd|'/Ccalc'!A0@x.test"],
  ['@SUM(A1)@x.test', "'@SUM(A1)@x.test"],
  ['a@x.test;=1', "a@x.test;'=1"],
  ['=1 @x.test', "'=1 @x.test"],
])('what a spreadsheet could run is no address for having an @: %j (C51)', (text, cell) => {
  expect(safeCell(text)).toBe(cell);
});

test('a reason names the character that nobody sees (C107)', () => {
  expect(unreachedWords({ state: 'skipped', reason: 'address-unreadable U+FE0F' })).toMatch(
    /characters.*: U\+FE0F$/,
  );
});

test.each(['02134', '-5', '18446744073709551615', 'ann+tag@x.test', 'O-Neil', '550 5.7.1 no - really', ''])(
  '%j stays as it is',
  (text) => {
    expect(safeCell(text)).toBe(text);
  },
);

test('a line is quoted where RFC 4180 wants it, and ends with CRLF', () => {
  expect(csvLine(['02134', null, 550, 'a,b', 'say "no"', 'two\nlines'])).toBe(
    '02134,,550,"a,b","say ""no""","two\nlines"\r\n',
  );
});

test.each([
  ['rcpt 5.1.1', 'refused by the relay for good'],
  ['dot 554', 'refused by the relay for good'],
  [null, 'refused by the relay for good'],
  ['rcpt 4.7.1', 'put off by the relay each time, until the time for it was over'],
  ['data 452', 'put off by the relay each time, until the time for it was over'],
  ['dot session lost', 'the relay broke off each time, until the time for it was over'],
])('a notice that has failed with %j was %s (I7)', (reason, words) => {
  expect(unreachedWords({ state: 'failed', reason })).toBe(words);
});
