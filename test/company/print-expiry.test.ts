import { sql } from 'kysely';
import { printExpiry } from '../../src/company/print-expiry';
import { ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

test('a key that may be an address or a login name is not printed; a UUID is', async () => {
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const printed = async (upTo: string) => {
    const company = await ownCompany('print', {
      mapping: {
        customers: { table: 'members', key: 'email', email: 'email' },
        retire: [{ table: 'members', key: 'email', column: 'pw', dead: null }],
        revoke: [{ table: 'tokens', key: 'owner', delete: 'rows' }],
      },
      make: [
        'CREATE TABLE %s.members (email VARCHAR(99) PRIMARY KEY, pw VARCHAR(60))',
        'CREATE TABLE %s.tokens (owner VARCHAR(99) COLLATE utf8mb4_bin, KEY (owner))',
      ],
    });
    try {
      const range = { after: 'ann@x.test', upTo };
      return printExpiry(company.database.db, company, { range, now: new Date() }).join('\n');
    } finally {
      await company.drop();
    }
  };
  const hidden = await printed("zo'e@x.test");
  expect(hidden).not.toContain('x.test');
  expect(hidden).toContain(
    "`email` > 'the key before the range' AND `c`.`email` <= 'the last key of the range'",
  );
  expect(await printed(uuid)).toContain(`<= '${uuid}'`);
});

test('the printed statements are those of the run: one line each, complete, and the server takes them as they are', async () => {
  const company = await ownCompany('print', {
    mapping: {
      ...referenceMapping('-08:00'),
      retire: [{ ...referenceMapping('-08:00').retire[0]!, dead: "it's \\off" }],
    },
  });
  try {
    const statements = printExpiry(company.database.db, company, {
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
