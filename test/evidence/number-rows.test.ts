import { listed, numberRows } from '../../src/evidence/number-rows';

test('of ten thousand rows each has its own numbers, also once one was changed', () => {
  const rows = numberRows(3);
  for (let row = 0; row < 10_000; row++) rows.push(row, row / 2, 1 - row);
  rows.set(4_095, 2, 7);
  rows.set(4_096, 0, 8);
  expect(rows.length).toBe(10_000);
  const read = Array.from({ length: rows.length }, (_, row) =>
    [0, 1, 2].map((column) => rows.get(row, column)),
  );
  const expected = Array.from({ length: 10_000 }, (_, row) => [row, row / 2, 1 - row]);
  expected[4_095]![2] = 7;
  expected[4_096]![0] = 8;
  expect(read).toEqual(expected);
});

test('a list has the rows that are there', () => {
  const list = listed(2, (row) => `row ${row}`);
  expect([list.length, list.at(0), list.at(1), list.at(2)]).toEqual([2, 'row 0', 'row 1', undefined]);
});
