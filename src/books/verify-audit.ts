import { CHAIN_START, entryHash } from './append-audit';
import type { LedgerDatabase } from './open-database';
import { NOT_STARTED } from './record-not-started';

/** Walks the incident's audit chain (I6), or that of NOT_STARTED; null when it is whole, else the first break in words. */
export async function verifyAudit(db: LedgerDatabase, incident: number): Promise<string | null> {
  const entries = await db
    .selectFrom('audit')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('seq')
    .execute();
  let before: Buffer = CHAIN_START;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return `entry ${index + 1} is missing: the next one is ${entry.seq}`;
    if (!entry.prev_hash.equals(before)) return `entry ${entry.seq} does not follow from the entry before it`;
    if (!entryHash(entry).equals(entry.hash)) return `entry ${entry.seq} was changed after it was written`;
    before = entry.hash;
  }
  const mayBeEmpty = incident === NOT_STARTED;
  return entries.length === 0 && !mayBeEmpty ? 'there is no entry: even the start must be recorded' : null;
}
