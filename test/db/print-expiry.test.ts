import { sql } from 'kysely';
import { expireStatements } from '../../src/db/print-expiry';
import { CUTOFF, ownCompany } from './own-company';

test('the printed statements are those of the run: one line each, complete, and the server takes them as they are', async () => {
  const company = await ownCompany('print', {
    mapping: { timeZone: '-08:00', customers: { unusableHash: "it's \\off" } },
  });
  try {
    const statements = expireStatements(company.database.db, company, {
      cutoff: CUTOFF,
      range: { after: '5', upTo: '9007199254740993' },
      now: new Date('2012-01-16T05:06:07.890Z'),
    });
    expect(statements.map((statement) => statement.split(' ').slice(0, 2).join(' '))).toEqual([
      'UPDATE `'.concat(`${company.companySchema}\`.\`customers\``),
      'INSERT INTO',
      'DELETE FROM',
      'DELETE FROM',
      expect.stringMatching(/^SELECT/),
      'DELETE FROM',
    ]);
    expect(statements[0]).toContain("`c`.`password_hash` = 'it\\'s \\\\off'");
    expect(statements[0]).toContain('`c`.`id` > 5 AND `c`.`id` <= 9007199254740993');
    expect(statements[0]).toContain("<= '2012-01-15 15:00:00.000'");
    expect(statements[0]).toContain("= '2012-01-15 21:06:07'");
    for (const statement of statements) {
      expect(statement).not.toMatch(/[?\n]/);
      await company.run(sql`EXPLAIN ${sql.raw(statement)}`);
    }
  } finally {
    await company.drop();
  }
});
