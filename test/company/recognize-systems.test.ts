import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPresets } from '../../src/company/presets';
import { proposeMapping } from '../../src/company/propose-mapping';
import { recognizeSystems } from '../../src/company/recognize-systems';
import { uncoveredCredentials } from '../../src/company/uncovered-credentials';
import { madeUpCatalog } from './made-up-catalog';
import { type OwnShop, ownShop } from './own-shop';
import { PRESET_CASES } from './presets/preset-cases';

const presets = loadPresets();
const shops: OwnShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.drop();
});

async function schemaOf(
  ids: string[],
  rename: (table: string) => string = (table) => table,
): Promise<OwnShop> {
  const shop = await ownShop('recognize');
  shops.push(shop);
  for (const id of ids) await shop.run(readFileSync(join(__dirname, 'presets', `${id}.sql`), 'utf8'));
  const { catalog } = await shop.read();
  const renamed = catalog.tables.filter(({ name }) => rename(name) !== name);
  for (const { name } of renamed) await shop.run(`RENAME TABLE \`${name}\` TO \`${rename(name)}\``);
  return shop;
}

describe.each(PRESET_CASES)('the schema of $id', ({ id, prefix, ofTheApplication }) => {
  test('is recognized for sure, and mapped except for what the application added', async () => {
    const shop = await schemaOf([id]);
    const { catalog, facts } = await shop.read();
    const proposal = proposeMapping(catalog, facts, { presets });
    expect(
      proposal.systems.map(({ preset, prefix: recognized, sure }) => [preset.id, recognized, sure]),
    ).toEqual([[id, prefix, true]]);
    const uncovered = proposal.credentials.filter(({ mapped }) => mapped === null);
    const told = uncovered.map(({ table, column }) => (column === null ? table : `${table}.${column}`));
    expect(told.filter((name) => !ofTheApplication.includes(name))).toEqual([]);
    expect(uncoveredCredentials(catalog, proposal.section)).toEqual([]);
    expect(proposal.questions.filter(({ open }) => open).flatMap(({ paths }) => paths)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^stated\.0\.ended$/)]),
    );
  });
});

const prefixed = presets
  .filter(({ recognizedBy }) => recognizedBy.tables.some((table) => table.includes('{prefix}')))
  .flatMap(({ id }) => ['', 'x_', 'my_shop_'].map((other): [string, string] => [id, other]));

test.each(prefixed)('%s is recognized under the prefix "%s"', async (id, other) => {
  const { prefix } = PRESET_CASES.find((preset) => preset.id === id)!;
  const shop = await schemaOf([id], (table) => other + table.slice(prefix.length));
  const { catalog, facts } = await shop.read();
  const { systems, section } = proposeMapping(catalog, facts, { presets });
  expect(systems.map((system) => [system.preset.id, system.prefix, system.sure])).toEqual([
    [id, other, true],
  ]);
  expect(section.retire.every(({ table }) => table.startsWith(other))).toBe(true);
  expect(JSON.stringify(section)).not.toContain('{prefix}');
});

test('a server that keeps names in lower case has the same systems (C75)', async () => {
  const shop = await schemaOf(['keycloak'], (table) => table.toLowerCase());
  const { catalog, facts } = await shop.read();
  const { systems, section, customers } = proposeMapping(catalog, facts, { presets });
  expect(systems.map(({ preset, sure }) => [preset.id, sure])).toEqual([['keycloak', true]]);
  expect(section.retire).toMatchObject([{ table: 'credential' }]);
  expect(section.customers.select).toMatch(/FROM \{schema\}\.user_entity u/);
  expect(customers.table).toBe('user_entity');
});

test('several systems in one schema are all named, and the one with most accounts is mapped', async () => {
  const shop = await schemaOf(['wordpress', 'magento']);
  await shop.run(
    `INSERT INTO customer_entity (entity_id, email, website_id)
       WITH RECURSIVE n AS (SELECT 1000 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1400) SELECT i, CONCAT(i, '@x.test'), 1 FROM n`,
  );
  const { catalog, facts } = await shop.read();
  const proposal = proposeMapping(catalog, facts, { presets });
  expect(proposal.systems.map(({ preset, sure }) => [preset.id, sure])).toEqual([
    ['magento', true],
    ['wordpress', true],
  ]);
  expect(proposal.system?.preset.id).toBe('magento');
  expect(proposal.customers.table).toBe('customer_entity');
  // What the other system's accounts have is named, not passed over (I7).
  expect(proposal.credentials.filter(({ mapped }) => mapped === null).map(({ table }) => table)).toContain(
    'wp_users',
  );
  const other = proposeMapping(catalog, facts, { presets, customers: 'wp_users' });
  expect(other.system?.preset.id).toBe('wordpress');
  // A table of neither system's customers: both are still told.
  const none = proposeMapping(catalog, facts, { presets, customers: 'admin_user' });
  expect([none.system, none.systems.length]).toEqual([null, 2]);
  expect(other.section.retire[0]?.table).toBe('wp_users');
});

test('without an extension it is likely, and entries without their tables are left out by name', async () => {
  const shop = await schemaOf(['wordpress']);
  const { catalog } = await shop.read();
  const gone = catalog.tables.filter(({ name }) => /woocommerce|wc_/.test(name));
  await shop.run(gone.map(({ name }) => `DROP TABLE \`${name}\``).join(';'));
  const { catalog: left, facts } = await shop.read();
  const { systems, section, leftOut, questions } = proposeMapping(left, facts, { presets });
  expect(systems.map(({ preset, sure, missing }) => [preset.id, sure, missing.length])).toEqual([
    ['wordpress', false, 2],
  ]);
  expect(leftOut).toEqual([
    'revoke: there is no table wp_woocommerce_api_keys',
    'revoke: there is no table wp_woocommerce_sessions',
  ]);
  expect(section.revoke.every(({ table }) => left.tables.some(({ name }) => name === table))).toBe(true);
  // The question about an entry that is left out is not asked, and the others still name their places.
  expect(questions.some(({ question }) => /API keys of WooCommerce/.test(question))).toBe(false);
});

test('a key that the shipped mapping does not know is a question, not passed over (C68)', async () => {
  const shop = await schemaOf(['wordpress']);
  await shop.run(
    "INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES (2, 'app_login_token', 'x'), (2, 'shoe_size', '9')",
  );
  const { catalog, facts } = await shop.read();
  const { section, questions } = proposeMapping(catalog, facts, { presets });
  const asked = section.revoke
    .filter(({ where }) => where?.startsWith('???'))
    .map(({ where }) => where!.replace(/^.*?`/, '`'));
  expect(asked).toContain("`meta_key` = 'app_login_token'");
  expect(asked.join()).not.toContain('shoe_size');
  expect(questions.map(({ question }) => question).join()).toContain(
    'does not know the key app_login_token of wp_usermeta',
  );
});

test('tables of the same names with other columns are somebody else’s', () => {
  const laravelLike = madeUpCatalog({
    users: 'id bigint(20) primary; name varchar(255); email varchar(255); password varchar(255)',
    migrations: 'id int(11) primary; migration varchar(255); batch int(11)',
  });
  expect(recognizeSystems(laravelLike, presets)).toEqual([]);
});
