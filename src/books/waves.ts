import { sql } from 'kysely';
import type { Wave } from '../incident/vocabulary';
import type { IncidentRow } from './incident-row';
import type { LedgerDatabase } from './open-database';

/** The waves of which the ledger holds rows or will: the notice always, the reminder once it has begun. */
export async function wavesOf(db: LedgerDatabase, incident: number): Promise<Wave[]> {
  return (await hasBegun(db, incident, 'reminder')) ? ['notice', 'reminder'] : ['notice'];
}

/** The wave that decisions are about now: once the reminder has begun, every notice has its final answer. */
export async function currentWave(
  db: LedgerDatabase,
  { incident, phase }: Pick<IncidentRow, 'incident' | 'phase'>,
): Promise<Wave> {
  if (phase === 'remind') return 'reminder';
  if (phase !== 'close' && phase !== 'closed') return 'notice';
  return (await hasBegun(db, incident, 'reminder')) ? 'reminder' : 'notice';
}

export async function hasBegun(db: LedgerDatabase, incident: number, wave: Wave): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM notices WHERE incident = ${incident} AND wave = ${wave} LIMIT 1`.execute(db);
  return rows.length > 0;
}
