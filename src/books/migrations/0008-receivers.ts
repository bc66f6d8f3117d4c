import type { FrozenTable } from './0001-ledger';
import type { FrozenChange } from './0002-hold-kind';

/**
 * Which receivers take no mail from us at the moment (C98). Its CHECK ties the time of the next try to the state. Frozen: its text depends on
 * nothing that can change later.
 */
export const receivers = (): FrozenTable[] => [
  {
    name: 'receivers',
    columns: `
      incident INT UNSIGNED NOT NULL,
      receiver VARCHAR(255) NOT NULL,
      state ENUM('open','aside','paused') NOT NULL,
      fence BIGINT UNSIGNED NOT NULL,
      since DATETIME(6) NOT NULL,
      put_by VARCHAR(200) NOT NULL,
      reason VARCHAR(500) NOT NULL,
      reply_code SMALLINT UNSIGNED NULL,
      tries INT UNSIGNED NOT NULL,
      next_try_at DATETIME(6) NULL,
      PRIMARY KEY (incident, receiver),
      CONSTRAINT receivers_aside CHECK ((next_try_at IS NULL) = (state <> 'aside') AND (state <> 'aside' OR reply_code IS NOT NULL))`,
  },
];

/** Which receiver a notice waits for: its row, and not the time, says when it is due. Frozen. */
export const waitsForReceiver: FrozenChange[] = [
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notices' AND COLUMN_NAME = 'receiver'`,
    statement: `
      ALTER TABLE notices ADD COLUMN receiver VARCHAR(255) NULL,
        ADD CONSTRAINT notices_receiver CHECK (receiver IS NULL OR state = 'deferred')`,
  },
];
