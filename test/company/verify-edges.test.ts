import { sql } from 'kysely';
import { hasAnyChosen } from '../../src/books/cohort';
import { markReappeared } from '../../src/company/reappeared';
import { INCIDENT } from './own-company';
import {
  choose,
  make,
  NOT_LOOKED_AT,
  openedAfter,
  own,
  plain,
  reference,
  run,
  users,
  values,
  verify,
} from './small-company';

test('what a login under way opened with the old password, just after its expiry, is found and dies with a repeat (I3)', async () => {
  await reference();
  await own().expire();
  for (const id of [1, 2, 3]) await openedAfter(id, 2, `s${id}`);
  await openedAfter(1, 60, 's1 by another way in');
  await choose(2, 'chosen', sql`UTC_TIMESTAMP()`);
  await choose(3, 'rehashed', null);
  await markReappeared(own().database.db, own(), {
    incident: INCIDENT,
    range: { after: null, upTo: '9' },
    now: Date.now(),
  });
  expect((await verify()).findings).toMatchObject([
    { count: 2, what: expect.stringContaining('rows of sessions') },
  ]);
  expect((await own().expire()).revoked).toBe(2);
  expect(await values('sessions', 'token')).toEqual(['s1 by another way in', 's2']);
  expect((await verify()).clean).toBe(true);
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
  expect(await own().expire()).toMatchObject({ expired: 2 });
  await run((table) => sql`UPDATE ${table('users')} SET pw = 'chosen' WHERE id = 1`);
  expect((await verify()).clean).toBe(true);
  await own().expire();
  expect(await values('users', 'pw')).toEqual([null, 'chosen']);
  const range = { after: null, upTo: '9' };
  expect((await verify()).unprovable).toMatchObject([{ count: 1, what: NOT_LOOKED_AT }]);
  expect(await markReappeared(own().database.db, own(), { incident: INCIDENT, range, now: Date.now() })).toBe(
    1,
  );
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
  await own().expire();
  expect((await verify()).unprovable).toEqual([]);
  await run((table) => sql`UPDATE ${table('logins')} SET uid = 3, password = 'p1' WHERE id = 1`);
  await own().insert('logins', [
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

test('a session dated days ahead, and counters that were set back, to nothing too, are seen by verify', async () => {
  await make(
    {
      ...plain,
      revoke: [
        { table: 'sessions', key: 'uid', createdAt: { column: 'made', as: 'unixSeconds' }, delete: 'rows' },
        { table: 'epochs', key: 'uid', column: 'epoch', dead: { oneMore: true } },
      ],
    },
    [
      users(),
      'CREATE TABLE %s.sessions (uid INT, made BIGINT, KEY (uid))',
      'CREATE TABLE %s.epochs (uid INT PRIMARY KEY, epoch INT)',
    ],
    {
      users: [1, 2].map((id) => ({ id, pw: 'p' })),
      epochs: [
        { uid: 1, epoch: 0 },
        { uid: 2, epoch: null },
      ],
    },
  );
  await own().expire();
  expect(await verify()).toEqual({ clean: true, findings: [], unprovable: [] });
  await own().insert('sessions', [{ uid: 1, made: Math.floor(Date.now() / 1000) + 3 * 86_400 }]);
  await run((table) => sql`UPDATE ${table('epochs')} SET epoch = IF(uid = 1, 0, NULL)`);
  expect(await verify()).toMatchObject({
    findings: [{ count: 1, what: expect.stringContaining('rows of sessions') }],
    unprovable: [{ count: 2, what: expect.stringContaining('epochs.epoch') }],
  });
});

test('rows without a time die with their customer’s password, on a repeat as well (I3, C62)', async () => {
  await reference();
  const undated = [null, '0000-00-00 00:00:00', '2999-01-01 00:00:00'];
  const fill = () =>
    own().insert(
      'sessions',
      undated.map((made, i) => ({ customer_id: 1, token: `t${i}`, created_at: made })),
    );
  await run((table) => sql`ALTER TABLE ${table('sessions')} MODIFY created_at DATETIME NULL`);
  await fill();
  expect((await own().expire()).revoked).toBe(3);
  await fill();
  expect((await own().expire()).revoked).toBe(3);
});

test('only a customer whose password was retired can have one that appears again', async () => {
  await make(plain, [users()], { users: [1, 2].map((id) => ({ id, pw: id === 1 ? 'p' : null })) });
  await own().expire();
  await run((table) => sql`UPDATE ${table('users')} SET pw = 'chosen'`);
  const range = { after: null, upTo: '9' };
  expect(await markReappeared(own().database.db, own(), { incident: INCIDENT, range, now: Date.now() })).toBe(
    1,
  );
});

test('if no column says when accounts were made, new ones are named and do not fail the check (I5, I7)', async () => {
  await make(plain, [users()], { users: [{ id: 1, pw: 'p' }] });
  await own().expire();
  await own().insert('users', [{ id: 7, pw: 'new customer' }]);
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
  await own().expire();
  await choose(1, 'rehashed', null);
  const { db } = own().database;
  expect(await hasAnyChosen(own().books, ['1', '2'])).toBe(true);
  await markReappeared(db, own(), {
    incident: INCIDENT,
    range: { after: null, upTo: '9' },
    now: Date.now(),
  });
  expect(await hasAnyChosen(own().books, ['1', '2'])).toBe(false);
  await choose(2, 'chosen', sql`UTC_TIMESTAMP()`);
  expect(await hasAnyChosen(own().books, ['1', '2'])).toBe(true);
});
