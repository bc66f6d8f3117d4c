import { SAME_MOMENT_MS } from './calibrate';
import type { TimeSpan } from './known-messages';
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

/**
 * Compares the sessions on record with those in the logs (I2, I7): what is not in the logs may hold a second acceptance of anybody's. Which
 * is which nobody wrote down: each in the logs stands for one on record that was being opened when it began, and no two for one.
 * @param recorded when each was opened.
 * @param spans of each relay's log that has messages of ours.
 * @param recentFromMs later ones may not be in the logs yet.
 */
export function coverOf(
  recorded: readonly TimeSpan[],
  shown: readonly ShownSession[],
  { spans, recentFromMs }: { spans: readonly TimeSpan[]; recentFromMs: number },
): SessionCover {
  // By the others nobody was told, or perhaps not; somebody else on a worker's machine may have opened one: only what is left is theirs.
  const ranked = [...shown].sort(
    (one, other) => rankOf(one) - rankOf(other) || one.connectedAt - other.connectedAt,
  );
  const { pairs, left } = paired(recorded, ranked);
  const byCustomers = (session: ShownSession) => session.carried === 'customers';
  const ofState = (wanted: ShownSession['state']) =>
    pairs.filter(([, { state }]) => state === wanted).map(([span]) => span);
  const missing = left.filter(({ to }) => to < recentFromMs);
  return {
    onRecord: recorded.length,
    whole: ofState('whole').length,
    open: ofState('open').length,
    uncounted: ofState('uncounted').length,
    lacking: gapOf(ofState('lacking'), spans),
    missing: gapOf(missing, spans),
    tooRecent: left.length - missing.length,
    strange: shown.filter(byCustomers).length - pairs.filter(([, session]) => byCustomers(session)).length,
  };
}

function rankOf({ carried }: ShownSession): number {
  if (carried === 'customers') return 0;
  return carried === 'perhaps' ? 2 : 1;
}

/**
 * One after the other each takes, of those that were being opened when it began and are free, the one that was ready first. Where none is,
 * those near it move on to others. Only within a minute: what is missing in one hour is
 * not made good by what is too much in another.
 */
function paired(recorded: readonly TimeSpan[], ranked: readonly ShownSession[]) {
  const spans = [...recorded].sort((one, other) => one.from - other.from);
  const longest = spans.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  const holder = new Int32Array(spans.length).fill(FREE);
  const held = new Int32Array(ranked.length).fill(FREE);
  const openAt = (at: number): number[] => {
    const open: number[] = [];
    for (let i = firstFrom(spans, at - SAME_MOMENT_MS - longest); i < spans.length; i++) {
      if (spans[i]!.from - SAME_MOMENT_MS > at) break;
      if (spans[i]!.to + SAME_MOMENT_MS >= at) open.push(i);
    }
    return open.sort((one, other) => spans[one]!.to - spans[other]!.to);
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
    const start = ranked[session]!.connectedAt;
    for (let i = 0; i < queue.length; i++)
      for (const span of openAt(ranked[queue[i]!]!.connectedAt)) {
        const isNear = spans[span]!.from - REACH_MS <= start && start <= spans[span]!.to + REACH_MS;
        if (!isNear || cameFrom.has(span)) continue;
        cameFrom.set(span, queue[i]!);
        if (holder[span] === FREE) {
          moveUpTo(span);
          return;
        }
        queue.push(holder[span]!);
      }
  };
  for (const session of ranked.keys()) pairUp(session);
  const pairs: [TimeSpan, ShownSession][] = [];
  const left: TimeSpan[] = [];
  for (const [i, span] of spans.entries())
    if (holder[i] === FREE) left.push(span);
    else pairs.push([span, ranked[holder[i]!]!]);
  return { pairs, left };
}

const REACH_MS = 60_000;
const FREE = -1;

/** The first that began to be opened then, or later. */
function firstFrom(spans: readonly TimeSpan[], at: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.from < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function gapOf(sessions: readonly TimeSpan[], spans: readonly TimeSpan[]): SessionGap | null {
  if (sessions.length === 0) return null;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const opened of sessions) [from, to] = [Math.min(from, opened.to), Math.max(to, opened.to)];
  const isWithin = (opened: TimeSpan) =>
    spans.some((span) => span.from - SAME_MOMENT_MS <= opened.to && opened.from <= span.to + SAME_MOMENT_MS);
  return { sessions: sessions.length, from, to, withinLogs: sessions.filter(isWithin).length };
}
