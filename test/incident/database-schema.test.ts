import { databaseSchema, statedWords } from '../../src/incident/database-schema';
import { faultsWith, holds, LINE, type Limit, list, nullable, optional, x } from './schema-limits';

const NAME: Limit = {
  taken: ['x', x(64), 'order details', 'größe', 'x???'],
  refused: ['', x(65), '???', '???x', 'x\u001f', 'x\0y', 'x\n', 7],
};
const WORDS: Limit = { ...LINE, refused: [...LINE.refused, '???', '??? why', ' ???'] };
const CONDITION: Limit = {
  taken: ['x', x(2_000), `  ${x(2_000)}\n`],
  refused: ['', ' ', x(2_001), '???', 'a = 1; b', '(a', null],
};
const at = (form: string, zone?: string) => ({
  column: 'x',
  as: form,
  ...(zone === undefined ? {} : { zone }),
});
const TIME: Limit = {
  taken: [
    ...[at('datetime', 'UTC'), at('datetime', 'Europe/Berlin'), at('datetime', '-08:00')],
    ...[at('timestamp'), at('unixSeconds'), at('unixMilliseconds')],
  ],
  refused: [
    ...[at('datetime'), at('timestamp', 'UTC'), at('unixSeconds', 'UTC'), at('unixMilliseconds', 'UTC')],
    ...[
      at('date'),
      at('datetime', 'Europe/Berlyn'),
      { as: 'timestamp' },
      { ...at('timestamp'), on: 'x' },
      'x',
    ],
  ],
};
const random = (digits: unknown, after?: unknown) => ({
  random: digits,
  ...(after === undefined ? {} : { after }),
});
const DEAD_PASSWORD: Limit = {
  taken: [null, '', '!', x(255), random(16), random(128), random(40, ''), random(40, x(100))],
  refused: [
    ...[undefined, x(256), '???', '???x', 0, true, random(15), random(129), random(16.5), random('40')],
    ...[random(40, x(101)), { ...random(40), before: 'x' }, {}],
  ],
};
const ENDS_A_TOKEN = [
  ...[{ now: 'unixSeconds' }, { now: 'datetime', zone: 'UTC' }, { oneMore: true }],
  ...[{ now: 'timestamp' }, { now: 'unixMilliseconds' }],
];

const CUSTOMERS = { key: 'id', email: 'email' };
const RETIRE = { table: 'x', key: 'x', column: 'x', dead: null };
const REVOKE = { table: 'x', key: 'x', delete: 'rows' };
const WRITES = { table: 'x', key: 'x', column: 'x', dead: null };
const VIA = { table: 'x', key: 'x', column: 'x' };

test.each<[string, Limit]>([
  [
    'customers',
    {
      taken: [
        { ...CUSTOMERS, table: 'x' },
        { ...CUSTOMERS, select: 'SELECT 1' },
      ],
      refused: [CUSTOMERS, { ...CUSTOMERS, table: 'x', select: 'SELECT 1' }, { table: 'x', key: 'id' }],
    },
  ],
  ['customers.table', NAME],
  ['customers.key', NAME],
  ['customers.email', NAME],
  ...['name', 'language', 'country', 'region'].map((column): [string, Limit] => [
    `customers.${column}`,
    optional(nullable(NAME)),
  ]),
  ['customers.createdAt', optional(nullable(TIME))],
  ['customers.leaveOut', optional(list(50, { when: 'x', because: 'x' }))],
  ['retire', list(16, RETIRE, 1)],
  ...['table', 'key', 'column'].map((name): [string, Limit] => [`retire.0.${name}`, NAME]),
  ['retire.0.dead', { ...DEAD_PASSWORD, refused: [...DEAD_PASSWORD.refused, ...ENDS_A_TOKEN] }],
  ['retire.0.usable', optional(CONDITION)],
  ['retire.0.setAt', optional(TIME)],
  ['retire.0.recentBecause', optional(WORDS)],
  ['retire.0.noneBecause', optional(WORDS)],
  ['retire.0.orphansBecause', optional(WORDS)],
  ['revoke', optional(list(100, REVOKE))],
  [
    'revoke.0',
    {
      taken: [REVOKE, WRITES, { table: 'x', email: 'x', delete: 'rows' }, { ...REVOKE, via: VIA }],
      refused: [
        ...[
          { table: 'x', delete: 'rows' },
          { ...REVOKE, email: 'x' },
          { table: 'x', key: 'x' },
        ],
        ...[
          { table: 'x', email: 'x', via: VIA, delete: 'rows' },
          { ...WRITES, delete: 'rows' },
        ],
        ...[
          { ...WRITES, dead: undefined },
          { ...REVOKE, dead: null },
          { ...REVOKE, delete: 'all' },
        ],
        { ...WRITES, createdAt: at('timestamp') },
      ],
    },
  ],
  ['revoke.0.table', NAME],
  ['revoke.0.key', NAME],
  ['revoke.2.email', NAME],
  ['revoke.0.where', optional(CONDITION)],
  ['revoke.0.createdAt', optional(TIME)],
  ['revoke.0.noneBecause', optional(WORDS)],
  ['revoke.0.orphansBecause', optional(WORDS)],
  [
    'revoke.0.via',
    { taken: [VIA, undefined], refused: [{}, { ...VIA, column: '' }, { ...VIA, as: 'x' }, null] },
  ],
  ['stated', optional(list(50, { what: 'x', ended: 'x', by: 'x' }))],
  ['ignored', optional(list(500, { table: 'x', because: 'x' }))],
])('database.%s takes what is within its limits, and no more', (path, limit) =>
  holds(`database.${path}`, limit),
);

