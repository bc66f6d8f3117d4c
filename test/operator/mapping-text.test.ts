import { databaseSchema } from '../../src/incident/database-schema';
import { mappingLines } from '../../src/operator/mapping-text';

const LONG = `meta_key IN (${Array.from({ length: 150 }, (_, i) => `'key_${i}'`).join(', ')})`;
const SELECT = `SELECT u.id, u.mail AS email, u.made FROM {schema}.users u WHERE ${LONG.replaceAll('meta_key', 'u.kind')}`;

const mapping = databaseSchema.parse({
  customers: {
    select: SELECT,
    key: 'id',
    email: 'email',
    createdAt: { column: 'made', as: 'unixSeconds' },
    leaveOut: [{ when: "kind = 'bot'", because: 'service accounts' }],
  },
  retire: [
    { table: 'users', key: 'id', column: 'pw', dead: { random: 40, after: '!' }, usable: "pw NOT LIKE '!%'" },
    {
      table: 'logins',
      key: 'user_id',
      column: 'secret',
      dead: null,
      setAt: { column: 'at', as: 'datetime', zone: 'Europe/Berlin' },
      noneBecause: 'all sign in elsewhere',
      recentBecause: 'a reset was forced',
    },
  ],
  revoke: [
    { table: 'usermeta', key: 'user_id', where: LONG, delete: 'rows' },
    {
      table: 'clients',
      key: 'session',
      via: { table: 'visits', key: 'user_id', column: 'id' },
      delete: 'rows',
    },
    { table: 'resets', email: 'mail', createdAt: { column: 'at', as: 'timestamp' }, delete: 'rows' },
    { table: 'users', key: 'id', column: 'epoch', dead: { oneMore: true }, orphansBecause: 'many\nare gone' },
    { table: 'users', key: 'id', column: 'cut', dead: { now: 'datetime', zone: 'UTC' } },
  ],
  stated: [{ what: 'Sessions in Redis', ended: 'FLUSHDB at 03:10', by: 'Jo Operations' }],
  ignored: [
    { table: 'api_clients', column: 'secret', because: 'keys of our own programs' },
    { table: 'logs', because: 'no credentials' },
  ],
});

test('every entry, every condition whole, what is stated and what is set aside', () => {
  const lines = mappingLines(mapping, null);
  for (const line of [
    `    ${SELECT}`,
    '  made at  made (unixSeconds)',
    '  left out: service accounts',
    "    where  kind = 'bot'",
    '  users.pw becomes "!" and 40 random digits, by id',
    "    a password where  pw NOT LIKE '!%'",
    '    no column says when a password was set: all count as stolen',
    '  logins.secret becomes NULL, by user_id',
    '    set at  at (datetime in Europe/Berlin)',
    '    many may be new, and the file says why: a reset was forced',
    '    may find none, and the file says why: all sign in elsewhere',
    "    most may be nobody's, and the file says why: many are gone",
    '  rows of usermeta are deleted, by user_id; no column says when a row was made: all rows of a customer are deleted, once',
    `    only where  ${LONG}`,
    '  rows of clients are deleted, by session over visits.user_id; no column says when a row was made: all rows of a customer are deleted, once',
    '  rows of resets are deleted, by mail (address); made at at (timestamp)',
    '  users.epoch becomes one more than it is, by id',
    '  users.cut becomes the time of the expiry (datetime in UTC), by id',
    'Stated, not proven: what no statement reaches',
    '  - Sessions in Redis: FLUSHDB at 03:10 (Jo Operations)',
    '  - api_clients.secret: keys of our own programs',
    '  - logs: no credentials',
  ])
    expect(lines).toContain(line);
});

test('what a terminal would obey is not shown as it is', () => {
  const evil = { ...mapping, ignored: [{ table: 'a', because: 'x\u001b[2J\u202ey' }] };
  expect(mappingLines(evil, null).join('\n')).not.toMatch(/[\u001b\u202e]/);
});
