import { isOpen } from '../../src/company/draft';
import { loadPresets } from '../../src/company/presets';
import { type MappingProposal, NoCustomersError, proposeMapping } from '../../src/company/propose-mapping';
import { uncoveredCredentials } from '../../src/company/uncovered-credentials';
import { databaseSchema } from '../../src/incident/database-schema';
import { valueAt } from '../../src/incident/schema-problems';
import { madeUpCatalog } from './made-up-catalog';
import { type OwnShop, ownShop } from './own-shop';

const presets = loadPresets();
const HASH = "CONCAT('$2y$10$', REPEAT('x', 53))";
const HEX = "LEFT(SHA2('x', 256), 32)";

const shops: OwnShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.drop();
});

async function propose(statements: string, customers?: string): Promise<MappingProposal> {
  const shop = await ownShop('propose', statements);
  shops.push(shop);
  const { catalog, facts } = await shop.read();
  return proposeMapping(catalog, facts, { presets, customers });
}

/** The section with every open value answered; what is proposed behind ??? is taken, JSON as it stands there. */
function answered(proposal: MappingProposal, answers: Record<string, unknown> = {}): unknown {
  const fill = (value: unknown, path: string): unknown => {
    if (isOpen(value)) {
      if (Object.hasOwn(answers, path)) return answers[path];
      const proposed = /^\?\?\? \(question \d+\) (.+)$/s.exec(value)?.[1];
      if (proposed !== undefined) return taken(proposed);
      return path.endsWith('.zone') ? 'Europe/Berlin' : 'looked into by hand';
    }
    if (Array.isArray(value)) return value.map((item, i) => fill(item, `${path}.${i}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(item, path === '' ? key : `${path}.${key}`)]),
    );
  };
  return fill(proposal.section, '');
}

function taken(proposed: string): unknown {
  try {
    return JSON.parse(proposed.replaceAll(/(\w+): /g, '"$1": '));
  } catch {
    return proposed;
  }
}

function openPaths(proposal: MappingProposal): string[] {
  return proposal.questions.filter(({ open }) => open).flatMap(({ paths }) => paths);
}

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
    const shop = await ownShop('answered', SHOP);
    shops.push(shop);
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

test('a login of octets beside customers of octets, a token that links by text (C56, C74)', async () => {
  const { section, beside } = await propose(`
    CREATE TABLE tbl_customers (
      customer_id BINARY(16) PRIMARY KEY, mail VARBINARY(200), display_name BLOB, lang BINARY(2), created TIMESTAMP NULL);
    CREATE TABLE customer_login (
      customer_id BINARY(16) NOT NULL PRIMARY KEY, password_hash BINARY(60) NOT NULL, password_set_at TIMESTAMP NULL,
      FOREIGN KEY (customer_id) REFERENCES tbl_customers (customer_id));
    CREATE TABLE customer_tokens (id BIGINT PRIMARY KEY, customer_id CHAR(36) CHARACTER SET latin1, token CHAR(64));
    INSERT INTO tbl_customers VALUES (UNHEX(REPEAT('ab', 16)), 'a@x.test', 'A', 'en', NOW());
    INSERT INTO customer_login SELECT customer_id, ${HASH}, NULL FROM tbl_customers;
    INSERT INTO customer_tokens VALUES (1, REPEAT('ab', 16), 't');`);
  expect(section.customers).toEqual({
    // What is kept as octets is text all the same.
    select: [
      'SELECT c.`customer_id`, CONVERT(c.`mail` USING utf8mb4) AS `mail`, CONVERT(c.`display_name` USING utf8mb4) AS `display_name`, CONVERT(c.`lang` USING utf8mb4) AS `lang`, c.`created`',
      'FROM {schema}.`tbl_customers` c',
    ].join('\n'),
    key: 'customer_id',
    email: 'mail',
    name: 'display_name',
    language: 'lang',
    createdAt: { column: 'created', as: 'timestamp' },
  });
  // Sixty octets, to the last: a shorter value would be padded, and be another than was written.
  expect(section.retire).toMatchObject([
    {
      table: 'customer_login',
      dead: '??? (question 1) {random: 60}',
      setAt: { column: 'password_set_at', as: 'timestamp' },
    },
  ]);
  expect(section.revoke).toEqual([{ table: 'customer_tokens', key: 'customer_id', delete: 'rows' }]);
  expect(beside['revoke.0.key']).toBe("by its name alone: its type differs from the key's");
});

test('address, name and language in a table beside, passwords in plain text', async () => {
  const { section } = await propose(`
    CREATE TABLE members (member_no VARCHAR(20) NOT NULL PRIMARY KEY, login VARCHAR(60), pwd VARCHAR(40) NOT NULL, regdate INT);
    CREATE TABLE member_profile (
      member_no VARCHAR(20) NOT NULL UNIQUE, email_address VARCHAR(190), firstname VARCHAR(40), lang CHAR(2));
    CREATE TABLE member_sessions (session_key CHAR(64) PRIMARY KEY, member_no VARCHAR(20), valid_until INT);
    CREATE TABLE lost_passwords (email VARCHAR(190), code CHAR(32));
    CREATE TABLE orders (id INT PRIMARY KEY, member_no VARCHAR(20), email VARCHAR(190), access_key CHAR(32));
    INSERT INTO members VALUES ('M1', 'a', 'secret1', 1300000000), ('M2', 'b', 'geheim', 1300000001);
    INSERT INTO member_profile VALUES ('M1', 'a@x.test', 'A', 'en');`);
  expect(section.customers).toEqual({
    select: [
      'SELECT c.`member_no`, c.`regdate`, b0.`email_address`, b0.`firstname`, b0.`lang`',
      'FROM {schema}.`members` c',
      'LEFT JOIN {schema}.`member_profile` b0 ON b0.`member_no` = c.`member_no`',
    ].join('\n'),
    key: 'member_no',
    email: 'email_address',
    name: 'firstname',
    language: 'lang',
    createdAt: { column: 'regdate', as: 'unixSeconds' },
  });
  // One text for all would be everybody's password here.
  expect(section.retire).toMatchObject([
    { column: 'pwd', dead: '??? (question 1) {random: 39, after: "*"}' },
  ]);
  expect(section.revoke).toEqual([
    { table: 'lost_passwords', email: 'email', delete: 'rows', noneBecause: '??? (question 2)' },
    { table: 'member_sessions', key: 'member_no', delete: 'rows', noneBecause: '??? (question 2)' },
  ]);
  expect(section.ignored).toMatchObject([{ table: 'orders', column: 'access_key' }]);
});

test('sessions without an owner go under stated, with a question (C67)', async () => {
  const proposal = await propose(`
    CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(100), passwd CHAR(32) NOT NULL);
    CREATE TABLE sessions (session_id VARCHAR(128) PRIMARY KEY, expires INT UNSIGNED, data MEDIUMTEXT);`);
  expect(proposal.section.stated).toEqual([
    {
      what: 'Sessions in sessions, which has no column that says whose they are',
      ended: expect.stringMatching(/^\?\?\?/),
      by: expect.stringMatching(/^\?\?\?/),
    },
  ]);
  expect(proposal.section.ignored).toMatchObject([{ table: 'sessions' }]);
  expect(proposal.credentials.find(({ table }) => table === 'sessions')?.mapped).toBeNull();
});

test('staff in users, customers in customers: nothing says whose the tokens of users are', async () => {
  const SHOP = `
    CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100), password VARCHAR(60), role VARCHAR(20));
    CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(100) UNIQUE, passwd CHAR(32) NOT NULL, date_add DATE, id_lang INT);
    CREATE TABLE api_tokens (id INT PRIMARY KEY, user_id INT, token VARCHAR(64));
    CREATE TABLE customer_sessions (id VARCHAR(64) PRIMARY KEY, customer_id INT);`;
  const proposal = await propose(SHOP);
  expect(proposal.section.customers).toEqual({
    table: '??? (question 1) customers',
    key: 'id',
    email: 'email',
  });
  expect(proposal.questions[0]?.question).toMatch(/They could be in users/);
  expect(proposal.section.revoke).toEqual([
    { table: 'customer_sessions', key: 'customer_id', delete: 'rows' },
  ]);
  expect(proposal.section.ignored).toMatchObject([
    { table: 'api_tokens' },
    { table: 'users', column: 'password' },
  ]);
  expect(proposal.above.customers?.join(' ')).toMatch(
    /id_lang is the id .* date_add is a DATE, not an instant/,
  );
  expect(proposal.questions.at(-1)?.question).toMatch(/^users has accounts of its own. Whose are they/);
  const told = await propose(SHOP, 'users');
  expect(told.section.customers).toMatchObject({ table: 'users' });
  expect(told.section.revoke).toMatchObject([{ table: 'api_tokens', key: 'user_id' }]);
});

describe('schemas of others', () => {
  const USERS = `
    CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, username VARCHAR(150) NOT NULL UNIQUE, email VARCHAR(100), password VARCHAR(100) NOT NULL);
    INSERT INTO users VALUES (1, 'ann', 'ann@x.test', ${HASH});`;

  test('rows that know an account by its login name are found by it', async () => {
    const { section } = await propose(`${USERS}
      CREATE TABLE rememberme_token (series CHAR(88) PRIMARY KEY, value VARCHAR(88) NOT NULL, username VARCHAR(200) NOT NULL);
      INSERT INTO rememberme_token VALUES ('s', 'v', 'ann');
      CREATE TABLE SPRING_SESSION (PRIMARY_ID CHAR(36) PRIMARY KEY, SESSION_ID CHAR(36) NOT NULL, PRINCIPAL_NAME VARCHAR(100));
      INSERT INTO SPRING_SESSION VALUES ('p', 's', 'ann');`);
    const via = { table: 'users', key: 'id', column: 'username' };
    expect(section.revoke).toEqual(
      expect.arrayContaining([
        { table: 'rememberme_token', key: 'username', via, delete: 'rows' },
        { table: expect.stringMatching(/^spring_session$/i), key: 'PRINCIPAL_NAME', via, delete: 'rows' },
      ]),
    );
    expect(section.stated).toEqual([]);
  });

  test('or by the key, where that is the login name', async () => {
    const { section } = await propose(`
      CREATE TABLE users (username VARCHAR(50) PRIMARY KEY, email VARCHAR(99), password VARCHAR(500) NOT NULL);
      CREATE TABLE oauth2_authorization (id VARCHAR(100) PRIMARY KEY, principal_name VARCHAR(200) NOT NULL, access_token_value BLOB);`);
    expect(section.revoke).toEqual([
      { table: 'oauth2_authorization', key: 'principal_name', delete: 'rows' },
    ]);
  });

  test('an id of another type than the key is asked about: Joomla’s user_keys hold login names', async () => {
    const proposal = await propose(`${USERS}
      CREATE TABLE user_keys (id INT PRIMARY KEY, user_id VARCHAR(150) NOT NULL, token VARCHAR(255) NOT NULL);
      INSERT INTO user_keys VALUES (1, 'ann', 't');`);
    expect(proposal.section.revoke).toEqual([
      { table: 'user_keys', key: expect.stringMatching(/^\?\?\? .*user_id$/), delete: 'rows' },
    ]);
    const asked = proposal.questions.find(({ paths }) => paths.includes('revoke.0.key'))!;
    expect(asked.todo).toContain('via: {table: users, key: id, column: username}');
  });

  test.each([
    ['an ENUM', "ENUM('admin','user')"],
    ['a text', 'VARCHAR(20)'],
  ])('an owner beside an owner_id says whose kind of id it is, as %s', async (_, type) => {
    const { section } = await propose(`${USERS}
      CREATE TABLE auth_tokens (id INT PRIMARY KEY, owner ${type} NOT NULL, owner_id INT NOT NULL, token CHAR(64));
      CREATE TABLE passcodes (id INT PRIMARY KEY, owner ${type} NOT NULL, owner_id INT NOT NULL, password CHAR(60));
      CREATE TABLE remember_tokens (id INT PRIMARY KEY, owner VARCHAR(20), owner_id INT NOT NULL, token CHAR(64));
      INSERT INTO auth_tokens VALUES (1, 'admin', 1, 't'), (2, 'user', 1, 't');
      INSERT INTO passcodes VALUES (1, 'admin', 1, 't'), (2, 'user', 1, 't');
      INSERT INTO remember_tokens VALUES (1, 'Ann', 1, 't');`);
    expect(section.revoke).toEqual([
      { table: 'auth_tokens', key: 'owner_id', where: "`owner` = 'user'", delete: 'rows' },
      { table: 'remember_tokens', key: 'owner_id', delete: 'rows' },
    ]);
    expect(section.retire).toMatchObject([{ table: 'users' }]);
    expect(section.ignored).toMatchObject([{ table: 'passcodes' }]);
  });

  test('the subject of a grant is its owner', async () => {
    const { section } = await propose(`
      CREATE TABLE AspNetUsers (Id VARCHAR(255) PRIMARY KEY, Email VARCHAR(256), PasswordHash LONGTEXT);
      CREATE TABLE PersistedGrants (\`Key\` VARCHAR(200) PRIMARY KEY, SubjectId VARCHAR(200), Data LONGTEXT NOT NULL);`);
    expect(section.revoke).toMatchObject([{ key: 'SubjectId', delete: 'rows' }]);
  });

  test('a column called token is not the id of a table of that name', async () => {
    const { section } = await propose(`${USERS}
      CREATE TABLE UserAccessTokens (Id VARCHAR(26) PRIMARY KEY, Token VARCHAR(26) UNIQUE, UserId INT);
      CREATE TABLE Tokens (Token VARCHAR(64) PRIMARY KEY, Type VARCHAR(64), Extra TEXT);`);
    expect(section.revoke.map((entry) => (entry as { table: string }).table.toLowerCase())).toEqual([
      'useraccesstokens',
    ]);
  });

  test('whole rows are deleted if no value could be in each of them', async () => {
    const { section } = await propose(`${USERS}
      CREATE TABLE app_access (user_id INT NOT NULL, access_token CHAR(40) NOT NULL UNIQUE);
      INSERT INTO app_access VALUES (1, 't');`);
    expect(section.revoke).toEqual([{ table: 'app_access', key: 'user_id', delete: 'rows' }]);
  });

  test('but not if something else would go with the token: that is a question', async () => {
    const { section } = await propose(`${USERS}
      CREATE TABLE uploads (user_id INT NOT NULL, access_token CHAR(40) NOT NULL UNIQUE, path VARCHAR(200) NOT NULL);`);
    expect(section.revoke).toEqual([]);
    expect(section.ignored).toMatchObject([{ table: 'uploads', column: 'access_token' }]);
  });

  test('second factors among tokens, sign-ins elsewhere and what people keep do not end without a question', async () => {
    const { section } = await propose(`${USERS}
      ALTER TABLE users ADD AuthData VARCHAR(128);
      CREATE TABLE secret (id INT PRIMARY KEY, owner_id INT, name VARCHAR(99), data LONGTEXT);
      CREATE TABLE UserTokens (UserId INT NOT NULL, Provider VARCHAR(99) NOT NULL, Name VARCHAR(99) NOT NULL, Value LONGTEXT, PRIMARY KEY (UserId, Provider, Name));
      INSERT INTO UserTokens VALUES (1, 'own', 'AuthenticatorKey', 'k'), (1, 'google', 'access_token', 't');`);
    expect(section.revoke).toEqual([
      expect.objectContaining({ key: 'UserId', where: expect.stringMatching(/^\?\?\?/) }),
    ]);
    expect(section.ignored).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ table: 'secret' }),
        expect.objectContaining({ table: 'users', column: 'AuthData' }),
      ]),
    );
  });

  test('passwords that were kept against reuse let nobody in', async () => {
    const { section } = await propose(`${USERS}
      CREATE TABLE user_old_passwords (id INT PRIMARY KEY, user_id INT NOT NULL, encrypted_password VARCHAR(255) NOT NULL);`);
    expect(section.retire).toHaveLength(1);
  });

  test('a condition for leaveOut takes those who are not customers', async () => {
    const { beside: _, ...proposal } = await propose(
      `${USERS} ALTER TABLE users ADD is_active TINYINT(1), ADD auth_service VARCHAR(32), ADD staff_id INT;`,
    );
    expect(JSON.stringify(proposal)).toContain('`is_active` = 0');
    expect(JSON.stringify(proposal)).not.toMatch(/auth_service|staff_id/);
  });

  test.each([
    ['staff', 'CREATE TABLE staff (id INT PRIMARY KEY, email VARCHAR(99), passwd VARCHAR(128));', 'staff'],
    [
      'mailboxes, while the accounts have no address',
      'CREATE TABLE mail_accounts (id INT PRIMARY KEY, email VARCHAR(99), password VARCHAR(99)); CREATE TABLE users (uid VARCHAR(64) PRIMARY KEY, password VARCHAR(255) NOT NULL);',
      'mail_accounts',
    ],
  ])('%s are never surely the customers', async (_, statements, table) => {
    const { section } = await propose(statements);
    expect((section.customers as { table: string }).table).toMatch(new RegExp(`^\\?\\?\\? .*${table}$`));
  });

  test('people with an account and several addresses, each in its own table', async () => {
    const { section } = await propose(`
      CREATE TABLE ost_user (id INT PRIMARY KEY, name VARCHAR(128) NOT NULL);
      CREATE TABLE ost_user_email (id INT PRIMARY KEY, user_id INT NOT NULL, address VARCHAR(255) NOT NULL);
      CREATE TABLE ost_user_account (id INT PRIMARY KEY, user_id INT NOT NULL, username VARCHAR(64), passwd VARCHAR(128));
      CREATE TABLE ost_staff (staff_id INT PRIMARY KEY, email VARCHAR(99), passwd VARCHAR(128));`);
    expect(section.customers).toMatchObject({ key: 'id', email: 'address' });
    expect((section.customers as { select: string }).select).toContain('FROM {schema}.`ost_user` c');
    expect(section.retire).toMatchObject([{ table: 'ost_user_account', key: 'user_id' }]);
  });
});

