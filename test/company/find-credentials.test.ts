import { findCredentials, keyValueColumns, looksLikeKey } from '../../src/company/find-credentials';
import { type Coverage, uncoveredCredentials } from '../../src/company/uncovered-credentials';
import { madeUpCatalog } from './made-up-catalog';

const ACCOUNTS = 'id int(11) primary; email varchar(100) unique; password varchar(255)';

/** Tables beside the accounts as these systems have them, and what is found in them (*: the table as a whole). */
const TABLES: Record<string, [table: string, columns: string, found: string[]][]> = {
  'Duende IdentityServer, OpenIddict, ASP.NET': [
    [
      'PersistedGrants',
      'Key varchar(200) primary; Type varchar(50); SubjectId varchar(200) null; CreationTime datetime(6); Data longtext',
      ['*'],
    ],
    [
      'DeviceCodes',
      'UserCode varchar(200) primary; DeviceCode varchar(200); SubjectId varchar(200) null',
      ['*'],
    ],
    ['OpenIddictTokens', 'Id varchar(255) primary; Payload longtext; Subject varchar(400) null', ['*']],
    ['DataProtectionKeys', 'Id int(11) primary; FriendlyName longtext; Xml longtext', ['*']],
  ],
  'Spring Authorization Server': [
    [
      'oauth2_authorization',
      'id varchar(100) primary; principal_name varchar(200); access_token_value blob null; state varchar(500) null',
      ['*'],
    ],
    [
      'oauth2_registered_client',
      'id varchar(100) primary; client_secret varchar(200) null',
      ['client_secret'],
    ],
  ],
  'a shop, what has a name and a value': [
    [
      'coupons',
      'id int(11) primary; user_id int(11); name varchar(50); value varchar(20); status int(11); note text; price decimal(9,2); created_at datetime',
      [],
    ],
  ],
  'Rails 8, its own authentication': [
    [
      'sessions',
      'id bigint(20) primary; user_id bigint(20); ip_address varchar(255) null; user_agent varchar(255) null; created_at datetime(6)',
      ['*'],
    ],
    [
      'tasting_sessions',
      'id bigint(20) primary; user_id bigint(20); starts_at datetime(6); room varchar(99)',
      [],
    ],
  ],
  'Gitea, Forgejo': [
    ['oauth2_grant', 'id bigint(20) primary; user_id bigint(20); counter bigint(20); scope text null', ['*']],
    [
      'oauth2_authorization_code',
      'id bigint(20) primary; grant_id bigint(20); code varchar(255) unique',
      ['*'],
    ],
  ],
  'Mattermost, its OAuth': [
    [
      'OAuthAuthData',
      'ClientId varchar(26); UserId varchar(26); Code varchar(128) primary; State text',
      ['*'],
    ],
    [
      'OAuthAccessData',
      'UserId varchar(26); Token varchar(26) primary; RefreshToken varchar(26) null',
      ['*'],
    ],
  ],
  MediaWiki: [
    [
      'bot_passwords',
      'bp_user int(11); bp_app_id varbinary(32); bp_password tinyblob; bp_token binary(32); bp_grants blob',
      ['bp_password', 'bp_token'],
    ],
    ['user_properties', 'up_user int(11); up_property varbinary(255); up_value blob', ['up_value']],
    ['objectcache', 'keyname varbinary(255); value mediumblob; exptime binary(14)', []],
    ['logging', 'log_id int(11); log_type varbinary(32); log_params blob', []],
  ],
  phpBB: [
    [
      'phpbb_sessions',
      'session_id char(32) primary; session_user_id int(11); session_start int(11); session_ip varchar(40)',
      ['*'],
    ],
    [
      'phpbb_sessions_keys',
      'key_id char(32) primary; user_id int(11); last_ip varchar(40); last_login int(11)',
      ['*'],
    ],
    [
      'phpbb_oauth_tokens',
      'user_id int(11); session_id char(32); provider varchar(255); oauth_token mediumtext',
      ['*'],
    ],
    ['phpbb_login_attempts', 'attempt_ip varchar(40); user_id int(11); username varchar(255)', []],
  ],
  OpenCart: [
    ['oc_session', 'session_id varchar(32) primary; data text; expire datetime', ['*']],
    ['oc_api', 'api_id int(11); username varchar(64); key text; status tinyint(1)', ['*']],
    ['oc_customer_login', 'customer_login_id int(11); email varchar(96); ip varchar(40); total int(4)', []],
    [
      'oc_customer_token',
      'customer_token_id int(11); customer_id int(11); code text; type varchar(10)',
      ['*'],
    ],
    [
      'oc_customer_authorize',
      'customer_authorize_id int(11); customer_id int(11); token varchar(96); ip varchar(40)',
      ['token'],
    ],
  ],
  Joomla: [
    [
      'jos_session',
      'session_id varbinary(192) primary; userid int(11); data mediumtext; time int(11)',
      ['*'],
    ],
    [
      'jos_user_keys',
      'id int(10) unsigned; user_id varchar(150); token varchar(255); series varchar(191)',
      ['*'],
    ],
    ['jos_user_mfa', 'id int(11); user_id int(10) unsigned; method varchar(100); options mediumtext', ['*']],
    ['jos_user_profiles', 'user_id int(11); profile_key varchar(100); profile_value text', ['profile_value']],
    ['jos_action_logs', 'id int(10) unsigned; message text; user_id int(11)', []],
  ],
  Nextcloud: [
    [
      'oc_authtoken',
      'id bigint(20) unsigned; uid varchar(64); login_name varchar(255); password longtext; name longtext; token varchar(200)',
      ['*'],
    ],
    [
      'oc_twofactor_backupcodes',
      'id bigint(20); user_id varchar(64); code varchar(128); used smallint(6)',
      ['*'],
    ],
    [
      'oc_preferences',
      'userid varchar(64); appid varchar(32); configkey varchar(64); configvalue longtext',
      ['configvalue'],
    ],
  ],
  Roundcube: [
    ['session', 'sess_id varchar(128) primary; changed datetime; ip varchar(40); vars mediumtext', ['*']],
    ['cache', 'user_id int(10) unsigned; cache_key varchar(128); data longtext', []],
    [
      'identities',
      'identity_id int(10) unsigned; user_id int(10) unsigned; email varchar(128); signature longtext',
      [],
    ],
  ],
  Matomo: [
    [
      'matomo_user_token_auth',
      'idusertokenauth bigint(20) unsigned; login varchar(100); password varchar(191); hash_algo varchar(30)',
      ['*'],
    ],
    [
      'matomo_twofactor_recovery_code',
      'idrecoverycode bigint(20) unsigned; login varchar(100); recovery_code varchar(40)',
      ['*'],
    ],
    ['matomo_session', 'id varchar(191) primary; modified int(11); lifetime int(11); data mediumtext', ['*']],
    [
      'matomo_brute_force_log',
      'id bigint(11); ip_address varchar(60); attempted_at datetime; login varchar(100)',
      [],
    ],
    ['matomo_log_action', 'idaction int(10) unsigned; name varchar(4096); hash int(10) unsigned', []],
  ],
  Ghost: [
    [
      'sessions',
      'id varchar(24) primary; session_id varchar(32); user_id varchar(24); session_data varchar(2000)',
      ['*'],
    ],
    [
      'api_keys',
      'id varchar(24) primary; type varchar(50); secret varchar(191); role_id varchar(24); user_id varchar(24)',
      ['*'],
    ],
    [
      'webhooks',
      'id varchar(24) primary; event varchar(50); target_url varchar(2000); secret varchar(191)',
      ['secret'],
    ],
    [
      'invites',
      'id varchar(24) primary; status varchar(50); token varchar(191); email varchar(191)',
      ['token'],
    ],
    ['brute', 'key varchar(191) primary; firstRequest bigint(20); count int(11)', []],
    ['settings', 'id varchar(24) primary; key varchar(50); value text', []],
  ],
  Kanboard: [
    [
      'password_reset',
      'token varchar(80) primary; user_id int(11); date_expiration int(11); is_active tinyint(1)',
      ['*'],
    ],
    [
      'remember_me',
      'id int(11) primary; user_id int(11); ip varchar(45); token varchar(255); sequence varchar(255)',
      ['*'],
    ],
    ['last_logins', 'id int(11) primary; auth_type varchar(25); user_id int(11); ip varchar(45)', []],
    ['projects', 'id int(11) primary; name text; token varchar(255); is_private tinyint(1)', ['token']],
  ],
  Piwigo: [
    [
      'piwigo_user_auth_keys',
      'auth_key_id int(11) unsigned primary; auth_key varchar(255); user_id mediumint(8) unsigned; apikey_secret varchar(255)',
      ['*'],
    ],
    ['piwigo_history', 'id int(10) unsigned; auth_key_id int(11) unsigned null; IP varchar(15)', []],
  ],
  Authelia: [
    ['totp_configurations', 'id int(11); username varchar(100); secret blob; period int(11)', ['secret']],
    [
      'webauthn_credentials',
      'id int(11); username varchar(100); public_key blob; sign_count int(11); kid varchar(512)',
      ['*'],
    ],
    ['one_time_code', 'id int(11); signature varchar(128); username varchar(100); code blob', ['*']],
    [
      'oauth2_refresh_token_session',
      'id int(11); signature varchar(255); subject char(36); session_data blob',
      ['*'],
    ],
    ['authentication_logs', 'id int(11); username varchar(100); auth_type varchar(8)', []],
  ],
  'Zen Cart': [
    [
      'customers_auth_tokens',
      'id int(11) primary; customers_id int(11); token varchar(100); created_at datetime',
      ['*'],
    ],
    [
      'whos_online',
      'customer_id int(11) null; full_name varchar(64); session_id varchar(191); time_entry varchar(14)',
      [],
    ],
    [
      'authorizenet',
      'id int(11) primary; customer_id int(11); response_code int(1); session_id varchar(255)',
      [],
    ],
  ],
  Laravel: [
    [
      'personal_access_tokens',
      'id bigint(20) unsigned primary; tokenable_type varchar(255); tokenable_id bigint(20) unsigned; name varchar(255); token varchar(64) unique',
      ['*'],
    ],
    ['password_reset_tokens', 'email varchar(255) primary; token varchar(255); created_at timestamp', ['*']],
    [
      'oauth_clients',
      'id bigint(20) unsigned primary; user_id bigint(20) unsigned; name varchar(255); secret varchar(100)',
      ['secret'],
    ],
    [
      'oauth_refresh_tokens',
      'id varchar(100) primary; access_token_id varchar(100); revoked tinyint(1)',
      ['*'],
    ],
    ['failed_jobs', 'id bigint(20) unsigned primary; uuid varchar(255); payload longtext', []],
  ],
  Discourse: [
    [
      'api_keys',
      'id int(11) primary; user_id int(11); key_hash varchar(64); truncated_key varchar(8)',
      ['*'],
    ],
    [
      'user_auth_tokens',
      'id int(11) primary; user_id int(11); auth_token varchar(64); prev_auth_token varchar(64)',
      ['*'],
    ],
    [
      'user_auth_token_logs',
      'id int(11) primary; action varchar(255); user_id int(11); path varchar(255)',
      [],
    ],
    [
      'email_tokens',
      'id int(11) primary; user_id int(11); email varchar(255); token_hash varchar(64)',
      ['*'],
    ],
  ],
  XenForo: [
    [
      'xf_user_remember',
      'remember_id int(10) unsigned; user_id int(10) unsigned; remember_key varbinary(32)',
      ['*'],
    ],
    [
      'xf_user_authenticate',
      'user_id int(10) unsigned primary; scheme_class varchar(80); data mediumblob',
      ['*'],
    ],
  ],
  TYPO3: [
    [
      'fe_sessions',
      'ses_id varchar(190) primary; ses_userid int(11) unsigned; ses_tstamp int(11); ses_data mediumblob',
      ['*'],
    ],
    ['be_sessions', 'ses_id varchar(190) primary; ses_userid int(11) unsigned; ses_data longblob', ['*']],
  ],
  vBulletin: [
    [
      'useractivation',
      'useractivationid int(10) unsigned primary; userid int(10) unsigned; activationid varchar(40); type smallint(5)',
      ['*'],
    ],
    ['cpsession', 'userid int(10) unsigned; hash varchar(32); dateline int(10) unsigned', ['*']],
    ['strikes', 'strikeip varchar(45); username varchar(100); striketime int(11)', []],
  ],
  MyBB: [
    [
      'mybb_awaitingactivation',
      'aid int(10) unsigned primary; uid int(10) unsigned; code varchar(100); type char(1); misc varchar(255)',
      ['*'],
    ],
    ['mybb_adminsessions', 'sid varchar(32); uid int(10) unsigned; loginkey varchar(50)', ['*']],
  ],
  OXID: [
    ['oepersistenttoken', 'OXID char(32) primary; OXUSERID char(32); TOKEN varchar(255)', ['*']],
    ['oxuserpayments', 'OXID char(32) primary; OXUSERID char(32); OXVALUE blob', []],
  ],
  'PHP-Auth': [
    [
      'users_remembered',
      'id bigint(20) unsigned; user int(10) unsigned; selector varchar(24); token varchar(255)',
      ['*'],
    ],
    [
      'users_resets',
      'id bigint(20) unsigned; user int(10) unsigned; selector varchar(20); token varchar(255)',
      ['*'],
    ],
    ['users_throttling', 'bucket varchar(44) primary; tokens float; replenished_at int(10) unsigned', []],
  ],
  Mattermost: [
    [
      'UserAccessTokens',
      'Id varchar(26) primary; Token varchar(26) unique; UserId varchar(26); Description text',
      ['*'],
    ],
  ],
  'ASP.NET Identity': [
    [
      'AspNetUserTokens',
      'UserId varchar(255); LoginProvider varchar(255); Name varchar(255); Value longtext',
      ['*'],
    ],
    [
      'AspNetUserClaims',
      'Id int(11) primary; UserId varchar(255); ClaimType longtext; ClaimValue longtext',
      [],
    ],
  ],
  SuiteCRM: [
    [
      'users_password_link',
      'id char(36) primary; keyhash varchar(255); username varchar(36); date_generated datetime',
      ['*'],
    ],
    [
      'oauth2tokens',
      'id char(36) primary; access_token varchar(4000); refresh_token varchar(4000); assigned_user_id char(36)',
      ['*'],
    ],
    [
      'email_addresses',
      'id char(36) primary; email_address varchar(255); confirm_opt_in_token varchar(255)',
      ['confirm_opt_in_token'],
    ],
  ],
  Magento: [
    [
      'persistent_session',
      'persistent_id int(10) unsigned primary; key varchar(50); customer_id int(10) unsigned; info text',
      ['*'],
    ],
    [
      'customer_entity_varchar',
      'value_id int(11) primary; attribute_id smallint(5) unsigned; entity_id int(10) unsigned; value varchar(255)',
      ['value'],
    ],
    [
      'customer_entity_int',
      'value_id int(11) primary; attribute_id smallint(5) unsigned; entity_id int(10) unsigned; value int(11)',
      [],
    ],
    [
      'customer_address_entity_varchar',
      'value_id int(11) primary; attribute_id smallint(5) unsigned; entity_id int(10) unsigned; value varchar(255)',
      [],
    ],
  ],
  'what only sounds like it': [
    ['training_sessions', 'id int(11) primary; title varchar(200); room varchar(20); starts_at datetime', []],
    ['session_speakers', 'session_id int(11); speaker_id int(11)', []],
    ['sessions_speakers', 'id char(36) primary; session_id char(36); speaker_id char(36)', []],
    ['tokenizersettings', 'id int(11) primary; key varchar(40); value text', []],
    ['possessions', 'id char(36) primary; value varchar(60); data text', []],
    ['passengers', 'id char(36) primary; code varchar(40); name varchar(60)', []],
    ['secretaries', 'id char(36) primary; key varchar(40); data text', []],
    ['bypasscodes', 'id char(36) primary; reason varchar(60)', []],
    ['token_prices', 'id int(11) primary; token varchar(20); price decimal(10,2)', ['token']],
    ['session_stats', 'day date; sessions int(11); data text', []],
    ['login_history', 'id int(11) primary; user_id int(11); session_id varchar(64); ip varchar(45)', []],
    ['subscription_plans', 'id int(11) primary; code varchar(40); name varchar(100)', []],
    ['product_attributes', 'product_id int(11); attribute_id int(11); value varchar(255)', []],
  ],
};

