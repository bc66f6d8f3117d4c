/** What a shipped mapping must do to the rows of its fixture, `<id>.sql` in this folder. All times of the fixtures are around this cutoff. */
export const CUTOFF = '2024-03-01T00:00:00Z';

export interface PresetCase {
  /** Of the file in presets/, and of the fixture. */
  id: string;
  prefix: string;
  /** What only the company can answer, by path in `database`. */
  answers: Record<string, unknown>;
  /** Customers. Together they are all that the source has. */
  expected: { expired: number; changedSince: number; none: number; leftOut: number; younger: number };
  /** Counts that are more than 0 before the expiry, and 0 after it. */
  mustBeDead: Record<string, string>;
  /** Rows that are the same before and after it. */
  mustStay: string[];
  /** What verify can only name, of one row each. */
  unprovable?: RegExp[];
  /** Credentials, or what looks like them, that are no part of the system: the dry run names them. */
  ofTheApplication: string[];
  /** Keys of a table of named values that a plugin added, as the dry run names them. */
  unknownKeys?: string[];
}

const looked = { ended: 'looked into by hand', by: 'the security lead' };
const answered = (stated: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...Object.fromEntries(
    Array.from({ length: stated }, (_, i) => [
      [`stated.${i}.ended`, looked.ended],
      [`stated.${i}.by`, looked.by],
    ]).flat(),
  ),
  ...more,
});

