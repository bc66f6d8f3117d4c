import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { takeLane } from '../../src/books/claim';
import { expireRange } from '../../src/company/expire-range';
import { planRanges } from '../../src/company/next-ranges';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { INCIDENT } from './own-company';
import type { MappingInput } from './reference-mapping';
import { drop, make, orphans, own, plain, rowsOf, users, verify } from './small-company';

const cohort = () =>
  own()
    .rows(
      sql<{
        customer_id: unknown;
        password: string;
      }>`SELECT customer_id, password FROM cohort WHERE incident = ${INCIDENT} ORDER BY customer_id`,
    )
    .then((rows) =>
      rows.map(
        ({ customer_id: id, password }) => `${Buffer.isBuffer(id) ? id.toString('hex') : id} ${password}`,
      ),
    );

test('an old second hash, and one in another table, die with the first; a customer with only the old one counts as expired (C66)', async () => {
  const retire: MappingInput['retire'] = [
    { table: 'users', key: 'id', column: 'pw', dead: null },
    { table: 'users', key: 'id', column: 'pw_md5', dead: '' },
    { table: 'legacy', key: 'uid', column: 'secret', dead: '*' },
  ];
  await make(
    { ...plain, retire },
    [
      users(", pw_md5 VARCHAR(32) NOT NULL DEFAULT ''"),
      'CREATE TABLE %s.legacy (uid INT PRIMARY KEY, secret VARCHAR(20) NOT NULL)',
    ],
    {
      users: [
        { id: 1, pw: 'a', pw_md5: 'b' },
        { id: 2, pw: null, pw_md5: 'c' },
        { id: 3, pw: null },
        { id: 4, pw: null },
      ],
      legacy: [
        { uid: 1, secret: 'd' },
        { uid: 4, secret: 'e' },
        { uid: 9, secret: 'of nobody' },
      ],
    },
  );
  expect(await own().expire()).toMatchObject({ expired: 3, none: 1 });
  expect(await rowsOf('users', 'pw, pw_md5', 'id')).toEqual(
    [' ', ' ', ' ', ' '].map((both) => both.trim()).map(() => ' '),
  );
  expect(await rowsOf('legacy', 'uid, secret')).toEqual(['1 *', '4 *', '9 of nobody']);
  expect(await verify()).toEqual({
    clean: true,
    findings: [],
    unprovable: [orphans('passwords in legacy.secret')],
  });
  await own().run(sql`UPDATE ${own().table('legacy')} SET secret = 'e' WHERE uid = 4`);
  expect((await verify()).findings).toMatchObject([
    { count: 1, what: expect.stringContaining('legacy.secret') },
  ]);
  await own().expire();
  expect((await verify()).clean).toBe(true);
});

test('passwords in a table of credentials, a session two links away; secrets of other kinds stay (C71)', async () => {
  await make(
    {
      customers: {
        table: 'user_entity',
        key: 'id',
        email: 'email',
        createdAt: { column: 'created', as: 'unixMilliseconds' },
      },
      retire: [
        {
          table: 'credential',
          key: 'user_id',
          column: 'secret',
          dead: 'nothing',
          usable: "type = 'password'",
          setAt: { column: 'made', as: 'unixMilliseconds' },
        },
      ],
      revoke: [
        { table: 'user_session', key: 'user_id', delete: 'rows' },
        {
          table: 'client_session',
          key: 'session_id',
          via: { table: 'user_session', key: 'user_id', column: 'id' },
          delete: 'rows',
        },
      ],
    },
    [
      'CREATE TABLE %s.user_entity (id VARCHAR(36) PRIMARY KEY, email VARCHAR(60), created BIGINT)',
      'CREATE TABLE %s.credential (id INT PRIMARY KEY, user_id VARCHAR(36), type VARCHAR(20), secret VARCHAR(60), made BIGINT, KEY (user_id))',
      'CREATE TABLE %s.user_session (id VARCHAR(36) PRIMARY KEY, user_id VARCHAR(36), KEY (user_id))',
      'CREATE TABLE %s.client_session (session_id VARCHAR(36), client VARCHAR(9), PRIMARY KEY (session_id, client))',
    ],
    {
      user_entity: [
        { id: 'u1', created: 1 },
        { id: 'u2', created: 1 },
        { id: 'u3', created: Date.now() },
      ],
      credential: [
        { id: 1, user_id: 'u1', type: 'password', secret: 'p1', made: 1 },
        { id: 2, user_id: 'u1', type: 'otp', secret: 'o1', made: 1 },
        { id: 3, user_id: 'u1', type: 'password', secret: 'p1b', made: 1 },
        { id: 4, user_id: 'u2', type: 'password', secret: 'new', made: Date.now() },
        { id: 5, user_id: 'svc', type: 'password', secret: 'of nobody', made: 1 },
      ],
      user_session: [
        { id: 's1', user_id: 'u1' },
        { id: 's2', user_id: 'u2' },
        { id: 's9', user_id: 'svc' },
      ],
      client_session: [
        { session_id: 's1', client: 'a' },
        { session_id: 's1', client: 'b' },
        { session_id: 's9', client: 'a' },
      ],
    },
  );
  expect(await own().expire()).toEqual({ expired: 1, changed_since: 1, none: 0, revoked: 4 });
  expect(await rowsOf('credential', 'id, secret')).toEqual([
    '1 nothing',
    '2 o1',
    '3 nothing',
    '4 new',
    '5 of nobody',
  ]);
  expect(await rowsOf('user_session', 'id')).toEqual(['s9']);
  expect(await rowsOf('client_session', 'session_id, client')).toEqual(['s9 a']);
  expect(await verify()).toEqual({
    clean: true,
    findings: [],
    unprovable: [orphans('passwords in credential.secret'), orphans('rows of user_session')],
  });
  await own().run(sql`UPDATE ${own().table('credential')} SET secret = 'p1b' WHERE id = 3`);
  expect((await verify()).findings).toMatchObject([{ count: 1 }, { count: 1 }]);
});

