import { SAME_MOMENT_MS } from './calibrate';
import type { TimeSpan } from './known-messages';
import { type Listed, listed } from './number-rows';
import type { ShownSession } from './own-sessions';

/** What the logs show of the sessions by which a run sent. */
export interface SessionCover {
  /** So many did workers put on record, before they sent anything by them. */
  onRecord: number;
  /** From connect to disconnect, with the lines of as many messages as smtpd counted. */
  whole: number;
  /** In the logs, and their end is not: they go on, or the relay was killed. */
  open: number;
  /** In the logs to their end, and how many messages came by them nobody counted. */
  uncounted: number;
  /** In the logs, and smtpd counted other messages than the logs have. */
  lacking: SessionGap | null;
  /** Not in the logs. */
  missing: SessionGap | null;
  /** Opened so lately, while the run goes on, that they may not be in the logs yet. */
  tooRecent: number;
  /** In the logs with customers' messages, and not on record. */
  strange: number;
}

export interface SessionGap {
  sessions: number;
  /** When they were opened. */
  from: number;
  to: number;
  /** So many of them at a time of which a relay's log has lines. */
  withinLogs: number;
}

/** When a session on record was being opened. */
export interface RecordedOpening extends TimeSpan {
  /** Null: nobody knows. */
  relay: string | null;
}

/**
 * Compares the sessions on record with those in the logs (I2, I7): what is not in the logs may hold a second acceptance of anybody's. Which
 * is which nobody wrote down: each in the logs stands for one on record that was being opened when it began, and no two for one.
 * @param relaysOf by which relays messages came into the logs of a host, as known ones tell; where none is known it
 * may be anyone's, if one relay alone is on record, or if customers' messages came by the session.
 * @param spans of each relay's log that has messages of ours.
 * @param recentFromMs later ones may not be in the logs yet.
 */
export function coverOf(
  recorded: Listed<RecordedOpening>,
  shown: Listed<ShownSession>,
  {
    spans,
    recentFromMs,
    relaysOf,
  }: { spans: readonly TimeSpan[]; recentFromMs: number; relaysOf(host: string): ReadonlySet<string> },
): SessionCover {
  const cover = { whole: 0, open: 0, uncounted: 0, tooRecent: 0, strange: 0 };
  for (let i = 0; i < shown.length; i++) if (shown.at(i)!.carried === 'customers') cover.strange++;
  const [lacking, missing] = [gapWithin(spans), gapWithin(spans)];
  for (const [opened, session] of paired(recorded, shown, relaysOf)) {
    if (session === null) {
      if (opened.to < recentFromMs) missing.add(opened);
      else cover.tooRecent++;
      continue;
    }
    if (session.carried === 'customers') cover.strange--;
    if (session.state === 'lacking') lacking.add(opened);
    else cover[session.state]++;
  }
  return { ...cover, onRecord: recorded.length, lacking: lacking.gap(), missing: missing.gap() };
}

/**
 * One after the other each takes, of those that were being opened when it began and are free, the one that was ready first. Where none is,
 * those near it move on to others. Only within a minute: what is missing in one hour is
 * not made good by what is too much in another.
 * @returns each on record with the one that stands for it; null: none does.
 */
function* paired(
  recorded: Listed<RecordedOpening>,
  shown: Listed<ShownSession>,
  relaysOf: (host: string) => ReadonlySet<string>,
): Generator<[opened: TimeSpan, session: ShownSession | null]> {
  const spans = inOrder(recorded, (one, other) => one.from - other.from);
  // By the others nobody was told, or perhaps not; somebody else on a worker's machine may have opened one: only what is left is theirs.
  const ranked = inOrder(
    shown,
    (one, other) => rankOf(one) - rankOf(other) || one.connectedAt - other.connectedAt,
  );
  const holder = new Int32Array(spans.length).fill(FREE);
  const held = new Int32Array(ranked.length).fill(FREE);
  let longest = 0;
  const recordedRelays = new Set<string>();
  for (let i = 0; i < spans.length; i++) {
    const { from, to, relay } = spans.at(i)!;
    longest = Math.max(longest, to - from);
    if (relay !== null) recordedRelays.add(relay);
  }
  const openAt = (at: number): number[] => {
    const open: number[] = [];
    for (let i = firstFrom(spans, at - SAME_MOMENT_MS - longest); i < spans.length; i++) {
      const span = spans.at(i)!;
      if (span.from - SAME_MOMENT_MS > at) break;
      if (span.to + SAME_MOMENT_MS >= at) open.push(i);
    }
    return open.sort((one, other) => spans.at(one)!.to - spans.at(other)!.to);
  };
  const maySend = ({ host, carried }: ShownSession, { relay }: RecordedOpening) => {
    const relays = relaysOf(host);
    if (relay === null || relays.has(relay)) return true;
    // Of several relays nobody knows whose an empty session is at a host where no known message came.
    return relays.size === 0 && (carried === 'customers' || recordedRelays.size < 2);
  };
  const pairUp = (session: number): void => {
    const cameFrom = new Map<number, number>();
    const queue = [session];
    const moveUpTo = (span: number) => {
      for (let [free, taker] = [span, cameFrom.get(span)!]; ; taker = cameFrom.get(free)!) {
        const before = held[taker]!;
        [holder[free], held[taker]] = [taker, free];
        if (taker === session) return;
        free = before;
      }
    };
    const start = ranked.at(session)!.connectedAt;
    for (let i = 0; i < queue.length; i++) {
      const taker = ranked.at(queue[i]!)!;
      for (const span of openAt(taker.connectedAt)) {
        const opened = spans.at(span)!;
        const isNear =
          opened.from - REACH_MS <= start && start <= opened.to + REACH_MS && maySend(taker, opened);
        if (!isNear || cameFrom.has(span)) continue;
        cameFrom.set(span, queue[i]!);
        if (holder[span] === FREE) {
          moveUpTo(span);
          return;
        }
        queue.push(holder[span]!);
      }
    }
  };
  for (let session = 0; session < ranked.length; session++) pairUp(session);
  for (const [i, session] of holder.entries())
    yield [spans.at(i)!, session === FREE ? null : ranked.at(session)!];
}

function rankOf({ carried }: ShownSession): number {
  if (carried === 'customers') return 0;
  return carried === 'perhaps' ? 2 : 1;
}

/** Without an object for each. */
function inOrder<Row>(rows: Listed<Row>, compare: (one: Row, other: Row) => number): Listed<Row> {
  const order = Int32Array.from({ length: rows.length }, (_, row) => row).sort((one, other) =>
    compare(rows.at(one)!, rows.at(other)!),
  );
  return listed(order.length, (place) => rows.at(order[place]!)!);
}

const REACH_MS = 60_000;
const FREE = -1;

/** The first that began to be opened then, or later. */
function firstFrom(spans: Listed<TimeSpan>, at: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans.at(middle)!.from < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function gapWithin(spans: readonly TimeSpan[]) {
  let gap: SessionGap | null = null;
  return {
    add: (opened: TimeSpan) => {
      gap ??= { sessions: 0, from: opened.to, to: opened.to, withinLogs: 0 };
      gap.sessions++;
      gap.from = Math.min(gap.from, opened.to);
      gap.to = Math.max(gap.to, opened.to);
      const isWithin = spans.some(
        ({ from, to }) => from - SAME_MOMENT_MS <= opened.to && opened.from <= to + SAME_MOMENT_MS,
      );
      if (isWithin) gap.withinLogs++;
    },
    gap: () => gap,
  };
}
