import { CUTOFF, type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('statements', 100);
});
afterAll(() => desk.end());

/** Neither Temporal nor a relay is needed. */
const ONLY_DATABASE = { TEMPORAL_ADDRESS: '', SMTP_URL: '' };

test('every statement of a run as it would be sent, each with this server’s plan; none is executed', async () => {
  const { code, out, err } = await desk.cli(['statements', desk.file('incident.yaml')], ONLY_DATABASE);
  expect([code, err]).toEqual([0, '']);
  const doing = [...out.matchAll(/^-- (.+), once(?: for ([\d,]+) customers)?$/gm)].map(
    ([, statement, each]) => [statement, each],
  );
  expect(doing).toEqual(
    expect.arrayContaining([
      ['finding the next chunk of customers', '5,000'],
      ['expiring customers.password_hash', '5,000'],
      ['deleting from password_resets', '500'],
      ['claiming who is told next', '200'],
      ['looking a customer up by key', undefined],
    ]),
  );
  expect(out).toMatch(/^UPDATE `t_statements_\w+`\.`customers` /m);
  expect(out).toMatch(/^INSERT INTO cohort \(/m);
  expect(out).toContain(`'${CUTOFF.slice(0, 10)} ${CUTOFF.slice(11, 19)}`);
  expect(out).toMatch(/^-- {3}\w+: \w+ by PRIMARY, about \d+ rows?$/m);
  expect(out).not.toMatch(/REFUSED|@mail\.test|@post\.test/);
  expect(await desk.ledgerExists()).toBe(false);
});

test('the same as JSON', async () => {
  const { code, out } = await desk.cli(['statements', desk.file('incident.yaml'), '--json'], ONLY_DATABASE);
  expect(code).toBe(0);
  const statements = JSON.parse(out);
  expect(statements.length).toBeGreaterThan(10);
  for (const { doing, sql, plan, refusal } of statements)
    expect([doing, sql, plan, refusal]).toEqual([
      expect.stringMatching(/\w/),
      expect.stringMatching(/^(SELECT|UPDATE|INSERT|DELETE) /),
      expect.any(Array),
      null,
    ]);
});

test('a file that names what is not there: its problem and where it is told whole', async () => {
  const file = desk.file('gone.yaml', (text) => text.replace('key: id\n', 'key: no_such_column\n'));
  const { code, err } = await desk.cli(['statements', file], ONLY_DATABASE);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^No statements: There is no column customers\.no_such_column/),
  ]);
});
