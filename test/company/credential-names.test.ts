import type { CatalogColumn } from '../../src/company/catalog';
import { type CredentialKind, credentialLook } from '../../src/company/credential-names';
import { madeUpColumn } from './made-up-catalog';

/** Columns as these systems' own CREATE TABLEs have them: name, type, and what it looks like (null: no credential). */
const ACCOUNTS: Record<string, [column: string, kind: CredentialKind | null][]> = {
  'MediaWiki user': [
    ['user_password tinyblob', 'password'],
    ['user_newpassword tinyblob', 'password'],
    ['user_newpass_time binary(14)', null],
    ['user_password_expires varbinary(14)', null],
    ['user_email tinyblob', null],
    ['user_touched binary(14)', null],
    ['user_token binary(32)', 'token'],
    ['user_email_token binary(32)', 'token'],
    ['user_email_token_expires binary(14)', null],
    ['user_editcount int(11)', null],
  ],
  'phpBB users': [
    ['user_password varchar(255)', 'password'],
    ['user_newpasswd varchar(255)', 'password'],
    ['user_passchg int(11)', null],
    ['user_email_hash bigint(20)', null],
    ['user_actkey varchar(32)', 'token'],
    ['reset_token varchar(64)', 'token'],
    ['reset_token_expiration int(11)', null],
    ['user_form_salt varchar(32)', 'salt'],
    ['user_last_confirm_key varchar(10)', 'token'],
    ['user_sig mediumtext', null],
    ['user_login_attempts tinyint(4)', null],
  ],
  'OpenCart customer': [
    ['password varchar(255)', 'password'],
    ['salt varchar(9)', 'salt'],
    ['token text', 'token'],
    ['code varchar(40)', 'token'],
    ['newsletter tinyint(1)', null],
    ['ip varchar(40)', null],
  ],
  'Joomla users': [
    ['password varchar(100)', 'password'],
    ['activation varchar(100)', 'token'],
    ['params text', null],
    ['lastResetTime datetime', null],
    ['resetCount int(11)', null],
    ['otpKey varchar(1000)', 'secondFactor'],
    ['otep varchar(1000)', 'secondFactor'],
    ['requireReset tinyint(4)', null],
    ['authProvider varchar(100)', null],
  ],
  'Zen Cart admin': [
    ['admin_pass varchar(255)', 'password'],
    ['prev_pass1 varchar(255)', 'password'],
    ['pwd_last_change_date datetime', null],
    ['reset_token varchar(255)', 'token'],
    ['failed_logins smallint(4) unsigned', null],
    ['mfa text', 'secondFactor'],
  ],
  'Zen Cart customers': [
    ['customers_password varchar(255)', 'password'],
    ['customers_secret varchar(64)', 'token'],
    ['customers_authorization int(1)', null],
    ['activation_required tinyint(1)', null],
  ],
  'AbanteCart customers': [
    ['loginname varchar(96)', null],
    ['salt varchar(8)', 'salt'],
    ['password varchar(40)', 'password'],
    ['last_login timestamp', null],
  ],
  'Piwigo user_infos': [
    ['activation_key varchar(255)', 'token'],
    ['activation_key_expire datetime', null],
  ],
  'Kanboard users': [
    ['password varchar(255)', 'password'],
    ['disable_login_form tinyint(1)', null],
    ['twofactor_activated tinyint(1)', null],
    ['twofactor_secret char(16)', 'secondFactor'],
    ['token varchar(255)', 'token'],
    ['nb_failed_login int(11)', null],
    ['api_access_token varchar(255)', 'token'],
  ],
  'Vaultwarden users': [
    ['password_hash blob', 'password'],
    ['salt blob', 'salt'],
    ['password_iterations int(11)', null],
    ['password_hint text', null],
    ['key text', 'token'],
    ['private_key text', 'token'],
    ['public_key text', null],
    ['totp_secret text', 'secondFactor'],
    ['totp_recover text', 'secondFactor'],
    ['security_stamp text', 'epoch'],
  ],
  'OpenStreetMap users': [
    ['pass_crypt varchar(255)', 'password'],
    ['pass_salt varchar(255)', 'salt'],
    ['auth_uid varchar(255)', null],
    ['auth_provider varchar(255)', null],
  ],
  'Matomo user': [
    ['password varchar(255)', 'password'],
    ['twofactor_secret varchar(40)', 'secondFactor'],
    ['ts_password_modified timestamp', null],
    ['invite_token varchar(191)', 'token'],
    ['invite_expired_at timestamp', null],
  ],
  'Ghost users': [
    ['password varchar(60)', 'password'],
    ['last_seen datetime', null],
    ['meta_title varchar(2000)', null],
  ],
  'SuiteCRM users': [
    ['user_hash varchar(255)', 'password'],
    ['system_generated_password tinyint(1)', null],
    ['pwd_last_changed datetime', null],
    ['factor_auth tinyint(1)', null],
    ['factor_auth_interface varchar(255)', null],
  ],
  'Snipe-IT users': [
    ['remember_token text', 'token'],
    ['activation_code varchar(255)', 'token'],
    ['persist_code varchar(255)', 'token'],
    ['reset_password_code varchar(255)', 'token'],
    ['two_factor_secret varchar(32)', 'secondFactor'],
    ['two_factor_optin tinyint(1)', null],
  ],
  'Pixelfed users': [
    ['2fa_enabled tinyint(1)', null],
    ['2fa_secret varchar(255)', 'secondFactor'],
    ['2fa_backup_codes json', 'secondFactor'],
    ['2fa_setup_at timestamp', null],
    ['app_register_token varchar(255)', 'token'],
    ['register_source varchar(255)', null],
  ],
  'Directus users': [
    ['tfa_secret varchar(255)', 'secondFactor'],
    ['token varchar(255)', 'token'],
    ['auth_data json', 'token'],
    ['provider varchar(128)', null],
    ['last_page varchar(255)', null],
  ],
  'Strapi admin users': [
    ['reset_password_token varchar(255)', 'token'],
    ['registration_token varchar(255)', 'token'],
    ['prefered_language varchar(255)', null],
  ],
  'Mattermost Users': [
    ['Password varchar(128)', 'password'],
    ['AuthService varchar(32)', null],
    ['LastPasswordUpdate bigint(20)', null],
    ['FailedAttempts int(11)', null],
    ['MfaActive tinyint(1)', null],
    ['MfaSecret varchar(128)', 'secondFactor'],
  ],
  'vBulletin user': [
    ['password char(32)', 'password'],
    ['passworddate date', null],
    ['salt char(30)', 'salt'],
  ],
  'ASP.NET Identity AspNetUsers': [
    ['PasswordHash longtext', 'password'],
    ['SecurityStamp longtext', 'epoch'],
    ['ConcurrencyStamp longtext', null],
    ['TwoFactorEnabled tinyint(1)', null],
    ['NormalizedEmail varchar(256)', null],
  ],
  'Spree users (Devise, Authlogic)': [
    ['encrypted_password varchar(128)', 'password'],
    ['crypted_password varchar(255)', 'password'],
    ['password_salt varchar(128)', 'salt'],
    ['remember_token varchar(255)', 'token'],
    ['persistence_token varchar(255)', 'token'],
    ['single_access_token varchar(255)', 'token'],
    ['perishable_token varchar(255)', 'token'],
    ['reset_password_sent_at datetime', null],
    ['remember_created_at datetime', null],
    ['sign_in_count int(11)', null],
    ['authentication_token varchar(255)', 'token'],
    ['unlock_token varchar(255)', 'token'],
    ['encrypted_otp_secret varchar(255)', 'secondFactor'],
    ['consumed_timestep int(11)', null],
    ['jti varchar(255)', 'epoch'],
  ],
  'PHP-Auth users': [
    ['force_logout mediumint(7) unsigned', 'epoch'],
    ['roles_mask int(10) unsigned', null],
    ['backup_codes text', 'secondFactor'],
    ['password_last_updated timestamp', null],
  ],
  'Ion Auth users': [
    ['remember_selector varchar(255)', 'token'],
    ['remember_code varchar(255)', 'token'],
    ['forgotten_password_selector varchar(255)', 'token'],
    ['forgotten_password_code varchar(255)', 'token'],
    ['forgotten_password_time int(11) unsigned', null],
  ],
  'PrestaShop customer': [
    ['passwd varchar(255)', 'password'],
    ['last_passwd_gen timestamp', null],
    ['secure_key varchar(32)', 'token'],
    ['reset_password_token varchar(40)', 'token'],
    ['reset_password_validity datetime', null],
    ['newsletter_date_add datetime', null],
  ],
  'Magento customer_entity': [
    ['password_hash varchar(128)', 'password'],
    ['rp_token varchar(128)', 'token'],
    ['rp_token_created_at datetime', null],
    ['confirmation varchar(64)', 'token'],
    ['failures_num smallint(6)', null],
    ['session_cutoff timestamp', 'epoch'],
  ],
  'names in other languages': [
    ['contraseña varchar(60)', 'password'],
    ['senha_hash varchar(60)', 'password'],
    ['Passwort varchar(60)', 'password'],
    ['mot_de_passe varchar(60)', 'password'],
    ['mdp varchar(60)', 'password'],
    ['clave varchar(60)', 'password'],
    ['clave_producto varchar(60)', null],
  ],
  'home-made': [
    ['user_pass varchar(64)', 'password'],
    ['userpass varchar(64)', 'password'],
    ['pw varchar(64)', 'password'],
    ['password_2 varchar(64)', 'password'],
    ['password_md5 char(32)', 'password'],
    ['legacy_password varchar(255)', 'password'],
    ['legacy_password_encoder varchar(20)', null],
    ['secret_answer varchar(255)', 'token'],
    ['secret_question varchar(255)', null],
    ['magic_link varchar(255)', 'token'],
    ['session_id char(32)', 'token'],
    ['session_id int(11)', null],
    ['login_hash char(40)', 'password'],
    ['jwt text', 'token'],
    ['otp int(6)', 'token'],
    ['verification_code int(6)', 'token'],
    ['token_version int(11)', 'epoch'],
    ['tokens_valid_after datetime', 'epoch'],
    ['sessions_invalid_before bigint(20)', 'epoch'],
  ],
};

