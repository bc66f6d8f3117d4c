import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

/** The incident is closed or cancelled: nothing can be decided any more. */
export class IncidentOverError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'INCIDENT_OVER';
  constructor() {
    super('The incident is closed for good: nothing can be decided any more, and nothing was changed');
    this.name = 'IncidentOverError';
  }
}

/**
 * Locks the incident's row for a decision that changes notices, before the first of them: then either the incident's closing
 * waits and sees the decision, or the decision is refused.
 */
export async function lockOpenIncident(trx: LedgerDatabase, incident: number): Promise<void> {
  const { rows } = await sql<{ closed_at: string | null }>`
    SELECT closed_at FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(trx);
  if (rows[0]?.closed_at !== null) throw new IncidentOverError();
}
