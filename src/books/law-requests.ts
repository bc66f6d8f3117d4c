import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import type { LawRecord, LawRequest } from '../incident/law-delay';
import type { BareBooks } from './books';
import { detailOf } from './judge-audit';
import type { AuditTable } from './ledger-tables';
import { isoTime } from './rows';

/** The audit's actions. */
export const ASKED = 'law-enforcement-hold';
export const RELEASED = 'law-enforcement-release';

type Entry = Pick<AuditTable, 'seq' | 'at' | 'who' | 'action' | 'detail'>;

/** The requests after an entry of the chain. A release without a number is of an older version, and ended all that stood. */
export function afterEntry(record: LawRecord, entry: Entry): LawRecord {
  const { seq: number, who: by, at } = entry;
  const { reason, request } = detailOf(entry);
  const { standing, released } = record;
  if (entry.action === ASKED)
    return { released, standing: [...standing, { number, by, reason: String(reason), since: isoTime(at) }] };
  if (entry.action !== RELEASED) return record;
  const isEnded = (asked: LawRequest) => request === undefined || asked.number === request;
  const ended = standing
    .filter(isEnded)
    .map((asked) => ({ ...asked, releasedBy: by, releasedAt: isoTime(at) }));
  return { standing: standing.filter((asked) => !isEnded(asked)), released: [...released, ...ended] };
}

export const NO_REQUESTS: LawRecord = { standing: [], released: [] };

/** By the audit, whatever stands in the incident's row. */
export async function readRequests({ db, incident }: BareBooks): Promise<LawRecord> {
  const { rows: entries } = await sql<Entry>`
    SELECT seq, at, who, action, detail FROM audit
    WHERE incident = ${incident} AND action IN (${ASKED}, ${RELEASED}) ORDER BY seq`.execute(db);
  return entries.reduce(afterEntry, NO_REQUESTS);
}

/** As they stand in the row, all in the one; null: none stands. `since` is of the first. */
export function togetherInRow(standing: LawRequest[]): Pick<LawRequest, 'by' | 'reason' | 'since'> | null {
  if (standing.length === 0) return null;
  return {
    by: cutText(standing.map(({ by }) => by).join('; '), 200),
    reason: cutText(standing.map(({ reason }) => reason).join('; '), 500),
    since: standing[0]!.since,
  };
}
