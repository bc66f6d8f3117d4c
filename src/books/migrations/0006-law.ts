import type { FrozenChange } from './0002-hold-kind';

/**
 * Law enforcement's delay: who asked and why, and that no gate is open while it stands, whoever writes the row (I6). Frozen.
 */
export const law: FrozenChange[] = [
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'incidents' AND COLUMN_NAME = 'delay_fence'`,
    statement: `
      ALTER TABLE incidents ADD COLUMN delay_by VARCHAR(200) NULL, ADD COLUMN delay_reason VARCHAR(500) NULL,
        ADD COLUMN delay_since DATETIME(6) NULL, ADD COLUMN delay_fence BIGINT UNSIGNED NULL`,
  },
  {
    done: `
      SELECT 1 FROM information_schema.TABLE_CONSTRAINTS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'incidents' AND CONSTRAINT_NAME = 'incidents_delay'`,
    statement: `
      ALTER TABLE incidents ADD CONSTRAINT incidents_delay CHECK (
        (delay_since IS NULL) = (delay_by IS NULL) AND (delay_since IS NULL) = (delay_reason IS NULL)
        AND (delay_since IS NULL) = (delay_fence IS NULL) AND (delay_since IS NULL OR gate = 'closed'))`,
  },
];
