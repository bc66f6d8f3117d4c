import {
  disbeliefAbout,
  disbeliefOf,
  macOf,
  messageIdDomain,
  type RelayLogSearch,
  searchRelayLog,
} from '../activities/search-relay-log';
import { currentWave } from '../books/balance';
import { type IncidentRow, openBooks } from '../books/incident-row';
import { type Doubtful, listDoubtful } from '../books/notices';
import type { Database } from '../books/open-database';
import { listSessions } from '../books/relay-sessions';
import { uncovered } from '../evidence/believe-log';
import { doubtVerdict, type Verdict } from '../evidence/doubt-verdict';
import type { SendingLane, TimeSpan } from '../evidence/known-messages';
import { type EventsRead, readEvents } from '../evidence/read-events';
import { type DoubtfulClaim, sessionDoubts } from '../evidence/session-proof';

export interface Evidence {
  /** Relay logs in Postfix's format; empty: none. */
  logs: string[];
  /** Exports of a provider; empty: none. */
  events: string[];
  /** A message whose dot went out before the lease's end may be taken so much later. */
  quarantineSeconds: number;
}

/** A session sends at least one message in so long, where there are any. */
const BEFORE_MS = 600_000;

export type Finding = Doubtful & Verdict;

export interface Weighed {
  findings: Finding[];
  log: (Pick<RelayLogSearch, 'files' | 'lines' | 'unreadable' | 'repeated'> & LogBelief) | null;
  events: Pick<EventsRead, 'files' | 'unknown'> | null;
}

export interface LogBelief {
  /** Messages that were surely sent, of the times that matter, and how many of them the log has under their own Message-ID. */
  known: number;
  found: number;
  /** Why the log could not be believed if it lacked somebody; null: it could. */
  disbelief: string | null;
}

/**
 * What the evidence says of each one in doubt (I2). Changes nothing. With nobody in doubt it tells all the same whether the log could
 * be believed. @throws Error that names the file which cannot be read.
 */
export async function weighEvidence(database: Database, row: IncidentRow, given: Evidence): Promise<Weighed> {
  const books = await openBooks(database, row);
  const wave = await currentWave(books, row);
  const doubtful = await listDoubtful(books, wave);
  const spanOf = ({ claimedMs, claim }: Doubtful): TimeSpan | null =>
    claim && { from: claimedMs, to: claim.leaseUntilMs + given.quarantineSeconds * 1000 };
  const spans = doubtful.map(spanOf).filter((span) => span !== null);
  const log =
    given.logs.length === 0
      ? null
      : await searchRelayLog(books, row, {
          wave,
          files: given.logs,
          inDoubt: doubtful.map(({ customerId, claim, attempt }) => ({
            customerId,
            sender: attempt === 1 ? claim : null,
          })),
          // What came before tells whose the sessions are that were open then.
          spans: doubtful.length === 0 ? null : spans.map(({ from, to }) => ({ from: from - BEFORE_MS, to })),
        });
  const macs = new Map(doubtful.map(({ customerId }) => [customerId, macOf(row, wave, customerId)]));
  const events =
    given.events.length === 0
      ? null
      : await readEvents(given.events, { domain: messageIdDomain(row), inDoubt: new Set(macs.values()) });
  const doubtOf =
    log === null
      ? () => null
      : doubtsAbout(log, sessionDoubts(await listSessions(books, log.senderOf), log.sessions));
  const findings = doubtful.map((notice) => {
    const mac = macs.get(notice.customerId)!;
    const verdict = doubtVerdict({
      fate: log === null ? null : (log.fates.get(mac) ?? 'unseen'),
      events: events?.accepted.get(mac) ?? [],
      doubt: doubtOf(notice.claim && { ...notice.claim, span: spanOf(notice)! }),
    });
    return { ...notice, ...verdict };
  });
  return {
    findings,
    log: log && { ...filesOf(log), ...beliefOf(log) },
    events: events && { files: events.files, unknown: events.unknown },
  };
}

interface SentUnder extends SendingLane {
  span: TimeSpan;
}

/** Those of one claim share their times. */
function doubtsAbout(
  search: RelayLogSearch,
  sessionDoubt: (claim: DoubtfulClaim) => string | null,
): (claim: SentUnder | null) => string | null {
  const told = new Map<string, string | null>();
  return (claim) => {
    if (claim === null)
      return 'nobody knows when it was sent: its claim is not in the ledger, or was rebuilt there by reconcile';
    const { worker, lane, relay, span } = claim;
    const key = `${worker} ${lane} ${relay} ${span.from} ${span.to}`;
    if (!told.has(key))
      told.set(
        key,
        disbeliefAbout(search, span) ??
          uncovered(search.sound, span) ??
          sessionDoubt({ sender: search.senderOf(claim), span }),
      );
    return told.get(key)!;
  };
}

function filesOf({ files, lines, unreadable, repeated }: RelayLogSearch) {
  return { files, lines, unreadable, repeated };
}

function beliefOf(log: RelayLogSearch): LogBelief {
  let count = 0;
  for (let i = 0; i < log.known.size; i++) if (log.known.isFound(i)) count++;
  return { known: log.known.size, found: count, disbelief: disbeliefOf(log) };
}
