import { sql } from 'kysely';
import { readCatalog } from '../../src/company/catalog';
import { countAll } from '../../src/company/count/count-all';
import { inspectCounts } from '../../src/company/inspect/inspect-counts';
import type { DatabaseMapping } from '../../src/incident/database-schema';
import { BEFORE, type OwnCompany, ownCompany } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

async function findingsNow(expiredBy: DatabaseMapping[] = []): Promise<[string, string][]> {
  const { db } = company!.database;
  const { companySchema, mapping } = company!;
  const catalog = await readCatalog(db, companySchema);
  const counts = await countAll(db, company!, {
    now: Date.now(),
    earlier: null,
    catalog,
    emailIndexed: true,
  });
  return inspectCounts(mapping, counts, { companySchema, expiredBy }).map(({ severity, what, todo }) => [
    `${severity} ${what}`,
    todo,
  ]);
}

interface Case {
  mapping?: MappingInput;
  make?: string[];
  rows: [table: string, rows: Record<string, unknown>[]][];
  expected: [RegExp, RegExp][];
  /** The same tables after an expiry of this ledger. */
  afterExpiry?: [RegExp, RegExp][];
}

const person = (id: number, more: object = {}) => ({
  id,
  email: `p${id}@x.test`,
  created_at: BEFORE,
  password_hash: 'h',
  password_set_at: BEFORE,
  ...more,
});
const people = (count: number) => Array.from({ length: count }, (_, i) => person(i + 1));
const mappingWith = (change: (mapping: ReturnType<typeof referenceMapping>) => void): MappingInput => {
  const mapping = referenceMapping();
  change(mapping);
  return mapping;
};
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
const USERMETA =
  'CREATE TABLE %s.usermeta (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT, meta_key VARCHAR(99), meta_value LONGTEXT, KEY (user_id))';
const USERS = 'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))';
const users: MappingInput = {
  customers: { table: 'users', key: 'id', email: 'email' },
  retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
};
const meta = (keys: Record<string, number>) =>
  Object.entries(keys).flatMap(([meta_key, count]) =>
    Array.from({ length: count }, (_, i) => ({ user_id: i + 1, meta_key, meta_value: 'v' })),
  );
const ACCOUNTS: [string, Record<string, unknown>[]] = ['users', [1, 2, 3].map((id) => ({ id, pw: 'h' }))];

/** What the reference schema's customer 1 has, where a case says nothing of the table. */
const OPENED = {
  sessions: { customer_id: 1 },
  api_tokens: { customer_id: 1 },
  password_resets: { email: 'p1@x.test' },
};

