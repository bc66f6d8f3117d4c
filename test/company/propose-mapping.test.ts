import { NoCustomersError, proposeMapping } from '../../src/company/propose-mapping';
import { uncoveredCredentials } from '../../src/company/uncovered-credentials';
import { databaseSchema } from '../../src/incident/database-schema';
import { madeUpCatalog } from './made-up-catalog';
import { answered, HASH, HEX, openPaths, presets, propose, shopForTest } from './own-proposal';

describe('a shop with everything in the row of the account (C65, C66, C68, C69)', () => {
  const SHOP = `
    CREATE TABLE users (
      id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(190) NOT NULL UNIQUE, first_name VARCHAR(60), locale VARCHAR(8),
      country CHAR(2), password VARCHAR(60) NOT NULL, password_md5 CHAR(32) NOT NULL DEFAULT '', salt CHAR(8),
      remember_token VARCHAR(100) NULL, api_token CHAR(40) NOT NULL UNIQUE, reset_key VARCHAR(40) NOT NULL DEFAULT '',
      token_version INT NOT NULL DEFAULT 0, password_changed_at DATETIME NULL, created INT UNSIGNED NOT NULL,
      is_guest TINYINT(1) NOT NULL DEFAULT 0, totp_secret VARCHAR(64), updated_at TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP);
    CREATE TABLE personal_access_tokens (
      id BIGINT AUTO_INCREMENT PRIMARY KEY, tokenable_type VARCHAR(255), tokenable_id BIGINT UNSIGNED, token VARCHAR(64),
      created_at TIMESTAMP NULL);
    CREATE TABLE password_resets (email VARCHAR(190), token VARCHAR(64), created_at DATETIME, KEY (email));
    CREATE TABLE usermeta (id BIGINT PRIMARY KEY AUTO_INCREMENT, user_id BIGINT UNSIGNED, meta_key VARCHAR(100), meta_value TEXT);
    CREATE TABLE admins (id INT PRIMARY KEY, email VARCHAR(100), password VARCHAR(60));
    CREATE TABLE newsletter (id INT PRIMARY KEY, email VARCHAR(100));
    INSERT INTO users (email, password, password_md5, api_token, created)
      VALUES ('a@x.test', ${HASH}, ${HEX}, REPEAT('a', 40), 1300000000), ('b@x.test', ${HASH}, '', REPEAT('b', 40), 1310000000);
    INSERT INTO personal_access_tokens (tokenable_type, tokenable_id) VALUES ('App\\\\Models\\\\User', 1), ('App\\\\Models\\\\Bot', 1);
    INSERT INTO usermeta (user_id, meta_key) VALUES (1, 'session_tokens'), (1, 'nickname'), (1, 'role');`;

  test('is mapped whole, with a question for each thing that only the company knows', async () => {
    const proposal = await propose(SHOP);
    expect(proposal.section.customers).toEqual({
      table: 'users',
      key: 'id',
      email: 'email',
      name: 'first_name',
      language: 'locale',
      country: 'country',
      createdAt: { column: 'created', as: 'unixSeconds' },
    });
    expect(proposal.section.retire).toEqual([
      {
        table: 'users',
        key: 'id',
        column: 'password',
        dead: '??? (question 1) "*expired*"',
        setAt: { column: 'password_changed_at', as: 'datetime', zone: '??? (question 2)' },
      },
      // The time is not that of the older form.
      { table: 'users', key: 'id', column: 'password_md5', dead: '??? (question 3) "*expired*"' },
    ]);
    const own = { table: 'users', key: 'id' };
    expect(proposal.section.revoke).toEqual([
      {
        table: 'password_resets',
        email: 'email',
        createdAt: { column: 'created_at', as: 'datetime', zone: '??? (question 2)' },
        delete: 'rows',
        // The dry run stops at an empty table, unless the file says why.
        noneBecause: '??? (question 4)',
      },
      {
        table: 'personal_access_tokens',
        key: 'tokenable_id',
        where: "`tokenable_type` = 'App\\\\Models\\\\User'",
        createdAt: { column: 'created_at', as: 'timestamp' },
        delete: 'rows',
      },
      { table: 'usermeta', key: 'user_id', where: "`meta_key` = 'session_tokens'", delete: 'rows' },
      { ...own, column: 'remember_token', dead: null },
      { ...own, where: "`api_token` <> ''", column: 'api_token', dead: { random: 40 } },
      { ...own, column: 'reset_key', dead: '' },
      { ...own, column: 'token_version', dead: { oneMore: true } },
    ]);
    expect(openPaths(proposal)).toEqual([
      'retire.0.dead',
      'retire.0.setAt.zone',
      'revoke.0.createdAt.zone',
      'retire.1.dead',
      'revoke.0.noneBecause',
      'ignored.0.because',
      'ignored.1.because',
    ]);
    expect(proposal.section.ignored).toMatchObject([
      { table: 'admins', column: 'password' },
      { table: 'users', column: 'totp_secret' },
    ]);
    expect(proposal.above.customers?.join()).toMatch(/leaveOut: is_guest/);
  });

  test('is refused until each question is answered, and covers every credential then', async () => {
    const shop = await shopForTest('answered', SHOP);
    const { catalog, facts } = await shop.read();
    const proposal = proposeMapping(catalog, facts, { presets });
    const refused = databaseSchema
      .safeParse(proposal.section)
      .error?.issues.map(({ path }) => path.join('.'));
    expect(refused?.sort()).toEqual(openPaths(proposal).sort());
    const mapping = databaseSchema.parse(answered(proposal));
    expect(uncoveredCredentials(catalog, mapping)).toEqual([]);
    expect(mapping.retire[0]?.dead).toBe('*expired*');
  });

  test('says where each credential is mapped, or which question comes first', async () => {
    const { credentials } = await propose(SHOP);
    const told = credentials.map(({ table, column, mapped, question }) => [
      `${table}.${column ?? '*'}`,
      mapped,
      question,
    ]);
    expect(told).toEqual([
      ['admins.password', null, 5],
      ['password_resets.*', 'revoke.0', 2],
      ['personal_access_tokens.*', 'revoke.1', null],
      ['usermeta.meta_value', 'revoke.2', null],
      ['users.password', 'retire.0', 1],
      ['users.password_md5', 'retire.1', 3],
      ['users.salt', 'retire.0', 1],
      ['users.remember_token', 'revoke.3', null],
      ['users.api_token', 'revoke.4', null],
      ['users.reset_key', 'revoke.5', null],
      ['users.token_version', 'revoke.6', null],
      ['users.totp_secret', null, 6],
    ]);
  });

  test('shows no value of anybody', async () => {
    const proposal = await propose(`${SHOP}
      INSERT INTO users (email, first_name, password, remember_token, api_token, created)
        VALUES ('private@person.test', 'Annabel', 'open sesame', 'remembertoken', REPEAT('c', 40), 1320000000);
      INSERT INTO usermeta (user_id, meta_key, meta_value) VALUES (3, 'mail of private@person.test', 'metavalue');`);
    const text = JSON.stringify(proposal);
    for (const value of ['person.test', 'Annabel', 'sesame', 'remembertoken', 'cccc', 'metavalue', '$10$'])
      expect(text).not.toContain(value);
  });
});