describe('a table that numbers its own rows in a column called like the customers’ key (I5)', () => {
  test('TYPO3: every primary key is uid, and another column says whose a row is', async () => {
    const proposal = await propose(`
      CREATE TABLE fe_users (
        uid INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, username VARCHAR(255), password VARCHAR(255) NOT NULL, email VARCHAR(255));
      CREATE TABLE be_users (
        uid INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, username VARCHAR(50), password VARCHAR(255) NOT NULL, email VARCHAR(255),
        password_reset_token VARCHAR(128) NOT NULL DEFAULT '');
      CREATE TABLE fe_sessions (ses_id VARCHAR(190) PRIMARY KEY, ses_userid INT UNSIGNED NOT NULL, ses_data BLOB);
      CREATE TABLE be_sessions (ses_id VARCHAR(190) PRIMARY KEY, ses_userid INT UNSIGNED, ses_data BLOB);
      CREATE TABLE sys_sessions (id VARCHAR(190) PRIMARY KEY, user_id INT UNSIGNED, data BLOB);
      CREATE TABLE tx_shop_api_token (uid INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, feuser INT UNSIGNED, token VARCHAR(128));
      CREATE TABLE tx_chat_api_token (uid INT UNSIGNED PRIMARY KEY, token VARCHAR(128));
      CREATE TABLE tx_oauth_credential (
        uid INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, parentid INT UNSIGNED, parenttable VARCHAR(50), secret VARCHAR(128));
      INSERT INTO fe_users (username, password, email) VALUES ('a', ${HASH}, 'a@x.test'), ('b', ${HASH}, 'b@x.test');
      INSERT INTO be_users (username, password, email) VALUES ('c', ${HASH}, 'c@x.test');
      INSERT INTO fe_sessions VALUES ('f', 1, '');
      INSERT INTO be_sessions VALUES ('b', 1, '');
      INSERT INTO sys_sessions VALUES ('s', 1, '');
      INSERT INTO tx_shop_api_token VALUES (1, 2, 't');
      INSERT INTO tx_oauth_credential VALUES (1, 1, 'be_users', 's');`);
    expect(proposal.customers.table).toBe('fe_users');
    expect(proposal.section.retire).toMatchObject([{ table: 'fe_users', column: 'password' }]);
    expect(proposal.section.revoke).toEqual([
      { table: 'fe_sessions', key: 'ses_userid', delete: 'rows' },
      { table: 'sys_sessions', key: expect.stringMatching(/^\?\?\? .* user_id$/), delete: 'rows' },
      {
        table: 'tx_oauth_credential',
        key: 'parentid',
        where: expect.stringMatching(/^\?\?\?/),
        delete: 'rows',
      },
      { table: 'tx_shop_api_token', key: 'feuser', delete: 'rows' },
    ]);
    expect(proposal.section.ignored).toMatchObject([
      { table: 'be_sessions' },
      { table: 'be_users', column: 'password' },
      { table: 'be_users', column: 'password_reset_token' },
      { table: 'tx_chat_api_token' },
    ]);
    expect(proposal.section.stated).toEqual([]);
    expect(proposal.questions.map(({ question }) => question)).toContain(
      'be_sessions has credentials of the accounts in be_users. Whose are they, and how were they ended?',
    );
  });

  test('Dolibarr: rowid is nobody’s key, and fk_soc is a question', async () => {
    const { section } = await propose(
      `
      CREATE TABLE llx_societe (rowid INT PRIMARY KEY AUTO_INCREMENT, nom VARCHAR(128), email VARCHAR(128));
      CREATE TABLE llx_user (rowid INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(50), email VARCHAR(255), pass_crypted VARCHAR(128),
        firstname VARCHAR(50), api_key VARCHAR(128));
      CREATE TABLE llx_societe_account (rowid INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(128), pass_crypted VARCHAR(128), fk_soc INT);
      CREATE TABLE llx_oauth_token (rowid INT PRIMARY KEY AUTO_INCREMENT, token TEXT, fk_soc INT, fk_user INT);
      INSERT INTO llx_societe (nom, email) VALUES ('F', 'a@x.test');
      INSERT INTO llx_user (login, email, pass_crypted) VALUES ('b', 'b@x.test', ${HASH});
      INSERT INTO llx_societe_account (login, pass_crypted, fk_soc) VALUES ('a', ${HASH}, 1);
      INSERT INTO llx_oauth_token (fk_soc) VALUES (1);`,
      'llx_societe',
    );
    // Nothing of the staff's is beside a customer.
    expect(section.customers).toEqual({
      table: expect.stringMatching(/llx_societe$/),
      key: 'rowid',
      email: 'email',
    });
    const asked = expect.stringMatching(/^\?\?\? .* fk_soc$/);
    expect(section.retire).toMatchObject([{ table: 'llx_societe_account', key: asked }]);
    expect(section.revoke).toEqual([{ table: 'llx_oauth_token', key: asked, delete: 'rows' }]);
    expect(section.ignored).toMatchObject([
      { table: 'llx_user', column: 'pass_crypted' },
      { table: 'llx_user', column: 'api_key' },
    ]);
  });

  test('but a key that is called after the customers, or that a foreign key ties to them, is the link', async () => {
    const { section } = await propose(`
      CREATE TABLE customers (customer_id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(99));
      CREATE TABLE customer_login (customer_id INT PRIMARY KEY, password VARCHAR(99));
      CREATE TABLE remember (id INT PRIMARY KEY, token VARCHAR(64), FOREIGN KEY (id) REFERENCES customers (customer_id));`);
    expect(section.retire).toMatchObject([{ table: 'customer_login', key: 'customer_id' }]);
    expect(section.revoke).toMatchObject([{ table: 'remember', key: 'id' }]);
  });
});