const CASES: Record<string, Case> = {
  'all is well': { rows: [['customers', people(3)]], expected: [] },
  'no account is from before the cutoff': {
    rows: [['customers', [person(1, { created_at: '2012-02-01', password_set_at: '2012-02-01' })]]],
    expected: [[/^stops Nobody has an account from before/, /zone/]],
    afterExpiry: [[/^stops Nobody has an account from before/, /zone/]],
  },
  'a condition that no value meets': {
    mapping: mappingWith((mapping) => {
      mapping.retire[0]!.usable = "password_hash LIKE '$2y$%'";
    }),
    rows: [['customers', people(3)]],
    expected: [
      [
        /^stops None of the 3 rows of customers has a password in password_hash by password_hash LIKE/,
        /database\.retire\.0\.usable/,
      ],
    ],
    afterExpiry: [[/^warns None of the 3 rows/, /./]],
  },
  'values that are not passwords, and stay': {
    mapping: mappingWith((mapping) => {
      mapping.retire[0]!.usable = "password_hash LIKE '$2y$%'";
    }),
    rows: [['customers', [person(1, { password_hash: '$2y$x' }), person(2)]]],
    expected: [
      [/^warns 1 value of customers\.password_hash is not empty, and no password by/, /no login accepts/],
    ],
  },
  'times that cannot be (C62)': {
    rows: [
      [
        'customers',
        [
          person(1, { password_set_at: null }),
          person(2, { password_set_at: '0000-00-00' }),
          person(3, { password_set_at: '2038-01-19 03:14:08' }),
          person(4, { created_at: '2030-01-01' }),
          person(5, { created_at: '0000-00-00' }),
        ],
      ],
      ['sessions', [{ customer_id: 1, created_at: '2999-01-01', token: 't' }]],
    ],
    expected: [
      [/^warns 2 accounts are of unknown age/, /count as made before the cutoff/],
      [
        /^warns 3 passwords in customers\.password_hash are of unknown age \(1 none, 1 zero, 1 in the future\)/,
        /as stolen/,
      ],
    ],
  },
  'a column that changes with every edit, by its share (C64)': {
    rows: [
      [
        'customers',
        people(240).map((person, i) => (i % 2 ? person : { ...person, password_set_at: yesterday() })),
      ],
    ],
    expected: [
      [
        /^stops 120 of 240 passwords .* within the last week, says password_set_at/,
        /database\.retire\.0\.setAt, or leave it out/,
      ],
    ],
  },
  'a column that changes with every login, by its share since the cutoff (C64)': {
    rows: [
      [
        'customers',
        people(240).map((person, i) =>
          i % 2 ? person : { ...person, password_set_at: '2012-02-01 00:00:00' },
        ),
      ],
    ],
    expected: [
      [
        /^stops 120 of 240 customers have a password from after the cutoff, by customers\.password_set_at/,
        /another column under setAt, or leave it out: .*recentBecause/,
      ],
    ],
  },
  'many new passwords, and the file says why': {
    mapping: mappingWith(({ retire }) => {
      retire[0]!.recentBecause = 'a reset was forced on the day after';
    }),
    rows: [
      [
        'customers',
        people(240).map((person, i) => (i % 2 ? person : { ...person, password_set_at: yesterday() })),
      ],
    ],
    expected: [],
  },
  'reasons that leave out nobody, and nearly everybody (C77)': {
    mapping: mappingWith((mapping) => {
      mapping.customers.leaveOut = [
        { when: "email LIKE 'bot%'", because: 'bots' },
        { when: 'id > 1', because: 'guests' },
      ];
    }),
    rows: [['customers', people(4)]],
    expected: [
      [/^warns database\.customers\.leaveOut\.0 leaves nobody out \(bots\)/, /email LIKE 'bot%'/],
      [/^warns database\.customers\.leaveOut\.1 leaves out 3 accounts, more than the cohort/, /id > 1/],
    ],
  },
  'an entry that matches nobody': {
    rows: [
      ['customers', people(3)],
      ['sessions', [{ customer_id: 77, created_at: BEFORE, token: 't' }]],
      ['api_tokens', [1, 77, 78].map((customer_id) => ({ customer_id, created_at: BEFORE, token: 't' }))],
    ],
    expected: [
      [
        /^stops None of the 1 row that database\.revoke\.0 is about belongs to a customer, by sessions\.customer_id/,
        /database\.revoke\.0\.key/,
      ],
      [
        /^stops 2 rows of api_tokens belong to none of the customers/,
        /correct database\.revoke\.1\.key; .* write orphansBecause: and why under database\.revoke\.1$/,
      ],
    ],
    afterExpiry: [
      [/^warns None of the 1 row/, /nothing to do/],
      [/^warns 2 rows of api_tokens/, /orphansBecause/],
    ],
  },
  'the same, and the file says why of the other': {
    mapping: mappingWith(({ revoke }) => {
      revoke[0]!.orphansBecause = 'no matter';
      revoke[1]!.noneBecause = 'no matter';
    }),
    rows: [
      ['customers', people(3)],
      ['sessions', [{ customer_id: 77, created_at: BEFORE, token: 't' }]],
      ['api_tokens', [1, 77, 78].map((customer_id) => ({ customer_id, created_at: BEFORE, token: 't' }))],
    ],
    expected: [
      [
        /^stops None of the 1 row that database\.revoke\.0/,
        /noneBecause: and orphansBecause:, each with why, under database\.revoke\.0$/,
      ],
      [/^stops 2 rows of api_tokens/, /orphansBecause/],
    ],
  },
  'the same, and the file says why': {
    mapping: mappingWith(({ revoke }) => {
      Object.assign(revoke[0]!, { noneBecause: 'nobody signed in', orphansBecause: 'deleted accounts' });
      revoke[1]!.orphansBecause = 'deleted accounts';
    }),
    rows: [
      ['customers', people(3)],
      ['sessions', [{ customer_id: 77, created_at: BEFORE, token: 't' }]],
      ['api_tokens', [1, 77, 78].map((customer_id) => ({ customer_id, created_at: BEFORE, token: 't' }))],
    ],
    expected: [],
  },
  'rows of guests are not orphans': {
    make: [USERS, 'CREATE TABLE %s.logins (user_id INT, name VARCHAR(20), KEY (user_id))'],
    mapping: {
      ...users,
      revoke: [
        { table: 'logins', key: 'user_id', where: "name = 'a'", delete: 'rows' },
        { table: 'logins', key: 'user_id', where: "name = 'b'", delete: 'rows' },
        { table: 'logins', key: 'user_id', where: "name = 'c'", delete: 'rows', noneBecause: 'few sign in' },
        {
          ...{ table: 'logins', key: 'user_id', where: "name IN ('c', 'd')", delete: 'rows' },
          ...{ noneBecause: 'few sign in', orphansBecause: 'guests' },
        },
      ],
    },
    rows: [
      ACCOUNTS,
      [
        'logins',
        [
          ...[null, null, 0, 1, 9].map((user_id) => ({ user_id, name: 'a' })),
          ...[null, null, 0, 1, 8, 9].map((user_id) => ({ user_id, name: 'b' })),
          ...[null, 0].map((user_id) => ({ user_id, name: 'c' })),
        ],
      ],
    ],
    expected: [
      [/^warns 1 row of logins belongs to none of the customers/, /revoke\.0\.key/],
      [/^stops 2 rows of logins belong to none of the customers, by logins\.user_id/, /revoke\.1\.key/],
      [/^stops None of the 2 rows that database\.revoke\.2 is about belongs to a customer/, /revoke\.2\.key/],
    ],
  },
  'empty tables': {
    make: [
      USERS,
      ...['old_logins (user_id INT, pw VARCHAR(60)', 'sessions (user_id INT', 'tokens (user_id INT'].map(
        (columns) => `CREATE TABLE %s.${columns}, KEY (user_id))`,
      ),
    ],
    mapping: {
      ...users,
      retire: [...users.retire, { table: 'old_logins', key: 'user_id', column: 'pw', dead: null }],
      revoke: [
        { table: 'sessions', key: 'user_id', delete: 'rows' },
        { table: 'tokens', key: 'user_id', delete: 'rows', noneBecause: 'nobody made one yet' },
      ],
    },
    rows: [ACCOUNTS],
    expected: [
      [
        /^stops old_logins is empty, so database\.retire\.1 retires nobody's password$/,
        /noneBecause: and why under database\.retire\.1$/,
      ],
      [
        /^stops sessions is empty, so database\.revoke\.0 ends nothing$/,
        /noneBecause: and why under database\.revoke\.0$/,
      ],
    ],
    afterExpiry: [[/^stops old_logins is empty/, /./]],
  },
  'passwords of which none is a customer’s': {
    make: [
      USERS,
      ...['one', 'two', 'three'].map(
        (name) => `CREATE TABLE %s.${name} (user_id INT, pw VARCHAR(60), KEY (user_id))`,
      ),
    ],
    mapping: {
      ...users,
      retire: ['one', 'two', 'three'].map((table, i) => ({
        ...{ table, key: 'user_id', column: 'pw', dead: null },
        ...(i > 0 ? { orphansBecause: 'deleted accounts' } : {}),
        ...(i > 1 ? { noneBecause: 'all sign in elsewhere' } : {}),
      })),
    },
    rows: [
      ACCOUNTS,
      ...['one', 'two', 'three'].map((table): Case['rows'][0] => [table, [{ user_id: 8, pw: 'h' }]]),
    ],
    expected: [
      [
        /^stops None of the 1 password in one\.pw belongs to a customer/,
        /^correct database\.retire\.0\.key; /,
      ],
      [
        /^stops None of the 1 password in two\.pw belongs to a customer/,
        /^correct database\.retire\.1\.key; /,
      ],
    ],
    afterExpiry: [
      [/^warns None of the 1 password in one/, /./],
      [/^warns None of the 1 password in two/, /./],
    ],
  },
  'a few orphans are told': {
    make: [USERS, 'CREATE TABLE %s.logins (user_id INT, KEY (user_id))'],
    mapping: { ...users, revoke: [{ table: 'logins', key: 'user_id', delete: 'rows' }] },
    rows: [ACCOUNTS, ['logins', [1, 1, 2, 3, 9].map((user_id) => ({ user_id }))]],
    expected: [
      [
        /^warns 1 row of logins belongs to none of the customers, by logins\.user_id: it stays/,
        /revoke\.0\.key/,
      ],
    ],
  },
  'passwords of which most are orphans': {
    make: [USERS, 'CREATE TABLE %s.logins (user_id INT, pw VARCHAR(60), KEY (user_id))'],
    mapping: { ...users, retire: [{ table: 'logins', key: 'user_id', column: 'pw', dead: null }] },
    // A key that is NULL is no customer with 40 passwords.
    rows: [ACCOUNTS, ['logins', [1, 9, ...Array(40).fill(null)].map((user_id) => ({ user_id, pw: 'h' }))]],
    expected: [
      [
        /^stops 41 passwords of 42 in logins\.pw belong to none of the customers: they stay alive$/,
        /^correct database\.retire\.0\.key, .* orphansBecause/,
      ],
    ],
    afterExpiry: [[/^warns 41 passwords of 42 in logins\.pw/, /./]],
  },
  'a password column that is filled for nobody, and the file says why': {
    mapping: mappingWith((mapping) => {
      Object.assign(mapping.retire[0]!, { usable: "password_hash LIKE '$2y$%'", noneBecause: 'all by SSO' });
    }),
    rows: [['customers', people(3)]],
    expected: [[/^warns 3 values of customers\.password_hash are not empty, and no password by/, /./]],
  },
  'an address in another spelling (C57)': {
    make: [USERS, 'CREATE TABLE %s.resets (email VARCHAR(99) COLLATE utf8mb4_bin, KEY (email))'],
    mapping: { ...users, revoke: [{ table: 'resets', email: 'email', delete: 'rows' }] },
    rows: [
      ['users', [{ id: 1, email: 'Ann@x.test', pw: 'h' }]],
      ['resets', [{ email: 'ann@x.test' }]],
    ],
    expected: [
      [/^stops 1 row of resets is a customer's except for upper and lower case/, /database\.stated/],
    ],
  },
  'keys of a key/value table that no entry takes (C68)': {
    make: [USERS, USERMETA],
    mapping: {
      ...users,
      revoke: [{ table: 'usermeta', key: 'user_id', where: "meta_key = 'session_token'", delete: 'rows' }],
    },
    rows: [ACCOUNTS, ['usermeta', meta({ session_tokens: 2, roles: 3, _application_passwords: 1 })]],
    expected: [
      [
        /^stops None of the 6 rows of usermeta meets database\.revoke\.0\.where: meta_key = 'session_token'/,
        /^spell it as the application writes it \(there are session_tokens, _application_passwords\); .*noneBecause/,
      ],
      [
        /^stops Keys of usermeta look like credentials, and no entry takes them: session_tokens \(2\), _application_passwords \(1\)$/,
        /column: meta_value, because/,
      ],
    ],
  },
  'the same, mapped and set aside': {
    make: [USERS, USERMETA],
    mapping: {
      ...users,
      revoke: [{ table: 'usermeta', key: 'user_id', where: "meta_key = 'session_tokens'", delete: 'rows' }],
      ignored: [{ table: 'usermeta', column: 'meta_value', because: 'the other keys are no credentials' }],
    },
    rows: [ACCOUNTS, ['usermeta', meta({ session_tokens: 2, roles: 3, _application_passwords: 1 })]],
    expected: [],
  },
  'a SELECT with several rows for one customer, and one without a key': {
    make: [USERS, USERMETA],
    mapping: {
      ...users,
      customers: {
        select:
          "SELECT m.user_id AS id, u.email FROM {schema}.users u LEFT JOIN {schema}.usermeta m ON m.user_id = u.id AND m.meta_key = 'locale'",
        key: 'id',
        email: 'email',
      },
    },
    rows: [ACCOUNTS, ['usermeta', [...meta({ locale: 2 }), ...meta({ locale: 1 })]]],
    expected: [
      [/^stops 1 row of the customers has no key/, /IS NOT NULL/],
      [/^stops 1 row of the customers repeats a key of others/, /LIMIT 1/],
      [/^warns 1 password in users\.pw belongs to none/, /must include these accounts/],
    ],
  },
  'more passwords of one customer than can be kept': {
    make: [USERS, 'CREATE TABLE %s.logins (user_id INT, pw VARCHAR(60), KEY (user_id))'],
    mapping: {
      ...users,
      retire: [...users.retire, { table: 'logins', key: 'user_id', column: 'pw', dead: null }],
    },
    rows: [
      ACCOUNTS,
      ['logins', [...Array.from({ length: 32 }, () => ({ user_id: 1, pw: 'h' })), { user_id: 9, pw: 'h' }]],
    ],
    expected: [
      [/^warns 1 password in logins\.pw belongs to none of the customers: it stays alive/, /these accounts/],
      [/^stops One customer has 33 usable passwords, and no more than 32/, /leaveOut/],
    ],
  },
};

test.each(Object.entries(CASES))('%s', async (_, { mapping, make, rows, expected, afterExpiry }) => {
  company = await ownCompany('judge', { ...(mapping ? { mapping } : {}), ...(make ? { make } : {}) });
  for (const [table, values] of rows) await company.insert(table, values);
  const given = new Set(rows.map(([table]) => table));
  if (given.has('customers'))
    for (const [table, row] of Object.entries(OPENED))
      if (!given.has(table)) await company.insert(table, [{ ...row, created_at: BEFORE, token: 't' }]);
  const matching = (cases: Case['expected']) =>
    cases.map((pair) => pair.map((words) => expect.stringMatching(words)));
  expect(await findingsNow()).toEqual(matching(expected));
  if (!afterExpiry) return;
  expect(await findingsNow([company.mapping])).toEqual(matching(afterExpiry));
  // Another incident ran over other entries: nothing of these follows from that.
  const others = {
    ...company.mapping,
    retire: company.mapping.retire.map((entry) => ({ ...entry, table: 'another' })),
    revoke: company.mapping.revoke.map((entry) => ({ ...entry, where: 'kind = 1' })),
  };
  expect(await findingsNow([others])).toEqual(matching(expected));
  const ofOthers = { ...company.mapping, customers: { ...company.mapping.customers, table: 'another' } };
  expect(await findingsNow([ofOthers])).toEqual(matching(expected));
});

test('an expiry leaves nothing that would stop the next one', async () => {
  company = await ownCompany('judge');
  await company.insert('customers', people(3));
  await company.insert(
    'sessions',
    [1, 2].map((customer_id) => ({ customer_id, created_at: BEFORE, token: 't' })),
  );
  await company.expireAll(9);
  expect(await company.rows(sql`SELECT 1 FROM ${company.table('sessions')}`)).toEqual([]);
  expect(await findingsNow([company.mapping])).toEqual([]);
});
