-- Drupal 11 with simple_oauth and key_auth: the tables that matter and some that only look so. Prefix d_. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC (1709251200).
SET NAMES utf8mb4;
SET SESSION sql_mode = 'ANSI,TRADITIONAL,NO_AUTO_VALUE_ON_ZERO'; -- uid 0

CREATE TABLE d_users (
  uid int unsigned NOT NULL AUTO_INCREMENT, uuid varchar(128) CHARACTER SET ascii NOT NULL, langcode varchar(12) CHARACTER SET ascii NOT NULL, PRIMARY KEY (uid), UNIQUE KEY user_field__uuid__value (uuid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_users_field_data (
  uid int unsigned NOT NULL,
  langcode varchar(12) CHARACTER SET ascii NOT NULL,
  preferred_langcode varchar(12) CHARACTER SET ascii DEFAULT NULL,
  preferred_admin_langcode varchar(12) CHARACTER SET ascii DEFAULT NULL,
  name varchar(60) NOT NULL,
  pass varchar(255) DEFAULT NULL,
  mail varchar(254) DEFAULT NULL,
  timezone varchar(32) DEFAULT NULL,
  status tinyint DEFAULT NULL,
  created int NOT NULL,
  changed int DEFAULT NULL,
  access int NOT NULL,
  login int DEFAULT NULL,
  init varchar(254) DEFAULT NULL,
  default_langcode tinyint NOT NULL,
  PRIMARY KEY (uid, langcode), UNIQUE KEY user__name (name, langcode),
  KEY user__id__default_langcode__langcode (uid, default_langcode, langcode), KEY user_field__mail (mail(191)), KEY user_field__created (created), KEY user_field__access (access)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_users_data (
  uid int unsigned NOT NULL DEFAULT 0, module varchar(50) CHARACTER SET ascii NOT NULL DEFAULT '', name varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', value longblob, serialized tinyint unsigned DEFAULT 0,
  PRIMARY KEY (uid, module, name), KEY module (module), KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_user__roles (
  bundle varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', deleted tinyint NOT NULL DEFAULT 0, entity_id int unsigned NOT NULL, revision_id int unsigned NOT NULL, langcode varchar(32) CHARACTER SET ascii NOT NULL DEFAULT '',
  delta int unsigned NOT NULL, roles_target_id varchar(255) CHARACTER SET ascii NOT NULL, PRIMARY KEY (entity_id, deleted, delta, langcode)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_user__api_key (
  bundle varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', deleted tinyint NOT NULL DEFAULT 0, entity_id int unsigned NOT NULL, revision_id int unsigned NOT NULL, langcode varchar(32) CHARACTER SET ascii NOT NULL DEFAULT '',
  delta int unsigned NOT NULL, api_key_value varchar(255) NOT NULL, PRIMARY KEY (entity_id, deleted, delta, langcode)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_sessions (
  uid int unsigned NOT NULL, sid varchar(128) CHARACTER SET ascii NOT NULL, hostname varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', `timestamp` bigint NOT NULL DEFAULT 0, session longblob,
  PRIMARY KEY (sid), KEY `timestamp` (`timestamp`), KEY uid (uid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_oauth2_token (
  id int unsigned NOT NULL AUTO_INCREMENT, bundle varchar(32) CHARACTER SET ascii NOT NULL, uuid varchar(128) CHARACTER SET ascii NOT NULL, auth_user_id int unsigned DEFAULT NULL, value varchar(255) DEFAULT NULL, created int DEFAULT NULL, expire int DEFAULT NULL, status tinyint DEFAULT NULL,
  PRIMARY KEY (id), KEY oauth2_token_field__auth_user_id__target_id (auth_user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_key_value (collection varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', name varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', value longblob NOT NULL, PRIMARY KEY (collection, name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_flood (fid int NOT NULL AUTO_INCREMENT, event varchar(64) CHARACTER SET ascii NOT NULL DEFAULT '', identifier varchar(128) CHARACTER SET ascii NOT NULL DEFAULT '', `timestamp` bigint NOT NULL DEFAULT 0, expiration bigint NOT NULL DEFAULT 0, PRIMARY KEY (fid)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d_cache_entity (cid varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', data longblob, expire bigint NOT NULL DEFAULT 0, PRIMARY KEY (cid)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO d_users VALUES (0, 'uuid-0', 'en'), (1, 'uuid-1', 'en'), (2, 'uuid-2', 'en'), (3, 'uuid-3', 'de'), (4, 'uuid-4', 'en'), (5, 'uuid-5', 'en'), (6, 'uuid-6', 'en'), (7, 'uuid-7', 'en');
INSERT INTO d_users_field_data (uid, langcode, preferred_langcode, name, pass, mail, status, created, access, login, default_langcode) VALUES
  (0, 'en', NULL, '', NULL, NULL, 0, 1500000000, 0, 0, 1),
  (1, 'en', '', 'boss', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pZ', 'boss@shop.test', 1, 1500000000, 1709200000, 1709200000, 1),
  (2, 'en', 'de', 'ann', '$S$E5iLcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY', 'ann@x.test', 1, 1577872800, 1709200000, 1709200000, 1),
  (3, 'de', NULL, 'bob', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pB', 'bob@x.test', 1, 1577872800, 1709200000, 1709200000, 1),
  (3, 'fr', NULL, 'bob', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pB', 'bob@x.test', 1, 1577872800, 1709200000, 1709200000, 0), -- the same account in another language
  (4, 'en', NULL, 'cem', NULL, 'cem@x.test', 1, 1577872800, 1709200000, 1709200000, 1), -- signs in by another provider only
  (5, 'en', NULL, 'dee', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pD', 'dee@x.test', 0, 1577872800, 0, 0, 1), -- blocked
  (6, 'en', NULL, 'fay', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pF', 'fay@x.test', 1, 1709632800, 1709632800, 1709632800, 1), -- after the cutoff
  (7, 'en', NULL, 'gus', 'U$S$9uLcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY', 'gus@x.test', 1, 0, 0, 0, 1); -- from a site of old times
INSERT INTO d_users_data VALUES (2, 'contact', 'enabled', '1', 0), (2, 'tfa', 'tfa_totp_seed', 'seed', 0);
INSERT INTO d_user__roles VALUES ('user', 0, 1, 1, 'en', 0, 'administrator'), ('user', 0, 2, 2, 'en', 0, 'customer');
INSERT INTO d_user__api_key VALUES ('user', 0, 2, 2, 'en', 0, 'key-of-ann'), ('user', 0, 6, 6, 'en', 0, 'key-of-fay');
INSERT INTO d_sessions VALUES (0, 'anon-1', '', 1709200000, ''), (0, 'anon-2', '', 1709200000, ''), (1, 's-boss', '', 1709200000, ''), (2, 's-ann-1', '', 1709200000, ''), (2, 's-ann-2', '', 1709210000, ''), (4, 's-cem', '', 1709200000, ''), (5, 's-dee', '', 1709200000, ''), (6, 's-fay', '', 1709632800, '');
INSERT INTO d_oauth2_token (bundle, uuid, auth_user_id, value, created) VALUES ('access_token', 't1', 2, 'v1', 1709200000), ('refresh_token', 't2', 2, 'v2', 1709200000), ('access_token', 't3', 6, 'v3', 1709632800), ('access_token', 't4', NULL, 'v4', 1709200000);
INSERT INTO d_key_value VALUES ('state', 'system.private_key', 's:4:"pkey";');
INSERT INTO d_flood (event, identifier, `timestamp`, expiration) VALUES ('user.failed_login_ip', '192.0.2.1', 1709200000, 1709203600);
INSERT INTO d_cache_entity VALUES ('values:user:2', 'ann with her hash', -1);
