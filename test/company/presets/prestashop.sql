-- PrestaShop 8: the tables that matter and some that only look so. Prefix ps_. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC. The shop writes the wall clock of Europe/Paris.
SET SESSION sql_mode = 'STRICT_TRANS_TABLES'; -- zero dates
SET SESSION time_zone = '+00:00';
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE ps_customer (
  id_customer int(10) unsigned NOT NULL AUTO_INCREMENT,
  id_shop_group int(11) unsigned NOT NULL DEFAULT 1,
  id_shop int(11) unsigned NOT NULL DEFAULT 1,
  id_gender int(10) unsigned NOT NULL,
  id_default_group int(10) unsigned NOT NULL DEFAULT 1,
  id_lang int(10) unsigned DEFAULT NULL,
  id_risk int(10) unsigned NOT NULL DEFAULT 1,
  company varchar(255) DEFAULT NULL,
  firstname varchar(255) NOT NULL,
  lastname varchar(255) NOT NULL,
  email varchar(255) NOT NULL,
  passwd varchar(255) NOT NULL,
  last_passwd_gen timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  birthday date DEFAULT NULL,
  newsletter tinyint(1) unsigned NOT NULL DEFAULT 0,
  optin tinyint(1) unsigned NOT NULL DEFAULT 0,
  secure_key varchar(32) NOT NULL DEFAULT '-1',
  note text,
  active tinyint(1) unsigned NOT NULL DEFAULT 0,
  is_guest tinyint(1) NOT NULL DEFAULT 0,
  deleted tinyint(1) NOT NULL DEFAULT 0,
  date_add datetime NOT NULL,
  date_upd datetime NOT NULL,
  reset_password_token varchar(40) DEFAULT NULL,
  reset_password_validity datetime DEFAULT NULL,
  PRIMARY KEY (id_customer), KEY customer_email (email), KEY customer_login (email(150), passwd(60)), KEY id_customer_passwd (id_customer, passwd(60)), KEY id_shop (id_shop, date_add)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_customer_session (
  id_customer_session int(11) unsigned NOT NULL AUTO_INCREMENT, id_customer int(10) unsigned DEFAULT NULL, token varchar(40) DEFAULT NULL, date_add datetime NOT NULL, date_upd datetime NOT NULL,
  PRIMARY KEY (id_customer_session)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_employee (
  id_employee int(10) unsigned NOT NULL AUTO_INCREMENT, email varchar(255) NOT NULL, passwd varchar(255) NOT NULL, last_passwd_gen timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, reset_password_token varchar(40) DEFAULT NULL, PRIMARY KEY (id_employee)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_employee_session (id_employee_session int(11) unsigned NOT NULL AUTO_INCREMENT, id_employee int(10) unsigned DEFAULT NULL, token varchar(40) DEFAULT NULL, PRIMARY KEY (id_employee_session)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_configuration (id_configuration int(10) unsigned NOT NULL AUTO_INCREMENT, name varchar(254) NOT NULL, value text, PRIMARY KEY (id_configuration)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_lang (id_lang int(11) NOT NULL AUTO_INCREMENT, name varchar(32) NOT NULL, iso_code varchar(2) NOT NULL, PRIMARY KEY (id_lang)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_country (id_country int(10) unsigned NOT NULL AUTO_INCREMENT, iso_code varchar(3) NOT NULL, PRIMARY KEY (id_country)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_state (id_state int(10) unsigned NOT NULL AUTO_INCREMENT, id_country int(11) unsigned NOT NULL, iso_code varchar(7) NOT NULL, PRIMARY KEY (id_state)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_address (
  id_address int(10) unsigned NOT NULL AUTO_INCREMENT, id_country int(10) unsigned NOT NULL, id_state int(10) unsigned DEFAULT NULL, id_customer int(10) unsigned NOT NULL DEFAULT 0, alias varchar(32) NOT NULL, deleted tinyint(1) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (id_address), KEY address_customer (id_customer)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_cart (id_cart int(10) unsigned NOT NULL AUTO_INCREMENT, id_customer int(10) unsigned NOT NULL, secure_key varchar(32) NOT NULL DEFAULT '-1', PRIMARY KEY (id_cart), KEY cart_customer (id_customer)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_orders (id_order int(10) unsigned NOT NULL AUTO_INCREMENT, reference varchar(255) DEFAULT NULL, id_customer int(10) unsigned NOT NULL, secure_key varchar(32) NOT NULL DEFAULT '-1', PRIMARY KEY (id_order)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_customer_thread (id_customer_thread int(11) unsigned NOT NULL AUTO_INCREMENT, id_customer int(10) unsigned DEFAULT NULL, email varchar(255) NOT NULL, token varchar(12) DEFAULT NULL, PRIMARY KEY (id_customer_thread)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE ps_webservice_account (id_webservice_account int(11) NOT NULL AUTO_INCREMENT, `key` varchar(32) NOT NULL, description text, active tinyint(2) NOT NULL, PRIMARY KEY (id_webservice_account), KEY `key` (`key`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO ps_lang VALUES (1, 'Français', 'fr'), (2, 'English', 'en');
INSERT INTO ps_country VALUES (8, 'FR'), (21, 'US');
INSERT INTO ps_state VALUES (5, 21, 'CA');
INSERT INTO ps_customer (id_customer, id_gender, id_lang, firstname, lastname, email, passwd, last_passwd_gen, secure_key, active, is_guest, deleted, date_add, date_upd, reset_password_token, reset_password_validity) VALUES
  (1, 2, 2, 'Ann', 'A', 'ann@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pA', '2020-01-01 09:00:00', LEFT(SHA2('k1', 256), 32), 1, 0, 0, '2020-01-01 10:00:00', '2024-02-01 10:00:00', LEFT(SHA2('r1', 256), 40), '2024-03-01 10:00:00'),
  (2, 1, 1, 'Bob', 'B', 'bob@x.test', '5f4dcc3b5aa765d61d8327deb882cf99', '2012-01-01 09:00:00', LEFT(SHA2('k2', 256), 32), 1, 0, 0, '2012-01-01 10:00:00', '2024-02-01 10:00:00', NULL, NULL), -- MD5 of 1.6
  (3, 1, 1, 'Cem', 'C', 'cem@x.test', '', '2021-01-01 09:00:00', LEFT(SHA2('k3', 256), 32), 1, 0, 0, '2021-01-01 10:00:00', '2024-02-01 10:00:00', NULL, NULL), -- a module signs him in
  (4, 2, 1, 'Dee', 'D', 'dee@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pD', '2021-01-01 09:00:00', LEFT(SHA2('k4', 256), 32), 0, 0, 1, '2021-01-01 10:00:00', '2024-02-01 10:00:00', NULL, NULL), -- deleted
  (5, 2, 1, 'Eve', 'E', 'eve@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pE', '2024-02-29 23:30:00', LEFT(SHA2('k5', 256), 32), 1, 0, 0, '2024-03-01 00:30:00', '2024-03-01 00:30:00', NULL, NULL), -- half an hour before the cutoff by the clock of Paris
  (6, 2, 1, 'Fay', 'F', 'fay@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pF', '2024-03-05 09:00:00', LEFT(SHA2('k6', 256), 32), 1, 0, 0, '2024-03-05 10:00:00', '2024-03-05 10:00:00', LEFT(SHA2('r6', 256), 40), '2024-03-06 10:00:00'), -- after the cutoff
  (7, 1, 1, 'Gil', 'G', 'ann@x.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pG', '2023-01-01 09:00:00', LEFT(SHA2('k7', 256), 32), 1, 1, 0, '2023-01-01 10:00:00', '2023-01-01 10:00:00', NULL, NULL); -- Ann's order as a guest
INSERT INTO ps_customer_session (id_customer, token, date_add, date_upd) VALUES (1, LEFT(SHA2('s1', 256), 40), '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (1, LEFT(SHA2('s2', 256), 40), '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (3, LEFT(SHA2('s3', 256), 40), '2024-02-29 10:00:00', '2024-02-29 10:00:00'), (6, LEFT(SHA2('s6', 256), 40), '2024-03-05 10:00:00', '2024-03-05 10:00:00'), (7, LEFT(SHA2('s7', 256), 40), '2024-02-29 10:00:00', '2024-02-29 10:00:00');
INSERT INTO ps_employee (email, passwd, reset_password_token) VALUES ('boss@shop.test', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pZ', NULL);
INSERT INTO ps_employee_session (id_employee, token) VALUES (1, LEFT(SHA2('e1', 256), 40));
INSERT INTO ps_configuration (name, value) VALUES ('PS_TIMEZONE', 'Europe/Paris'), ('PS_PASSWD_TIME_FRONT', '360');
INSERT INTO ps_address (id_country, id_state, id_customer, alias, deleted) VALUES (8, NULL, 1, 'old', 1), (21, 5, 1, 'home', 0), (8, NULL, 2, 'home', 0);
INSERT INTO ps_cart (id_customer, secure_key) VALUES (1, LEFT(SHA2('k1', 256), 32)), (6, LEFT(SHA2('k6', 256), 32));
INSERT INTO ps_orders (reference, id_customer, secure_key) VALUES ('ABC', 1, LEFT(SHA2('k1', 256), 32));
INSERT INTO ps_customer_thread (id_customer, email, token) VALUES (1, 'ann@x.test', 'abcdefghijkl');
INSERT INTO ps_webservice_account (`key`, description, active) VALUES (REPEAT('W', 32), 'ERP', 1);