test('vBulletin: a token whose values are hashes of passwords is a password; a reset code that is kept as a hash is not', async () => {
  const proposal = await propose(`
    CREATE TABLE user (
      userid INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, username VARCHAR(100), token VARCHAR(255) NOT NULL DEFAULT '',
      secret VARCHAR(255) NOT NULL DEFAULT '', email VARCHAR(100), reset_code VARCHAR(100) NOT NULL DEFAULT '');
    CREATE TABLE session (sessionhash CHAR(32) PRIMARY KEY, userid INT UNSIGNED NOT NULL, useragent CHAR(100));
    CREATE TABLE passwordhistory (userid INT UNSIGNED, token VARCHAR(255), passworddate DATE);
    INSERT INTO user (token, secret, email, reset_code) VALUES
      (${HASH}, 'abcdefgh', 'a@x.test', ${HASH}), (${HASH}, 'abcdefgh', 'b@x.test', ''),
      (CONCAT('$argon2id$', REPEAT('x', 80)), 'abcdefgh', 'c@x.test', ''), ('', 'abcdefgh', 'd@x.test', '');
    INSERT INTO session VALUES ('s', 1, '');`);
  expect(proposal.section.customers.table).toBe('user');
  expect(proposal.section.retire).toEqual([
    { table: 'user', key: 'userid', column: 'token', dead: expect.stringMatching(/^\?\?\? .*after/) },
  ]);
  expect(proposal.section.revoke).toMatchObject([
    { table: 'session' },
    { table: 'user', column: 'secret' },
    { table: 'user', column: 'reset_code' },
  ]);
  // Nobody signs in by an earlier one.
  expect(proposal.section.ignored).toMatchObject([{ table: 'passwordhistory', column: 'token' }]);
  expect(proposal.credentials.find(({ table }) => table === 'user')).toMatchObject({
    kind: 'password',
    mapped: 'retire.0',
  });
});

