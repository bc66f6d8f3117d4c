import { sql } from 'kysely';
import { expireStatements } from '../../src/company/print-expiry';
import { ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

test('the printed statements are those of the run: one line each, complete, and the server takes them as they are', async () => {
  const company = await ownCompany('print', {
    mapping: {
      ...referenceMapping('-08:00'),
      retire: [{ ...referenceMapping('-08:00').retire[0]!, dead: "it's \\off" }],
    },
  });
  try {
    const statements = expireStatements(company.database.db, company, {
      range: { after: '5', upTo: '9007199254740993' },
      now: new Date('2012-01-16T05:06:07.890Z'),
    });
    expect(statements.map((statement) => statement.split(' ').slice(0, 2).join(' '))).toEqual([
      'INSERT INTO',
      'UPDATE `'.concat(`${company.companySchema}\`.\`customers\``),
      'DELETE FROM',
      'DELETE FROM',
      expect.stringMatching(/^SELECT/),
      'DELETE FROM',
    ]);
    expect(statements[1]).toContain("`c`.`password_hash` = 'it\\'s \\\\off'");
    expect(statements[0]).toContain('`c`.`id` > 5 AND `c`.`id` <= 9007199254740993');
    expect(statements[0]).toContain("<= '2012-01-15 15:00:00.000000'");
    for (const statement of statements) {
      expect(statement).not.toMatch(/[?\n]/);
      await company.run(sql`EXPLAIN ${sql.raw(statement)}`);
    }
  } finally {
    await company.drop();
  }
});
