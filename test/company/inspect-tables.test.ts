import { changed, type InspectionCase, testInspection } from './inspection-cases';
import { type MappingInput, referenceMapping } from './reference-mapping';

const TABLES: Record<string, InspectionCase> = {
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

testInspection(TABLES);