test('rows that know a customer by the login name die, those of the same number under another name stay', async () => {
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
      revoke: [
        {
          table: 'remember_me',
          key: 'user_id',
          via: { table: 'users', key: 'id', column: 'login' },
          delete: 'rows',
        },
      ],
    },
    [
      users(', login VARCHAR(60) NOT NULL UNIQUE'),
      'CREATE TABLE %s.remember_me (id INT PRIMARY KEY, user_id VARCHAR(150), KEY (user_id))',
    ],
    {
      users: [
        { id: 1, pw: 'h1', login: 'ann' },
        { id: 2, pw: 'h2', login: '1' },
      ],
      remember_me: [
        { id: 1, user_id: 'ann' },
        { id: 2, user_id: '1' },
        { id: 3, user_id: '2' },
      ],
    },
  );
  expect(await own().expire()).toEqual({ expired: 2, changed_since: 0, none: 0, revoked: 2 });
  expect(await rowsOf('remember_me', 'id, user_id')).toEqual(['3 2']);
  const ofNobody = { count: 1, what: expect.stringContaining('remember_me lead to no row of users') };
  expect(await verify()).toMatchObject({ clean: true, findings: [], unprovable: [ofNobody] });
  await own().insert('remember_me', [{ id: 4, user_id: 'ann' }]);
  const again = { count: 1, what: expect.stringContaining('belong to customers whose password is dead') };
  expect((await verify()).unprovable).toMatchObject([again, ofNobody]);
});

