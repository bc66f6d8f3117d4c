import { exitCodeOf } from '../../src/operator/told-error';

/** What the operator reads of it. */
function told(error: unknown): string {
  let words = '';
  const heard = jest.spyOn(console, 'error').mockImplementation((text: string) => {
    words += text;
  });
  try {
    expect(exitCodeOf(error)).toBe(1);
    return words;
  } finally {
    heard.mockRestore();
  }
}

const refused = (code: string, errno: number, sqlMessage: string) =>
  Object.assign(new Error(sqlMessage), { code, errno, sqlMessage });

test.each([
  ['ER_DUP_ENTRY', 1062, "Duplicate entry 'ann@x.test' for key 'cohort.PRIMARY'"],
  ['ER_TRUNCATED_WRONG_VALUE', 1292, "Truncated incorrect DOUBLE value: 'ann@x.test'"],
  ['ER_SIGNAL_EXCEPTION', 1644, 'not for ann@x.test'],
  ['ER_OF_THE_FUTURE', 9_999, 'ann@x.test is not to our taste'],
])('of a refusal that may quote a customer the code is told, and no word: %s (C93)', (code, errno, words) => {
  expect(told(refused(code, errno, words))).toBe(
    `It failed: the database refused a statement (${code}, ${errno}). Its words may quote a customer's data and are not shown: look the code up in the server's manual`,
  );
});

test.each([
  ['ER_BAD_FIELD_ERROR', 1054, "Unknown column 'mail' in 'field list'"],
  ['ER_TABLEACCESS_DENIED_ERROR', 1142, "SELECT command denied to user 'shop' for table 'customers'"],
])('a refusal that is about names alone is told as the server says it: %s', (code, errno, words) => {
  expect(told(refused(code, errno, words))).toBe(`It failed: ${words}`);
});

test('what no server has said is told by its own words, and a defect by its stack', () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3306'), { code: 'ECONNREFUSED' });
  expect(told(lost)).toBe('It failed: connect ECONNREFUSED 127.0.0.1:3306');
  expect(told(new TypeError('a defect'))).toContain('told-error.test.ts');
});
