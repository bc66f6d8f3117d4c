import { changed, type InspectionCase, select, testInspection } from './inspection-cases';

const KEYS: Record<string, InspectionCase> = {
  'a key that no index makes unique': {
    make: ['ALTER TABLE %s.customers DROP PRIMARY KEY, ADD PRIMARY KEY (id, created_at)'],
    expected: [[/^stops The key customers\.id may be null or is not unique/, /database\.customers\.select/]],
    followed: select('SELECT * FROM {schema}.customers'),
  },
  'a SELECT whose key is another kind of value than the link of the password': {
    mapping: select(
      'SELECT CAST(id AS CHAR) AS id, email, first_name, language, created_at FROM {schema}.customers',
    ),
    expected: [
      [/^stops id of the SELECT is text in \S+, and customers\.id is bigint/, /without CAST, CONVERT/],
    ],
    followed: select('SELECT id, email, first_name, language, created_at FROM {schema}.customers'),
  },
  'a password whose key is of another collation (C57)': {
    make: [
      'CREATE TABLE %s.logins (customer VARCHAR(40) COLLATE utf8mb4_bin PRIMARY KEY, pw VARCHAR(99))',
      'ALTER TABLE %s.customers DROP PRIMARY KEY, ADD name VARCHAR(40) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY',
    ],
    mapping: changed((mapping) => {
      mapping.customers.key = 'name';
      mapping.retire = [{ table: 'logins', key: 'customer', column: 'pw', dead: null }];
      mapping.revoke = [];
      mapping.ignored = ['sessions', 'api_tokens', 'password_resets'].map((table) => ({
        table,
        because: 'test',
      }));
      mapping.ignored.push({ table: 'customers', column: 'password_hash', because: 'test' });
    }),
    expected: [
      [
        /^stops logins\.customer is varchar\(40\) in utf8mb4_bin, and the customers' key is varchar\(40\) .*general_ci/,
        /database\.retire\.0\.key/,
      ],
    ],
  },
  'a number as a link where the key is octets (C56)': {
    make: [
      'ALTER TABLE %s.customers DROP PRIMARY KEY, MODIFY id BINARY(16) NOT NULL PRIMARY KEY',
      'ALTER TABLE %s.api_tokens MODIFY customer_id CHAR(36) CHARACTER SET latin1 NOT NULL',
    ],
    expected: [
      [
        /^stops sessions\.customer_id is bigint.* the customers' key is binary\(16\): no row would match/,
        /database\.stated/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke.shift();
      mapping.ignored = [{ table: 'sessions', because: 'emptied by hand' }];
    }),
  },
  'octets as text that is not a UUID (C56)': {
    make: [
      'ALTER TABLE %s.customers DROP PRIMARY KEY, MODIFY id BINARY(16) NOT NULL PRIMARY KEY',
      'ALTER TABLE %s.sessions MODIFY customer_id VARCHAR(64) NOT NULL',
      'ALTER TABLE %s.api_tokens MODIFY customer_id BINARY(16) NOT NULL',
    ],
    expected: [[/^stops sessions\.customer_id is varchar\(64\)/, /36 or 32 characters/]],
  },
  'numbers kept as text, text kept as numbers: found by values': {
    make: ['ALTER TABLE %s.sessions MODIFY customer_id VARCHAR(20) CHARACTER SET latin1 NOT NULL'],
    expected: [],
  },
  'links of other character sets and collations, by an index (C57, C58)': {
    make: [
      'ALTER TABLE %s.password_resets MODIFY email VARCHAR(320) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL',
    ],
    expected: [],
  },
  'an address without an index': {
    make: ['ALTER TABLE %s.customers DROP KEY customers_email'],
    expected: [
      [
        /^warns No index begins with customers\.email: .* verify compares each row of password_resets with each customer/,
        /database\.customers\.email/,
      ],
    ],
  },
  'a link without an index, small': {
    make: ['ALTER TABLE %s.sessions DROP KEY sessions_customer'],
    expected: [
      [
        /^warns No index begins with sessions\.customer_id: for each 5,000 customers the server would read all of sessions/,
        /while the table is this small/,
      ],
    ],
  },
};

testInspection(KEYS);
