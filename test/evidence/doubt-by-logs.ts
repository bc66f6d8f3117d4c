import { disbelief, uncovered } from '../../src/evidence/believe-log';
import { doubtVerdict, type Verdict } from '../../src/evidence/doubt-verdict';
import { knownMessages, type TimeSpan, tally } from '../../src/evidence/known-messages';
import { searchLog } from '../../src/evidence/search-log';
import { type DoubtfulClaim, type OpenedSession, sessionDoubts } from '../../src/evidence/session-proof';

/** What a ledger would know of a few sessions. All Message-IDs end with `@shop.test`. */
export interface KnownToLedger {
  known: { mac: string; accepted: TimeSpan; sender: number; queueId: string }[];
  opened: OpenedSession[];
  doubtful: (DoubtfulClaim & { mac: string })[];
}

/** As `settle` judges (weigh-evidence.ts), without a database. */
export async function verdictsByLogs(
  files: string[],
  { known, opened, doubtful }: KnownToLedger,
): Promise<Verdict[]> {
  const messages = knownMessages();
  for (const { mac, accepted, sender } of known) messages.add(mac, accepted, true, sender);
  const inDoubt = new Map(doubtful.map(({ mac, sender }) => [mac, sender]));
  const nearMs = doubtful[0]!.span.from;
  const sought = { domain: 'shop.test', inDoubt, known: messages, nearMs };
  const { sound, fates, sessions } = await searchLog(files, sought, known);
  const doubtOf = sessionDoubts({ opened, completeSince: null }, sessions);
  return doubtful.map((claim) => {
    const doubt =
      disbelief(sound, tally(messages, claim.span)) ?? uncovered(sound, claim.span) ?? doubtOf(claim);
    return doubtVerdict({ fate: fates.get(claim.mac) ?? 'unseen', events: [], doubt });
  });
}
