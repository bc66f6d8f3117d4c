import { HASH, propose } from './own-proposal';

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

test('a row’s last change never passes for the time of the password (C64)', async () => {
  const { section, above } = await propose(`
    CREATE TABLE users (
      id INT PRIMARY KEY, email VARCHAR(100), password VARCHAR(60),
      password_updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);`);
  expect(section.retire[0]).not.toHaveProperty('setAt');
  expect(above['retire.0']).toEqual([expect.stringMatching(/password_updated_at is the row's last change/)]);
});
