-- Keycloak 26: the tables that matter and some that only look so. All people are made up.
-- The thief read everything at the cutoff, 2024-03-01 00:00 UTC (1709251200). Foreign keys onto tables that are not here are left out.
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE REALM (
  ID varchar(36) NOT NULL, NAME varchar(255) DEFAULT NULL, ENABLED tinyint(1) NOT NULL DEFAULT 0, PASSWORD_POLICY text DEFAULT NULL,
  ACCESS_TOKEN_LIFESPAN int DEFAULT NULL, RESET_PASSWORD_ALLOWED tinyint(1) NOT NULL DEFAULT 0, PRIMARY KEY (ID), UNIQUE KEY UK_ORVSDMLA56612EAEFIQ6WL5OI (NAME)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE CLIENT (
  ID varchar(36) NOT NULL, CLIENT_ID varchar(255) DEFAULT NULL, SECRET varchar(255) DEFAULT NULL, REALM_ID varchar(36) DEFAULT NULL, REGISTRATION_TOKEN varchar(255) DEFAULT NULL, PRIMARY KEY (ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE USER_ENTITY (
  ID varchar(36) NOT NULL,
  EMAIL varchar(255) DEFAULT NULL,
  EMAIL_CONSTRAINT varchar(255) DEFAULT NULL,
  EMAIL_VERIFIED tinyint(1) NOT NULL DEFAULT 0,
  ENABLED tinyint(1) NOT NULL DEFAULT 0,
  FEDERATION_LINK varchar(255) DEFAULT NULL,
  FIRST_NAME varchar(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL,
  LAST_NAME varchar(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL,
  REALM_ID varchar(255) DEFAULT NULL,
  USERNAME varchar(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL,
  CREATED_TIMESTAMP bigint DEFAULT NULL,
  SERVICE_ACCOUNT_CLIENT_LINK varchar(255) DEFAULT NULL,
  NOT_BEFORE int NOT NULL DEFAULT 0,
  PRIMARY KEY (ID), UNIQUE KEY UK_DYKN684SL8UP1CRFEI6ECKHD7 (REALM_ID, EMAIL_CONSTRAINT), UNIQUE KEY UK_RU8TT6T700S9V50BU18WS5HA6 (REALM_ID, USERNAME),
  KEY IDX_USER_EMAIL (EMAIL), KEY IDX_USER_SERVICE_ACCOUNT (REALM_ID, SERVICE_ACCOUNT_CLIENT_LINK)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE CREDENTIAL (
  ID varchar(36) NOT NULL, SALT tinyblob DEFAULT NULL, TYPE varchar(255) DEFAULT NULL, USER_ID varchar(36) DEFAULT NULL, CREATED_DATE bigint DEFAULT NULL,
  USER_LABEL varchar(255) DEFAULT NULL, SECRET_DATA longtext DEFAULT NULL, CREDENTIAL_DATA longtext DEFAULT NULL, PRIORITY int DEFAULT NULL, VERSION int DEFAULT 0,
  PRIMARY KEY (ID), KEY IDX_USER_CREDENTIAL (USER_ID),
  CONSTRAINT FK_PFYR0GLASQYL0DEI3KL69R6V0 FOREIGN KEY (USER_ID) REFERENCES USER_ENTITY (ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE USER_ATTRIBUTE (
  NAME varchar(255) NOT NULL, VALUE varchar(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL, USER_ID varchar(36) NOT NULL,
  ID varchar(36) NOT NULL DEFAULT 'sybase-needs-something-here', PRIMARY KEY (ID), KEY IDX_USER_ATTRIBUTE (USER_ID),
  CONSTRAINT FK_5HRM2VLF9QL5FU043KQEPOVBR FOREIGN KEY (USER_ID) REFERENCES USER_ENTITY (ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE USER_REQUIRED_ACTION (
  USER_ID varchar(36) NOT NULL, REQUIRED_ACTION varchar(255) NOT NULL DEFAULT ' ', PRIMARY KEY (REQUIRED_ACTION, USER_ID), KEY IDX_USER_REQACTIONS (USER_ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE FEDERATED_IDENTITY (
  IDENTITY_PROVIDER varchar(255) NOT NULL, REALM_ID varchar(36) DEFAULT NULL, FEDERATED_USER_ID varchar(255) DEFAULT NULL, FEDERATED_USERNAME varchar(255) DEFAULT NULL,
  TOKEN text DEFAULT NULL, USER_ID varchar(36) NOT NULL, PRIMARY KEY (IDENTITY_PROVIDER, USER_ID), KEY IDX_FEDIDENTITY_USER (USER_ID),
  CONSTRAINT FK404288B92EF007A6 FOREIGN KEY (USER_ID) REFERENCES USER_ENTITY (ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE OFFLINE_USER_SESSION (
  USER_SESSION_ID varchar(36) NOT NULL, USER_ID varchar(255) DEFAULT NULL, REALM_ID varchar(36) NOT NULL, CREATED_ON int NOT NULL, OFFLINE_FLAG varchar(4) NOT NULL,
  DATA longtext DEFAULT NULL, LAST_SESSION_REFRESH int NOT NULL DEFAULT 0, BROKER_SESSION_ID text DEFAULT NULL, VERSION int DEFAULT 0,
  PRIMARY KEY (USER_SESSION_ID, OFFLINE_FLAG), KEY IDX_OFFLINE_USS_BY_USER (USER_ID, REALM_ID, OFFLINE_FLAG)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE OFFLINE_CLIENT_SESSION (
  USER_SESSION_ID varchar(36) NOT NULL, CLIENT_ID varchar(255) NOT NULL, OFFLINE_FLAG varchar(4) NOT NULL, `TIMESTAMP` int DEFAULT NULL, DATA longtext DEFAULT NULL,
  CLIENT_STORAGE_PROVIDER varchar(36) NOT NULL DEFAULT 'local', EXTERNAL_CLIENT_ID varchar(255) NOT NULL DEFAULT 'local', VERSION int DEFAULT 0,
  PRIMARY KEY (USER_SESSION_ID, CLIENT_ID, CLIENT_STORAGE_PROVIDER, EXTERNAL_CLIENT_ID, OFFLINE_FLAG)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE FED_USER_CREDENTIAL (
  ID varchar(36) NOT NULL, TYPE varchar(255) DEFAULT NULL, USER_ID varchar(255) NOT NULL, REALM_ID varchar(36) NOT NULL, SECRET_DATA longtext DEFAULT NULL, PRIMARY KEY (ID), KEY IDX_FU_CREDENTIAL (USER_ID, TYPE)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE REVOKED_TOKEN (ID varchar(255) NOT NULL, EXPIRE bigint NOT NULL, PRIMARY KEY (ID)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO REALM VALUES ('r-master', 'master', 1, NULL, 60, 0), ('r-shop', 'shop', 1, 'passwordHistory(3)', 300, 1);
INSERT INTO CLIENT VALUES ('c-app', 'app', 'client-secret', 'r-shop', 'registration');
INSERT INTO USER_ENTITY (ID, EMAIL, EMAIL_CONSTRAINT, EMAIL_VERIFIED, ENABLED, FIRST_NAME, LAST_NAME, REALM_ID, USERNAME, CREATED_TIMESTAMP, SERVICE_ACCOUNT_CLIENT_LINK, NOT_BEFORE) VALUES
  ('u-boss', 'boss@shop.test', 'boss@shop.test', 1, 1, 'The', 'Boss', 'r-master', 'boss', 1500000000000, NULL, 0),
  ('u-ann', 'ann@x.test', 'ann@x.test', 1, 1, 'Ann', 'A', 'r-shop', 'ann', 1577872800000, NULL, 0),
  ('u-bob', 'bob@x.test', 'bob@x.test', 1, 1, 'Bob', 'B', 'r-shop', 'bob', 1577872800000, NULL, 1600000000),
  ('u-cem', 'cem@x.test', 'cem@x.test', 1, 1, 'Cem', 'C', 'r-shop', 'cem', 1577872800000, NULL, 0), -- signs in with another provider only
  ('u-dee', 'dee@x.test', 'dee@x.test', 1, 1, 'Dee', 'D', 'r-shop', 'dee', NULL, NULL, 0), -- nobody knows since when
  ('u-eve', 'eve@x.test', 'eve@x.test', 1, 1, 'Eve', 'E', 'r-shop', 'eve', 1577872800000, NULL, 0), -- chose a new password after the cutoff
  ('u-fay', 'fay@x.test', 'fay@x.test', 1, 1, 'Fay', 'F', 'r-shop', 'fay', 1709632800000, NULL, 0), -- after the cutoff
  ('u-robot', NULL, 'u-robot', 0, 1, NULL, NULL, 'r-shop', 'service-account-erp', 1577872800000, 'c-app', 0);
INSERT INTO USER_ATTRIBUTE VALUES ('locale', 'de', 'u-ann', 'a1'), ('phone', '1', 'u-ann', 'a2');
INSERT INTO CREDENTIAL (ID, TYPE, USER_ID, CREATED_DATE, SECRET_DATA, CREDENTIAL_DATA, PRIORITY) VALUES
  ('p-boss', 'password', 'u-boss', 1577872800000, '{"value":"Qk9TUw==","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":5,"algorithm":"argon2"}', 10),
  ('p-ann', 'password', 'u-ann', 1577872800000, '{"value":"QU5O","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":5,"algorithm":"argon2"}', 10),
  ('h-ann', 'password-history', 'u-ann', 1567872800000, '{"value":"T0xE","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":5,"algorithm":"argon2"}', 10),
  ('o-ann', 'otp', 'u-ann', 1577872800000, '{"value":"JBSWY3DPEHPK3PXP"}', '{"subType":"totp","digits":6}', 20),
  ('w-ann', 'webauthn', 'u-ann', 1577872800000, '{}', '{"credentialId":"x","credentialPublicKey":"y"}', 30),
  ('p-bob', 'password', 'u-bob', 1709251200000, '{"value":"Qk9C","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":210000,"algorithm":"pbkdf2-sha512"}', 10), -- set in the very moment of the cutoff
  ('p-dee', 'password', 'u-dee', NULL, '{"value":"REVF","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":27500,"algorithm":"pbkdf2-sha256"}', 10),
  ('p-eve', 'password', 'u-eve', 1709632800000, '{"value":"RVZF","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":5,"algorithm":"argon2"}', 10),
  ('p-fay', 'password', 'u-fay', 1709632800000, '{"value":"RkFZ","salt":"c2FsdA==","additionalParameters":{}}', '{"hashIterations":5,"algorithm":"argon2"}', 10);
INSERT INTO USER_REQUIRED_ACTION VALUES ('u-dee', 'VERIFY_EMAIL');
INSERT INTO FEDERATED_IDENTITY VALUES ('google', 'r-shop', 'g1', 'cem', '{"access_token":"at"}', 'u-cem'), ('google', 'r-shop', 'g2', 'ann', NULL, 'u-ann'), ('google', 'r-shop', 'g3', 'fay', '{"access_token":"at"}', 'u-fay');
INSERT INTO OFFLINE_USER_SESSION (USER_SESSION_ID, USER_ID, REALM_ID, CREATED_ON, OFFLINE_FLAG, DATA) VALUES
  ('s-ann-1', 'u-ann', 'r-shop', 1709200000, '0', '{}'), ('s-ann-2', 'u-ann', 'r-shop', 1700000000, '1', '{}'), ('s-cem', 'u-cem', 'r-shop', 1709200000, '0', '{}'),
  ('s-boss', 'u-boss', 'r-master', 1709200000, '0', '{}'), ('s-fay', 'u-fay', 'r-shop', 1709632800, '0', '{}'), ('s-robot', 'u-robot', 'r-shop', 1709200000, '0', '{}'), ('s-fed', 'f:ldap:gil', 'r-shop', 1709200000, '1', '{}');
INSERT INTO OFFLINE_CLIENT_SESSION (USER_SESSION_ID, CLIENT_ID, OFFLINE_FLAG, `TIMESTAMP`) VALUES
  ('s-ann-1', 'c-app', '0', 1709200000), ('s-ann-1', 'c-app2', '0', 1709200000), ('s-ann-2', 'c-app', '1', 1700000000), ('s-cem', 'c-app', '0', 1709200000),
  ('s-boss', 'c-app', '0', 1709200000), ('s-fay', 'c-app', '0', 1709632800), ('s-robot', 'c-app', '0', 1709200000), ('s-fed', 'c-app', '1', 1709200000);
INSERT INTO FED_USER_CREDENTIAL VALUES ('f1', 'password', 'f:ldap:gil', 'r-shop', '{"value":"R0lM"}');
INSERT INTO REVOKED_TOKEN VALUES ('t1', 1709300000);