/** What must not drown the operator, wherever it stands. */
const NONE = [
  'password_hint_shown_at datetime',
  'password_changed_at datetime',
  'password_policy_id int(11)',
  'password_strength varchar(10)',
  'password_expires_at varchar(30)',
  'token_count int(11)',
  'reset_count int(11)',
  'hash_algo varchar(20)',
  'session_timeout_minutes int(11)',
  'tokenizer varchar(40)',
  'token_type varchar(40)',
  'token_usage text',
  'csrf_token varchar(64)',
  'push_token varchar(255)',
  'fcm_token varchar(255)',
  'card_token varchar(64)',
  'next_page_token varchar(64)',
  'secretary_name varchar(64)',
  'passport_number varchar(20)',
  'compass varchar(20)',
  'bypass_reason varchar(20)',
  'boarding_pass varchar(60)',
  'hashtag varchar(60)',
  'file_hash char(64)',
  'content_md5 char(32)',
  'email_hash char(32)',
  'query_hash char(32)',
  'categories_hash text',
  'commit_sha1 char(40)',
  'keywords text',
  'primary_key varchar(60)',
  'translation_key varchar(60)',
  'cache_key varchar(128)',
  'public_key text',
  'coupon_code varchar(32)',
  'user_code varchar(20)',
  'user_key varchar(36)',
  'password_hint_2 varchar(100)',
  'token_count_1 int(11)',
  'postal_code varchar(32)',
  'country_code varchar(8)',
  'security_level varchar(8)',
  'signature longtext',
  'cookie_consent text',
  'remember_me tinyint(1)',
  'has_password tinyint(1)',
  'code_challenge varchar(128)',
  'access varchar(64)',
  'author varchar(64)',
  'authorized_by varchar(64)',
  'oauth_provider varchar(64)',
  'secret_santa_enabled tinyint(1)',
  'access_token_id varchar(100)',
  'token char(1)',
  'password bit(1)',
];

describe.each(Object.entries(ACCOUNTS))('%s', (_, columns) => {
  test.each(columns)('%s: %s', (definition, kind) => {
    expect(credentialLook(column(definition), true)?.kind ?? null).toBe(kind);
  });
});

test.each(NONE)('%s is no credential', (definition) => {
  expect(credentialLook(column(definition), true)).toBeNull();
  expect(credentialLook(column(definition), false)).toBeNull();
});

test('a comment says what a name does not', () => {
  expect(credentialLook({ ...column('mm varchar(64)'), comment: '登录密码' }, true)?.kind).toBe('password');
  expect(
    credentialLook({ ...column('last_reset datetime'), comment: 'Date of last password reset' }, true),
  ).toBeNull();
});

test('a bare hash, code or session id is asked about only beside an address or a password', () => {
  for (const definition of [
    'hash char(64)',
    'code varchar(40)',
    'session_id varchar(128)',
    'activation varchar(100)',
  ]) {
    expect(credentialLook(column(definition), true)).not.toBeNull();
    expect(credentialLook(column(definition), false)).toBeNull();
  }
});

function column(definition: string): CatalogColumn {
  const space = definition.indexOf(' ');
  return madeUpColumn('users', definition.slice(0, space), definition.slice(space + 1));
}
