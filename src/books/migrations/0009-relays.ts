import type { FrozenTable } from './0001-ledger';
import type { FrozenChange } from './0002-hold-kind';

/**
 * The relays by which workers of an incident send, and which of them are left out. `number` is the relay's own within the incident: its
 * sessions are counted by it. Frozen: its text depends on nothing that can change later.
 */
export const relays = (): FrozenTable[] => [
  {
    name: 'relays',
    columns: `
      incident INT UNSIGNED NOT NULL,
      relay VARCHAR(300) NOT NULL,
      number SMALLINT UNSIGNED NOT NULL,
      address VARCHAR(300) NOT NULL,
      state ENUM('in','out') NOT NULL,
      fence BIGINT UNSIGNED NOT NULL,
      since DATETIME(6) NOT NULL,
      put_by VARCHAR(200) NOT NULL,
      reason VARCHAR(500) NOT NULL,
      words BINARY(8) NULL,
      PRIMARY KEY (incident, relay),
      UNIQUE KEY relays_number (incident, number),
      CONSTRAINT relays_out CHECK (state = 'out' OR words IS NULL)`,
  },
];

const has = (table: string) => `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}' AND COLUMN_NAME = 'relay'`;

/** By which relay each claim was sent, and where each session was: NULL where nobody knows. Frozen. */
export const sentByRelay: FrozenChange[] = [
  { done: has('claims'), statement: 'ALTER TABLE claims ADD COLUMN relay VARCHAR(300) NULL' },
  { done: has('relay_sessions'), statement: 'ALTER TABLE relay_sessions ADD COLUMN relay VARCHAR(300) NULL' },
];
