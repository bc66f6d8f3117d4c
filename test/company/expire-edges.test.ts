import { type RawBuilder, sql } from 'kysely';
import { findCandidates } from '../../src/books/candidates';
import { hasAnyChosen } from '../../src/books/cohort';
import { instantOf } from '../../src/company/column-time';
import { findCustomer } from '../../src/company/find-customer';
import { markReappeared } from '../../src/company/reappeared';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany, THREE_CUSTOMERS } from './own-company';
import type { MappingInput } from './reference-mapping';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

const make = async (
  mapping: MappingInput,
  tables: string[],
  rows: Record<string, Record<string, unknown>[]>,
) => {
  company = await ownCompany('edges', { mapping, make: tables });
  for (const [table, some] of Object.entries(rows)) await company.insert(table, some);
};
const run = (statement: (table: (name: string) => RawBuilder<unknown>) => RawBuilder<unknown>) =>
  company!.run(statement((name) => company!.table(name)));
const values = async (table: string, column: string) =>
  (
    await company!.rows(
      sql<{
        kept: unknown;
      }>`SELECT ${sql.id(column)} AS kept FROM ${company!.table(table)} ORDER BY ${sql.id(column)}`,
    )
  ).map(({ kept }) => kept);
const verify = () => verifyExpiry(company!.database.db, company!, INCIDENT, Date.now());
/** No worker is there to look at the ranges again. */
const NOT_LOOKED_AT = expect.stringMatching(/nobody checked within a minute/);
const plain: MappingInput = {
  customers: { table: 'users', key: 'id', email: 'email' },
  retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
};
const users = 'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60))';
const reference = async () => {
  company = await ownCompany('edges');
  await company.insert('customers', THREE_CUSTOMERS);
};
const choose = (id: number, hash: string, setAt: string | RawBuilder<unknown> | null) =>
  run(
    (table) =>
      sql`UPDATE ${table('customers')} SET password_hash = ${hash}, password_set_at = ${setAt} WHERE id = ${id}`,
  );
/** Rows dated so many seconds after the customer's expiry. */
const openedAfter = (id: number, seconds: number, token: string) =>
  run(
    (table) => sql`INSERT INTO ${table('sessions')} (customer_id, token, created_at)
      SELECT customer_id, ${token}, expired_at + INTERVAL ${seconds} SECOND FROM cohort WHERE customer_id = ${id}`,
  );

test('what a login under way opened with the old password, just after its expiry, is found and dies with a repeat (I3)', async () => {
  await reference();
  await company!.expire();
  for (const id of [1, 2, 3]) await openedAfter(id, 2, `s${id}`);
  await openedAfter(1, 60, 's1 by another way in');
  await choose(2, 'chosen', sql`UTC_TIMESTAMP()`);
  await choose(3, 'rehashed', null);
  await markReappeared(company!.database.db, company!, {
    incident: INCIDENT,
    range: { after: null, upTo: '9' },
    now: Date.now(),
  });
  expect((await verify()).findings).toMatchObject([
    { count: 2, what: expect.stringContaining('rows of sessions') },
  ]);
  expect((await company!.expire()).revoked).toBe(2);
  expect(await values('sessions', 'token')).toEqual(['s1 by another way in', 's2']);
  expect((await verify()).clean).toBe(true);
});

test('one of several passwords that is older, or has no time, keeps no session alive (I3)', async () => {
  const time = (column: string) => ({ column, as: 'datetime' as const, zone: 'UTC' });
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [
        { table: 'users', key: 'id', column: 'pw', dead: null, setAt: time('set_at') },
        { table: 'legacy', key: 'uid', column: 'secret', dead: null, setAt: time('made') },
      ],
      revoke: [{ table: 'sessions', key: 'uid', createdAt: time('opened'), delete: 'rows' }],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60), set_at DATETIME)',
      'CREATE TABLE %s.legacy (uid INT PRIMARY KEY, secret VARCHAR(60), made DATETIME)',
      'CREATE TABLE %s.sessions (uid INT, token VARCHAR(20), opened DATETIME, KEY (uid))',
    ],
    {
      users: [
        { id: 1, set_at: null },
        { id: 2, set_at: '2010-01-01 00:00:00' },
        { id: 3, pw: 'new', set_at: AFTER },
      ],
      legacy: [1, 2].map((uid) => ({ uid, secret: 'new', made: AFTER })),
      sessions: [1, 2, 3].flatMap((uid) => [
        { uid, token: `${uid} before`, opened: BEFORE },
        { uid, token: `${uid} until chosen`, opened: '2012-01-15 23:10:00' },
        { uid, token: `${uid} since`, opened: '2012-01-15 23:40:00' },
      ]),
    },
  );
  expect(await company!.expire()).toEqual({ expired: 0, changed_since: 3, none: 0, revoked: 6 });
  expect(await values('sessions', 'token')).toEqual(['1 since', '2 since', '3 since']);
});