describe.each(Object.entries(TABLES))('%s', (_, tables) => {
  test.each(tables)('%s', (table, columns, expected) => {
    const catalog = madeUpCatalog({ people: ACCOUNTS, [table]: columns });
    const here = findCredentials(catalog).filter((finding) => finding.table === table);
    expect(here.map(({ column }) => column ?? '*')).toEqual(expected);
  });
});

const catalog = madeUpCatalog({
  users: `${ACCOUNTS}; salt char(8); password_md5 char(32); remember_token varchar(100)`,
  sessions: 'id varchar(128) primary; user_id int(11); payload text',
  usermeta: 'umeta_id int(11) primary; user_id int(11); meta_key varchar(255); meta_value longtext',
});
const NOTHING: Coverage = { retire: [], revoke: [], ignored: [] };
const uncovered = (mapping: Partial<Coverage>) =>
  uncoveredCredentials(catalog, { ...NOTHING, ...mapping }).map(({ table, column }) =>
    column === null ? table : `${table}.${column}`,
  );

test('what the file does not name is uncovered, each column of an account by itself', () => {
  expect(uncovered({})).toEqual([
    'users.password',
    'users.salt',
    'users.password_md5',
    'users.remember_token',
    'sessions',
    'usermeta.meta_value',
  ]);
});

