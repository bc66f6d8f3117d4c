import { sql } from 'kysely';
import { AFTER, BEFORE } from './own-company';
import { choose, make, own, plain, reference, run, users, values, verify } from './small-company';

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
  expect(await own().expire()).toEqual({ expired: 0, changed_since: 3, none: 0, revoked: 6 });
  expect(await values('sessions', 'token')).toEqual(['1 since', '2 since', '3 since']);
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
        users(),
        `CREATE TABLE %s.user_session (id ${from} NULL, uid INT, KEY (uid))`,
        `CREATE TABLE %s.client_session (session_id ${to}, KEY (session_id))`,
      ],
      {
        users: [{ id: 1, pw: 'p' }],
        user_session: between.map((id) => ({ id, uid: 1 })),
        client_session: linked.map((session_id) => ({ session_id })),
      },
    );
    expect(await own().expire()).toMatchObject({ expired: 1, revoked: linked.length - left.length });
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
      users(),
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
  await own().expire();
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
  expect(await own().expire()).toMatchObject({ expired: 1, none: 9 });
  expect(await own().rows(sql`SELECT id FROM ${own().table('users')} WHERE pw = ${"it's ?"}`)).toEqual([
    { id: 7 },
  ]);
  expect((await verify()).clean).toBe(true);
});

test('a column that the server changes with each UPDATE stays as it was (I5)', async () => {
  const moving = ', changed DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP';
  await make(
    {
      ...plain,
      revoke: [{ table: 'tokens', key: 'uid', column: 'token', dead: null }],
    },
    [
      users().replace(/\)$/, `${moving})`),
      `CREATE TABLE %s.tokens (uid INT, token VARCHAR(9)${moving}, KEY (uid))`,
    ],
    {
      users: [{ id: 1, pw: 'p', changed: BEFORE }],
      tokens: [{ uid: 1, token: 't', changed: BEFORE }],
    },
  );
  expect(await own().expire()).toMatchObject({ expired: 1, revoked: 1 });
  expect([...(await values('users', 'changed')), ...(await values('tokens', 'changed'))]).toEqual([
    BEFORE,
    BEFORE,
  ]);
});

test('a password that comes back again and again is remembered once', async () => {
  await reference();
  for (let i = 0; i < 3; i++) {
    await own().expire();
    await choose(1, 'hash-1', AFTER);
  }
  const [row] = await own().rows(
    sql<{ octets: unknown }>`SELECT LENGTH(fingerprints) AS octets FROM cohort WHERE customer_id = 1`,
  );
  expect(Number(row!.octets)).toBe(16);
});

test('links of another type are looked for in lists, to the last of them', async () => {
  const ids = Array.from({ length: 1_001 }, (_, i) => i + 1);
  await make(
    { ...plain, revoke: [{ table: 'sessions', key: 'uid', delete: 'rows' }] },
    [users(), 'CREATE TABLE %s.sessions (uid VARCHAR(20), KEY (uid))'],
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
  expect(await own().expire()).toMatchObject({ none: 1_001, revoked: 1_001 });
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
  await own().expire();
  await run((table) => sql`UPDATE ${table('users')} SET pin = 'same'`);
  await own().expire();
  expect(await values('users', 'pin')).toEqual(['same']);
});

test('a customer who is first seen on a repeat, with a dead password, is told that it is gone, not that there was none (C78)', async () => {
  await make({ ...plain, retire: [{ table: 'users', key: 'id', column: 'pw', dead: '*' }] }, [users()], {
    users: [1, 2, 3].map((id) => ({ id, pw: 'p' })),
  });
  await own().expire();
  await run((table) => sql`UPDATE ${table('users')} SET id = 9 WHERE id = 2`);
  await own().insert('users', [{ id: 5, pw: '' }]);
  expect(await own().expire()).toEqual({ expired: 1, changed_since: 0, none: 1, revoked: 0 });
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
  expect(await own().expire()).toEqual({ expired: 1, changed_since: 1, none: 0, revoked: 2 });
});

test('a UUID written out is found where it is octets', async () => {
  const id = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  const octets = Buffer.from(id.replaceAll('-', ''), 'hex');
  await make(
    { ...plain, revoke: [{ table: 'sessions', key: 'uid', delete: 'rows' }] },
    [users().replace('id INT', 'id CHAR(36)'), 'CREATE TABLE %s.sessions (uid BINARY(16), KEY (uid))'],
    { users: [{ id, pw: 'p' }], sessions: [{ uid: octets }] },
  );
  expect(await own().expire()).toMatchObject({ expired: 1, revoked: 1 });
});
