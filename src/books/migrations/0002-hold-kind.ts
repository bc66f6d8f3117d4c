/** A change to a table that is there already. */
export interface FrozenChange {
  /** Finds a row where the statement has been carried out before, by an upgrade that was killed before it was recorded; null: it is said again. */
  done: string | null;
  statement: string;
}

/**
 * What a hold means gets a column of its own. Before, it was read from the first words of the reason, which are translated here.
 * Frozen: its text depends on nothing that can change later.
 */
export const holdKind: FrozenChange[] = [
  {
    done: `
      SELECT 1 FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'incidents' AND COLUMN_NAME = 'hold_kind'`,
    statement: 'ALTER TABLE incidents ADD COLUMN hold_kind VARCHAR(40) NULL AFTER approved_hash',
  },
  {
    done: null,
    statement: `
      UPDATE incidents SET hold_kind = CASE
        WHEN hold_reason IS NULL THEN NULL
        WHEN hold_reason LIKE 'Not everything has died:%' THEN 'verify-findings'
        WHEN hold_reason LIKE 'Canary done:%' THEN 'canary-done'
        WHEN hold_reason LIKE 'The relay refused canary mailboxes:%' THEN 'canary-refused'
        WHEN hold_reason LIKE 'In doubt:%' THEN 'in-doubt'
        WHEN hold_reason LIKE 'A whole pass changed nothing:%' THEN 'no-progress'
        WHEN hold_reason LIKE 'Rows are missing:%' THEN 'rows-missing'
        WHEN hold_reason LIKE 'Before the reminder:%' THEN 'reminder'
        WHEN hold_reason LIKE 'Not the database that this began on:%' THEN 'lost-commits'
        WHEN hold_reason LIKE 'The books do not add up:%' THEN 'close-refused'
        WHEN hold_reason LIKE 'Failed after repeated attempts:%' THEN 'activity-failed'
        WHEN hold_reason LIKE 'PAUSE IS NOT CERTAIN:%' THEN 'gate-not-closed'
        WHEN hold_reason LIKE 'Cancel was asked:%' THEN 'cancel-asked'
        WHEN hold_reason LIKE 'Cancellation was requested:%' THEN 'cancellation-requested'
        ELSE 'slice-stopped' END`,
  },
  {
    done: `
      SELECT 1 FROM information_schema.TABLE_CONSTRAINTS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'incidents' AND CONSTRAINT_NAME = 'incidents_hold'`,
    statement:
      'ALTER TABLE incidents ADD CONSTRAINT incidents_hold CHECK ((hold_kind IS NULL) = (hold_reason IS NULL))',
  },
];
