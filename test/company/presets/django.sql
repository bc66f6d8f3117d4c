-- Django 5.2 with REST framework, Knox and OAuth Toolkit: the tables that matter and some that only look so. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC.
SET NAMES utf8mb4;

CREATE TABLE django_migrations (id bigint NOT NULL AUTO_INCREMENT, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied datetime(6) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE django_content_type (id int NOT NULL AUTO_INCREMENT, app_label varchar(100) NOT NULL, model varchar(100) NOT NULL, PRIMARY KEY (id), UNIQUE KEY django_content_type_app_label_model_76bd3d3b_uniq (app_label, model)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE auth_user (
  id int NOT NULL AUTO_INCREMENT,
  password varchar(128) NOT NULL,
  last_login datetime(6) DEFAULT NULL,
  is_superuser tinyint(1) NOT NULL,
  username varchar(150) NOT NULL,
  first_name varchar(150) NOT NULL,
  last_name varchar(150) NOT NULL,
  email varchar(254) NOT NULL,
  is_staff tinyint(1) NOT NULL,
  is_active tinyint(1) NOT NULL,
  date_joined datetime(6) NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY username (username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE django_session (session_key varchar(40) NOT NULL, session_data longtext NOT NULL, expire_date datetime(6) NOT NULL, PRIMARY KEY (session_key), KEY django_session_expire_date_a5c62663 (expire_date)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE authtoken_token (
  `key` varchar(40) NOT NULL, created datetime(6) NOT NULL, user_id int NOT NULL, PRIMARY KEY (`key`), UNIQUE KEY user_id (user_id),
  CONSTRAINT authtoken_token_user_id_35299eff_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES auth_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE knox_authtoken (
  digest varchar(128) NOT NULL, token_key varchar(25) NOT NULL, created datetime(6) NOT NULL, expiry datetime(6) DEFAULT NULL, user_id int NOT NULL, PRIMARY KEY (digest), KEY knox_authtoken_user_id (user_id),
  CONSTRAINT knox_authtoken_user_id_e5a5d899_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES auth_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE oauth2_provider_accesstoken (
  id bigint NOT NULL AUTO_INCREMENT, token longtext NOT NULL, expires datetime(6) NOT NULL, scope longtext NOT NULL, user_id int DEFAULT NULL, created datetime(6) NOT NULL, updated datetime(6) NOT NULL,
  PRIMARY KEY (id), KEY oauth2_provider_accesstoken_user_id (user_id), CONSTRAINT oauth2_provider_accesstoken_user_id_fk FOREIGN KEY (user_id) REFERENCES auth_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE oauth2_provider_refreshtoken (
  id bigint NOT NULL AUTO_INCREMENT, token varchar(255) NOT NULL, access_token_id bigint DEFAULT NULL, user_id int NOT NULL, created datetime(6) NOT NULL, updated datetime(6) NOT NULL, revoked datetime(6) DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY access_token_id (access_token_id), KEY oauth2_provider_refreshtoken_user_id (user_id),
  CONSTRAINT oauth2_provider_refr_access_token_id_fk FOREIGN KEY (access_token_id) REFERENCES oauth2_provider_accesstoken (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE oauth2_provider_grant (
  id bigint NOT NULL AUTO_INCREMENT, code varchar(255) NOT NULL, expires datetime(6) NOT NULL, user_id int NOT NULL, created datetime(6) NOT NULL, updated datetime(6) NOT NULL, PRIMARY KEY (id), KEY oauth2_provider_grant_user_id (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE shop_newsletter (id bigint NOT NULL AUTO_INCREMENT, email varchar(254) NOT NULL, unsubscribe_token varchar(40) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', '2020-01-01 00:00:00');
INSERT INTO django_content_type (app_label, model) VALUES ('auth', 'user');
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) VALUES
  (1, 'pbkdf2_sha256$1000000$abcdefghijklmnopqrstuv$QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=', 1, 'boss', 'The', 'Boss', 'boss@shop.test', 1, 1, '2015-01-01 10:00:00'),
  (2, 'pbkdf2_sha256$260000$abcdefghijklmnopqrstuv$QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=', 0, 'ann', 'Ann', 'A', 'ann@x.test', 0, 1, '2020-01-01 10:00:00.123456'),
  (3, '5f4dcc3b5aa765d61d8327deb882cf99', 0, 'bob', 'Bob', 'B', 'bob@x.test', 0, 1, '2012-01-01 10:00:00'), -- MD5 of old times
  (4, '!Kx3mfkdXkQd5c8mrkT7ZxJ1zkyVY5zJ8wLQfI0Qh', 0, 'cem', 'Cem', 'C', 'cem@x.test', 0, 1, '2021-01-01 10:00:00'), -- signs in by another provider only
  (5, 'pbkdf2_sha256$260000$abcdefghijklmnopqrstuv$REREREREREREREREREREREREREREREREREREREREREQ=', 0, 'dee', 'Dee', 'D', 'dee@x.test', 0, 0, '2021-01-01 10:00:00'), -- closed account
  (6, 'pbkdf2_sha256$600000$abcdefghijklmnopqrstuv$RkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkY=', 0, 'fay', 'Fay', 'F', 'fay@x.test', 0, 1, '2024-03-05 10:00:00'); -- after the cutoff
INSERT INTO django_session VALUES ('s1', 'eyJfYXV0aF91c2VyX2lkIjoiMiJ9', '2024-03-10 00:00:00'), ('s2', 'anonymous', '2024-03-10 00:00:00');
INSERT INTO authtoken_token VALUES (REPEAT('b', 40), '2023-01-01 10:00:00', 1), (REPEAT('a', 40), '2023-01-01 10:00:00', 2), (REPEAT('c', 40), '2023-01-01 10:00:00', 4), (REPEAT('d', 40), '2023-01-01 10:00:00', 5), (REPEAT('f', 40), '2024-03-05 10:00:00', 6);
INSERT INTO knox_authtoken VALUES ('k1', 'k1', '2023-01-01 10:00:00', NULL, 2), ('k2', 'k2', '2024-02-29 10:00:00', NULL, 2), ('k3', 'k3', '2024-03-05 10:00:00', NULL, 6);
INSERT INTO oauth2_provider_accesstoken VALUES (1, 'at1', '2024-03-02 00:00:00', '', 2, '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (2, 'at2', '2024-03-02 00:00:00', '', NULL, '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (3, 'at3', '2024-03-06 00:00:00', '', 6, '2024-03-05 10:00:00', '2024-03-05 10:00:00');
INSERT INTO oauth2_provider_refreshtoken VALUES (1, 'rt1', 1, 2, '2024-02-29 10:00:00', '2024-02-29 10:00:00', NULL), (2, 'rt2', NULL, 2, '2024-02-29 10:00:00', '2024-02-29 10:00:00', NULL), (3, 'rt3', 3, 6, '2024-03-05 10:00:00', '2024-03-05 10:00:00', NULL);
INSERT INTO oauth2_provider_grant VALUES (1, 'g1', '2024-03-01 00:00:00', 2, '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (2, 'g2', '2024-03-06 00:00:00', 6, '2024-03-05 10:00:00', '2024-03-05 10:00:00');
INSERT INTO shop_newsletter (email, unsubscribe_token) VALUES ('ann@x.test', 'n1');
