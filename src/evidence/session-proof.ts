import { utcText } from './believe-log';
import type { TimeSpan } from './known-messages';
import type { LoggedSession } from './logged-sessions';

/** A session with the relay, as the worker put it on record before it sent anything by it. */
export interface OpenedSession {
  worker: string;
  lane: string;
  /** A worker's lane has so many at a time; the next one under a number is opened when the one before has ended. */
  slot: number;
  /** From when it began to connect to when it could be used. */
  opened: TimeSpan;
}

/** What the ledger knows of them. */
export interface RecordedSessions {
  opened: OpenedSession[];
  /** Before then it may have lost some (milliseconds since 1970); null: it never has. */
  completeSince: number | null;
}

/** Under which claim somebody in doubt was sent. */
export interface DoubtfulClaim {
  worker: string;
  lane: string;
  /** When the relay may have taken the message. */
  span: TimeSpan;
}

/** Syslog cuts to whole seconds, and a calibrated clock is within this. */
const TOLERANCE_MS = 3_000;

/**
 * Why the log does not show all that was sent under a claim, for an operator; null: it does (I2, C87). Each session by which it may have
 * been sent is known to us; the log must show it from its connect to its disconnect, with the lines of as many messages as
 * smtpd counted. So a log that has a hole is not believed, however quiet it was around it.
 */
export function sessionDoubts(
  { opened: recorded, completeSince }: RecordedSessions,
  logged: readonly LoggedSession[],
): (claim: DoubtfulClaim) => string | null {
  const ours = logged.filter(({ own }) => own);
  const found = paired(recorded, ours);
  return ({ worker, lane, span }) => {
    if (completeSince !== null && span.from <= completeSince)
      return 'the ledger had lost commits (reconcile), and may lack sessions of that time';
    const own = recorded.filter(
      (session) => session.worker === worker && session.lane === lane && session.opened.from <= span.to,
    );
    const current = own.filter(
      (session) => !own.some((next) => replaces(next, session) && next.opened.to <= span.from),
    );
    let open = 0;
    for (const session of current) {
      if (!found.has(session))
        return `the log lacks the session that its worker opened at ${utcText(session.opened.to)}, or shows no message of ours in it`;
      // Of several opened at once nobody can tell which is which.
      const shown = ours.filter((logged) => beganAs(session, logged));
      if (shown.some(({ endedAt }) => endedAt === null))
        return `the log does not show the end of the session that its worker opened at ${utcText(session.opened.to)}: it has lost it, or the session is not over (a worker parts when it has had nothing to send for ten seconds)`;
      const during = shown.filter(({ endedAt }) => endedAt! + TOLERANCE_MS >= span.from);
      open += during.length;
      if (during.some(({ whole }) => !whole))
        return `the log lacks lines of the session that its worker opened at ${utcText(session.opened.to)}: the relay counted other messages in it than the log has, or does not count`;
    }
    return open === 0 ? 'no session of its worker is on record for that time' : null;
  };
}

function replaces(next: OpenedSession, session: OpenedSession): boolean {
  return next.slot === session.slot && next.opened.from > session.opened.from;
}

/** Those for which the log has a session of their own that began when they did: the earliest for the earliest. */
function paired(recorded: readonly OpenedSession[], ours: readonly LoggedSession[]): Set<OpenedSession> {
  const pairs = new Set<OpenedSession>();
  const left = [...ours].sort((one, other) => one.connectedAt - other.connectedAt);
  for (const session of [...recorded].sort((one, other) => one.opened.to - other.opened.to)) {
    const at = left.findIndex((logged) => beganAs(session, logged));
    if (at < 0) continue;
    left.splice(at, 1);
    pairs.add(session);
  }
  return pairs;
}

function beganAs({ opened: { from, to } }: OpenedSession, { connectedAt }: LoggedSession): boolean {
  return from - TOLERANCE_MS <= connectedAt && connectedAt <= to + TOLERANCE_MS;
}
