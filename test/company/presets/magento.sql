-- Magento 2.4: the tables that matter and some that only look so. No prefix. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC.
SET NAMES utf8mb4;
SET SESSION time_zone = '+00:00'; -- as Magento does

CREATE TABLE store_website (
  website_id smallint(5) unsigned NOT NULL AUTO_INCREMENT, code varchar(32) DEFAULT NULL, name varchar(64) DEFAULT NULL, PRIMARY KEY (website_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE store (
  store_id smallint(5) unsigned NOT NULL AUTO_INCREMENT, code varchar(32) DEFAULT NULL, website_id smallint(5) unsigned NOT NULL DEFAULT 0, PRIMARY KEY (store_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE core_config_data (
  config_id int(10) unsigned NOT NULL AUTO_INCREMENT, scope varchar(8) NOT NULL DEFAULT 'default', scope_id int(11) NOT NULL DEFAULT 0,
  path varchar(255) NOT NULL DEFAULT 'general', value text, updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (config_id), UNIQUE KEY CORE_CONFIG_DATA_SCOPE_SCOPE_ID_PATH (scope, scope_id, path)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE eav_attribute (
  attribute_id smallint(5) unsigned NOT NULL AUTO_INCREMENT, entity_type_id smallint(5) unsigned NOT NULL DEFAULT 0, attribute_code varchar(255) NOT NULL,
  PRIMARY KEY (attribute_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE directory_country_region (
  region_id int(10) unsigned NOT NULL AUTO_INCREMENT, country_id varchar(4) NOT NULL DEFAULT '0', code varchar(32) DEFAULT NULL, default_name varchar(255) DEFAULT NULL,
  PRIMARY KEY (region_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE customer_entity (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint(5) unsigned DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  group_id smallint(5) unsigned NOT NULL DEFAULT 0,
  increment_id varchar(50) DEFAULT NULL,
  store_id smallint(5) unsigned DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active smallint(5) unsigned NOT NULL DEFAULT 1,
  disable_auto_group_change smallint(5) unsigned NOT NULL DEFAULT 0,
  created_in varchar(255) DEFAULT NULL,
  prefix varchar(40) DEFAULT NULL,
  firstname varchar(255) DEFAULT NULL,
  middlename varchar(255) DEFAULT NULL,
  lastname varchar(255) DEFAULT NULL,
  suffix varchar(40) DEFAULT NULL,
  dob date DEFAULT NULL,
  password_hash varchar(128) DEFAULT NULL,
  rp_token varchar(128) DEFAULT NULL,
  rp_token_created_at datetime DEFAULT NULL,
  default_billing int(10) unsigned DEFAULT NULL,
  default_shipping int(10) unsigned DEFAULT NULL,
  taxvat varchar(50) DEFAULT NULL,
  confirmation varchar(64) DEFAULT NULL,
  gender smallint(5) unsigned DEFAULT NULL,
  failures_num smallint(6) DEFAULT 0,
  first_failure timestamp NULL DEFAULT NULL,
  lock_expires timestamp NULL DEFAULT NULL,
  session_cutoff timestamp NULL DEFAULT NULL,
  PRIMARY KEY (entity_id), UNIQUE KEY CUSTOMER_ENTITY_EMAIL_WEBSITE_ID (email, website_id),
  KEY CUSTOMER_ENTITY_STORE_ID (store_id), KEY CUSTOMER_ENTITY_WEBSITE_ID (website_id), KEY CUSTOMER_ENTITY_FIRSTNAME (firstname), KEY CUSTOMER_ENTITY_LASTNAME (lastname)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE customer_address_entity (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT, parent_id int(10) unsigned DEFAULT NULL, city varchar(255) NOT NULL, country_id varchar(255) NOT NULL,
  region varchar(255) DEFAULT NULL, region_id int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (entity_id), KEY CUSTOMER_ADDRESS_ENTITY_PARENT_ID (parent_id),
  CONSTRAINT CUSTOMER_ADDRESS_ENTITY_PARENT_ID_CUSTOMER_ENTITY_ENTITY_ID FOREIGN KEY (parent_id) REFERENCES customer_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE customer_visitor (
  visitor_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, customer_id int(11) DEFAULT NULL, session_id varchar(1) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, last_visit_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (visitor_id), KEY CUSTOMER_VISITOR_CUSTOMER_ID (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE admin_user (
  user_id int(10) unsigned NOT NULL AUTO_INCREMENT, email varchar(128) DEFAULT NULL, username varchar(40) DEFAULT NULL, password varchar(255) NOT NULL,
  rp_token text, PRIMARY KEY (user_id), UNIQUE KEY ADMIN_USER_USERNAME (username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE oauth_token (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT, consumer_id int(10) unsigned DEFAULT NULL, admin_id int(10) unsigned DEFAULT NULL,
  customer_id int(10) unsigned DEFAULT NULL, type varchar(16) NOT NULL, token varchar(32) NOT NULL, secret varchar(128) NOT NULL, verifier varchar(32) DEFAULT NULL,
  callback_url text NOT NULL, revoked smallint(5) unsigned NOT NULL DEFAULT 0, authorized smallint(5) unsigned NOT NULL DEFAULT 0, user_type int(11) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (entity_id), UNIQUE KEY OAUTH_TOKEN_TOKEN (token), KEY OAUTH_TOKEN_CUSTOMER_ID (customer_id),
  CONSTRAINT OAUTH_TOKEN_ADMIN_ID_ADMIN_USER_USER_ID FOREIGN KEY (admin_id) REFERENCES admin_user (user_id) ON DELETE CASCADE,
  CONSTRAINT OAUTH_TOKEN_CUSTOMER_ID_CUSTOMER_ENTITY_ENTITY_ID FOREIGN KEY (customer_id) REFERENCES customer_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE persistent_session (
  persistent_id int(10) unsigned NOT NULL AUTO_INCREMENT, `key` varchar(50) NOT NULL, customer_id int(10) unsigned DEFAULT NULL, website_id smallint(5) unsigned NOT NULL DEFAULT 0,
  info text, updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (persistent_id), UNIQUE KEY PERSISTENT_SESSION_KEY (`key`), UNIQUE KEY PERSISTENT_SESSION_CUSTOMER_ID (customer_id),
  CONSTRAINT PERSISTENT_SESSION_CUSTOMER_ID_CUSTOMER_ENTITY_ENTITY_ID FOREIGN KEY (customer_id) REFERENCES customer_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE login_as_customer (
  secret varchar(64) NOT NULL, customer_id int(11) NOT NULL, admin_id int(11) NOT NULL, created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (secret)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE session (
  session_id varchar(255) NOT NULL, session_expires int(10) unsigned NOT NULL DEFAULT 0, session_data mediumblob NOT NULL, PRIMARY KEY (session_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE jwt_auth_revoked (
  user_type_id int(10) unsigned NOT NULL, user_id int(10) unsigned NOT NULL, revoke_before bigint(20) unsigned NOT NULL, PRIMARY KEY (user_type_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE vault_payment_token (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT, customer_id int(10) unsigned DEFAULT NULL, public_hash varchar(128) NOT NULL, gateway_token varchar(255) NOT NULL,
  PRIMARY KEY (entity_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE newsletter_subscriber (
  subscriber_id int(10) unsigned NOT NULL AUTO_INCREMENT, customer_id int(10) unsigned NOT NULL DEFAULT 0, subscriber_email varchar(150) DEFAULT NULL,
  subscriber_confirm_code varchar(32) DEFAULT 'NULL', PRIMARY KEY (subscriber_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE sales_order (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT, customer_id int(10) unsigned DEFAULT NULL, customer_email varchar(128) DEFAULT NULL, protect_code varchar(255) DEFAULT NULL,
  PRIMARY KEY (entity_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO store_website VALUES (1, 'base', 'Main'), (2, 'brand', 'Second brand');
INSERT INTO store VALUES (1, 'default', 1), (2, 'german', 1), (3, 'brand', 2);
INSERT INTO core_config_data (scope, scope_id, path, value) VALUES ('default', 0, 'general/locale/code', 'en_US'), ('stores', 2, 'general/locale/code', 'de_DE'), ('websites', 2, 'general/locale/code', 'fr_FR');
INSERT INTO eav_attribute VALUES (1, 1, 'password_hash'), (2, 1, 'rp_token');
INSERT INTO directory_country_region VALUES (12, 'US', 'CA', 'California');
INSERT INTO customer_entity (entity_id, website_id, email, store_id, created_at, updated_at, firstname, lastname, password_hash, rp_token, rp_token_created_at, default_billing, confirmation, session_cutoff) VALUES
  (1, 1, 'ann@x.test', 1, '2020-01-01 10:00:00', '2024-02-01 10:00:00', 'Ann', 'A', CONCAT(SHA2('x', 256), ':saltsaltsaltsalt:1'), REPEAT('r', 32), '2024-02-28 10:00:00', 1, NULL, NULL),
  (2, 2, 'ann@x.test', 3, '2020-01-01 10:00:00', '2024-02-01 10:00:00', 'Ann', 'A', CONCAT(SHA2('y', 256), ':saltsaltsaltsalt:3_32_2_67108864'), NULL, NULL, NULL, NULL, NULL),
  (3, 1, 'bob@x.test', 2, '2021-01-01 10:00:00', '2024-02-01 10:00:00', 'Bob', 'B', CONCAT(LEFT(SHA2('z', 256), 32), ':salt:0'), NULL, NULL, NULL, NULL, '2023-06-01 00:00:00'),
  (4, 1, 'cem@x.test', 1, '2022-01-01 10:00:00', '2024-02-01 10:00:00', 'Cem', 'C', NULL, REPEAT('c', 32), '2022-01-01 10:00:00', NULL, NULL, NULL), -- made by a clerk, never set a password
  (5, 1, 'dee@x.test', 1, '2024-02-20 10:00:00', '2024-02-20 10:00:00', 'Dee', 'D', CONCAT(SHA2('d', 256), ':saltsaltsaltsalt:2'), NULL, NULL, NULL, REPEAT('k', 32), NULL), -- address not confirmed
  (6, 1, 'fay@x.test', 1, '2024-03-05 10:00:00', '2024-03-05 10:00:00', 'Fay', 'F', CONCAT(SHA2('f', 256), ':saltsaltsaltsalt:1'), REPEAT('f', 32), '2024-03-05 10:00:00', NULL, REPEAT('g', 32), NULL); -- after the cutoff
INSERT INTO customer_address_entity VALUES (1, 1, 'Los Angeles', 'US', 'California', 12);
INSERT INTO customer_visitor VALUES (1, 1, NULL, '2024-02-28 10:00:00', '2024-02-28 11:00:00'), (2, 3, NULL, '2024-02-28 10:00:00', '2024-02-28 11:00:00'), (3, NULL, NULL, '2024-02-28 10:00:00', '2024-02-28 11:00:00');
INSERT INTO admin_user VALUES (1, 'boss@shop.test', 'boss', 'hash:salt:1', NULL), (2, 'clerk@shop.test', 'clerk', 'hash:salt:1', NULL);
INSERT INTO oauth_token (admin_id, customer_id, type, token, secret, callback_url, user_type, created_at) VALUES
  (NULL, 1, 'access', REPEAT('1', 32), 's', '', 3, '2024-02-28 10:00:00'), (NULL, 1, 'access', REPEAT('2', 32), 's', '', 3, '2024-02-29 10:00:00'),
  (NULL, 4, 'access', REPEAT('3', 32), 's', '', 3, '2024-02-28 10:00:00'), (1, NULL, 'access', REPEAT('4', 32), 's', '', 2, '2024-02-28 10:00:00'),
  (NULL, NULL, 'access', REPEAT('5', 32), 's', '', 1, '2024-02-28 10:00:00'), (NULL, 6, 'access', REPEAT('6', 32), 's', '', 3, '2024-03-05 10:00:00');
INSERT INTO persistent_session (`key`, customer_id, website_id, info) VALUES (REPEAT('p', 50), 1, 1, '{}'), (REPEAT('q', 50), 3, 1, '{}'), (REPEAT('s', 50), 6, 1, '{}'), (REPEAT('t', 50), NULL, 1, '{}');
INSERT INTO login_as_customer VALUES (REPEAT('l', 64), 1, 1, '2024-02-29 10:00:00'), (REPEAT('m', 64), 6, 1, '2024-03-05 10:00:00');
INSERT INTO session VALUES ('a', 1709300000, ''), ('b', 1709300000, '');
INSERT INTO jwt_auth_revoked VALUES (2, 1, 1700000000), (3, 1, 1700000000);
INSERT INTO vault_payment_token VALUES (1, 1, 'h1', 'card1'), (2, 6, 'h2', 'card2');
INSERT INTO newsletter_subscriber VALUES (1, 1, 'ann@x.test', REPEAT('n', 32)), (2, 0, 'gil@x.test', REPEAT('o', 32));
INSERT INTO sales_order VALUES (1, 1, 'ann@x.test', 'abc123'), (2, NULL, 'gil@x.test', 'def456');
