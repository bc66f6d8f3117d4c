import { HASH, propose } from './own-proposal';

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
