import { changed, type InspectionCase, testInspection } from './inspection-cases';

const VALUES: Record<string, InspectionCase> = {
  'NULL where the column takes none (C72)': {
    make: ["ALTER TABLE %s.customers MODIFY password_hash CHAR(60) NOT NULL DEFAULT ''"],
    expected: [
      [
        /^stops customers\.password_hash \(char\(60\) NOT NULL\): it cannot be NULL/,
        /write database\.retire\.0\.dead: "!expired"/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.retire[0]!.dead = '!expired';
    }),
  },
  'a text that the server fills up with zeros (C72)': {
    make: ['ALTER TABLE %s.customers MODIFY password_hash BINARY(60) NOT NULL'],
    mapping: changed((mapping) => {
      mapping.retire[0]!.dead = '!';
    }),
    expected: [
      [
        /fills "!" up with zero octets/,
        new RegExp(`"!expired${'-'.repeat(52)}" \\(exactly 60 characters\\)`),
      ],
    ],
    followed: changed((mapping) => {
      mapping.retire[0]!.dead = `!expired${'-'.repeat(52)}`;
    }),
  },
  'a text that is too long': {
    make: ['ALTER TABLE %s.customers MODIFY password_hash VARCHAR(5) NOT NULL'],
    mapping: changed((mapping) => {
      mapping.retire[0]!.dead = { random: 40, after: '!' };
    }),
    expected: [[/the value is too long \(41\)/, /write database\.retire\.0\.dead: "!expi"/]],
    followed: changed((mapping) => {
      mapping.retire[0]!.dead = '!expi';
    }),
  },
  'a random text under a unique index, where a customer has several rows': {
    make: [
      'CREATE TABLE %s.grants (token VARCHAR(26) PRIMARY KEY, customer_id BIGINT UNSIGNED NOT NULL, app INT, KEY (customer_id))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'grants', key: 'customer_id', column: 'token', dead: { random: 26 } });
    }),
    expected: [
      [/^stops grants\.token .*a customer with two rows could not/, /database\.revoke\.3\.delete: rows/],
    ],
    followed: changed((mapping) => {
      mapping.revoke.push({ table: 'grants', key: 'customer_id', delete: 'rows' });
    }),
  },
  'a text that is unique only together with the customer': {
    make: [
      "CREATE TABLE %s.grants (customer_id BIGINT UNSIGNED NOT NULL, app INT NOT NULL, code VARCHAR(40) NOT NULL DEFAULT '', UNIQUE (customer_id, code))",
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'grants', key: 'customer_id', column: 'code', dead: '' });
    }),
    expected: [[/^stops grants\.code .*unique index/, /database\.revoke\.3\.delete: rows/]],
    followed: changed((mapping) => {
      mapping.revoke.push({ table: 'grants', key: 'customer_id', delete: 'rows' });
    }),
  },
  'one text under a unique index': {
    make: ['ALTER TABLE %s.customers MODIFY password_hash VARCHAR(100) NOT NULL, ADD UNIQUE (password_hash)'],
    mapping: changed((mapping) => {
      mapping.retire[0]!.dead = '!';
    }),
    expected: [[/unique index/, /\{random: 40\}/]],
    followed: changed((mapping) => {
      mapping.retire[0]!.dead = { random: 40 };
    }),
  },
  'letters that the character set lacks': {
    make: ['ALTER TABLE %s.customers MODIFY password_hash VARCHAR(100) CHARACTER SET latin1'],
    mapping: changed((mapping) => {
      mapping.retire[0]!.dead = 'истёк';
    }),
    expected: [[/its character set latin1 does not have all letters/, /of letters and digits/]],
  },
  'a value that the table itself refuses': {
    make: [
      'UPDATE %s.customers SET password_hash = NULL',
      "ALTER TABLE %s.customers ADD CONSTRAINT hashed CHECK (password_hash LIKE '$2y$%' OR password_hash = 'it''s')",
    ],
    mapping: changed((mapping) => {
      mapping.retire[0]!.dead = '!';
    }),
    expected: [[/constraint hashed refuses the value/, /another value/]],
    followed: changed((mapping) => {
      mapping.retire[0]!.dead = "it's";
    }),
  },
  'a value that an ENUM lacks; trailing spaces in a CHAR; a computed column': {
    make: [
      "ALTER TABLE %s.customers ADD state ENUM('on','off') NOT NULL, ADD pin CHAR(8), ADD pw_upper VARCHAR(100) AS (UPPER(password_hash))",
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'state', dead: 'gone' });
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'pin', dead: 'no ' });
      mapping.retire.push({ table: 'customers', key: 'id', column: 'pw_upper', dead: null });
    }),
    expected: [
      [/pw_upper .*: the server computes it/, /database\.retire\.1\.column/],
      [/state .*takes only the values of its list/, /one of \('on','off'\)/],
      [/pin .*drops trailing spaces/, /null/],
    ],
  },
  'a value that a foreign key refuses': {
    make: [
      'CREATE TABLE %s.devices (code VARCHAR(40) PRIMARY KEY)',
      'ALTER TABLE %s.customers ADD device VARCHAR(40), ADD FOREIGN KEY (device) REFERENCES %s.devices (code)',
      'ALTER TABLE %s.api_tokens ADD handle VARCHAR(40) UNIQUE',
      'CREATE TABLE %s.calls (handle VARCHAR(40), FOREIGN KEY (handle) REFERENCES %s.api_tokens (handle))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke[1] = { table: 'api_tokens', key: 'customer_id', column: 'handle', dead: null };
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'device', dead: 'none' });
      mapping.ignored = [{ table: 'api_tokens', because: 'test' }];
    }),
    expected: [
      [/api_tokens\.handle .*: rows of calls point to its values/, /database\.revoke\.1\.column/],
      [/customers\.device .*: it may only hold what devices has/, /database\.revoke\.3\.column/],
    ],
    followed: changed((mapping) => {
      mapping.revoke[1] = { table: 'api_tokens', key: 'customer_id', delete: 'rows' };
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'device', dead: null });
      mapping.ignored = [{ table: 'calls', because: 'no row there points to a token that is deleted' }];
    }),
  },
  'numbers and times that become something else than they are': {
    make: [
      'ALTER TABLE %s.customers ADD epoch VARCHAR(9), ADD cut DATETIME, ADD small SMALLINT, ADD big BIGINT',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'epoch', dead: { oneMore: true } });
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'cut', dead: { now: 'timestamp' } });
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'small', dead: { now: 'unixSeconds' } });
      mapping.revoke.push({
        table: 'customers',
        key: 'id',
        column: 'big',
        dead: { now: 'unixMilliseconds' },
      });
    }),
    expected: [
      [/epoch .*whole numbers/, /another value/],
      [/cut .*writes a timestamp into it/, /\{now: datetime, zone/],
      [/small .*cannot hold unixSeconds/, /another form/],
    ],
  },
};

testInspection(VALUES);
