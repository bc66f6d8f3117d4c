import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/books/open-database';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { databaseSchema } from '../../src/incident/database-schema';
import { type OwnSchema, ownSchema } from '../own-schema';
import { BEFORE, CUTOFF, type OwnCompany, ownCompany } from './own-company';
import { addressAs } from './own-shop';
import { referenceMapping } from './reference-mapping';

/** Tables of another schema that point to the company's, as a server allows it. */
let company: OwnCompany;
let other: OwnSchema;
beforeEach(async () => {
  company = await ownCompany('deletions');
  other = await ownSchema('other-9');
  const others: [string, string][] = [
    ['carts', 'session BIGINT UNSIGNED, FOREIGN KEY (session) REFERENCES %s.sessions (id) ON DELETE CASCADE'],
    ['`cart lines`', 'cart INT, FOREIGN KEY (cart) REFERENCES %o.carts (id) ON DELETE SET NULL'],
    ['audits', 'token BIGINT UNSIGNED, FOREIGN KEY (token) REFERENCES %s.api_tokens (id)'],
    [
      'fans',
      'customer BIGINT UNSIGNED, FOREIGN KEY (customer) REFERENCES %s.customers (id) ON DELETE CASCADE',
    ],
  ];
  await company.insert('customers', [{ id: 1, created_at: BEFORE, password_hash: 'h' }]);
  for (const [table, columns] of others)
    await run(`CREATE TABLE %o.${table} (id INT PRIMARY KEY, ${columns})`);
});
afterEach(async () => {
  await other.drop();
  await company.drop();
});

async function run(statement: string): Promise<void> {
  const named = statement
    .replaceAll('%s', `\`${company.companySchema}\``)
    .replaceAll('%o', `\`${other.companySchema}\``);
  await company.run(sql.raw(named));
}

async function inspect({ db }: Pick<Database, 'db'>, ignored: { table: string; because: string }[] = []) {
  const { companySchema, database } = company;
  const mapping = databaseSchema.parse({ ...referenceMapping(), ignored });
  const inspected = { companySchema, ledgerSchema: database.ledgerSchema, mapping };
  const { findings } = await inspectCompany(db, inspected, CUTOFF, Date.now());
  return findings
    .filter(({ what }) => /the run deletes/i.test(what))
    .map(({ severity, what, todo }) => [
      `${severity} ${what.replaceAll(other.companySchema, 'OTHER')}`,
      todo,
    ]);
}

async function inspectAs(...grants: string[]) {
  const user = `u_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await run(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`);
  try {
    for (const grant of grants) await run(`${grant} TO '${user}'@'%'`);
    const database = openDatabase(addressAs(company.url, user, password), {
      ledgerExists: false,
      connections: 1,
    });
    try {
      return await inspect(database);
    } finally {
      await database.close();
    }
  } finally {
    await run(`DROP USER '${user}'@'%'`);
  }
}

const BEYOND = [
  [
    expect.stringMatching(
      /^stops The run deletes rows of sessions, and the server also deletes the rows of OTHER\.carts/,
    ),
    expect.stringMatching(/^if you want that, write \{table: \w+\.carts, column: session, because: [^{]*$/),
  ],
  [
    expect.stringMatching(
      /^stops The run deletes rows of sessions, then OTHER\.carts, and the server sets cart of the rows of OTHER\.cart lines .* to NULL/,
    ),
    expect.stringMatching(/database\.ignored/),
  ],
  [
    expect.stringMatching(
      /^stops The run deletes rows of api_tokens, and the server refuses that while a row of OTHER\.audits points/,
    ),
    expect.stringMatching(/^no entry reaches another schema: delete these rows yourselves/),
  ],
];

test('a deletion that reaches another schema stops the run, also over a chain; one that the file sets aside does not (I5)', async () => {
  expect(await inspect(company.database)).toEqual(BEYOND);
  const ignored = ['carts', 'cart lines', 'audits'].map((table) => ({
    table: `${other.companySchema}.${table}`,
    because: 'nothing is lost',
  }));
  expect(await inspect(company.database, ignored)).toEqual([]);
});

test('a user without rights on the other schema learns it by PROCESS, and without PROCESS that nobody looked (I7)', async () => {
  const rights = ['GRANT ALL PRIVILEGES ON %s.*'];
  expect(await inspectAs(...rights, 'GRANT PROCESS ON *.*')).toEqual(BEYOND);
  expect(await inspectAs(...rights)).toEqual([
    [
      expect.stringMatching(
        /^warns This user cannot see whether tables of other schemas point \(by foreign keys\) to rows/,
      ),
      expect.stringMatching(/PROCESS.*REFERENCED_TABLE_SCHEMA = '\w+' AND TABLE_SCHEMA <> '\w+'$/),
    ],
  ]);
});

test('a user who may only read the other schema still sees the rule', async () => {
  expect(await inspectAs('GRANT ALL PRIVILEGES ON %s.*', 'GRANT SELECT ON %o.*')).toEqual([
    ...BEYOND,
    [expect.stringMatching(/^warns This user cannot see whether/), expect.anything()],
  ]);
});