test('XenForo: one row for each customer in a table of authentication may be the password, and is not deleted without a question', async () => {
  const { section, questions } = await propose(`
    CREATE TABLE xf_user (user_id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, username VARCHAR(50), email VARCHAR(120));
    CREATE TABLE xf_user_authenticate (user_id INT UNSIGNED PRIMARY KEY, scheme_class VARCHAR(80), data MEDIUMBLOB);
    CREATE TABLE xf_auth_token (user_id INT UNSIGNED PRIMARY KEY, token CHAR(64));
    CREATE TABLE xf_user_remember (user_id INT UNSIGNED PRIMARY KEY, remember_key VARBINARY(32));
    INSERT INTO xf_user VALUES (1, 'a', 'a@x.test');
    INSERT INTO xf_user_authenticate VALUES (1, 'XF:Core12', 'a:1:{}');
    INSERT INTO xf_auth_token VALUES (1, 't');
    INSERT INTO xf_user_remember VALUES (1, 't');`);
  expect(section.retire).toEqual([]);
  expect(section.revoke).toEqual([
    { table: 'xf_auth_token', key: 'user_id', delete: 'rows' },
    { table: 'xf_user_remember', key: 'user_id', delete: 'rows' },
  ]);
  expect(section.ignored).toMatchObject([{ table: 'xf_user_authenticate' }]);
  expect(questions.find(({ paths }) => paths.includes('ignored.0.because'))?.question).toMatch(
    /one row for each customer\. Is it the password/,
  );
});

