import { changed, type InspectionCase, testInspection, time } from './inspection-cases';
import { referenceMapping } from './reference-mapping';

const NAMES: Record<string, InspectionCase> = {
  'a table that is not there, with the nearest name': {
    mapping: changed((mapping) => {
      mapping.customers.table = 'Customer';
    }),
    expected: [
      [
        /^stops There is no table Customer in the schema \w+ \(database\.customers\.table\)/,
        /write customers under database\.customers\.table/,
      ],
    ],
    followed: referenceMapping(),
  },
  'all missing names at once, and nothing else of their entries': {
    mapping: changed((mapping) => {
      mapping.customers.email = 'mail';
      mapping.retire[0]!.column = 'pasword_hash';
      mapping.revoke[0]!.table = 'sesions';
      mapping.revoke[2]!.createdAt!.column = 'made_at';
    }),
    expected: [
      [/^stops There is no column mail in customers/, /write email under/],
      [
        /^stops There is no column pasword_hash in customers \(database\.retire\.0\.column\)/,
        /write password_hash/,
      ],
      [/^stops There is no table sesions/, /write sessions/],
      [
        /^stops There is no column made_at in password_resets/,
        /correct database\.revoke\.2\.createdAt\.column/,
      ],
    ],
  },
  'a name that the server has in another case, on any server': {
    make: ['CREATE TABLE %s.tokens (id INT PRIMARY KEY, Customer_ID BIGINT UNSIGNED, KEY (Customer_ID))'],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'tokens', key: 'customer_id', delete: 'rows' });
    }),
    expected: [],
  },
  'names that need care (C75)': {
    make: [
      'CREATE TABLE %s.`my table` (`first.key` BIGINT UNSIGNED, `order` VARCHAR(99), `a``b` DATETIME, `e-mail` INT, KEY (`first.key`))',
    ],
    mapping: changed((mapping) => {
      mapping.retire.push({
        table: 'my table',
        key: 'first.key',
        column: 'order',
        dead: null,
        setAt: time('a`b'),
      });
      mapping.revoke.push({ table: 'my table', key: 'first.key', column: 'e-mail', dead: { oneMore: true } });
    }),
    expected: [],
  },
};

testInspection(NAMES);
