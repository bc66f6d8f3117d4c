import { newerHead, readHead } from '../../src/incident/audit-head';

const headOf = (seq: number, problem: string | null = null) => ({ seq, hash: 'ab'.repeat(32), problem });

test('lanes answer in any order: a head that was read earlier replaces no newer one, but what it found is told', () => {
  expect(newerHead(null, headOf(2))).toEqual(headOf(2));
  expect(newerHead(headOf(2), headOf(3))).toEqual(headOf(3));
  expect(newerHead(headOf(3, 'not anchored'), headOf(3))).toEqual(headOf(3));
  expect(newerHead(headOf(3), headOf(2))).toEqual(headOf(3));
  expect(newerHead(headOf(3), headOf(2, 'changed'))).toEqual(headOf(3, 'changed'));
});

test.each([
  ['nothing', undefined],
  ['words', 'entry 3'],
  ['no number', { seq: '3', hash: 'ab'.repeat(32) }],
  ['no hash', { seq: 3, hash: 'AB' }],
])('what is no head is none: %s', (_, value) => {
  expect(readHead(value)).toBeNull();
  expect(readHead(headOf(3))).toEqual({ seq: 3, hash: 'ab'.repeat(32) });
});