test('an entry for a column without values says why, or needs no condition', async () => {
  const { section, questions } = await propose(`
    CREATE TABLE users (
      id INT PRIMARY KEY, email VARCHAR(99), password VARCHAR(99), password_md5 CHAR(32), unlock_token VARCHAR(99),
      confirm_token VARCHAR(99) NOT NULL DEFAULT '', api_token VARCHAR(99) NOT NULL, old_api_token VARCHAR(99) NOT NULL);
    INSERT INTO users VALUES (1, 'a@x.test', ${HASH}, NULL, NULL, '', 'abcdef', '');`);
  const noneBecause = expect.stringMatching(/^\?\?\?/);
  const entry = { table: 'users', key: 'id' };
  expect(section.retire).toEqual([
    { ...entry, column: 'password', dead: expect.anything() },
    { ...entry, column: 'password_md5', dead: expect.anything(), noneBecause },
  ]);
  expect(section.revoke).toEqual([
    { ...entry, column: 'unlock_token', dead: null },
    { ...entry, column: 'confirm_token', dead: '' },
    { ...entry, where: "`api_token` <> ''", column: 'api_token', dead: { random: 40 } },
    { ...entry, where: "`old_api_token` <> ''", column: 'old_api_token', dead: { random: 40 }, noneBecause },
  ]);
  expect(questions.filter(({ paths }) => paths.some((path) => path.endsWith('noneBecause')))).toMatchObject([
    { paths: ['retire.1.noneBecause', 'revoke.3.noneBecause'], open: true },
  ]);
});

