-- Laravel 11 with Sanctum, Passport 12 and Fortify: the tables that matter and some that only look so. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC.
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET SESSION time_zone = '+00:00';

CREATE TABLE migrations (id int unsigned NOT NULL AUTO_INCREMENT, migration varchar(255) NOT NULL, batch int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE users (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) NOT NULL,
  email varchar(255) NOT NULL,
  email_verified_at timestamp NULL DEFAULT NULL,
  password varchar(255) NOT NULL,
  two_factor_secret text,
  two_factor_recovery_codes text,
  two_factor_confirmed_at timestamp NULL DEFAULT NULL,
  remember_token varchar(100) DEFAULT NULL,
  created_at timestamp NULL DEFAULT NULL,
  updated_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY users_email_unique (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE bots (id bigint unsigned NOT NULL AUTO_INCREMENT, name varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE password_reset_tokens (email varchar(255) NOT NULL, token varchar(255) NOT NULL, created_at timestamp NULL DEFAULT NULL, PRIMARY KEY (email)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE password_resets (email varchar(255) NOT NULL, token varchar(255) NOT NULL, created_at timestamp NULL DEFAULT NULL, KEY password_resets_email_index (email)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE sessions (
  id varchar(255) NOT NULL, user_id bigint unsigned DEFAULT NULL, ip_address varchar(45) DEFAULT NULL, user_agent text, payload longtext NOT NULL, last_activity int NOT NULL,
  PRIMARY KEY (id), KEY sessions_user_id_index (user_id), KEY sessions_last_activity_index (last_activity)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE personal_access_tokens (
  id bigint unsigned NOT NULL AUTO_INCREMENT, tokenable_type varchar(255) NOT NULL, tokenable_id bigint unsigned NOT NULL, name varchar(255) NOT NULL, token varchar(64) NOT NULL, abilities text,
  last_used_at timestamp NULL DEFAULT NULL, expires_at timestamp NULL DEFAULT NULL, created_at timestamp NULL DEFAULT NULL, updated_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY personal_access_tokens_token_unique (token), KEY personal_access_tokens_tokenable_type_tokenable_id_index (tokenable_type, tokenable_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE oauth_access_tokens (
  id varchar(100) NOT NULL, user_id bigint unsigned DEFAULT NULL, client_id bigint unsigned NOT NULL, name varchar(255) DEFAULT NULL, scopes text, revoked tinyint(1) NOT NULL,
  created_at timestamp NULL DEFAULT NULL, updated_at timestamp NULL DEFAULT NULL, expires_at datetime DEFAULT NULL, PRIMARY KEY (id), KEY oauth_access_tokens_user_id_index (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE oauth_refresh_tokens (
  id varchar(100) NOT NULL, access_token_id varchar(100) NOT NULL, revoked tinyint(1) NOT NULL, expires_at datetime DEFAULT NULL, PRIMARY KEY (id), KEY oauth_refresh_tokens_access_token_id_index (access_token_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE oauth_auth_codes (
  id varchar(100) NOT NULL, user_id bigint unsigned NOT NULL, client_id bigint unsigned NOT NULL, scopes text, revoked tinyint(1) NOT NULL, expires_at datetime DEFAULT NULL, PRIMARY KEY (id), KEY oauth_auth_codes_user_id_index (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE oauth_device_codes (
  id char(80) NOT NULL, user_id bigint unsigned DEFAULT NULL, client_id char(36) NOT NULL, user_code char(8) NOT NULL, scopes text NOT NULL, revoked tinyint(1) NOT NULL, expires_at datetime DEFAULT NULL, PRIMARY KEY (id), KEY oauth_device_codes_user_id_index (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE oauth_clients (id bigint unsigned NOT NULL AUTO_INCREMENT, user_id bigint unsigned DEFAULT NULL, name varchar(255) NOT NULL, secret varchar(100) DEFAULT NULL, revoked tinyint(1) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE orders (id bigint unsigned NOT NULL AUTO_INCREMENT, user_id bigint unsigned DEFAULT NULL, tracking_token varchar(64) DEFAULT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO migrations (migration, batch) VALUES ('0001_01_01_000000_create_users_table', 1);
INSERT INTO users (id, name, email, password, two_factor_secret, remember_token, created_at, updated_at) VALUES
  (1, 'Ann', 'ann@x.test', '$2y$12$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pA', 'eyJpdiI6', REPEAT('a', 60), '2020-01-01 10:00:00', '2024-02-01 10:00:00'),
  (2, 'Bob', 'Bob@X.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pB', NULL, NULL, '2021-01-01 10:00:00', '2024-02-01 10:00:00'),
  (3, 'Cem', 'cem@x.test', '', NULL, REPEAT('c', 60), '2021-01-01 10:00:00', '2024-02-01 10:00:00'), -- signs in by another provider only
  (4, 'Dee', 'dee@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pD', NULL, REPEAT('d', 60), NULL, NULL), -- nobody knows since when
  (5, 'Fay', 'fay@x.test', '$2y$12$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pF', NULL, REPEAT('f', 60), '2024-03-05 10:00:00', '2024-03-05 10:00:00'); -- after the cutoff
INSERT INTO bots (id, name) VALUES (1, 'b1'), (2, 'b2'), (3, 'b3'), (4, 'b4'), (5, 'b5');
INSERT INTO password_reset_tokens VALUES ('ann@x.test', '$2y$12$r1', '2024-02-29 10:00:00'), ('bob@x.test', '$2y$12$r2', '2024-02-29 10:00:00'), ('fay@x.test', '$2y$12$r3', '2024-03-05 10:00:00'), ('gil@x.test', '$2y$12$r4', '2024-02-29 10:00:00');
INSERT INTO password_resets VALUES ('ann@x.test', 'r5', '2024-02-29 10:00:00'), ('ann@x.test', 'r6', NULL), ('fay@x.test', 'r7', '2024-03-05 10:00:00');
INSERT INTO sessions (id, user_id, payload, last_activity) VALUES ('s1', 1, '', 1709200000), ('s2', 1, '', 1709210000), ('s3', 3, '', 1709200000), ('s4', 5, '', 1709632800), ('s5', NULL, '', 1709200000);
INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, created_at) VALUES
  ('App\\Models\\User', 1, 'phone', REPEAT('1', 64), '2024-02-28 10:00:00'), ('App\\Models\\User', 1, 'laptop', REPEAT('2', 64), NULL), ('App\\Models\\User', 2, 'phone', REPEAT('3', 64), '2024-02-28 10:00:00'),
  ('App\\Models\\User', 5, 'phone', REPEAT('4', 64), '2024-03-05 10:00:00'),
  ('App\\Models\\Bot', 1, 'b', REPEAT('5', 64), '2024-02-28 10:00:00'), ('App\\Models\\Bot', 2, 'b', REPEAT('6', 64), '2024-02-28 10:00:00'), ('App\\Models\\Bot', 3, 'b', REPEAT('7', 64), '2024-02-28 10:00:00'),
  ('App\\Models\\Bot', 4, 'b', REPEAT('8', 64), '2024-02-28 10:00:00'), ('App\\Models\\Bot', 5, 'b', REPEAT('9', 64), '2024-02-28 10:00:00');
INSERT INTO oauth_access_tokens (id, user_id, client_id, revoked, created_at) VALUES ('at-ann-1', 1, 1, 0, '2024-02-28 10:00:00'), ('at-ann-2', 1, 1, 0, '2024-02-28 10:00:00'), ('at-fay', 5, 1, 0, '2024-03-05 10:00:00'), ('at-machine', NULL, 2, 0, '2024-02-28 10:00:00');
INSERT INTO oauth_refresh_tokens (id, access_token_id, revoked) VALUES ('rt-ann-1', 'at-ann-1', 0), ('rt-ann-2', 'at-ann-2', 0), ('rt-fay', 'at-fay', 0), ('rt-nobody', 'at-gone', 0);
INSERT INTO oauth_auth_codes (id, user_id, client_id, revoked) VALUES ('ac-ann', 1, 1, 0), ('ac-fay', 5, 1, 0);
INSERT INTO oauth_device_codes (id, user_id, client_id, user_code, scopes, revoked) VALUES ('dc-ann', 1, '1', 'AAAAAAAA', '', 0), ('dc-nobody', NULL, '1', 'BBBBBBBB', '', 0);
INSERT INTO oauth_clients (user_id, name, secret, revoked) VALUES (NULL, 'app', 'client-secret', 0);
INSERT INTO orders (user_id, tracking_token) VALUES (1, 'parcel-1'), (NULL, 'parcel-2');
