/** A table of ours: what stands between the parentheses of its CREATE TABLE. */
export interface FrozenTable {
  name: string;
  columns: string;
}

/**
 * The first ledger. CHECKs tie a notice's columns to its state (drawn in docs/states.md): a wrong row cannot be written.
 * Frozen: its text depends on nothing that can change later. A change to the tables is a migration of its own.
 * @param key the type of the company's key, as KeyColumn has it.
 */
export function firstLedger(key: string): FrozenTable[] {
  return [
    ledger,
    { name: 'incidents', columns: incidents(key) },
    { name: 'cohort', columns: cohort(key) },
    { name: 'expired_ranges', columns: expiredRanges(key) },
    lanes,
    { name: 'claims', columns: claims(key) },
    { name: 'notices', columns: notices(key) },
    audit,
  ];
}

const ledger: FrozenTable = {
  name: 'ledger',
  columns: `
    only_row TINYINT UNSIGNED NOT NULL DEFAULT 1 PRIMARY KEY,
    id CHAR(36) NOT NULL,
    made_at DATETIME(6) NOT NULL,
    fingerprint_key BINARY(32) NOT NULL,
    CONSTRAINT ledger_only_row CHECK (only_row = 1)`,
};

const incidents = (key: string) => `
    incident INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    incident_id VARCHAR(64) NOT NULL UNIQUE,
    title VARCHAR(300) NOT NULL,
    file_hash CHAR(64) NOT NULL,
    file LONGTEXT NOT NULL,
    content_hash CHAR(64) NOT NULL,
    cutoff DATETIME(6) NOT NULL,
    phase ENUM('expire','verify','approval','canary','notify','settle','remind','close','closed','cancelled') NOT NULL,
    frontier ${key} NULL,
    gate ENUM('open','closed') NOT NULL,
    gate_reason VARCHAR(500) NOT NULL,
    gate_by VARCHAR(200) NOT NULL,
    gate_since DATETIME(6) NOT NULL,
    fence BIGINT UNSIGNED NOT NULL,
    rate_per_second INT UNSIGNED NOT NULL,
    approved_by VARCHAR(200) NULL,
    approved_at DATETIME(6) NULL,
    approved_hash CHAR(64) NULL,
    hold_reason VARCHAR(1000) NULL,
    message_key BINARY(32) NOT NULL,
    server_identity VARCHAR(400) NOT NULL,
    started_by VARCHAR(200) NOT NULL,
    started_at DATETIME(6) NOT NULL,
    closed_at DATETIME(6) NULL,
    CONSTRAINT incidents_rate CHECK (rate_per_second BETWEEN 1 AND 1000000),
    CONSTRAINT incidents_approval CHECK ((approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (approved_hash IS NULL)),
    CONSTRAINT incidents_closed CHECK ((closed_at IS NULL) = (phase NOT IN ('closed','cancelled')))`;

const cohort = (key: string) => `
    incident INT UNSIGNED NOT NULL,
    customer_id ${key} NOT NULL,
    password ENUM('expired','changed_since','none') NOT NULL,
    expired_at DATETIME(6) NOT NULL,
    fingerprints VARBINARY(512) NOT NULL DEFAULT '',
    reappeared_at DATETIME(6) NULL,
    PRIMARY KEY (incident, customer_id),
    CONSTRAINT cohort_fingerprints CHECK (LENGTH(fingerprints) MOD 16 = 0)`;

const expiredRanges = (key: string) => `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    incident INT UNSIGNED NOT NULL,
    after_key ${key} NULL,
    up_to_key ${key} NOT NULL,
    expired_at DATETIME(6) NOT NULL,
    looked_at DATETIME(6) NULL,
    KEY expired_ranges_unseen (incident, looked_at)`;

const lanes: FrozenTable = {
  name: 'lanes',
  columns: `
    incident INT UNSIGNED NOT NULL,
    lane VARCHAR(20) NOT NULL,
    token CHAR(36) NOT NULL,
    next_send_at DATETIME(6) NOT NULL,
    PRIMARY KEY (incident, lane)`,
};

// A claim's rows are found through its first and last key, by the primary key of notices. It says of which wave they are, so that
// an abandoned one is settled whatever wave is asked about; and it is found by its token, which stays its own where a restored
// server gives its number away again.
const claims = (key: string) => `
    claim_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    incident INT UNSIGNED NOT NULL,
    wave ENUM('notice','reminder') NOT NULL DEFAULT 'notice',
    lane VARCHAR(20) NOT NULL,
    worker VARCHAR(100) NOT NULL,
    token CHAR(36) NOT NULL,
    claimed_at DATETIME(3) NOT NULL,
    lease_until DATETIME(3) NOT NULL,
    first_customer ${key} NOT NULL,
    last_customer ${key} NOT NULL,
    settled TINYINT UNSIGNED NOT NULL DEFAULT 0,
    KEY claims_open (incident, settled, lease_until),
    KEY claims_token (token),
    CONSTRAINT claims_lease CHECK (lease_until > claimed_at)`;

// No index on state: at 24 million rows it would be rewritten with every notice, for questions that a scan of the
// primary key answers.
const notices = (key: string) => `
    incident INT UNSIGNED NOT NULL,
    wave ENUM('notice','reminder') NOT NULL,
    customer_id ${key} NOT NULL,
    address_role ENUM('primary') NOT NULL,
    state ENUM('sending','released','sent','deferred','failed','in_doubt','skipped','left') NOT NULL,
    claim_id BIGINT UNSIGNED NULL,
    address VARCHAR(330) NULL,
    attempt SMALLINT UNSIGNED NOT NULL,
    reply_code SMALLINT UNSIGNED NULL,
    reply_text VARCHAR(200) NULL,
    queue_id VARCHAR(64) NULL,
    content_hash BINARY(8) NULL,
    reason VARCHAR(64) NULL,
    claimed_at DATETIME(3) NULL,
    settled_at DATETIME(3) NULL,
    first_deferred_at DATETIME(3) NULL,
    retry_at DATETIME(3) NULL,
    PRIMARY KEY (incident, wave, customer_id, address_role),
    CONSTRAINT notices_claimed CHECK (state NOT IN ('sending','in_doubt','sent')
      OR (claim_id IS NOT NULL AND address IS NOT NULL AND content_hash IS NOT NULL AND claimed_at IS NOT NULL)),
    CONSTRAINT notices_settled CHECK ((settled_at IS NULL) = (state IN ('sending','in_doubt'))),
    CONSTRAINT notices_sent CHECK (state <> 'sent' OR (reply_code IS NOT NULL AND reply_code BETWEEN 200 AND 299)),
    CONSTRAINT notices_reason CHECK (state NOT IN ('deferred','failed','skipped','left') OR reason IS NOT NULL),
    CONSTRAINT notices_deferred CHECK ((retry_at IS NULL) = (state <> 'deferred')
      AND (state <> 'deferred' OR first_deferred_at IS NOT NULL))`;

const audit: FrozenTable = {
  name: 'audit',
  columns: `
    incident INT UNSIGNED NOT NULL,
    seq INT UNSIGNED NOT NULL,
    at DATETIME(6) NOT NULL,
    who VARCHAR(200) NOT NULL,
    action VARCHAR(40) NOT NULL,
    detail LONGTEXT NOT NULL,
    prev_hash BINARY(32) NOT NULL,
    hash BINARY(32) NOT NULL,
    PRIMARY KEY (incident, seq)`,
};