test('tokens in the customer’s own row die, each in its own way, once (C65)', async () => {
  const revoke: MappingInput['revoke'] = [
    { table: 'users', key: 'id', column: 'remember_token', dead: null },
    { table: 'users', key: 'id', column: 'activation_key', dead: '' },
    { table: 'users', key: 'id', column: 'epoch', dead: { oneMore: true } },
    { table: 'users', key: 'id', column: 'api_token', dead: { random: 32, after: 'x-' } },
    { table: 'users', key: 'id', column: 'feed_key', dead: { random: 32 } },
    { table: 'users', key: 'id', column: 'valid_from', dead: { now: 'unixSeconds' } },
  ];
  await make(
    { ...plain, revoke },
    [
      users(
        ", remember_token VARCHAR(9), activation_key VARCHAR(9) NOT NULL DEFAULT '', epoch INT, api_token VARCHAR(60) NOT NULL, feed_key VARCHAR(60) NOT NULL, valid_from INT NOT NULL DEFAULT 0",
      ),
    ],
    {
      users: [1, 2].map((id) => ({
        id,
        pw: 'p',
        remember_token: 't',
        activation_key: 'k',
        epoch: id === 1 ? 4 : null,
        api_token: 'tok',
        feed_key: 'feed',
      })),
    },
  );
  const before = Math.floor(Date.now() / 1000);
  await own().expire();
  const rows = await own().rows(
    sql<Record<string, unknown>>`SELECT * FROM ${own().table('users')} ORDER BY id`,
  );
  expect(rows).toMatchObject([
    {
      pw: null,
      remember_token: null,
      activation_key: '',
      epoch: 5,
      api_token: expect.stringMatching(/^x-[0-9A-Fa-f]{32}$/),
    },
    {
      pw: null,
      remember_token: null,
      activation_key: '',
      epoch: 1,
      api_token: expect.stringMatching(/^x-[0-9A-Fa-f]{32}$/),
    },
  ]);
  expect(rows[0]!.api_token).not.toBe(rows[1]!.api_token);
  // Whoever is shown one of them must not know the other.
  expect(rows[0]!.api_token).not.toBe(`x-${rows[0]!.feed_key}`);
  // Systems compare whole seconds: what was made in the expiry's own second is as old as the rest.
  for (const { valid_from: from } of rows) expect(Number(from)).toBeGreaterThan(before);
  await own().expire();
  expect(await own().rows(sql`SELECT * FROM ${own().table('users')} ORDER BY id`)).toEqual(rows);
});

test('of a key/value table and of one with several kinds of owner only what the condition names goes (C68, C69)', async () => {
  await make(
    {
      ...plain,
      revoke: [
        {
          table: 'usermeta',
          key: 'user_id',
          where: "meta_key IN ('session_tokens', '_application_passwords')",
          delete: 'rows',
        },
        { table: 'tokens', key: 'owner_id', where: "owner_type = 'App\\\\Models\\\\User'", delete: 'rows' },
      ],
    },
    [
      users(),
      'CREATE TABLE %s.usermeta (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT, meta_key VARCHAR(40), KEY (user_id))',
      'CREATE TABLE %s.tokens (id INT AUTO_INCREMENT PRIMARY KEY, owner_type VARCHAR(40), owner_id INT, KEY (owner_id))',
    ],
    {
      users: [1, 2].map((id) => ({ id, pw: 'p' })),
      usermeta: [1, 2].flatMap((id) =>
        ['session_tokens', 'capabilities', 'billing_city'].map((key) => ({ user_id: id, meta_key: key })),
      ),
      tokens: [1, 2].flatMap((id) =>
        ['App\\Models\\User', 'App\\Models\\Bot'].map((type) => ({ owner_type: type, owner_id: id })),
      ),
    },
  );
  expect((await own().expire()).revoked).toBe(4);
  expect(await rowsOf('usermeta', 'user_id, meta_key')).toEqual([
    '1 billing_city',
    '1 capabilities',
    '2 billing_city',
    '2 capabilities',
  ]);
  expect(await rowsOf('tokens', 'owner_type, owner_id')).toEqual([
    'App\\Models\\Bot 1',
    'App\\Models\\Bot 2',
  ]);
});

test('a view or a SELECT over several tables says who the customers are (C76)', async () => {
  const tables = [
    'CREATE TABLE %s.users (id INT PRIMARY KEY, pw VARCHAR(60), active INT)',
    'CREATE TABLE %s.profiles (user_id INT PRIMARY KEY, mail VARCHAR(60), locale VARCHAR(5))',
    'CREATE VIEW %s.shoppers AS SELECT u.id, p.mail, p.locale, u.active FROM %s.users u JOIN %s.profiles p ON p.user_id = u.id',
  ];
  const rows = {
    users: [1, 2, 3].map((id) => ({ id, pw: 'p', active: id === 3 ? 0 : 1 })),
    profiles: [1, 2, 3].map((id) => ({ user_id: id, mail: `c${id}@x.test`, locale: 'en' })),
  };
  const columns = { key: 'id', email: 'mail', language: 'locale' };
  const leaveOut = [{ when: 'active = 0', because: 'closed accounts' }];
  const select =
    'SELECT u.id, p.mail, p.locale, u.active FROM {schema}.users u JOIN {schema}.profiles p ON p.user_id = u.id';
  for (const where of [{ table: 'shoppers' }, { select }]) {
    await make({ customers: { ...where, ...columns, leaveOut }, retire: plain.retire }, tables, rows);
    expect(await own().expireAll(1)).toMatchObject({ expired: 2, changed_since: 0, none: 0 });
    expect(await rowsOf('users', 'id, pw')).toEqual(['1 ', '2 ', '3 p']);
    expect((await verify()).clean).toBe(true);
    await drop();
  }
});