test('a TIMESTAMP of zero says nothing: a password chosen since stays (I5)', async () => {
  await make(
    {
      customers: plain.customers,
      retire: [
        {
          table: 'users',
          key: 'id',
          column: 'pw',
          dead: null,
          setAt: { column: 'set_at', as: 'timestamp' },
        },
      ],
    },
    ['CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60), set_at TIMESTAMP NULL)'],
    { users: [1, 2].map((id) => ({ id, pw: 'old', set_at: '0000-00-00 00:00:00' })) },
  );
  expect(await company!.expire()).toMatchObject({ expired: 2 });
  await run((table) => sql`UPDATE ${table('users')} SET pw = 'chosen' WHERE id = 1`);
  expect((await verify()).clean).toBe(true);
  await company!.expire();
  expect(await values('users', 'pw')).toEqual([null, 'chosen']);
  const range = { after: null, upTo: '9' };
  expect((await verify()).unprovable).toMatchObject([{ count: 1, what: NOT_LOOKED_AT }]);
  expect(
    await markReappeared(company!.database.db, company!, { incident: INCIDENT, range, now: Date.now() }),
  ).toBe(1);
});

test.each([
  [
    'a number that leads to text',
    'INT',
    'VARCHAR(20)',
    [5, 6],
    ['5', '5 of hearts', '05', '7'],
    ['05', '5 of hearts', '7'],
  ],
  ['text that leads to a number', 'VARCHAR(20)', 'INT', ['5', '7 of hearts', null], [5, 7, 0], [0, 7]],
  [
    'text that the link cannot hold',
    'VARCHAR(20) CHARACTER SET utf8mb4',
    'VARCHAR(20) CHARACTER SET latin1',
    ['5', 'ħ'],
    ['5', '?'],
    ['?'],
  ],
])(
  'over a table between, only rows that it means go: %s (C71)',
  async (_, from, to, between, linked, left) => {
    await make(
      {
        ...plain,
        revoke: [
          {
            table: 'client_session',
            key: 'session_id',
            via: { table: 'user_session', key: 'uid', column: 'id' },
            delete: 'rows',
          },
        ],
      },
      [
        users,
        `CREATE TABLE %s.user_session (id ${from} NULL, uid INT, KEY (uid))`,
        `CREATE TABLE %s.client_session (session_id ${to}, KEY (session_id))`,
      ],
      {
        users: [{ id: 1, pw: 'p' }],
        user_session: between.map((id) => ({ id, uid: 1 })),
        client_session: linked.map((session_id) => ({ session_id })),
      },
    );
    expect(await company!.expire()).toMatchObject({ expired: 1, revoked: linked.length - left.length });
    expect(await values('client_session', 'session_id')).toEqual(left);
  },
);

test('rows that have lost the table between are named: nobody knows whose they are (I7)', async () => {
  await make(
    {
      ...plain,
      revoke: [
        {
          table: 'client_session',
          key: 'session_id',
          via: { table: 'user_session', key: 'uid', column: 'id' },
          where: "kind = 'login'",
          delete: 'rows',
        },
        { table: 'user_session', key: 'uid', delete: 'rows' },
      ],
    },
    [
      users,
      'CREATE TABLE %s.user_session (id INT PRIMARY KEY, uid INT, KEY (uid))',
      'CREATE TABLE %s.client_session (session_id INT, kind VARCHAR(9), KEY (session_id))',
    ],
    {
      users: [{ id: 1, pw: 'p' }],
      user_session: [{ id: 1, uid: 1 }],
      client_session: [
        { session_id: 1, kind: 'login' },
        { session_id: 8, kind: 'login' },
        { session_id: 9, kind: 'cart' },
      ],
    },
  );
  await company!.expire();
  expect(await verify()).toEqual({
    clean: true,
    findings: [],
    unprovable: [
      {
        count: 1,
        what: expect.stringMatching(/^rows of client_session lead to no row of user_session/),
        todo: expect.any(String),
      },
    ],
  });
});

