import type { FrozenTable } from './0001-ledger';

/**
 * By which sessions a worker may have sent: the relay's log must show each, before it proves that somebody in doubt was not told (I2, C87).
 * Frozen: its text depends on nothing that can change later.
 */
export const relaySessions = (): FrozenTable[] => [
  {
    name: 'relay_sessions',
    columns: `
      session BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      incident INT UNSIGNED NOT NULL,
      worker VARCHAR(200) NOT NULL,
      lane VARCHAR(64) NOT NULL,
      slot SMALLINT UNSIGNED NOT NULL,
      connecting_at DATETIME(6) NOT NULL,
      opened_at DATETIME(6) NOT NULL,
      KEY of_incident (incident, opened_at)`,
  },
];
