import { ownSchema } from '../own-schema';
import { changed, ownInspection, words } from './inspection-cases';

const { run, inspect } = ownInspection();

test('credentials in a view over another schema, or over columns with other names (C76)', async () => {
  const other = await ownSchema('elsewhere');
  try {
    await run(
      `CREATE TABLE \`${other.companySchema}\`.tok (id INT PRIMARY KEY, account_id INT, token VARCHAR(80))`,
      `CREATE VIEW %s.customer_tokens AS SELECT * FROM \`${other.companySchema}\`.tok`,
      'CREATE TABLE %s.people (id INT PRIMARY KEY, f17 VARCHAR(99))',
      'CREATE VIEW %s.logins AS SELECT id, f17 AS password FROM %s.people',
      'CREATE VIEW %s.own AS SELECT * FROM %s.customers',
    );
    expect((await inspect()).map(words)).toEqual([
      [
        expect.stringMatching(/^stops customer_tokens looks like .*, in a view over \w+\.tok, and the file/),
        expect.stringMatching(/\{table: customer_tokens, because/),
      ],
      [
        expect.stringMatching(/^stops logins\.password looks like .*, in a view over people, and the file/),
        expect.stringMatching(/\{table: logins, column: password, because/),
      ],
    ]);
    const followed = changed((mapping) => {
      mapping.ignored = ['customer_tokens', 'logins'].map((table) => ({ table, because: 'test' }));
    });
    expect(await inspect(followed)).toEqual([]);
  } finally {
    await other.drop();
  }
});

test('the inspection of the reference schema finds nothing', async () => {
  expect(await inspect()).toEqual([]);
});
