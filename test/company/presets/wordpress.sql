-- WordPress 6.8 with WooCommerce 9: the tables that matter and some that only look so. Prefix wp_. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC.
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'; -- its own columns default to 0000-00-00
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE wp_users (
  ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  user_login varchar(60) NOT NULL DEFAULT '',
  user_pass varchar(255) NOT NULL DEFAULT '',
  user_nicename varchar(50) NOT NULL DEFAULT '',
  user_email varchar(100) NOT NULL DEFAULT '',
  user_url varchar(100) NOT NULL DEFAULT '',
  user_registered datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  user_activation_key varchar(255) NOT NULL DEFAULT '',
  user_status int(11) NOT NULL DEFAULT 0,
  display_name varchar(250) NOT NULL DEFAULT '',
  PRIMARY KEY (ID), KEY user_login_key (user_login), KEY user_nicename (user_nicename), KEY user_email (user_email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_usermeta (
  umeta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  user_id bigint(20) unsigned NOT NULL DEFAULT 0,
  meta_key varchar(255) DEFAULT NULL,
  meta_value longtext,
  PRIMARY KEY (umeta_id), KEY user_id (user_id), KEY meta_key (meta_key(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_options (
  option_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  option_name varchar(191) NOT NULL DEFAULT '',
  option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (option_id), UNIQUE KEY option_name (option_name), KEY autoload (autoload)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_posts (
  ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  post_author bigint(20) unsigned NOT NULL DEFAULT 0,
  post_date datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  post_title text NOT NULL,
  post_status varchar(20) NOT NULL DEFAULT 'publish',
  post_password varchar(255) NOT NULL DEFAULT '',
  post_type varchar(20) NOT NULL DEFAULT 'post',
  PRIMARY KEY (ID), KEY post_author (post_author)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_woocommerce_sessions (
  session_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  session_key char(32) NOT NULL,
  session_value longtext NOT NULL,
  session_expiry bigint(20) unsigned NOT NULL,
  PRIMARY KEY (session_id), UNIQUE KEY session_key (session_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_woocommerce_api_keys (
  key_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  user_id bigint(20) unsigned NOT NULL,
  description varchar(200) DEFAULT NULL,
  permissions varchar(10) NOT NULL,
  consumer_key char(64) NOT NULL,
  consumer_secret char(43) NOT NULL,
  nonces longtext,
  truncated_key char(7) NOT NULL,
  last_access datetime DEFAULT NULL,
  PRIMARY KEY (key_id), KEY consumer_key (consumer_key), KEY consumer_secret (consumer_secret)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_woocommerce_payment_tokens (
  token_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  gateway_id varchar(200) NOT NULL,
  token text NOT NULL,
  user_id bigint(20) unsigned NOT NULL DEFAULT 0,
  type varchar(200) NOT NULL,
  is_default tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (token_id), KEY user_id (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE wp_wc_customer_lookup (
  customer_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  user_id bigint(20) unsigned DEFAULT NULL,
  username varchar(60) NOT NULL DEFAULT '',
  first_name varchar(255) NOT NULL,
  last_name varchar(255) NOT NULL,
  email varchar(100) DEFAULT NULL,
  date_registered timestamp NULL DEFAULT NULL,
  PRIMARY KEY (customer_id), UNIQUE KEY user_id (user_id), KEY email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO wp_users (ID, user_login, user_pass, user_nicename, user_email, user_registered, user_activation_key, display_name) VALUES
  (1, 'boss', '$P$BWfJQJ6pQ1Jp2VcTq0Wd1wq0n2Yk8d1', 'boss', 'boss@shop.test', '2015-02-03 04:05:06', '', 'The boss'),
  (2, 'ann', '$P$B7Wd0eQ1r2Sx3T4uV5wX6yZ7a8b9c0d', 'ann', 'ann@x.test', '2016-01-01 10:00:00', '1709000000:$generic$QlRWX0hBU0hfT0ZfQU5O', 'Ann'),
  (3, 'bob', '$wp$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2p', 'bob', 'bob@x.test', '2017-01-01 10:00:00', '', 'Bob'),
  (4, 'cem', '', 'cem', 'cem@x.test', '2018-01-01 10:00:00', '', 'Cem'), -- signs in by another provider only
  (5, 'dee', '5f4dcc3b5aa765d61d8327deb882cf99', 'dee', 'dee@x.test', '0000-00-00 00:00:00', '', 'Dee'), -- MD5 of old times
  (12, 'eve', '$P$BeVe0eQ1r2Sx3T4uV5wX6yZ7a8b9c0e', 'eve', 'eve@x.test', '2019-01-01 10:00:00', '$P$Boldstyle0eQ1r2Sx3T4uV5wX6yZ7a', 'Eve'),
  (120, 'fay', '$wp$2y$10$FAYfghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pQ', 'fay', 'fay@x.test', '2024-03-05 10:00:00', '1709640000:$generic$RkFZ', 'Fay'); -- after the cutoff
INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES
  (1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (1, 'session_tokens', 'a:1:{s:64:"b0";a:1:{s:5:"login";i:1709200000;}}'),
  (2, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (2, 'first_name', 'Ann'), (2, 'locale', 'de_DE'), (2, 'billing_country', 'US'), (2, 'billing_state', 'CA'),
  (2, 'session_tokens', 'a:2:{s:64:"a1";a:1:{s:5:"login";i:1709200000;}s:64:"a2";a:1:{s:5:"login";i:1709210000;}}'),
  (2, '_application_passwords', 'a:1:{i:0;a:1:{s:4:"name";s:5:"phone";}}'), (2, '_new_email', 'a:2:{s:4:"hash";s:2:"h1";s:8:"newemail";s:10:"evil@x.test";}'),
  (2, 'last_update', '1709200000'), (2, 'first_name', 'Annie'), -- a key that comes twice
  (3, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (3, 'first_name', 'Bob'), (3, 'locale', ''), (3, 'billing_country', 'DE'),
  (3, 'session_tokens', 'a:1:{s:64:"b1";a:1:{s:5:"login";i:1709200000;}}'),
  (4, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (4, 'session_tokens', 'a:1:{s:64:"c1";a:1:{s:5:"login";i:1709200000;}}'),
  (5, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (12, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'),
  (12, 'session_tokens_shown', 'yes'), (12, '_session_tokens', 'kept by a plugin about something else'),
  (120, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (120, 'session_tokens', 'a:1:{s:64:"f1";a:1:{s:5:"login";i:1709640000;}}');
INSERT INTO wp_options (option_name, option_value) VALUES
  ('siteurl', 'http://shop.test'), ('home', 'http://shop.test'), ('blogname', 'Shop'), ('admin_email', 'boss@shop.test'),
  ('db_version', '53496'), ('template', 'none'), ('stylesheet', 'none'), ('active_plugins', 'a:0:{}'), ('blog_charset', 'UTF-8'),
  ('wp_user_roles', 'a:1:{s:8:"customer";a:2:{s:4:"name";s:8:"Customer";s:12:"capabilities";a:1:{s:4:"read";b:1;}}}');
INSERT INTO wp_posts (post_author, post_date, post_title, post_password) VALUES (1, '2023-01-01 00:00:00', 'For members', 'sesame');
INSERT INTO wp_woocommerce_sessions (session_key, session_value, session_expiry) VALUES
  ('2', 'a:1:{s:4:"cart";s:2:"{}";}', 1709300000), ('12', 'a:1:{s:4:"cart";s:2:"{}";}', 1709300000), ('120', 'a:1:{s:4:"cart";s:2:"{}";}', 1709700000),
  ('t_2', 'a guest', 1709300000), ('t_12ab34cd56ef', 'a guest', 1709300000), ('2fa3b1c0d9e8f7a6b5c4d3e2f1a0b9c8', 'a guest of older days', 1709300000);
INSERT INTO wp_woocommerce_api_keys (user_id, description, permissions, consumer_key, consumer_secret, truncated_key) VALUES
  (1, 'ERP', 'read_write', REPEAT('a', 64), CONCAT('cs_', REPEAT('1', 40)), 'aaaaaaa'), (2, 'phone', 'read', REPEAT('b', 64), CONCAT('cs_', REPEAT('2', 40)), 'bbbbbbb'),
  (120, 'new', 'read', REPEAT('c', 64), CONCAT('cs_', REPEAT('3', 40)), 'ccccccc');
INSERT INTO wp_woocommerce_payment_tokens (gateway_id, token, user_id, type) VALUES ('stripe', 'pm_1', 2, 'CC'), ('stripe', 'pm_2', 3, 'CC');
INSERT INTO wp_wc_customer_lookup (user_id, username, first_name, last_name, email) VALUES (2, 'ann', 'Ann', 'A', 'ann@x.test'), (NULL, '', 'Gil', 'Guest', 'gil@x.test');