describe('passwords in their own table, sessions two links away (C71)', () => {
  const SHOP = `
    CREATE TABLE account (
      id CHAR(36) NOT NULL PRIMARY KEY, email VARCHAR(190) NOT NULL UNIQUE, given_name VARCHAR(60), preferred_language VARCHAR(8),
      created_at DATETIME(3) NOT NULL);
    CREATE TABLE credential (
      id CHAR(36) PRIMARY KEY, account_id CHAR(36) NOT NULL, type VARCHAR(20) NOT NULL, secret VARCHAR(255) NOT NULL,
      FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE);
    CREATE TABLE user_session (
      id CHAR(36) PRIMARY KEY, account_id CHAR(36) NOT NULL, started_at BIGINT NOT NULL,
      FOREIGN KEY (account_id) REFERENCES account (id));
    CREATE TABLE client_session (
      id CHAR(36) PRIMARY KEY, session_id CHAR(36) NOT NULL, client VARCHAR(40),
      FOREIGN KEY (session_id) REFERENCES user_session (id));
    CREATE TABLE password_history (id INT PRIMARY KEY, account_id CHAR(36), password VARCHAR(100));
    INSERT INTO account (id, email, created_at) VALUES (UUID(), 'a@x.test', NOW());
    INSERT INTO credential SELECT UUID(), id, 'password', ${HASH} FROM account;
    INSERT INTO credential SELECT UUID(), id, 'otp', 'ABC' FROM account;
    INSERT INTO user_session SELECT UUID(), id, 1300000000000 FROM account;
    INSERT INTO client_session SELECT UUID(), id, 'app' FROM user_session;`;

  test('both kinds of sessions are found, and only passwords among the credentials are retired', async () => {
    const { section, questions } = await propose(SHOP);
    expect(section.customers).toMatchObject({
      table: 'account',
      name: 'given_name',
      language: 'preferred_language',
    });
    expect(section.retire).toEqual([
      {
        table: 'credential',
        key: 'account_id',
        column: 'secret',
        dead: '??? (question 2) {random: 40, after: "*"}',
        usable: "`type` = 'password' AND `secret` <> ''",
      },
    ]);
    expect(section.revoke).toEqual([
      {
        table: 'client_session',
        key: 'session_id',
        via: { table: 'user_session', key: 'account_id', column: 'id' },
        delete: 'rows',
      },
      {
        table: 'user_session',
        key: 'account_id',
        createdAt: { column: 'started_at', as: 'unixMilliseconds' },
        delete: 'rows',
      },
    ]);
    expect(questions.find(({ paths }) => paths[0] === 'retire.0.usable')?.question).toMatch(
      /another kind .*\(otp\)/,
    );
    expect(questions.at(-1)).toMatchObject({
      paths: ['ignored.0.because'],
      question: expect.stringMatching(/earlier passwords/),
    });
  });
});

