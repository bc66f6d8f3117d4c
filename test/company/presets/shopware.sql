-- Shopware 6.6: the tables that matter and some that only look so. All people are made up; ids are the 16 octets of a UUID.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC. Foreign keys onto tables that are not here are left out.
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE locale (id binary(16) NOT NULL, code varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE language (id binary(16) NOT NULL, name varchar(50) NOT NULL, locale_id binary(16) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE country (id binary(16) NOT NULL, iso varchar(255) DEFAULT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE country_state (id binary(16) NOT NULL, country_id binary(16) NOT NULL, short_code varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE sales_channel (id binary(16) NOT NULL, access_key varchar(255) NOT NULL, PRIMARY KEY (id), UNIQUE KEY `uniq.access_key` (access_key)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE customer (
  id binary(16) NOT NULL,
  auto_increment bigint unsigned NOT NULL AUTO_INCREMENT,
  customer_group_id binary(16) NOT NULL,
  default_payment_method_id binary(16) DEFAULT NULL,
  sales_channel_id binary(16) NOT NULL,
  bound_sales_channel_id binary(16) DEFAULT NULL,
  language_id binary(16) NOT NULL,
  default_billing_address_id binary(16) NOT NULL,
  default_shipping_address_id binary(16) NOT NULL,
  customer_number varchar(255) NOT NULL,
  first_name varchar(255) NOT NULL,
  last_name varchar(255) NOT NULL,
  company varchar(255) DEFAULT NULL,
  password varchar(1024) DEFAULT NULL,
  legacy_password varchar(255) DEFAULT NULL,
  legacy_encoder varchar(255) DEFAULT NULL,
  email varchar(254) NOT NULL,
  active tinyint(1) NOT NULL DEFAULT 1,
  double_opt_in_registration tinyint(1) NOT NULL DEFAULT 0,
  double_opt_in_email_sent_date datetime(3) DEFAULT NULL,
  double_opt_in_confirm_date datetime(3) DEFAULT NULL,
  hash varchar(255) DEFAULT NULL,
  guest tinyint(1) NOT NULL DEFAULT 0,
  first_login datetime(3) DEFAULT NULL,
  last_login datetime(3) DEFAULT NULL,
  remote_address varchar(255) DEFAULT NULL,
  custom_fields json DEFAULT NULL,
  created_at datetime(3) NOT NULL,
  updated_at datetime(3) DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY `uniq.auto_increment` (auto_increment), KEY `idx.email` (email),
  CONSTRAINT `fk.customer.sales_channel_id` FOREIGN KEY (sales_channel_id) REFERENCES sales_channel (id) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE customer_address (
  id binary(16) NOT NULL, customer_id binary(16) NOT NULL, country_id binary(16) NOT NULL, country_state_id binary(16) DEFAULT NULL, city varchar(70) NOT NULL, PRIMARY KEY (id),
  CONSTRAINT `fk.customer_address.customer_id` FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE customer_recovery (
  id binary(16) NOT NULL, customer_id binary(16) NOT NULL, hash varchar(255) NOT NULL, created_at datetime(3) NOT NULL, updated_at datetime(3) DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY `uniq.customer_recovery.customer_id` (customer_id),
  CONSTRAINT `fk.customer_recovery.customer_id` FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE customer_wishlist (
  id binary(16) NOT NULL, customer_id binary(16) NOT NULL, sales_channel_id binary(16) NOT NULL, created_at datetime(3) NOT NULL, PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE sales_channel_api_context (
  token varchar(255) NOT NULL, payload json NOT NULL, sales_channel_id binary(16) DEFAULT NULL, customer_id binary(16) DEFAULT NULL,
  updated_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (token), UNIQUE KEY `uniq.sales_channel_api_context.sales_channel_id_customer_id` (sales_channel_id, customer_id),
  CONSTRAINT `fk.sales_channel_api_context.customer_id` FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
  CONSTRAINT `fk.sales_channel_api_context.sales_channel_id` FOREIGN KEY (sales_channel_id) REFERENCES sales_channel (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE newsletter_recipient (
  id binary(16) NOT NULL, email varchar(255) NOT NULL, status varchar(255) NOT NULL, hash varchar(255) NOT NULL, created_at datetime(3) NOT NULL, PRIMARY KEY (id), UNIQUE KEY hash (hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE cart (token varchar(50) NOT NULL, payload longblob, created_at datetime(3) NOT NULL, PRIMARY KEY (token)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE `user` (
  id binary(16) NOT NULL, username varchar(255) NOT NULL, password varchar(255) NOT NULL, email varchar(255) NOT NULL, admin tinyint(1) DEFAULT NULL, PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE refresh_token (
  id binary(16) NOT NULL, user_id binary(16) NOT NULL, token_id varchar(80) NOT NULL, issued_at datetime(3) NOT NULL, expires_at datetime(3) NOT NULL, PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE integration (
  id binary(16) NOT NULL, access_key varchar(255) NOT NULL, secret_access_key varchar(255) NOT NULL, label varchar(255) NOT NULL, PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

SET @de = UNHEX('2FBB5FE2E29A4D70AA5854CE7CE3E20B'), @channel = UNHEX('98432DEF39FC4624B33213A56B8C944D'), @second = UNHEX('00000000000000000000000000000000'), @us = UNHEX(REPEAT('55', 16)), @ca = UNHEX(REPEAT('CA', 16)), @home = UNHEX(REPEAT('AD', 16));
-- Ids as they come: with a quote and a backslash in them, and one that ends in zero octets.
SET @ann = UNHEX('5C2700112233445566778899AABBCC00'), @bob = UNHEX('B0B00000000000000000000000000000'), @cem = UNHEX(REPEAT('CE', 16)), @dee = UNHEX(REPEAT('DE', 16)),
  @eve = UNHEX(REPEAT('E7', 16)), @fay = UNHEX(REPEAT('FA', 16)), @gil = UNHEX(REPEAT('61', 16)), @hal = UNHEX(REPEAT('AA', 16));
INSERT INTO locale VALUES (@de, 'de-DE');
INSERT INTO language VALUES (@de, 'Deutsch', @de);
INSERT INTO country VALUES (@us, 'US');
INSERT INTO country_state VALUES (@ca, @us, 'US-CA');
INSERT INTO sales_channel VALUES (@channel, 'SWSCAAAA'), (@second, 'SWSCBBBB');
INSERT INTO customer (id, customer_group_id, sales_channel_id, language_id, default_billing_address_id, default_shipping_address_id, customer_number, first_name, last_name, password, legacy_password, legacy_encoder, email, double_opt_in_registration, double_opt_in_confirm_date, hash, guest, created_at) VALUES
  (@ann, @de, @channel, @de, @home, @home, '1001', 'Ann', 'A', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pA', NULL, NULL, 'ann@x.test', 0, NULL, NULL, 0, '2020-01-01 10:00:00.123'),
  (@bob, @de, @channel, @de, @ann, @ann, '1002', 'Bob', 'B', NULL, '5f4dcc3b5aa765d61d8327deb882cf99', 'Md5', 'bob@x.test', 0, NULL, NULL, 0, '2019-01-01 10:00:00.000'), -- not signed in since the move
  (@cem, @de, @channel, @de, @ann, @ann, '1003', 'Cem', 'C', NULL, NULL, NULL, 'cem@x.test', 0, NULL, NULL, 0, '2021-01-01 10:00:00.000'), -- single sign-on only
  (@dee, @de, @channel, @de, @ann, @ann, '1004', 'Dee', 'D', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pD', NULL, NULL, 'dee@x.test', 1, NULL, 'hash-of-dee', 0, '2024-02-28 10:00:00.000'), -- not confirmed yet
  (@eve, @de, @channel, @de, @ann, @ann, '1005', 'Eve', 'E', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pE', NULL, NULL, 'eve@x.test', 1, '2022-01-02 00:00:00.000', 'hash-of-eve', 0, '2022-01-01 10:00:00.000'),
  (@fay, @de, @channel, @de, @ann, @ann, '1006', 'Fay', 'F', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pF', NULL, NULL, 'fay@x.test', 1, NULL, 'hash-of-fay', 0, '2024-03-05 10:00:00.000'), -- after the cutoff
  (@gil, @de, @channel, @de, @ann, @ann, '1007', 'Gil', 'G', NULL, NULL, NULL, 'ann@x.test', 0, NULL, NULL, 1, '2023-01-01 10:00:00.000'), -- Ann's order as a guest
  (@hal, @de, @channel, @de, @ann, @ann, '1008', 'Hal', 'H', NULL, NULL, NULL, 'hal@x.test', 1, NULL, 'hash-of-hal', 1, '2023-01-01 10:00:00.000');
INSERT INTO customer_address VALUES (@home, @ann, @us, @ca, 'Los Angeles');
INSERT INTO customer_recovery VALUES (UNHEX(REPEAT('01', 16)), @ann, REPEAT('r', 32), '2024-02-29 10:00:00.000', NULL), (UNHEX(REPEAT('02', 16)), @cem, REPEAT('s', 32), '2024-02-29 10:00:00.000', NULL), (UNHEX(REPEAT('03', 16)), @fay, REPEAT('t', 32), '2024-03-05 10:00:00.000', NULL);
INSERT INTO customer_wishlist VALUES (UNHEX(REPEAT('01', 16)), @ann, @channel, '2023-01-01 10:00:00.000');
INSERT INTO sales_channel_api_context (token, payload, sales_channel_id, customer_id, updated_at) VALUES
  (REPEAT('a', 32), '{}', @channel, @ann, '2024-02-29 10:00:00'), (REPEAT('b', 32), '{}', @second, @ann, '2024-02-29 10:00:00'), (REPEAT('c', 32), '{}', @channel, @bob, '2024-02-29 10:00:00'),
  (REPEAT('d', 32), '{}', @channel, @cem, '2024-02-29 10:00:00'), (REPEAT('e', 32), '{}', @channel, @fay, '2024-03-05 10:00:00'), (REPEAT('f', 32), '{}', @channel, @gil, '2024-02-29 10:00:00'),
  (REPEAT('g', 32), '{}', @channel, NULL, '2024-02-29 10:00:00');
INSERT INTO newsletter_recipient VALUES (UNHEX(REPEAT('01', 16)), 'ann@x.test', 'optIn', 'news-1', '2023-01-01 10:00:00.000');
INSERT INTO cart VALUES (REPEAT('a', 32), '', '2024-02-29 10:00:00.000'), (REPEAT('g', 32), '', '2024-02-29 10:00:00.000');
INSERT INTO `user` VALUES (UNHEX(REPEAT('01', 16)), 'admin', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pZ', 'boss@shop.test', 1);
INSERT INTO refresh_token VALUES (UNHEX(REPEAT('01', 16)), UNHEX(REPEAT('01', 16)), 'rt1', '2024-02-29 10:00:00.000', '2024-03-07 10:00:00.000');
INSERT INTO integration VALUES (UNHEX(REPEAT('01', 16)), 'SWIAAAAA', '$2y$10$abcdefghijklmnopqrstuuK7nC2b8Jw3m5Qz1x9Vt0Ys4Hd6Lf2pI', 'ERP');
