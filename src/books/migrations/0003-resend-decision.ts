import type { FrozenChange } from './0002-hold-kind';

/**
 * Which decision, by its number in the audit, had a notice in doubt sent again: the proof tells it from a breach (I2, C89). Frozen.
 */
export const resendDecision: FrozenChange[] = [
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notices' AND COLUMN_NAME = 'decision'`,
    statement: 'ALTER TABLE notices ADD COLUMN decision INT UNSIGNED NULL',
  },
];