test('what stands in a section of a list has limits, too', () => {
  const within = (path: string, item: object, key: string, { taken, refused }: Limit) => {
    const faults = (value: unknown) => faultsWith(path, [{ ...item, [key]: value }]);
    expect(taken.filter((value) => faults(value).length > 0)).toEqual([]);
    expect(refused.filter((value) => faults(value).length === 0)).toEqual([]);
  };
  const leaveOut = { when: 'x', because: 'x' };
  within('database.customers.leaveOut', leaveOut, 'when', CONDITION);
  within('database.customers.leaveOut', leaveOut, 'because', WORDS);
  within('database.revoke', WRITES, 'column', NAME);
  const { taken, refused } = DEAD_PASSWORD;
  within('database.revoke', WRITES, 'dead', {
    taken: [...taken, ...ENDS_A_TOKEN],
    refused: [
      ...refused,
      { now: 'date' },
      { now: 'datetime', zone: 'nowhere' },
      { oneMore: false },
      { oneMore: 1 },
    ],
  });
  for (const key of ['what', 'ended', 'by'])
    within('database.stated', { what: 'x', ended: 'x', by: 'x' }, key, WORDS);
  const ignored = { table: 'x', because: 'x' };
  within('database.ignored', ignored, 'table', NAME);
  within('database.ignored', ignored, 'column', optional(NAME));
  within('database.ignored', ignored, 'because', WORDS);
  const select = { key: 'id', email: 'email', select: 'SELECT 1' };
  for (const query of [
    'SELECT 1',
    `SELECT ${x(4_993)}`,
    `  SELECT ${x(4_993)}\n`,
    'WITH y AS (SELECT 1) SELECT 1',
  ])
    expect(faultsWith('database.customers', { ...select, select: query })).toEqual([]);
  for (const query of ['', ' ', `SELECT ${x(4_994)}`, 'DELETE FROM x', 'SELECT 1; SELECT 2'])
    expect(faultsWith('database.customers', { ...select, select: query })).toContain(
      'database.customers.select',
    );
});

const SOURCE = { ...CUSTOMERS, table: 'x' };
test.each<[string, object, RegExp]>([
  ['two sources', { customers: { ...SOURCE, select: 'SELECT 1' } }, /^table or select, one of them/],
  [
    'a SELECT that writes',
    { customers: { ...CUSTOMERS, select: 'DELETE' } },
    /^a statement that begins with SELECT/,
  ],
  [
    'a condition that ends early',
    { customers: { ...SOURCE, leaveOut: [{ when: 'a;', because: 'x' }] } },
    /without ;$/,
  ],
  ['two links', { revoke: [{ ...REVOKE, email: 'x' }] }, /^key or email, one of them/],
  [
    'a table between addresses',
    { revoke: [{ table: 'x', email: 'x', via: VIA, delete: 'rows' }] },
    /^key with via/,
  ],
  ['rows and a column', { revoke: [{ ...WRITES, delete: 'rows' }] }, /^"delete: rows", or column and dead/],
  ['a column that stays', { revoke: [{ ...WRITES, dead: undefined }] }, /^column and dead together/],
  [
    'a time of rows that stay',
    { revoke: [{ ...WRITES, createdAt: at('timestamp') }] },
    /^createdAt with "delete: rows" only$/,
  ],
  [
    'a time without its zone',
    { retire: [{ ...RETIRE, setAt: at('datetime') }] },
    /^zone with "as: datetime", and only with it/,
  ],
  [
    'a zone that there is none',
    { retire: [{ ...RETIRE, setAt: at('datetime', 'x') }] },
    /^a time zone by its name or offset/,
  ],
])('what is wrong within an entry is told: %s', (_, change, expected) => {
  const { error } = databaseSchema.safeParse({ customers: SOURCE, retire: [RETIRE], ...change });
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(expected)]);
});

test('what was ended by others is told in a line each', () => {
  const stated = [
    { what: 'signed cookies', ended: 'by a new key', by: 'Ann' },
    { what: 'sessions in Redis', ended: 'by FLUSHDB', by: 'Ben' },
  ];
  expect(statedWords({ stated })).toEqual([
    'signed cookies: ended by a new key, says Ann',
    'sessions in Redis: ended by FLUSHDB, says Ben',
  ]);
});
