import { changed, type InspectionCase, select, testInspection } from './inspection-cases';
import { referenceMapping } from './reference-mapping';

const SOURCES: Record<string, InspectionCase> = {
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

testInspection(SOURCES);
