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
