import { SAME_MOMENT_MS } from './calibrate';
import type { TimeSpan } from './known-messages';
import type { ShownSession } from './own-sessions';

/** What the logs show of the sessions by which a run sent. */
export interface SessionCover {
  /** So many did workers put on record, before they sent anything by them. */
  onRecord: number;
  /** From connect to disconnect, with the lines of as many messages as smtpd counted. */
  whole: number;
  /** In the logs, and how many messages came by them nobody counted, or that is not in the logs. */
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
  const byCustomers = shown.filter(({ carried }) => carried === 'customers');
  const first = paired(recorded, byCustomers);
  // By these nobody was told, and somebody else on a worker's machine may have opened one: only what is left is theirs.
  const others = shown.filter(({ carried }) => carried !== 'customers');
  const second = paired(
    first.left,
    others.filter(({ state }) => state !== 'uncounted'),
  );
  const third = paired(
    second.left,
    others.filter(({ state }) => state === 'uncounted'),
  );
  const pairs = [...first.pairs, ...second.pairs, ...third.pairs];
  const ofState = (wanted: ShownSession['state']) =>
    pairs.filter(([, { state }]) => state === wanted).map(([span]) => span);
  const missing = third.left.filter(({ to }) => to < recentFromMs);
  return {
    onRecord: recorded.length,
    whole: ofState('whole').length,
    uncounted: ofState('uncounted').length,
    lacking: gapOf(ofState('lacking'), spans),
    missing: gapOf(missing, spans),
    tooRecent: third.left.length - missing.length,
    strange: byCustomers.length - first.pairs.length,
  };
}

/** As many pairs as there can be: each session takes, of those that were being opened when it began, the one that was ready first. */
function paired(recorded: readonly TimeSpan[], shown: readonly ShownSession[]) {
  const waiting = [...recorded].sort((one, other) => one.from - other.from);
  const pairs: [TimeSpan, ShownSession][] = [];
  const left: TimeSpan[] = [];
  let [opening, next]: [TimeSpan[], number] = [[], 0];
  for (const session of [...shown].sort((one, other) => one.connectedAt - other.connectedAt)) {
    const at = session.connectedAt;
    while (next < waiting.length && waiting[next]!.from - SAME_MOMENT_MS <= at)
      opening.push(waiting[next++]!);
    left.push(...opening.filter(({ to }) => to + SAME_MOMENT_MS < at));
    opening = opening.filter(({ to }) => to + SAME_MOMENT_MS >= at);
    if (opening.length === 0) continue;
    const soonest = opening.reduce((one, other) => (other.to < one.to ? other : one));
    opening.splice(opening.indexOf(soonest), 1);
    pairs.push([soonest, session]);
  }
  return { pairs, left: [...left, ...opening, ...waiting.slice(next)] };
}

function gapOf(sessions: readonly TimeSpan[], spans: readonly TimeSpan[]): SessionGap | null {
  if (sessions.length === 0) return null;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const opened of sessions) [from, to] = [Math.min(from, opened.to), Math.max(to, opened.to)];
  const isWithin = (opened: TimeSpan) =>
    spans.some((span) => span.from <= opened.to && opened.from <= span.to);
  return { sessions: sessions.length, from, to, withinLogs: sessions.filter(isWithin).length };
}
