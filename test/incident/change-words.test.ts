import { changeWords } from '../../src/incident/file-hash';

const a = (count: number) => 'a'.repeat(count);
const b = (count: number) => 'b'.repeat(count);

test.each<[string, string, string, string, string]>([
  ['up to sixty letters all', `${a(59)}X`, `${a(59)}Y`, `${a(59)}X`, `${a(59)}Y`],
  [
    'in the middle',
    `${a(30)}X${b(30)}`,
    `${a(30)}Y${b(30)}`,
    `...${a(25)}X${b(25)}...`,
    `...${a(25)}Y${b(25)}...`,
  ],
  ['at the beginning', `X${b(70)}`, `Y${b(70)}`, `X${b(25)}...`, `Y${b(25)}...`],
  [
    'near both ends',
    `${a(25)}X${b(35)}`,
    `${a(25)}Y${b(35)}`,
    `${a(25)}X${b(25)}...`,
    `${a(25)}Y${b(25)}...`,
  ],
  ['at the end', `${a(70)}X`, `${a(70)}Y`, `...${a(25)}X`, `...${a(25)}Y`],
  ['what one has more of', a(70), `${a(70)}Y`, `...${a(25)}`, `...${a(25)}Y`],
  [
    'once more of the same',
    'ab'.repeat(35),
    'ab'.repeat(36),
    `...${'b'}${'ab'.repeat(12)}`,
    `...${'b'}${'ab'.repeat(13)}`,
  ],
  ['of a short one and a long one', 'X', `Y${b(60)}`, 'X', `Y${b(60)}`],
])('of long texts that differ it shows where: %s', (_, was, is, before, after) => {
  expect(changeWords({ field: 'texts.en.subject', was, is })).toBe(
    `texts.en.subject: was "${before}", is "${after}"`,
  );
});

test('what is no text, or is lacking, is shown as it is', () => {
  expect(changeWords({ field: 'relay.sessions', was: 8, is: a(61) })).toMatch(
    /^relay\.sessions: was 8, is a text of 61 characters/,
  );
  expect(changeWords({ field: 'phone', was: undefined, is: '1' })).toMatch(/^phone: was .+, is "1"$/);
});
