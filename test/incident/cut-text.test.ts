import { cutText } from '../../src/incident/cut-text';

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['', 3, ''],
  ['ab🙂🙂', 3, 'ab🙂'],
  ['🙂🙂🙂🙂', 3, '🙂🙂🙂'],
  ['a🙂b🙂c', 3, 'a🙂b'],
  ['🙂🙂', 3, '🙂🙂'],
])('%j cut to %d characters is %j: as VARCHAR counts, and never half of one', (text, length, cut) => {
  expect(cutText(text, length)).toBe(cut);
  expect(cutText(cut, length)).toBe(cut);
});

test('of a long text no more is looked at than can be needed', () => {
  expect(cutText(`${'x'.repeat(9)}${'🙂'.repeat(100_000)}`, 10)).toBe(`${'x'.repeat(9)}🙂`);
});