test('quoted text in a condition reaches the server as it is written', async () => {
  const odd = String.raw`o\?'d"`;
  const usable = [
    String.raw`pw NOT IN ('a?', "b?", 'it''s ? -- #', 'c\'? ;', "d\"? /*", '{schema}', 'e\\')`,
    `\`${odd}\` <> '?'`,
    'NOT EXISTS (SELECT 1 FROM {schema}.`{schema}?` s WHERE s.n = id)',
  ].join(' AND ');
  await make(
    {
      customers: plain.customers,
      retire: [{ table: 'users', key: 'id', column: 'pw', dead: "it's ?", usable }],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60), `' +
        odd +
        '` VARCHAR(9))',
      'CREATE TABLE %s.`{schema}?` (n INT)',
    ],
    {
      users: ['a?', 'b?', "it's ? -- #", "c'? ;", 'd"? /*', '{schema}', 'e\\', 'p?', 'q', 'r'].map(
        (pw, i) => ({
          id: i,
          pw,
          [odd]: pw === 'q' ? '?' : '!',
        }),
      ),
      '{schema}?': [{ n: 9 }],
    },
  );
  expect(await company!.expire()).toMatchObject({ expired: 1, none: 9 });
  expect(await company!.rows(sql`SELECT id FROM ${company!.table('users')} WHERE pw = ${"it's ?"}`)).toEqual([
    { id: 7 },
  ]);
  expect((await verify()).clean).toBe(true);
});

test('a password that is new to the ledger, and that no column dates, is named: chosen since, or brought from elsewhere (I7)', async () => {
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      // `password` is a column of our cohort as well.
      retire: [{ table: 'logins', key: 'uid', column: 'password', dead: null, usable: "password <> '!'" }],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60))',
      'CREATE TABLE %s.logins (id INT PRIMARY KEY, uid INT, password VARCHAR(60), KEY (uid))',
    ],
    {
      users: [1, 2, 3].map((id) => ({ id })),
      logins: [1, 2].map((id) => ({ id, uid: id, password: `p${id}` })),
    },
  );
  await company!.expire();
  expect((await verify()).unprovable).toEqual([]);
  await run((table) => sql`UPDATE ${table('logins')} SET uid = 3, password = 'p1' WHERE id = 1`);
  await company!.insert('logins', [
    { id: 9, uid: 2, password: 'late' },
    { id: 10, uid: 99, password: 'of nobody' },
    { id: 11, uid: 2, password: '!' },
  ]);
  expect(await verify()).toEqual({
    clean: true,
    findings: [],
    unprovable: [
      { count: 2, what: expect.stringMatching(/^passwords in logins.password/), todo: expect.any(String) },
      { count: 1, what: expect.stringMatching(/belong to none/), todo: expect.any(String) },
      { count: 1, what: NOT_LOOKED_AT, todo: expect.any(String) },
    ],
  });
});

test('a column that the server changes with each UPDATE stays as it was (I5)', async () => {
  const moving = ', changed DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP';
  await make(
    {
      ...plain,
      revoke: [{ table: 'tokens', key: 'uid', column: 'token', dead: null }],
    },
    [
      users.replace(/\)$/, `${moving})`),
      `CREATE TABLE %s.tokens (uid INT, token VARCHAR(9)${moving}, KEY (uid))`,
    ],
    {
      users: [{ id: 1, pw: 'p', changed: BEFORE }],
      tokens: [{ uid: 1, token: 't', changed: BEFORE }],
    },
  );
  expect(await company!.expire()).toMatchObject({ expired: 1, revoked: 1 });
  expect([...(await values('users', 'changed')), ...(await values('tokens', 'changed'))]).toEqual([
    BEFORE,
    BEFORE,
  ]);
});

test('a password that comes back again and again is remembered once', async () => {
  await reference();
  for (let i = 0; i < 3; i++) {
    await company!.expire();
    await choose(1, 'hash-1', AFTER);
  }
  const [row] = await company!.rows(
    sql<{ octets: unknown }>`SELECT LENGTH(fingerprints) AS octets FROM cohort WHERE customer_id = 1`,
  );
  expect(Number(row!.octets)).toBe(16);
});

test('links of another type are looked for in lists, to the last of them', async () => {
  const ids = Array.from({ length: 1_001 }, (_, i) => i + 1);
  await make(
    { ...plain, revoke: [{ table: 'sessions', key: 'uid', delete: 'rows' }] },
    [users, 'CREATE TABLE %s.sessions (uid VARCHAR(20), KEY (uid))'],
    {},
  );
  for (const [table, column] of [
    ['users', 'id'],
    ['sessions', 'uid'],
  ] as const)
    await run(
      (name) =>
        sql`INSERT INTO ${name(table)} (${sql.id(column)}) VALUES ${sql.join(ids.map((id) => sql`(${id})`))}`,
    );
  expect(await company!.expire()).toMatchObject({ none: 1_001, revoked: 1_001 });
});

