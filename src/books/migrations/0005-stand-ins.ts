import type { FrozenTable } from './0001-ledger';

/**
 * For which key a MAC stands that travels in its place: one row for each end of a range that Temporal was told. The key as text,
 * whatever its type, since it is only looked up by its MAC. Frozen.
 */
export const standIns = (): FrozenTable[] => [
  {
    name: 'stand_ins',
    columns: `
    incident INT UNSIGNED NOT NULL,
    mac BINARY(16) NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (incident, mac)`,
  },
];