test('a retired password covers its salt, and no other column of the row', () => {
  expect(uncovered({ retire: [{ table: 'users', column: 'PASSWORD' }] })).toEqual([
    'users.password_md5',
    'users.remember_token',
    'sessions',
    'usermeta.meta_value',
  ]);
});

test('a revoked table is covered, a key/value table only with its condition (C68)', () => {
  const revoke = (where?: string) => [
    { table: 'sessions', delete: 'rows' },
    { table: 'usermeta', delete: 'rows', where },
  ];
  expect(uncovered({ revoke: revoke() })).toContain('usermeta.meta_value');
  expect(uncovered({ revoke: revoke("meta_key = 'session_tokens'") })).not.toContain('usermeta.meta_value');
});

test('what is set aside is covered: a column alone, or a whole table', () => {
  const ignored = [{ table: 'users' }, { table: 'usermeta', column: 'meta_value' }];
  expect(uncovered({ ignored })).toEqual(['sessions']);
  expect(uncovered({ ignored: [{ table: 'users', column: 'salt' }] })).not.toContain('users.salt');
});

test('a server with names in lower case takes the file in any case', () => {
  expect(uncovered({ revoke: [{ table: 'SESSIONS', delete: 'rows' }] })).not.toContain('sessions');
});

test('the keys of a key/value table say which of its rows are credentials', () => {
  const columns = catalog.columns.filter(({ table }) => table === 'usermeta');
  expect(keyValueColumns('usermeta', columns)).toEqual({ key: 'meta_key', value: 'meta_value' });
  const keys = ['nickname', 'session_tokens', '_application_passwords', 'wp_capabilities', 'rich_editing'];
  expect(keys.filter(looksLikeKey)).toEqual(['session_tokens', '_application_passwords']);
  const [finding] = findCredentials(catalog, { usermeta: keys }).filter(({ kind }) => kind === 'keyValue');
  expect(finding?.why).toContain('session_tokens, _application_passwords');
});
