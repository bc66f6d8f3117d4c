import { logTimeReader, monthsOf } from '../../src/evidence/log-time';

const NEAR = Date.parse('2026-11-25T06:00:00Z');

// In one test: the names are made when the first word is asked for.
test('a month is known by its name in the language of the log: alone or beside a day, long, short or cut (C44)', () => {
  const words: Record<string, number[]> = {
    Jan: [0],
    mar: [2], // not the Finnish marraskuu as well, which only begins so
    septem: [8],
    jui: [5, 6], // juin and juillet
    ember: [],
    DECEMBRE: [11],
    ноябрь: [10],
    ноября: [10],
    Νοεμβρίου: [10],
    Νοέ: [10],
    'нояб.': [10],
    listopadu: [10],
    '1月': [0],
    '11月': [10],
    '12월': [11],
    '13月': [],
    一月: [0],
    'พ.ย.': [10],
    मई: [4],
    No: [],
    srp: [6, 7], // Czech and Croatian
  };
  const read = Object.keys(words).map((word) => [word, monthsOf(word).sort((left, right) => left - right)]);
  expect(Object.fromEntries(read)).toEqual(words);
});

test.each([
  ['2026-11-05T02:06:31Z', true],
  ['2026-11-05 02:06:31 GMT', true],
  ['2026-11-05T02:06:31-05:00', true],
  ['2026-11-05T02:06:31', false],
  ['Nov  5 02:06:31', false],
])('a time says whether it names its zone: %s', (text, zoned) => {
  expect(logTimeReader(NEAR)(text)).toMatchObject({ zoned });
});

test.each(['yesterday', '2026-13-05T02:06:31Z', '5 Nov', ''])('no time is found in "%s"', (text) => {
  expect(logTimeReader(NEAR)(text)).toBeNull();
});