test('a row’s last change never passes for the time of the password (C64)', async () => {
  const { section, above } = await propose(`
    CREATE TABLE users (
      id INT PRIMARY KEY, email VARCHAR(100), password VARCHAR(60),
      password_updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);`);
  expect(section.retire[0]).not.toHaveProperty('setAt');
  expect(above['retire.0']).toEqual([expect.stringMatching(/password_updated_at is the row's last change/)]);
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

test('no row, no guess: how a number says when, and whose a token is', async () => {
  const proposal = await propose(`
    CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100), password VARCHAR(60), created BIGINT);
    CREATE TABLE tokens (id INT PRIMARY KEY, owner_type VARCHAR(40), owner_id INT, token VARCHAR(64));`);
  expect(valueAt(proposal.section.customers, ['createdAt', 'as'])).toMatch(/^\?\?\?/);
  expect(proposal.section.revoke[0]?.where).toMatch(/^\?\?\?/);
  expect(proposal.questions.map(({ question }) => question)).toEqual([
    'How does users.created say when?',
    expect.stringMatching(/users.password: does the login refuse/),
    'Which owner_type of tokens means a customer? There is no row to tell by.',
  ]);
});

test('the customers are found in a view if the user may see nothing else (C76)', async () => {
  const { section } = await propose(`
    CREATE TABLE people_1 (id INT PRIMARY KEY, address VARCHAR(100));
    CREATE VIEW customers AS SELECT id, address AS email FROM people_1;`);
  expect(section.customers).toEqual({
    table: '??? (question 1) customers',
    key: '??? (question 2)',
    email: 'email',
  });
});

test('what views show of another schema is listed with a question, what they show of this one is not (C76)', async () => {
  const accounts = await ownShop(
    'elsewhere',
    `CREATE TABLE accounts (id INT PRIMARY KEY, mail VARCHAR(200), pw VARCHAR(100), reset_token VARCHAR(80));
     CREATE TABLE tok (id INT PRIMARY KEY, account_id INT, token VARCHAR(80));`,
  );
  shops.push(accounts);
  const below = accounts.companySchema;
  const { section, credentials, questions } = await propose(`
    CREATE VIEW users AS SELECT id, mail AS email, pw AS password FROM ${below}.accounts;
    CREATE VIEW user_tokens AS SELECT * FROM ${below}.tok;
    CREATE VIEW newest_tokens AS SELECT t.* FROM user_tokens t JOIN users u ON u.id = t.account_id;
    CREATE TABLE people (id INT PRIMARY KEY, f17 VARCHAR(99));
    CREATE VIEW people_logins AS SELECT id, f17 AS password FROM people;
    CREATE TABLE api_keys (id INT PRIMARY KEY, user_id INT, token CHAR(64));
    CREATE VIEW open_api_keys AS SELECT * FROM api_keys;`);
  const told = credentials.map(({ table, column, mapped }) => `${table}.${column ?? '*'}: ${mapped}`);
  expect(told.sort()).toEqual([
    'api_keys.*: revoke.0',
    'newest_tokens.*: null',
    'people_logins.password: null',
    'user_tokens.*: null',
    'users.password: null',
  ]);
  expect(section.retire).toEqual([]);
  expect(section.revoke).toMatchObject([{ table: 'api_keys' }]);
  expect(questions.map(({ question }) => question)).toContain(
    `user_tokens is a view over ${below}.tok. Whose is it, and how was it ended?`,
  );
});

describe('addresses in a column whose name does not say so', () => {
  test('OXID: the login name is the address', async () => {
    const { section, questions } = await propose(`
      CREATE TABLE oxuser (
        OXID CHAR(32) NOT NULL PRIMARY KEY, OXRIGHTS CHAR(128) NOT NULL, OXUSERNAME VARCHAR(255) NOT NULL DEFAULT '',
        OXPASSWORD VARCHAR(128) NOT NULL DEFAULT '', OXPASSSALT CHAR(128) NOT NULL DEFAULT '', OXFNAME VARCHAR(255),
        OXUPDATEKEY CHAR(32) NOT NULL DEFAULT '');
      CREATE TABLE oepersistenttoken (OXID CHAR(32) PRIMARY KEY, OXUSERID CHAR(32), TOKEN VARCHAR(255));
      INSERT INTO oxuser (OXID, OXRIGHTS, OXUSERNAME, OXPASSWORD) VALUES ('a', 'user', 'private@person.test', ${HASH}), ('b', 'user', '', '');
      INSERT INTO oepersistenttoken VALUES ('t', 'a', 't');`);
    expect(section.customers).toMatchObject({
      key: 'OXID',
      email: expect.stringMatching(/^\?\?\? .*OXUSERNAME$/),
    });
    expect(section.retire).toMatchObject([{ table: 'oxuser', column: 'OXPASSWORD' }]);
    expect(section.revoke).toMatchObject([
      { table: 'oepersistenttoken', key: 'OXUSERID', delete: 'rows' },
      { table: 'oxuser', column: 'OXUPDATEKEY', dead: '' },
    ]);
    expect(questions.map(({ question }) => question)).toContain(
      "Are the customers' addresses in oxuser.OXUSERNAME? No column has such a name; an @ in 1 of 1 sampled, though its name does not say so.",
    );
    expect(JSON.stringify([section, questions])).not.toContain('person.test');
  });

  test('CodeIgniter Shield: among secrets, by their type', async () => {
    const { section } = await propose(`
      CREATE TABLE users (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, username VARCHAR(30) UNIQUE, active TINYINT(1) NOT NULL DEFAULT 0);
      CREATE TABLE auth_identities (
        id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, user_id INT UNSIGNED NOT NULL, type VARCHAR(255) NOT NULL, secret VARCHAR(255) NOT NULL,
        secret2 VARCHAR(255), FOREIGN KEY (user_id) REFERENCES users (id));
      CREATE TABLE auth_groups_users (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, user_id INT UNSIGNED, \`group\` VARCHAR(255));
      INSERT INTO users (username) VALUES ('ann'), ('bob');
      INSERT INTO auth_identities (user_id, type, secret, secret2) VALUES
        (1, 'email_password', 'a@x.test', ${HASH}), (2, 'email_password', 'b@x.test', ${HASH}), (1, 'hmac_sha256', ${HEX}, ${HEX});`);
    expect(section.customers).toMatchObject({
      select: expect.stringMatching(
        /^\?\?\? [\s\S]*\(SELECT b\.`secret` FROM \{schema\}\.`auth_identities` b WHERE b\.`user_id` = c\.`id` LIMIT 1\)/,
      ),
      email: expect.stringMatching(/^\?\?\? .*secret$/),
    });
    expect(section.retire).toMatchObject([
      {
        table: 'auth_identities',
        key: 'user_id',
        column: 'secret2',
        usable: "`type` = 'email_password' AND `secret2` <> ''",
      },
    ]);
    expect(section.ignored).toMatchObject([{ table: 'auth_identities', column: 'secret' }]);
  });
});

test('addresses without passwords are not a sure sign of customers', async () => {
  const { section, questions, customers } = await propose(
    'CREATE TABLE identities (id INT PRIMARY KEY, email VARCHAR(128))',
  );
  expect(section.customers.table).toBe('??? (question 1) identities');
  expect(customers.because).toEqual(['addresses, no passwords']);
  expect(questions.map(({ question, open }) => [question.slice(0, 30), open])).toEqual([
    ['Are the customers in identitie', true],
    ['Where are the passwords? No co', true],
  ]);
});

test('a token in one of many rows of a customer is a question, one in the only row is mapped', async () => {
  const { section } = await propose(`
    CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(128), password VARCHAR(60));
    CREATE TABLE uploads (id INT PRIMARY KEY, customer_id INT, sesskey VARCHAR(32));
    CREATE TABLE customer_info (customer_id INT PRIMARY KEY, reset_key VARCHAR(40));`);
  expect(section.revoke).toMatchObject([
    { table: 'customer_info', key: 'customer_id', column: 'reset_key', dead: null },
  ]);
  expect(section.ignored).toMatchObject([{ table: 'uploads', column: 'sesskey' }]);
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
