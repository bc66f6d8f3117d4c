import { type SettleContext, type Settlement, settleClaim } from '../books/settle-claim';
import type { NoticeState } from '../incident/vocabulary';

/** As long as a reply to a dot may take: a database that restarts is back long before. */
const PATIENCE_MILLISECONDS = 10 * 60_000;
const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/** The row breaks the ledger's own rules, or the claim is gone: trying again would not change it. */
const NEVER_BETTER = new Set(['ER_CHECK_CONSTRAINT_VIOLATED', 'ER_CONSTRAINT_FAILED', 'CLAIM_LOST']);

/**
 * What the relay has said is known nowhere but here until it is in the ledger, and what is not in the ledger is in doubt. So a
 * database that is away, or a COMMIT whose acknowledgement was lost, is tried again for minutes; settling twice changes nothing.
 */
export async function settleSurely(
  context: SettleContext,
  settlements: Settlement[],
): Promise<Partial<Record<NoticeState, number>>> {
  const giveUpAt = performance.now() + PATIENCE_MILLISECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS)) {
    try {
      return await settleClaim(context, settlements);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (NEVER_BETTER.has(code) || performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
