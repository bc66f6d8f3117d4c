import { changedWords, headWords, newerHead, readHead } from '../../src/incident/audit-head';

const headOf = (seq: number, problem: string | null = null) => ({ seq, hash: 'ab'.repeat(32), problem });

test('lanes answer in any order: a head that was read earlier replaces no newer one, but what it found is told', () => {
  expect(newerHead(null, headOf(2))).toEqual(headOf(2));
  expect(newerHead(headOf(2), headOf(3))).toEqual(headOf(3));
  expect(newerHead(headOf(3, 'not anchored'), headOf(3))).toEqual(headOf(3));
  const remade = { ...headOf(3), hash: 'cd'.repeat(32) };
  expect(newerHead(headOf(3), remade)).toEqual(remade);
  expect(newerHead(headOf(3), headOf(2))).toEqual(headOf(3));
  expect(newerHead(headOf(3), headOf(2, 'changed'))).toEqual(headOf(3, 'changed'));
});

test.each([
  ['nothing', undefined],
  ['words', 'entry 3'],
  ['no number', { seq: '3', hash: 'ab'.repeat(32) }],
  ['a part of a number', { seq: 3.5, hash: 'ab'.repeat(32) }],
  ['no hash', { seq: 3, hash: 'AB' }],
  ['a hash that is a list', { seq: 3, hash: ['ab'.repeat(32)] }],
])('what is no head is none: %s', (_, value) => {
  expect(readHead(value)).toBeNull();
  expect(readHead(headOf(3))).toEqual({ seq: 3, hash: 'ab'.repeat(32) });
});

test('a head is said in full, also where it is gone', () => {
  const words = `entry 3, ${'ab'.repeat(32)}`;
  expect(headWords(headOf(3))).toBe(words);
  expect(changedWords(headOf(3))).toContain(`THE AUDIT LOG WAS CHANGED: it does not hold ${words} any more`);
});