test('nothing of an account that is left out is touched (C77)', async () => {
  await make(
    {
      customers: {
        table: 'users',
        key: 'id',
        email: 'email',
        leaveOut: [
          { when: 'id = 0', because: 'anonymous visitors' },
          { when: "role = 'bot' OR role = 'staff'", because: 'accounts of our own' },
        ],
      },
      retire: plain.retire,
      revoke: [{ table: 'sessions', key: 'uid', delete: 'rows' }],
    },
    [users(', role VARCHAR(9)'), 'CREATE TABLE %s.sessions (uid INT, KEY (uid))'],
    {
      users: [
        { id: 0, pw: 'p' },
        { id: 1, pw: 'p', role: 'bot' },
        { id: 2, pw: 'p', role: null },
        { id: 3, pw: 'p', role: 'staff' },
      ],
      sessions: [0, 1, 2, 3].map((uid) => ({ uid })),
    },
  );
  expect(await own().expire()).toEqual({ expired: 1, changed_since: 0, none: 0, revoked: 1 });
  expect(await rowsOf('users', 'id, pw')).toEqual(['0 p', '1 p', '2 ', '3 p']);
  expect(await rowsOf('sessions', 'uid')).toEqual(['0', '1', '3']);
  expect((await verify()).clean).toBe(true);
});

test('a customer whose password an earlier incident expired, and who has none since, counts as expired, not as without one (C78)', async () => {
  await make(plain, [users()], { users: [1, 2, 3, 4].map((id) => ({ id, pw: id === 4 ? null : `p${id}` })) });
  for (const id of ['first', 'second'])
    await own().run(sql`INSERT INTO incidents (incident_id, title, file_hash, file, content_hash, cutoff, phase, gate, gate_reason,
      gate_by, gate_since, fence, rate_per_second, message_key, server_identity, started_by, started_at)
      VALUES (${id}, '', '', '{}', '', NOW(), 'expire', 'open', '', '', NOW(), 0, 1, ${Buffer.alloc(32)}, '', '', NOW())`);
  await own().expire();
  await own().run(sql`UPDATE ${own().table('users')} SET pw = 'new' WHERE id = 2`);
  const { db } = own().database;
  const laneToken = randomUUID();
  await takeLane({ db, incident: 2 }, 'expire-1', laneToken);
  const [range] = await planRanges(db, {
    source: own(),
    keyColumn: own().keyColumn,
    after: null,
    size: 100,
    count: 1,
  });
  expect(
    await expireRange(db, own(), { incident: 2, lane: 'expire-1', laneToken, range: range! }),
  ).toMatchObject({ expired: 3, none: 1 });
  await own().run(sql`UPDATE ${own().table('users')} SET pw = 'p1' WHERE id = 1`);
  expect((await verifyExpiry(db, own(), 2, Date.now())).findings).toMatchObject([{ count: 1 }]);
  // An incident knows nothing of those after it.
  await own().run(sql`DELETE FROM cohort WHERE incident = 1`);
  await own().run(sql`UPDATE ${own().table('users')} SET pw = NULL`);
  expect(await own().expire()).toMatchObject({ expired: 0, none: 4 });
});

test('names that need care work as they are (C75)', async () => {
  await make(
    {
      customers: { table: 'my users', key: 'select', email: 'e-mail', name: 'first.name' },
      retire: [{ table: 'my users', key: 'select', column: 'a`b', dead: null }],
      revoke: [{ table: 'order', key: 'group', where: '`key` = 1', delete: 'rows' }],
    },
    [
      'CREATE TABLE %s.`my users` (`select` INT PRIMARY KEY, `e-mail` VARCHAR(60), `first.name` VARCHAR(9), `a``b` VARCHAR(60))',
      'CREATE TABLE %s.`order` (`group` INT, `key` INT, KEY (`group`))',
    ],
    {
      'my users': [{ select: 1, 'a`b': 'p' }],
      order: [
        { group: 1, key: 1 },
        { group: 1, key: 2 },
      ],
    },
  );
  expect(await own().expire()).toMatchObject({ expired: 1, revoked: 1 });
  expect(await cohort()).toEqual(['1 expired']);
  expect((await verify()).clean).toBe(true);
});
