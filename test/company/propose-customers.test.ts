import { valueAt } from '../../src/incident/schema-problems';
import { HASH, HEX, propose, shopForTest } from './own-proposal';

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
  const accounts = await shopForTest(
    'elsewhere',
    `CREATE TABLE accounts (id INT PRIMARY KEY, mail VARCHAR(200), pw VARCHAR(100), reset_token VARCHAR(80));
     CREATE TABLE tok (id INT PRIMARY KEY, account_id INT, token VARCHAR(80));`,
  );
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