export const PRESET_CASES: PresetCase[] = [
  {
    id: 'wordpress',
    prefix: 'wp_',
    answers: answered(2),
    expected: { expired: 5, changedSince: 0, none: 1, leftOut: 0, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM wp_users WHERE ID <> 120 AND user_pass NOT IN ('', '*password-expired')",
      'reset keys': "SELECT COUNT(*) FROM wp_users WHERE ID <> 120 AND user_activation_key <> ''",
      sessions: "SELECT COUNT(*) FROM wp_usermeta WHERE user_id <> 120 AND meta_key = 'session_tokens'",
      'application passwords': "SELECT COUNT(*) FROM wp_usermeta WHERE meta_key = '_application_passwords'",
      'changes of address': "SELECT COUNT(*) FROM wp_usermeta WHERE meta_key = '_new_email'",
      'API keys': 'SELECT COUNT(*) FROM wp_woocommerce_api_keys WHERE user_id <> 120',
      'carts of logins': "SELECT COUNT(*) FROM wp_woocommerce_sessions WHERE session_key IN ('2', '12')",
    },
    mustStay: [
      'SELECT * FROM wp_users WHERE ID IN (4, 120)',
      'SELECT ID, user_login, user_nicename, user_email, user_registered, user_status, display_name FROM wp_users',
      "SELECT * FROM wp_usermeta WHERE user_id = 120 OR meta_key NOT IN ('session_tokens', '_application_passwords', '_new_email')",
      "SELECT * FROM wp_woocommerce_sessions WHERE session_key NOT IN ('2', '12')",
      'SELECT * FROM wp_woocommerce_api_keys WHERE user_id = 120',
      'SELECT * FROM wp_woocommerce_payment_tokens',
      'SELECT * FROM wp_wc_customer_lookup',
      'SELECT * FROM wp_posts',
      'SELECT * FROM wp_options',
    ],
    ofTheApplication: [],
    unknownKeys: ['Keys of wp_usermeta look like credentials, and no entry takes them: _session_tokens (1)'],
  },
  {
    id: 'magento',
    prefix: '',
    answers: answered(2),
    expected: { expired: 4, changedSince: 0, none: 1, leftOut: 0, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM customer_entity WHERE entity_id <> 6 AND password_hash IS NOT NULL AND password_hash <> '*password-expired:x:1'",
      'reset links': 'SELECT COUNT(*) FROM customer_entity WHERE entity_id <> 6 AND rp_token IS NOT NULL',
      'confirmation links':
        "SELECT COUNT(*) FROM customer_entity WHERE entity_id <> 6 AND confirmation = REPEAT('k', 32)",
      'sessions by their cutoff':
        "SELECT COUNT(*) FROM customer_entity WHERE entity_id <> 6 AND COALESCE(session_cutoff, '2000-01-01') < '2024-03-10'",
      'API tokens': 'SELECT COUNT(*) FROM oauth_token WHERE customer_id <> 6',
      'remember-me': 'SELECT COUNT(*) FROM persistent_session WHERE customer_id <> 6',
      'sign-ins of clerks': 'SELECT COUNT(*) FROM login_as_customer WHERE customer_id <> 6',
    },
    mustStay: [
      'SELECT * FROM customer_entity WHERE entity_id = 6',
      // updated_at would change by itself with each UPDATE of the row (I5).
      'SELECT entity_id, website_id, email, store_id, created_at, updated_at, is_active, firstname, lastname, rp_token_created_at, default_billing, failures_num FROM customer_entity',
      'SELECT entity_id FROM customer_entity WHERE confirmation IS NULL', // those have confirmed
      'SELECT * FROM customer_visitor',
      'SELECT * FROM oauth_token WHERE customer_id IS NULL OR customer_id = 6',
      'SELECT * FROM persistent_session WHERE customer_id IS NULL OR customer_id = 6',
      'SELECT * FROM login_as_customer WHERE customer_id = 6',
      'SELECT * FROM session',
      'SELECT * FROM jwt_auth_revoked',
      'SELECT * FROM admin_user',
      'SELECT * FROM vault_payment_token',
      'SELECT * FROM newsletter_subscriber',
      'SELECT * FROM sales_order',
      'SELECT * FROM customer_address_entity',
    ],
    ofTheApplication: [],
  },
  {
    id: 'shopware',
    prefix: '',
    answers: answered(1),
    expected: { expired: 4, changedSince: 0, none: 1, leftOut: 2, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM customer WHERE customer_number <> '1006' AND password IS NOT NULL AND password <> '*password-expired'",
      'passwords of the system before': 'SELECT COUNT(*) FROM customer WHERE legacy_password IS NOT NULL',
      'reset links':
        "SELECT COUNT(*) FROM customer_recovery r JOIN customer c ON c.id = r.customer_id WHERE c.customer_number <> '1006'",
      logins:
        "SELECT COUNT(*) FROM sales_channel_api_context x JOIN customer c ON c.id = x.customer_id WHERE c.guest = 0 AND c.customer_number <> '1006'",
      'confirmation links': "SELECT COUNT(*) FROM customer WHERE hash = 'hash-of-dee'",
    },
    mustStay: [
      "SELECT * FROM customer WHERE customer_number IN ('1003', '1006', '1007', '1008')",
      'SELECT id, auto_increment, customer_number, first_name, email, legacy_encoder, guest, double_opt_in_confirm_date, created_at, updated_at FROM customer',
      "SELECT hash FROM customer WHERE customer_number = '1005'",
      'SELECT r.* FROM customer_recovery r JOIN customer c ON c.id = r.customer_id WHERE c.customer_number = 1006',
      'SELECT x.* FROM sales_channel_api_context x LEFT JOIN customer c ON c.id = x.customer_id WHERE c.id IS NULL OR c.guest = 1 OR c.customer_number = 1006',
      'SELECT * FROM cart',
      'SELECT * FROM newsletter_recipient',
      'SELECT * FROM `user`',
      'SELECT * FROM refresh_token',
      'SELECT * FROM integration',
      'SELECT * FROM customer_address',
      'SELECT * FROM customer_wishlist',
      'SELECT * FROM sales_channel',
    ],
    ofTheApplication: [],
  },
  {
    id: 'keycloak',
    prefix: '',
    answers: answered(4),
    unprovable: [/^rows of OFFLINE_USER_SESSION belong to none/i],
    expected: { expired: 4, changedSince: 1, none: 1, leftOut: 1, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM CREDENTIAL WHERE ID IN ('p-boss', 'p-ann', 'p-bob', 'p-dee') AND SECRET_DATA NOT LIKE '%PasswordExpired%'",
      sessions: "SELECT COUNT(*) FROM OFFLINE_USER_SESSION WHERE USER_ID IN ('u-boss', 'u-ann', 'u-cem')",
      'sessions of clients':
        "SELECT COUNT(*) FROM OFFLINE_CLIENT_SESSION WHERE USER_SESSION_ID IN ('s-ann-1', 's-ann-2', 's-cem', 's-boss')",
      'tokens of other providers':
        "SELECT COUNT(*) FROM FEDERATED_IDENTITY WHERE TOKEN IS NOT NULL AND USER_ID <> 'u-fay'",
      'what was signed before':
        "SELECT COUNT(*) FROM USER_ENTITY WHERE ID NOT IN ('u-fay', 'u-robot') AND NOT_BEFORE < 1709251200",
    },
    mustStay: [
      "SELECT * FROM CREDENTIAL WHERE ID IN ('h-ann', 'o-ann', 'w-ann', 'p-eve', 'p-fay')",
      'SELECT ID, TYPE, USER_ID, CREATED_DATE, CREDENTIAL_DATA, PRIORITY FROM CREDENTIAL',
      "SELECT * FROM USER_ENTITY WHERE ID IN ('u-fay', 'u-robot')",
      'SELECT ID, EMAIL, ENABLED, FIRST_NAME, REALM_ID, USERNAME, CREATED_TIMESTAMP FROM USER_ENTITY',
      "SELECT * FROM OFFLINE_USER_SESSION WHERE USER_SESSION_ID IN ('s-fay', 's-robot', 's-fed')",
      "SELECT * FROM OFFLINE_CLIENT_SESSION WHERE USER_SESSION_ID IN ('s-fay', 's-robot', 's-fed')",
      'SELECT IDENTITY_PROVIDER, FEDERATED_USER_ID, USER_ID FROM FEDERATED_IDENTITY',
      "SELECT * FROM FEDERATED_IDENTITY WHERE USER_ID = 'u-fay'",
      'SELECT * FROM FED_USER_CREDENTIAL',
      'SELECT * FROM USER_ATTRIBUTE',
      'SELECT * FROM USER_REQUIRED_ACTION',
      'SELECT * FROM CLIENT',
      'SELECT * FROM REVOKED_TOKEN',
    ],
    ofTheApplication: [],
  },
  {
    id: 'laravel',
    prefix: '',
    answers: answered(2),
    expected: { expired: 3, changedSince: 0, none: 1, leftOut: 0, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM users WHERE id <> 5 AND password NOT IN ('', '$2y$10$Password.expired.askfor.a.new.one.by.forgot.password.')",
      'remember-me': 'SELECT COUNT(*) FROM users WHERE id <> 5 AND remember_token IS NOT NULL',
      sessions: 'SELECT COUNT(*) FROM sessions WHERE user_id <> 5',
      'tokens of Sanctum':
        "SELECT COUNT(*) FROM personal_access_tokens WHERE tokenable_type LIKE '%User' AND tokenable_id <> 5",
      'access tokens': 'SELECT COUNT(*) FROM oauth_access_tokens WHERE user_id <> 5',
      'refresh tokens': "SELECT COUNT(*) FROM oauth_refresh_tokens WHERE id LIKE 'rt-ann%'",
      codes: 'SELECT COUNT(*) FROM oauth_auth_codes WHERE user_id <> 5',
      'codes of devices': 'SELECT COUNT(*) FROM oauth_device_codes WHERE user_id <> 5',
      'reset links': "SELECT COUNT(*) FROM password_reset_tokens WHERE email IN ('ann@x.test', 'bob@x.test')",
      'reset links up to Laravel 9': "SELECT COUNT(*) FROM password_resets WHERE email = 'ann@x.test'",
    },
    mustStay: [
      'SELECT * FROM users WHERE id = 5',
      'SELECT id, name, email, email_verified_at, two_factor_secret, created_at, updated_at FROM users',
      'SELECT password FROM users WHERE id = 3',
      'SELECT * FROM sessions WHERE user_id IS NULL OR user_id = 5',
      "SELECT * FROM personal_access_tokens WHERE tokenable_type LIKE '%Bot' OR tokenable_id = 5",
      'SELECT * FROM oauth_access_tokens WHERE user_id IS NULL OR user_id = 5',
      "SELECT * FROM oauth_refresh_tokens WHERE id IN ('rt-fay', 'rt-nobody')",
      'SELECT * FROM oauth_auth_codes WHERE user_id = 5',
      'SELECT * FROM oauth_device_codes WHERE user_id IS NULL',
      "SELECT * FROM password_reset_tokens WHERE email IN ('fay@x.test', 'gil@x.test')",
      "SELECT * FROM password_resets WHERE email = 'fay@x.test'",
      'SELECT * FROM oauth_clients',
      'SELECT * FROM bots',
      'SELECT * FROM orders',
    ],
    unprovable: [
      /^rows of oauth_refresh_tokens lead to no row of oauth_access_tokens/,
      /^rows of password_reset_tokens belong to none/,
    ],
    ofTheApplication: ['orders.tracking_token'],
  },
  {
    id: 'django',
    prefix: '',
    answers: answered(2),
    expected: { expired: 3, changedSince: 0, none: 1, leftOut: 1, younger: 1 },
    mustBeDead: {
      passwords: "SELECT COUNT(*) FROM auth_user WHERE id IN (1, 2, 3) AND password <> '*password-expired'",
      'API tokens': 'SELECT COUNT(*) FROM authtoken_token WHERE user_id IN (1, 2, 4)',
      'tokens of Knox': 'SELECT COUNT(*) FROM knox_authtoken WHERE user_id <> 6',
      'access tokens': 'SELECT COUNT(*) FROM oauth2_provider_accesstoken WHERE user_id <> 6',
      'refresh tokens': 'SELECT COUNT(*) FROM oauth2_provider_refreshtoken WHERE user_id <> 6',
      codes: 'SELECT COUNT(*) FROM oauth2_provider_grant WHERE user_id <> 6',
    },
    mustStay: [
      'SELECT * FROM auth_user WHERE id IN (4, 5, 6)',
      'SELECT id, last_login, username, first_name, email, is_staff, is_active, date_joined FROM auth_user',
      'SELECT * FROM authtoken_token WHERE user_id IN (5, 6)',
      'SELECT * FROM knox_authtoken WHERE user_id = 6',
      'SELECT * FROM oauth2_provider_accesstoken WHERE user_id IS NULL OR user_id = 6',
      'SELECT * FROM oauth2_provider_refreshtoken WHERE user_id = 6',
      'SELECT * FROM oauth2_provider_grant WHERE user_id = 6',
      'SELECT * FROM django_session',
      'SELECT * FROM shop_newsletter',
    ],
    ofTheApplication: ['shop_newsletter.unsubscribe_token'],
  },
  {
    id: 'drupal',
    prefix: 'd_',
    answers: answered(2),
    expected: { expired: 4, changedSince: 0, none: 1, leftOut: 2, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM d_users_field_data WHERE uid IN (1, 2, 3, 7) AND pass <> '*password-expired'",
      sessions: 'SELECT COUNT(*) FROM d_sessions WHERE uid IN (1, 2, 4)',
      'tokens of simple_oauth': 'SELECT COUNT(*) FROM d_oauth2_token WHERE auth_user_id <> 6',
      'API keys': 'SELECT COUNT(*) FROM d_user__api_key WHERE entity_id <> 6',
    },
    mustStay: [
      'SELECT * FROM d_users_field_data WHERE uid IN (0, 4, 5, 6)',
      'SELECT uid, langcode, preferred_langcode, name, mail, status, created, changed, access, login, init FROM d_users_field_data',
      'SELECT * FROM d_sessions WHERE uid IN (0, 5, 6)',
      'SELECT * FROM d_oauth2_token WHERE auth_user_id IS NULL OR auth_user_id = 6',
      'SELECT * FROM d_user__api_key WHERE entity_id = 6',
      'SELECT * FROM d_users',
      'SELECT * FROM d_users_data',
      'SELECT * FROM d_user__roles',
      'SELECT * FROM d_key_value',
      'SELECT * FROM d_flood',
      'SELECT * FROM d_cache_entity',
    ],
    ofTheApplication: [],
  },
  {
    id: 'prestashop',
    prefix: 'ps_',
    answers: answered(2, { 'customers.createdAt.zone': 'Europe/Paris' }),
    expected: { expired: 3, changedSince: 0, none: 1, leftOut: 2, younger: 1 },
    mustBeDead: {
      passwords:
        "SELECT COUNT(*) FROM ps_customer WHERE id_customer IN (1, 2, 5) AND passwd <> '$2y$10$Password.expired.askfor.a.new.one.by.forgot.password.'",
      'reset links':
        'SELECT COUNT(*) FROM ps_customer WHERE id_customer <> 6 AND reset_password_token IS NOT NULL',
      logins: 'SELECT COUNT(*) FROM ps_customer_session WHERE id_customer IN (1, 3)',
    },
    mustStay: [
      'SELECT * FROM ps_customer WHERE id_customer IN (3, 4, 6, 7)',
      'SELECT id_customer, id_shop, email, firstname, last_passwd_gen, secure_key, active, is_guest, deleted, date_add, date_upd, reset_password_validity FROM ps_customer',
      'SELECT * FROM ps_customer_session WHERE id_customer IN (6, 7)',
      'SELECT * FROM ps_employee',
      'SELECT * FROM ps_employee_session',
      'SELECT * FROM ps_cart',
      'SELECT * FROM ps_orders',
      'SELECT * FROM ps_customer_thread',
      'SELECT * FROM ps_webservice_account',
      'SELECT * FROM ps_configuration',
      'SELECT * FROM ps_address',
    ],
    ofTheApplication: [],
  },
];
