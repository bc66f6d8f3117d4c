import { sql } from 'kysely';
import type { BareBooks } from './books';

/** What the books say of one relay. Null: of claims that were rebuilt, or that an older version made. */
export interface RelayCounts {
  relay: string | null;
  /** Messages that it took, reminders among them. */
  sent: number;
  inDoubt: number;
}

/** One scan of the notices. */
export async function countByRelay({ db, incident }: BareBooks): Promise<RelayCounts[]> {
  const { rows } = await sql<{ relay: string | null; sent: string; inDoubt: string }>`
    SELECT c.relay, SUM(n.state = 'sent') AS sent, SUM(n.state = 'in_doubt') AS inDoubt
    FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.incident = ${incident} AND n.state IN ('sent','in_doubt') GROUP BY c.relay ORDER BY c.relay`.execute(
    db,
  );
  return rows.map(({ relay, sent, inDoubt }) => ({ relay, sent: Number(sent), inDoubt: Number(inDoubt) }));
}
