import type { FrozenTable } from './0001-ledger';
import type { FrozenChange } from './0002-hold-kind';

/**
 * Each version of an incident's file: the one that it was started with, and what it was amended to (C103). A row without a version was
 * only proposed: `refused` says why it did not come into effect, or nobody has acted on it. Rows are never deleted. Frozen.
 */
export const fileVersions = (): FrozenTable[] => [
  {
    name: 'file_versions',
    columns: `
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    incident INT UNSIGNED NOT NULL,
    version SMALLINT UNSIGNED NULL,
    file_hash CHAR(64) NOT NULL,
    content_hash CHAR(64) NOT NULL,
    file LONGTEXT NOT NULL,
    proposed_by VARCHAR(200) NOT NULL,
    proposed_at DATETIME(6) NOT NULL,
    since DATETIME(6) NULL,
    refused VARCHAR(1000) NULL,
    UNIQUE KEY of_incident (incident, version),
    CONSTRAINT file_versions_effect CHECK ((version IS NULL) = (since IS NULL) AND (refused IS NULL OR version IS NULL))`,
  },
];

/**
 * Which version an incident has, and by which one each claim was sent: NULL where nobody knows, since the claim was rebuilt. What was
 * started by an older version of the program has its first one.
 */
export const versionsInUse: FrozenChange[] = [
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'incidents' AND COLUMN_NAME = 'version'`,
    statement: 'ALTER TABLE incidents ADD COLUMN version SMALLINT UNSIGNED NOT NULL DEFAULT 1',
  },
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'claims' AND COLUMN_NAME = 'version'`,
    statement: 'ALTER TABLE claims ADD COLUMN version SMALLINT UNSIGNED NULL DEFAULT 1',
  },
  {
    done: null,
    statement: `
      INSERT INTO file_versions (incident, version, file_hash, content_hash, file, proposed_by, proposed_at, since)
      SELECT incident, 1, file_hash, content_hash, file, started_by, started_at, started_at FROM incidents i
      WHERE NOT EXISTS (SELECT 1 FROM file_versions v WHERE v.incident = i.incident)`,
  },
];
