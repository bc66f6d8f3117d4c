import { type Kysely, sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { claimStatements } from '../../src/books/claim';
import { type Database, openDatabase } from '../../src/books/open-database';
import type { CompanyFinding } from '../../src/company/inspect/finding';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { databaseSchema } from '../../src/incident/database-schema';
import { type OwnSchema, ownSchema } from '../own-schema';
import { BEFORE, CUTOFF } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

let schema: OwnSchema;
let database: Database;
beforeEach(async () => {
  schema = await ownSchema('inspect');
  database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
  await createReferenceSchema(database.db as unknown as Kysely<never>, database.companySchema);
  await run(`INSERT INTO %s.customers (id, created_at, password_hash) VALUES (1, '${BEFORE}', 'h')`);
});
afterEach(async () => {
  await database.close();
  await schema.drop();
});

async function run(...statements: string[]) {
  for (const statement of statements)
    await sql.raw(statement.replaceAll('%s', `\`${database.companySchema}\``)).execute(database.db);
}

async function inspect(mapping: MappingInput = referenceMapping()): Promise<CompanyFinding[]> {
  const { companySchema, ledgerSchema } = database;
  const parsed = databaseSchema.parse(mapping);
  const inspected = { companySchema, ledgerSchema, mapping: parsed, claims: claimStatements };
  return (await inspectCompany(database.db, inspected, CUTOFF, Date.now())).findings;
}

/** The reference mapping with something else in one place. */
function changed(change: (mapping: ReturnType<typeof referenceMapping>) => void): MappingInput {
  const mapping = referenceMapping();
  change(mapping);
  return mapping;
}

interface Case {
  /** SQL, before; %s is the company's schema. */
  make?: string[];
  mapping?: MappingInput;
  /** What is found, in order: severity and what, then todo. */
  expected: [what: RegExp, todo: RegExp][];
  /** The file after the advice was followed: then nothing is found. */
  followed?: MappingInput;
  /** A table that only one of the servers can make. */
  only?: 'mariadb' | 'mysql';
}

const time = (column: string) => ({ column, as: 'datetime' as const, zone: 'UTC' });
const select = (text: string, more: Partial<MappingInput['customers']> = {}) =>
  changed((mapping) => {
    const { table: _, ...customers } = mapping.customers;
    mapping.customers = { ...customers, select: text, ...more } as typeof mapping.customers;
  });

const NAMES: Record<string, Case> = {
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

const SOURCES: Record<string, Case> = {
  'a SELECT that names a table without {schema}': {
    mapping: select('SELECT * FROM customers'),
    expected: [
      [/^stops The database refuses the SELECT under .*No database selected/, /write \{schema\}\. before/],
    ],
    followed: select('SELECT * FROM {schema}.customers'),
  },
  'a SELECT of a table that is not there': {
    mapping: select('SELECT * FROM {schema}.clients'),
    expected: [[/^stops .*doesn't exist/, /correct the table's name/]],
  },
  'text that is not a SELECT': {
    mapping: select('SELECT * FORM {schema}.customers'),
    expected: [[/^stops .*error in your SQL syntax/, /correct the SQL/]],
  },
  'a SELECT that lacks two columns': {
    mapping: select('SELECT id, email AS mail, first_name, created_at FROM {schema}.customers'),
    expected: [
      [
        /^stops The SELECT of the customers returns no column email/,
        /write mail under database\.customers\.email/,
      ],
      [/^stops The SELECT of the customers returns no column language/, /add it to the SELECT/],
    ],
  },
  'a SELECT that the server refuses only while it reads': {
    make: ["INSERT INTO %s.customers (id, created_at) VALUES (2, '2011-06-01')"],
    mapping: select(
      'SELECT c.id, c.email, c.first_name, c.created_at, (SELECT o.id FROM {schema}.customers o) AS language FROM {schema}.customers c',
    ),
    expected: [
      [
        /^stops The database refuses database\.customers\.select \(the SELECT of the customers\) while it reads the rows \(ER_SUBQUERY_NO_1_ROW, 1242\)$/,
        /IN or EXISTS/,
      ],
    ],
  },
  'a condition over a column that is not there, by its place': {
    mapping: changed((mapping) => {
      mapping.customers.leaveOut = [{ when: "kind = 'bot'", because: 'bots' }];
      mapping.retire[0]!.usable = "passwort <> ''";
      mapping.revoke[0]!.where = 'token = SUBSTR(secret, 1)';
    }),
    expected: [
      [
        /^stops The database refuses database\.customers\.leaveOut\.0\.when \(kind = 'bot'\): Unknown column/,
        /correct the column's name/,
      ],
      [/^stops The database refuses database\.retire\.0\.usable .*Unknown column/, /correct/],
      [/^stops The database refuses database\.revoke\.0\.where .*Unknown column/, /correct/],
    ],
  },
  'an address in octets, a language that is a number (C74)': {
    make: ['ALTER TABLE %s.customers MODIFY email VARBINARY(320), MODIFY language INT'],
    mapping: changed((mapping) => {
      mapping.revoke.pop();
      mapping.ignored.push({ table: 'password_resets', because: 'test' });
    }),
    expected: [
      [
        /^stops customers\.email is varbinary\(320\), octets, where email must be text/,
        /CONVERT\(it USING utf8mb4\)/,
      ],
      [/^stops customers\.language is int\S*, a number, where language must be text/, /CAST\(it AS CHAR\)/],
    ],
    followed: {
      ...select(
        'SELECT id, CONVERT(email USING utf8mb4) AS email, first_name, CAST(language AS CHAR) AS language, created_at FROM {schema}.customers',
      ),
      revoke: referenceMapping().revoke.slice(0, 2),
      ignored: [{ table: 'password_resets', because: 'test' }],
    },
  },
  'the same in a SELECT, by what arrives (C74)': {
    make: ["UPDATE %s.customers SET email = 'a@x.test'"],
    mapping: select(
      'SELECT id, CAST(email AS BINARY) AS email, first_name, LENGTH(email) AS language, DATE(created_at) AS created_at FROM {schema}.customers',
    ),
    expected: [
      [/^stops email of the SELECT is octets, where email must be text/, /CONVERT/],
      [/^stops language of the SELECT is a number or a time, where/, /CAST/],
      [/^stops created_at of the SELECT is a day without a time/, /CAST\(created_at AS DATETIME\)/],
    ],
  },
  'a view over two tables as the source (C76)': {
    make: [
      'CREATE TABLE %s.addresses (customer BIGINT UNSIGNED PRIMARY KEY, address VARCHAR(200), KEY (address)) ENGINE=MyISAM',
      'CREATE VIEW %s.people AS SELECT c.id, a.address AS email, c.first_name, c.language, c.created_at FROM %s.customers c JOIN %s.addresses a ON a.customer = c.id',
      "INSERT INTO %s.addresses VALUES (1, 'a@x.test')",
    ],
    mapping: changed((mapping) => {
      mapping.customers.table = 'people';
    }),
    expected: [],
  },
  'a table of several shops (C42)': {
    make: ['ALTER TABLE %s.customers ADD shop_id INT'],
    expected: [
      [
        /^warns customers\.shop_id looks as if several shops/,
        /leaveOut.*shop_id <> 1.*where 1 is this file's own shop: SELECT `shop_id`, COUNT/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.customers.leaveOut = [{ when: 'shop_id <> 1', because: 'the other shop' }];
    }),
  },
  'nobody at all': {
    make: ['DELETE FROM %s.customers'],
    expected: [[/^warns There is nobody in customers/, /DATABASE_URL/]],
  },
};

const KEYS: Record<string, Case> = {
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

const VALUES: Record<string, Case> = {
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

const TIMES: Record<string, Case> = {
  'a day where an instant is needed (C59)': {
    make: [
      'ALTER TABLE %s.customers MODIFY password_set_at DATE, MODIFY created_at DATE',
      'ALTER TABLE %s.sessions MODIFY created_at DATE',
    ],
    expected: [
      [/^stops customers\.created_at is date, a day without a time/, /CAST\(created_at AS DATETIME\)/],
      [/^stops customers\.password_set_at is date/, /leave it out/],
      [/^stops sessions\.created_at is date/, /leave it out/],
    ],
    followed: {
      ...select(
        'SELECT id, email, first_name, language, CAST(created_at AS DATETIME) AS created_at FROM {schema}.customers',
      ),
      retire: [{ table: 'customers', key: 'id', column: 'password_hash', dead: null }],
      revoke: [
        { table: 'sessions', key: 'customer_id', delete: 'rows' },
        ...referenceMapping().revoke.slice(1),
      ],
    },
  },
  'numbers where the file says times, and the reverse (C60)': {
    make: [
      'ALTER TABLE %s.sessions MODIFY created_at INT',
      'ALTER TABLE %s.api_tokens MODIFY created_at INT UNSIGNED',
    ],
    mapping: changed((mapping) => {
      mapping.retire[0]!.setAt = { column: 'password_set_at', as: 'unixSeconds' };
      mapping.revoke[1]!.createdAt = { column: 'created_at', as: 'unixMilliseconds' };
    }),
    expected: [
      [/password_set_at is datetime, and the file says unixSeconds/, /as: datetime, with the zone/],
      [/sessions\.created_at is int\S*, and the file says datetime/, /as: a number/],
      [/api_tokens\.created_at is int.*too small for unixMilliseconds/, /correct as:/],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = { column: 'created_at', as: 'unixSeconds' };
      mapping.revoke[1]!.createdAt = { column: 'created_at', as: 'unixSeconds' };
    }),
  },
  'a TIMESTAMP under a zone (C61)': {
    make: ['ALTER TABLE %s.sessions MODIFY created_at TIMESTAMP NULL'],
    expected: [
      [/sessions\.created_at is timestamp, and the file says datetime/, /as: timestamp, without zone/],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = { column: 'created_at', as: 'timestamp' };
    }),
  },
  'a time of the row, by its ON UPDATE and by its name (C64)': {
    make: [
      'ALTER TABLE %s.customers MODIFY password_set_at DATETIME NULL ON UPDATE CURRENT_TIMESTAMP, ADD updatedAt DATETIME, ADD old_password VARCHAR(99)',
    ],
    mapping: changed((mapping) => {
      mapping.retire.push({
        table: 'customers',
        key: 'id',
        column: 'old_password',
        dead: null,
        setAt: time('updatedAt'),
      });
    }),
    expected: [
      [/password_set_at changes by itself .*when a password was set/, /leave it out/],
      [/updatedAt is, by its name, when the row was last changed/, /leave it out/],
    ],
    followed: changed((mapping) => {
      delete mapping.retire[0]!.setAt;
      mapping.retire.push({ table: 'customers', key: 'id', column: 'old_password', dead: null });
    }),
  },
};

/** Names of a row's last change and of a last use, in each place where the file takes a time (C64). */
const MOVING: [column: string, says: RegExp][] = [
  ['last_login_at', /when the account was last used/],
  ['customer_lastvisit', /when the account was last used/],
  ['LastActivityDate', /when the account was last used/],
  ['last_seen', /when the account was last used/],
  ['current_sign_in_at', /when the account was last used/],
  ['access_time', /when the account was last used/],
  ['tstamp', /when the row was last changed/],
  ['mtime', /when the row was last changed/],
  ['lastModified', /when the row was last changed/],
  ['modified', /when the row was last changed/],
  ['updated_at', /when the row was last changed/],
  ['date_upd', /when the row was last changed/],
  ['time_modified', /when the row was last changed/],
];
for (const [column, says] of MOVING) {
  const make = [`ALTER TABLE %s.customers ADD ${column} DATETIME`];
  const name = new RegExp(`^stops customers\\.${column} is, by its name, ${says.source}`);
  TIMES[`${column} as the time of a password`] = {
    make,
    mapping: changed((mapping) => {
      mapping.retire[0]!.setAt = time(column);
    }),
    expected: [[new RegExp(`${name.source}, not when a password was set`), /leave it out/]],
  };
  TIMES[`${column} as the time of an account`] = {
    make,
    mapping: changed((mapping) => {
      mapping.customers.createdAt = time(column);
    }),
    expected: [
      [new RegExp(`${name.source}, not when the account was made: .* and not be told`), /createdAt: null/],
    ],
  };
}
Object.assign(TIMES, {
  'the time of a last change that a SELECT gives': {
    make: ['ALTER TABLE %s.customers ADD updated_at DATETIME'],
    mapping: select('SELECT id, email, first_name, language, updated_at FROM {schema}.customers', {
      createdAt: time('updated_at'),
    }),
    expected: [
      [/^stops the SELECT\.updated_at is, by its name, when the row was last changed/, /createdAt: null/],
    ],
  },
  'the time of the last use of a session': {
    make: ['ALTER TABLE %s.sessions ADD last_activity DATETIME, ADD login_time DATETIME'],
    mapping: changed((mapping) => {
      mapping.revoke[0]!.createdAt = time('last_activity');
    }),
    expected: [
      [
        /^stops sessions\.last_activity is, by its name, when the row was last used, not when the row was made: .* stay open/,
        /leave it out: then every row of a customer goes/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = time('login_time');
    }),
  },
  'times of passwords and of accounts, whatever they are called': {
    make: [
      'ALTER TABLE %s.customers ADD password_last_changed DATETIME, ADD last_password_update DATETIME, ADD date_add DATETIME, ADD registration_time DATETIME',
    ],
    mapping: changed((mapping) => {
      mapping.customers.createdAt = time('registration_time');
      mapping.retire[0]!.setAt = time('password_last_changed');
      mapping.revoke = [
        { table: 'sessions', key: 'customer_id', createdAt: time('created_at'), delete: 'rows' },
        ...mapping.revoke.slice(1),
      ];
    }),
    expected: [],
  },
} satisfies Record<string, Case>);

const TABLES: Record<string, Case> = {
  'passwords in MyISAM (C35)': {
    make: ['ALTER TABLE %s.customers MODIFY email VARCHAR(99), ENGINE=MyISAM'],
    expected: [[/^stops The table customers uses MyISAM/, /say so under database\.stated/]],
  },
  'passwords in a view, sessions in a view (C76)': {
    make: [
      'CREATE VIEW %s.logins AS SELECT * FROM %s.customers',
      'CREATE VIEW %s.visits AS SELECT * FROM %s.sessions',
    ],
    mapping: changed((mapping) => {
      mapping.retire[0]!.table = 'logins';
      mapping.revoke[0]!.table = 'visits';
      mapping.ignored = [
        { table: 'sessions', because: 'by its view' },
        { table: 'customers', column: 'password_hash', because: 'by its view' },
      ];
    }),
    expected: [
      [/^stops logins is a view/, /name the table under it in database\.retire\.0\.table/],
      [
        /^stops visits is a view/,
        /SHOW CREATE VIEW `visits`.*no entry reaches a table in another schema: point DATABASE_URL at that schema/,
      ],
    ],
    followed: referenceMapping(),
  },
  'a table that keeps its history': {
    only: 'mariadb',
    make: ['ALTER TABLE %s.sessions ADD SYSTEM VERSIONING'],
    expected: [[/^warns sessions is system-versioned/, /DELETE HISTORY FROM `\w+`\.`sessions`$/]],
  },
  'a partitioned table': {
    make: [
      'ALTER TABLE %s.sessions DROP PRIMARY KEY, ADD PRIMARY KEY (id, customer_id) PARTITION BY HASH (customer_id) PARTITIONS 4',
    ],
    expected: [],
  },
  'a trigger that copies the hash (C36)': {
    make: [
      'CREATE TABLE %s.customer_log (id INT, was VARCHAR(100))',
      'CREATE TRIGGER %s.copy AFTER UPDATE ON %s.customers FOR EACH ROW INSERT INTO customer_log VALUES (OLD.id, OLD.password_hash)',
    ],
    expected: [
      [
        /^warns The trigger copy .*copy the stolen values into customer_log/,
        /name customer_log under database\.retire/,
      ],
    ],
  },
  'a trigger on the deletion of sessions (C36)': {
    make: ['CREATE TRIGGER %s.gone BEFORE DELETE ON %s.sessions FOR EACH ROW SET @gone = 1'],
    expected: [[/^warns The trigger gone fires for each row/, /holds at that range/]],
  },
  'rows that point to deleted rows (C70)': {
    make: [
      'CREATE TABLE %s.renewals (id INT PRIMARY KEY, api BIGINT UNSIGNED, FOREIGN KEY (api) REFERENCES %s.api_tokens (id))',
      'CREATE TABLE %s.orders (id INT PRIMARY KEY, api BIGINT UNSIGNED, FOREIGN KEY (api) REFERENCES %s.api_tokens (id) ON DELETE CASCADE)',
      'CREATE TABLE %s.order_lines (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES %s.orders (id) ON DELETE CASCADE)',
      'CREATE TABLE %s.audits (id INT PRIMARY KEY, api BIGINT UNSIGNED, FOREIGN KEY (api) REFERENCES %s.api_tokens (id) ON DELETE SET NULL)',
    ],
    expected: [
      [
        /^stops The run deletes rows of api_tokens, and the server sets api of the rows of audits .*to NULL/,
        /table: audits, column: api, because/,
      ],
      [
        /^stops The run deletes rows of api_tokens, and the server also deletes the rows of orders/,
        /database\.ignored/,
      ],
      [
        /^stops The run deletes rows of api_tokens, then orders, and the server also deletes the rows of order_lines/,
        /database\.ignored/,
      ],
      [
        /^stops The run deletes rows of api_tokens, and the server refuses that while a row of renewals .*ON DELETE (RESTRICT|NO ACTION)/,
        /put \{table: renewals, key: api, via: \{table: api_tokens/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke.push({
        table: 'renewals',
        key: 'api',
        via: { table: 'api_tokens', key: 'customer_id', column: 'id' },
        delete: 'rows',
      });
      mapping.ignored = ['orders', 'order_lines', 'audits'].map((table) => ({ table, because: 'test' }));
    }),
  },
  'a key/value table without a condition (C68)': {
    make: [
      'CREATE TABLE %s.usermeta (id INT PRIMARY KEY, user_id BIGINT UNSIGNED, meta_key VARCHAR(99), meta_value LONGTEXT, KEY (user_id))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'usermeta', key: 'user_id', delete: 'rows' });
    }),
    expected: [
      [
        /^stops In usermeta the column meta_key says what a row holds/,
        /database\.revoke\.3\.where: "meta_key = '\.\.\.'"/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke.push({
        table: 'usermeta',
        key: 'user_id',
        where: "meta_key = 'session_tokens'",
        delete: 'rows',
      });
    }),
  },
  'owners of several kinds without a condition (C69)': {
    make: [
      'CREATE TABLE %s.personal_access_tokens (id INT PRIMARY KEY, tokenable_type VARCHAR(99), tokenable_id BIGINT UNSIGNED, token CHAR(64), KEY (tokenable_id))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'personal_access_tokens', key: 'tokenable_id', delete: 'rows' });
    }),
    expected: [
      [
        /^stops .*the column tokenable_type says whose key tokenable_id is/,
        /database\.revoke\.3\.where: "tokenable_type = '\.\.\.'"/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke.push({
        table: 'personal_access_tokens',
        key: 'tokenable_id',
        where: "tokenable_type = 'App\\\\Models\\\\User'",
        delete: 'rows',
      });
    }),
  },
  'owners of several kinds, by an ENUM that is called like the id (C69)': {
    make: [
      "CREATE TABLE %s.auth_tokens (id INT PRIMARY KEY, owner ENUM('admin', 'customer'), owner_id BIGINT UNSIGNED, token CHAR(64), KEY (owner_id))",
      "CREATE TABLE %s.web_tokens (id INT PRIMARY KEY, customer ENUM('new', 'old'), customer_id BIGINT UNSIGNED, token CHAR(64), KEY (customer_id))",
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push(
        { table: 'auth_tokens', key: 'owner_id', delete: 'rows' },
        { table: 'web_tokens', key: 'customer_id', delete: 'rows' },
      );
    }),
    expected: [
      [
        /^stops .*the column owner says whose key owner_id is/,
        /database\.revoke\.3\.where: "owner = '\.\.\.'"/,
      ],
    ],
  },
  'the kind of an account beside its own unique id, which is no other owner': {
    make: [
      'CREATE TABLE %s.members (customer_id BIGINT UNSIGNED PRIMARY KEY, customer_type TINYINT NOT NULL, rp_token VARCHAR(40))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({ table: 'members', key: 'customer_id', column: 'rp_token', dead: null });
    }),
    expected: [],
  },
  'an index that begins with what the condition fixes': {
    make: [
      'CREATE TABLE %s.personal_access_tokens (id INT PRIMARY KEY, tokenable_type VARCHAR(99), tokenable_id BIGINT UNSIGNED, token CHAR(64), KEY (tokenable_type, tokenable_id))',
    ],
    mapping: changed((mapping) => {
      mapping.revoke.push({
        table: 'personal_access_tokens',
        key: 'tokenable_id',
        where: "tokenable_type = 'User'",
        delete: 'rows',
      });
    }),
    expected: [],
  },
  'the number of a table’s own rows instead of the customer’s (I5)': {
    make: [
      'CREATE TABLE %s.staff (uid BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, password VARCHAR(99) NULL)',
      'CREATE TABLE %s.shop_tokens (uid BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer BIGINT UNSIGNED, token CHAR(64), KEY (customer))',
      'CREATE TABLE %s.tickets (id INT PRIMARY KEY, session_id BIGINT UNSIGNED, KEY (session_id))',
    ],
    mapping: changed((mapping) => {
      mapping.retire.push({ table: 'staff', key: 'uid', column: 'password', dead: null });
      mapping.revoke.push(
        { table: 'shop_tokens', key: 'uid', delete: 'rows' },
        {
          table: 'tickets',
          key: 'session_id',
          via: { table: 'shop_tokens', key: 'uid', column: 'customer' },
          delete: 'rows',
        },
      );
    }),
    expected: [
      [
        /^stops staff\.uid numbers the rows of staff \(AUTO_INCREMENT\).*whoever it belongs to/,
        /^under database\.retire\.1\.key name .* if there is none, remove the entry and set staff aside/,
      ],
      [
        /^stops shop_tokens\.uid numbers the rows of shop_tokens/,
        /^under database\.revoke\.3\.key name .*, such as customer;/,
      ],
      [
        /^stops shop_tokens\.uid numbers the rows of shop_tokens/,
        /^under database\.revoke\.4\.via\.key name .*, such as customer;/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke.push({ table: 'shop_tokens', key: 'customer', delete: 'rows' });
      mapping.ignored = ['staff', 'tickets'].map((table) => ({ table, because: 'test' }));
    }),
  },
  'the customers’ own number, under a view, in a SELECT or tied by a foreign key': {
    make: [
      'CREATE TABLE %s.people (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, mail VARCHAR(190), pw VARCHAR(99) NULL)',
      'CREATE TABLE %s.members (person BIGINT UNSIGNED PRIMARY KEY, FOREIGN KEY (person) REFERENCES %s.people (id))',
      'CREATE TABLE %s.pins (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, pw VARCHAR(99) NULL, FOREIGN KEY (id) REFERENCES %s.people (id))',
      'CREATE VIEW %s.buyers AS SELECT p.id, p.mail FROM %s.people p JOIN %s.members m ON m.person = p.id',
      "INSERT INTO %s.people VALUES (1, 'a@x.test', 'h')",
      'INSERT INTO %s.members VALUES (1)',
    ],
    mapping: {
      customers: { table: 'buyers', key: 'id', email: 'mail' },
      retire: [
        { table: 'people', key: 'id', column: 'pw', dead: null },
        { table: 'pins', key: 'id', column: 'pw', dead: null },
      ],
      revoke: [],
      stated: [{ what: 'sessions', ended: 'by hand', by: 'Jo' }],
      ignored: ['api_tokens', 'sessions', 'password_resets', 'customers'].map((table) => ({
        table,
        because: 'test',
      })),
    } as MappingInput,
    expected: [],
    followed: {
      customers: {
        select: 'SELECT m.person, p.mail FROM {schema}.members m JOIN {schema}.people p ON p.id = m.person',
        key: 'person',
        email: 'mail',
      },
      retire: [
        { table: 'people', key: 'id', column: 'pw', dead: null },
        { table: 'pins', key: 'id', column: 'pw', dead: null },
      ],
      revoke: [],
      stated: [{ what: 'sessions', ended: 'by hand', by: 'Jo' }],
      ignored: ['api_tokens', 'sessions', 'password_resets', 'customers'].map((table) => ({
        table,
        because: 'test',
      })),
    } as MappingInput,
  },
  'an ignored table that is not there': {
    mapping: changed((mapping) => {
      mapping.ignored = [{ table: 'api_keys', because: 'not installed here' }];
    }),
    expected: [],
  },
  'credentials that the file does not mention (C40, C65, C66, C67)': {
    make: [
      'ALTER TABLE %s.customers ADD remember_token VARCHAR(100), ADD password_md5 CHAR(32)',
      'CREATE TABLE %s.remember_me (id INT PRIMARY KEY, owner BIGINT UNSIGNED, token CHAR(64))',
      'CREATE TABLE %s.web_sessions (session_id VARCHAR(128) PRIMARY KEY, expires INT, data TEXT)',
    ],
    expected: [
      [/^stops customers\.remember_token looks like/, /\{table: customers, column: remember_token, because/],
      [/^stops customers\.password_md5 looks like/, /database\.retire/],
      [/^stops remember_me looks like/, /\{table: remember_me, because/],
      [/^stops web_sessions looks like/, /database\.revoke/],
    ],
    followed: changed((mapping) => {
      mapping.retire.push({ table: 'customers', key: 'id', column: 'password_md5', dead: null });
      mapping.revoke.push({ table: 'customers', key: 'id', column: 'remember_token', dead: null });
      mapping.ignored = ['remember_me', 'web_sessions'].map((table) => ({ table, because: 'test' }));
    }),
  },
};

const ALL = Object.entries({ ...NAMES, ...SOURCES, ...KEYS, ...VALUES, ...TIMES, ...TABLES });

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

test.each(ALL)('%s', async (_, { make = [], mapping, expected, followed, only }) => {
  if (only !== undefined && only !== (await server())) return;
  await run(...make);
  const findings = await inspect(mapping);
  expect(findings.map(words)).toEqual(
    expected.map(([what, todo]) => [expect.stringMatching(what), expect.stringMatching(todo)]),
  );
  for (const { what, todo } of findings) expect(`${what} ${todo}`).not.toMatch(/\balter\b/i);
  if (followed !== undefined) expect((await inspect(followed)).map(words)).toEqual([]);
});

function words({ severity, what, todo }: CompanyFinding): [string, string] {
  return [`${severity} ${what}`, todo];
}

async function server(): Promise<'mariadb' | 'mysql'> {
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(database.db);
  return /mariadb/i.test(rows[0]!.version) ? 'mariadb' : 'mysql';
}
