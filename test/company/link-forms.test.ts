import { sql } from 'kysely';
import { make, orphans, own, plain, rowsOf, verify } from './small-company';

const bin = (n: number) =>
  Buffer.from(`5c275c00000000000000000000000${n}00`.padEnd(32, '0').slice(0, 32), 'hex');
const dashed = (buffer: Buffer) =>
  buffer.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

test.each([
  ['char(36) in latin1', 'CHAR(36) CHARACTER SET latin1', dashed],
  ['char(36) in utf8mb4', 'CHAR(36) CHARACTER SET utf8mb4', (id: Buffer) => dashed(id).toUpperCase()],
  ['char(32)', 'CHAR(32)', (id: Buffer) => id.toString('hex')],
  ['varbinary(16)', 'VARBINARY(16)', (id: Buffer) => id],
])('a binary key, and a link that is %s: the sessions die by its index (C56)', async (_, type, form) => {
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
      revoke: [{ table: 'sessions', key: 'customer_id', delete: 'rows' }],
    },
    [
      'CREATE TABLE %s.users (id BINARY(16) PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60))',
      `CREATE TABLE %s.sessions (customer_id ${type}, KEY (customer_id))`,
    ],
    {
      users: [1, 2].map((id) => ({ id: bin(id), pw: 'p' })),
      sessions: [1, 2, 3].map((id) => ({ customer_id: form(bin(id)) })),
    },
  );
  expect(await own().expire()).toMatchObject({ expired: 2, revoked: 2 });
  expect((await own().rows(sql`SELECT 1 FROM ${own().table('sessions')}`)).length).toBe(1);
  await own().insert('sessions', [{ customer_id: form(bin(1)) }]);
  expect((await verify()).unprovable).toMatchObject([
    { count: 1, what: expect.stringMatching(/^rows of sessions belong to customers whose/) },
    orphans('rows of sessions'),
  ]);
});

test.each([
  ['utf8mb4_bin', 'utf8mb4 COLLATE utf8mb4_bin', 'utf8mb4 COLLATE utf8mb4_general_ci'],
  ['utf8mb4_general_ci', 'utf8mb4 COLLATE utf8mb4_general_ci', 'utf8mb4 COLLATE utf8mb4_bin'],
  ['utf8mb4_unicode_ci', 'utf8mb4 COLLATE utf8mb4_unicode_ci', 'utf8mb4 COLLATE utf8mb4_general_ci'],
  ['utf8mb4 against latin1', 'utf8mb4 COLLATE utf8mb4_general_ci', 'latin1 COLLATE latin1_swedish_ci'],
])(
  'a key in %s, and its link in another collation: all sessions die, and are looked for (C57)',
  async (_, key, link) => {
    const ids = ['Ann', 'Zed', 'bob', 'zoe', 'ünal'];
    await make(
      {
        customers: { table: 'users', key: 'id', email: 'email' },
        retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
        revoke: [
          {
            table: 'sessions',
            key: 'customer_id',
            createdAt: { column: 'made', as: 'timestamp' },
            delete: 'rows',
          },
        ],
      },
      [
        `CREATE TABLE %s.users (id VARCHAR(20) CHARACTER SET ${key} PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60))`,
        `CREATE TABLE %s.sessions (customer_id VARCHAR(20) CHARACTER SET ${link}, made TIMESTAMP NULL, KEY (customer_id))`,
      ],
      {
        users: ids.map((id) => ({ id, pw: 'p' })),
        sessions: [...ids, 'nobody'].map((id) => ({ customer_id: id, made: '2011-01-01 00:00:00' })),
      },
    );
    expect(await own().expireAll(2)).toMatchObject({ expired: 5, revoked: 5 });
    expect(await rowsOf('sessions', 'customer_id')).toEqual(['nobody']);
    expect((await verify()).clean).toBe(true);
    await own().insert('sessions', [{ customer_id: 'ünal', made: '2011-01-01 00:00:00' }]);
    expect((await verify()).findings).toMatchObject([
      { count: 1, what: expect.stringContaining('rows of sessions') },
    ]);
  },
);

test('an address in another character set is found by its index, in the form of its column (C58)', async () => {
  await make(
    { ...plain, revoke: [{ table: 'resets', email: 'email', delete: 'rows' }] },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60) CHARACTER SET utf8mb4, pw VARCHAR(60))',
      'CREATE TABLE %s.resets (email VARCHAR(60) CHARACTER SET latin1, KEY (email))',
    ],
    {
      users: [
        { id: 1, email: 'jörg@x.test', pw: 'p' },
        { id: 2, email: 'a🙂@x.test', pw: 'p' },
        { id: 3, email: '', pw: 'p' },
      ],
      resets: [{ email: 'JÖRG@x.test' }, { email: 'a?@x.test' }, { email: '' }],
    },
  );
  expect((await own().expire()).revoked).toBe(1);
  expect(await rowsOf('resets', 'email')).toEqual(['', 'a?@x.test']);
});