test('a value is known in its own column only: what died in one may be chosen in another (I5)', async () => {
  await make(
    {
      customers: plain.customers,
      retire: ['pw', 'pin'].map((column) => ({ table: 'users', key: 'id', column, dead: null })),
    },
    ['CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60), pin VARCHAR(60))'],
    { users: [{ id: 1, pw: 'same' }] },
  );
  await company!.expire();
  await run((table) => sql`UPDATE ${table('users')} SET pin = 'same'`);
  await company!.expire();
  expect(await values('users', 'pin')).toEqual(['same']);
});

test('a customer who is first seen on a repeat, with a dead password, is told that it is gone, not that there was none (C78)', async () => {
  await make({ ...plain, retire: [{ table: 'users', key: 'id', column: 'pw', dead: '*' }] }, [users], {
    users: [1, 2, 3].map((id) => ({ id, pw: 'p' })),
  });
  await company!.expire();
  await run((table) => sql`UPDATE ${table('users')} SET id = 9 WHERE id = 2`);
  await company!.insert('users', [{ id: 5, pw: '' }]);
  expect(await company!.expire()).toEqual({ expired: 1, changed_since: 0, none: 1, revoked: 0 });
});

test("the notice's condition on passwords reads the company's columns, not those of our own tables beside them", async () => {
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [
        {
          table: 'users',
          key: 'id',
          column: 'password',
          dead: null,
          usable: "password <> '' AND incident = 0",
        },
      ],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), password VARCHAR(60), incident INT NOT NULL)',
    ],
    { users: [1, 2].map((id) => ({ id, password: 'p', incident: 0 })) },
  );
  await company!.expire();
  await run((table) => sql`UPDATE ${table('users')} SET password = 'chosen' WHERE id = 2`);
  for (const wave of ['notice', 'reminder'] as const) {
    const books = { ...company!.books, wave, remindAfterSeconds: 1 };
    const candidates = await findCandidates(books, { after: null, upTo: '9' }, 10);
    expect(candidates.map(({ disposition }) => disposition)).toEqual(['expired', 'changed_since']);
  }
});

test('what two customers share ends with the one who loses more (I3)', async () => {
  const time = (column: string) => ({ column, as: 'datetime' as const, zone: 'UTC' });
  const lost = { createdAt: time('made'), delete: 'rows' as const };
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [{ table: 'users', key: 'id', column: 'pw', dead: null, setAt: time('set_at') }],
      revoke: [
        { table: 'resets', email: 'email', ...lost },
        { table: 'devices', key: 'id', via: { table: 'owners', key: 'uid', column: 'device' }, ...lost },
      ],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60), set_at DATETIME)',
      'CREATE TABLE %s.resets (email VARCHAR(60), made DATETIME, KEY (email))',
      'CREATE TABLE %s.owners (uid INT, device INT, KEY (uid))',
      'CREATE TABLE %s.devices (id INT, made DATETIME, KEY (id))',
    ],
    {
      users: [
        { id: 1, email: 'both@x.test', pw: 'old', set_at: BEFORE },
        { id: 2, email: 'both@x.test', pw: 'new', set_at: AFTER },
      ],
      resets: [{ email: 'both@x.test', made: '2012-02-01 00:00:00' }],
      owners: [1, 2].map((uid) => ({ uid, device: 7 })),
      devices: [{ id: 7, made: '2012-02-01 00:00:00' }],
    },
  );
  expect(await company!.expire()).toEqual({ expired: 1, changed_since: 1, none: 0, revoked: 2 });
});

test('a session dated days ahead, and a counter that was set back, are seen by verify', async () => {
  await make(
    {
      ...plain,
      revoke: [
        { table: 'sessions', key: 'uid', createdAt: { column: 'made', as: 'unixSeconds' }, delete: 'rows' },
        { table: 'epochs', key: 'uid', column: 'epoch', dead: { oneMore: true } },
      ],
    },
    [
      users,
      'CREATE TABLE %s.sessions (uid INT, made BIGINT, KEY (uid))',
      'CREATE TABLE %s.epochs (uid INT PRIMARY KEY, epoch INT NOT NULL)',
    ],
    {
      users: [{ id: 1, pw: 'p' }],
      epochs: [{ uid: 1, epoch: 0 }],
    },
  );
  await company!.expire();
  expect(await verify()).toEqual({ clean: true, findings: [], unprovable: [] });
  await company!.insert('sessions', [{ uid: 1, made: Math.floor(Date.now() / 1000) + 3 * 86_400 }]);
  await run((table) => sql`UPDATE ${table('epochs')} SET epoch = 0`);
  expect(await verify()).toMatchObject({
    findings: [{ count: 1, what: expect.stringContaining('rows of sessions') }],
    unprovable: [{ count: 1, what: expect.stringContaining('epochs.epoch') }],
  });
});