test('names that need care (C75)', async () => {
  const proposal = await propose(`
    CREATE TABLE \`shop customers\` (
      \`order\` BIGINT NOT NULL PRIMARY KEY, \`e-mail\` VARCHAR(100), \`first.name\` VARCHAR(40), \`pass\`\`word\` VARCHAR(60) NOT NULL,
      \`key\` VARCHAR(40) NOT NULL);
    CREATE TABLE \`select\` (\`group\` INT PRIMARY KEY, \`order\` BIGINT UNIQUE, \`session.token\` VARCHAR(64),
      CONSTRAINT \`a\`\`b\` FOREIGN KEY (\`order\`) REFERENCES \`shop customers\` (\`order\`));
    CREATE TABLE \`api keys\` (id INT PRIMARY KEY, \`customer.id\` BIGINT, \`the\`\`key\` CHAR(32) NOT NULL);`);
  expect(proposal.section.customers).toEqual({
    table: 'shop customers',
    key: 'order',
    email: 'e-mail',
    name: 'first.name',
  });
  expect(proposal.section.retire).toMatchObject([
    { table: 'shop customers', key: 'order', column: 'pass`word' },
  ]);
  expect(proposal.section.revoke).toEqual([
    { table: 'api keys', key: 'customer.id', delete: 'rows' },
    { table: 'select', key: 'order', column: 'session.token', dead: null },
    { table: 'shop customers', key: 'order', where: "`key` <> ''", column: 'key', dead: { random: 40 } },
  ]);
  expect(() => databaseSchema.parse(answered(proposal))).not.toThrow();
});

test('for a schema without people it says so, and does not guess', () => {
  const nobody = madeUpCatalog({ products: 'id int(11) primary; name varchar(100)' });
  const noFacts = { tables: {}, unread: [], serverZone: '' };
  expect(() => proposeMapping(nobody, noFacts, { presets })).toThrow(NoCustomersError);
  expect(() => proposeMapping(madeUpCatalog({}), noFacts, { presets })).toThrow(/no table in shop/);
  expect(() => proposeMapping(nobody, noFacts, { presets, customers: 'products' })).toThrow(
    /products has no e-mail/,
  );
});
