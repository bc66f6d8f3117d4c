import { randomBytes } from 'node:crypto';
import { findColumn, isIndexed, isUnique } from '../../src/company/catalog';
import { deleteRules } from '../../src/company/foreign-keys';
import { addressAs, type OwnShop, ownShop } from './own-shop';

const TABLES = `
  CREATE TABLE customers (
    id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    email VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin UNIQUE,
    password CHAR(60) NOT NULL DEFAULT '' COMMENT 'bcrypt, it''s 60',
    notes TEXT NULL,
    visits INT NOT NULL DEFAULT 7,
    token VARCHAR(40) NULL DEFAULT NULL,
    edited TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    domain VARCHAR(100) GENERATED ALWAYS AS (SUBSTRING(email, 5)) VIRTUAL,
    KEY part (notes(10)), UNIQUE KEY both_of (visits, token)) ENGINE=InnoDB;
  CREATE TABLE sessions (
    id VARBINARY(64) NOT NULL PRIMARY KEY, customer BIGINT UNSIGNED,
    CONSTRAINT goes FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE) ENGINE=InnoDB;
  CREATE TABLE orders (
    id INT PRIMARY KEY, customer BIGINT UNSIGNED,
    CONSTRAINT stays FOREIGN KEY (customer) REFERENCES customers (id)) ENGINE=InnoDB;
  CREATE TABLE archive (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;
  CREATE VIEW buyers AS SELECT id, email FROM customers;
  CREATE TRIGGER kept BEFORE UPDATE ON customers FOR EACH ROW SET NEW.notes = OLD.notes;`;

let shop: OwnShop;
beforeAll(async () => {
  shop = await ownShop('catalog', TABLES);
});
afterAll(() => shop.drop());

test('the catalogue says of which kind each table is', async () => {
  const { catalog } = await shop.read();
  const kinds = catalog.tables.map(({ name, kind, engine, partitioned, view }) => [
    name,
    kind,
    engine,
    partitioned,
    view?.security,
  ]);
  expect(kinds).toEqual([
    ['archive', 'table', 'InnoDB', true, undefined],
    ['buyers', 'view', null, false, 'DEFINER'],
    ['customers', 'table', 'InnoDB', false, undefined],
    ['orders', 'table', 'InnoDB', false, undefined],
    ['sessions', 'table', 'InnoDB', false, undefined],
  ]);
  expect(catalog.unseen).toEqual([]);
});

test('a default is its text on both servers, and null if there is none or the server computes it', async () => {
  const { catalog } = await shop.read();
  const defaults = catalog.columns
    .filter(({ table }) => table === 'customers')
    .map(({ name, default: value }) => [name, value]);
  expect(Object.fromEntries(defaults)).toEqual({
    id: null,
    email: null,
    password: '',
    notes: null,
    visits: '7',
    token: null,
    edited: null,
    domain: null,
  });
  expect(findColumn(catalog, 'customers', 'EMAIL')).toMatchObject({
    length: 200,
    collation: 'utf8mb4_bin',
    nullable: true,
  });
  expect(findColumn(catalog, 'customers', 'password')?.comment).toBe("bcrypt, it's 60");
  expect(findColumn(catalog, 'customers', 'edited')?.extra).toMatch(/on update/);
  expect(findColumn(catalog, 'customers', 'domain')?.extra).toMatch(/virtual generated/);
});

test('a column counts as unique only by an index of the whole column alone', async () => {
  const { catalog } = await shop.read();
  expect(isUnique(catalog, 'customers', 'email')).toBe(true);
  expect(isUnique(catalog, 'customers', 'visits')).toBe(false);
  expect(isIndexed(catalog, 'customers', 'visits')).toBe(true);
  expect(isIndexed(catalog, 'customers', 'token')).toBe(false);
  expect(catalog.indexes.find(({ name }) => name === 'part')).toMatchObject({
    whole: false,
    columns: ['notes'],
  });
});

test('a foreign key says what a deletion takes along, also to a user who may only read', async () => {
  const rules = [
    ['orders', 'stays', 'customers', 'kept'],
    ['sessions', 'goes', 'customers', 'CASCADE'],
  ];
  // RESTRICT on MariaDB, NO ACTION on MySQL: the row that is pointed to stays.
  const told = ({ catalog }: Awaited<ReturnType<OwnShop['read']>>) =>
    catalog.foreignKeys.map(({ table, name, to, onDelete }) => [
      table,
      name,
      to,
      onDelete === 'RESTRICT' || onDelete === 'NO ACTION' ? 'kept' : onDelete,
    ]);
  expect(told(await shop.read())).toEqual(rules);
  await asUser(`GRANT SELECT ON %s.* TO %u`, async (url) => {
    const read = await shop.read(url);
    expect(told(read)).toEqual(rules);
    expect(read.catalog.unseen).toEqual([expect.stringMatching(/whether tables have triggers/)]);
  });
});

test('a user with a few columns sees these, and that there may be more', async () => {
  await asUser(`GRANT SELECT (id, email) ON %s.customers TO %u`, async (url) => {
    const { catalog } = await shop.read(url);
    expect(catalog.columns.map(({ name }) => name)).toEqual(['id', 'email']);
    expect(catalog.unseen[0]).toMatch(/tables and columns that 'map_\w+'@'%' has no right on/);
  });
});

test('the rules in a definition are read by name, whatever the names are', () => {
  const definition = `CREATE TABLE \`x\` (
  KEY \`c\` (\`c\`),
  CONSTRAINT \`a\`\`b ON DELETE CASCADE\` FOREIGN KEY (\`c\`) REFERENCES \`other\` (\`id\`) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT \`plain\` FOREIGN KEY (\`d\`) REFERENCES \`other ) ON DELETE CASCADE\` (\`id\`)
) ENGINE=InnoDB`;
  expect([...deleteRules(definition)]).toEqual([
    ['a`b ON DELETE CASCADE', 'SET NULL'],
    ['plain', 'RESTRICT'],
  ]);
});

/** @param grant %s the schema, %u the user. */
async function asUser(grant: string, work: (url: string) => Promise<void>): Promise<void> {
  const user = `map_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const named = grant.replace('%s', `\`${shop.companySchema}\``).replace('%u', `'${user}'@'%'`);
  await shop.run(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'; ${named}`);
  try {
    await work(addressAs(shop.url, user, password));
  } finally {
    await shop.run(`DROP USER '${user}'@'%'`);
  }
}