test('rows without a time die with their customer’s password, on a repeat as well (I3, C62)', async () => {
  await reference();
  const undated = [null, '0000-00-00 00:00:00', '2999-01-01 00:00:00'];
  const fill = () =>
    company!.insert(
      'sessions',
      undated.map((made, i) => ({ customer_id: 1, token: `t${i}`, created_at: made })),
    );
  await run((table) => sql`ALTER TABLE ${table('sessions')} MODIFY created_at DATETIME NULL`);
  await fill();
  expect((await company!.expire()).revoked).toBe(3);
  await fill();
  expect((await company!.expire()).revoked).toBe(3);
});

test('a UUID written out is found where it is octets', async () => {
  const id = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  const octets = Buffer.from(id.replaceAll('-', ''), 'hex');
  await make(
    { ...plain, revoke: [{ table: 'sessions', key: 'uid', delete: 'rows' }] },
    [users.replace('id INT', 'id CHAR(36)'), 'CREATE TABLE %s.sessions (uid BINARY(16), KEY (uid))'],
    { users: [{ id, pw: 'p' }], sessions: [{ uid: octets }] },
  );
  expect(await company!.expire()).toMatchObject({ expired: 1, revoked: 1 });
});

test('only a customer whose password was retired can have one that appears again', async () => {
  await make(plain, [users], { users: [1, 2].map((id) => ({ id, pw: id === 1 ? 'p' : null })) });
  await company!.expire();
  await run((table) => sql`UPDATE ${table('users')} SET pw = 'chosen'`);
  const range = { after: null, upTo: '9' };
  expect(
    await markReappeared(company!.database.db, company!, { incident: INCIDENT, range, now: Date.now() }),
  ).toBe(1);
});

test('if no column says when accounts were made, new ones are named and do not fail the check (I5, I7)', async () => {
  await make(plain, [users], { users: [{ id: 1, pw: 'p' }] });
  await company!.expire();
  await company!.insert('users', [{ id: 7, pw: 'new customer' }]);
  expect(await verify()).toEqual({
    clean: true,
    findings: [],
    unprovable: [
      { count: 1, what: expect.stringContaining('when the accounts were made'), todo: expect.any(String) },
    ],
  });
});

test('a password that appeared just after the expiry does not pass for a new one before a reminder either', async () => {
  await reference();
  await company!.expire();
  await choose(1, 'rehashed', null);
  const { db } = company!.database;
  expect(await hasAnyChosen(company!.books, ['1', '2'])).toBe(true);
  await markReappeared(db, company!, {
    incident: INCIDENT,
    range: { after: null, upTo: '9' },
    now: Date.now(),
  });
  expect(await hasAnyChosen(company!.books, ['1', '2'])).toBe(false);
  await choose(2, 'chosen', sql`UTC_TIMESTAMP()`);
  expect(await hasAnyChosen(company!.books, ['1', '2'])).toBe(true);
});

test('a look-up with letters that the column does not have finds nobody', async () => {
  await make(
    { ...plain, customers: { table: 'users', key: 'id', email: 'email' } },
    [
      'CREATE TABLE %s.users (id VARCHAR(20) CHARACTER SET latin1 PRIMARY KEY, email VARCHAR(60) CHARACTER SET latin1, pw VARCHAR(60))',
    ],
    { users: [{ id: 'jörg', email: 'jörg@x.test', pw: 'p' }] },
  );
  const { db } = company!.database;
  expect(await findCustomer(db, company!, 'иван@x.test')).toEqual([]);
  expect(await findCustomer(db, company!, 'JÖRG@x.test')).toMatchObject([{ id: 'jörg' }]);
  expect(await findCustomer(db, company!, 'jörg')).toMatchObject([{ id: 'jörg' }]);
});

test.each([
  ['0001-01-01 00:00:00', 'UTC'],
  ['0001-01-01 00:00:00', 'Europe/Berlin'],
  ['0000-00-00 00:00:00', 'UTC'],
])('%s is no time to show', (reading, zone) => {
  expect(instantOf({ column: 'c', as: 'datetime', zone }, reading)).toBeNull();
});
