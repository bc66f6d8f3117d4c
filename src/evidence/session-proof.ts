import { utcText } from './believe-log';
import { SAME_MOMENT_MS } from './calibrate';
import { NOBODY, type TimeSpan } from './known-messages';
import type { LoggedSession } from './logged-sessions';
import type { SessionFlaw } from './smtpd-sessions';

/** A session with the relay, as the worker put it on record before it sent anything by it. */
export interface OpenedSession {
  /** A worker's lane at a relay, by its number. */
  sender: number;
  /** A lane has so many at a time; the next one under a number is opened when the one before has ended. */
  slot: number;
  /** From when it began to connect to when it could be used. */
  opened: TimeSpan;
  /** Where the run has several; null: it has one, or nobody knows. */
  relay: string | null;
}

/** What the ledger knows of them. */
export interface RecordedSessions {
  opened: OpenedSession[];
  /** Before then it may have lost some (milliseconds since 1970); null: it never has. */
  completeSince: number | null;
}

/** Under which claim somebody in doubt was sent. */
export interface DoubtfulClaim {
  sender: number;
  /** When the relay may have taken the message. */
  span: TimeSpan;
}

/**
 * Why the log does not show all that was sent under a claim, for an operator; null: it does (I2, C87). Each session by which it may have
 * been sent is known to us; the log must show it from its connect to its disconnect, with the lines of as many messages as
 * smtpd counted. So a log that has a hole is not believed, however quiet it was around it. Which session of the log is a lane's is
 * told by the messages that it is known to have sent, never by the time alone.
 */
export function sessionDoubts(
  { opened: recorded, completeSince }: RecordedSessions,
  logged: readonly LoggedSession[],
): (claim: DoubtfulClaim) => string | null {
  return ({ sender, span }) => {
    if (completeSince !== null && span.from <= completeSince)
      return 'the ledger had lost commits (reconcile), and may lack sessions of that time';
    const own = sender === NOBODY ? [] : recorded.filter((session) => session.sender === sender);
    if (own.length === 0) return NONE;
    const shown = logged.filter(({ senders }) => senders.has(sender));
    if (shown.some(({ senders }) => senders.size > 1)) return BETWEEN;
    const { found, strange } = paired(own, shown);
    if (strange) return BETWEEN;
    const current = own.filter(
      (session) =>
        session.opened.from <= span.to &&
        !own.some((next) => replaces(next, session) && next.opened.to <= span.from),
    );
    const lacking = current.find((session) => !found.has(session));
    if (lacking !== undefined)
      return `${lackingWords(lacking)}${utcText(lacking.opened.to)}, or shows no message in it that is known to be sent`;
    const open = shown.filter(
      ({ connectedAt, endedAt }) =>
        connectedAt <= span.to + SAME_MOMENT_MS &&
        (endedAt === null || endedAt + SAME_MOMENT_MS >= span.from),
    );
    for (const session of open) {
      const words = `the session that its worker opened at ${utcText(session.connectedAt)}`;
      if (session.flaw !== null) return FLAWS[session.flaw](words);
      const rhythm = rhythmOf(logged, open);
      if (session.silence > rhythm)
        return `the log is silent for ${seconds(session.silence)} s in ${words}, where it is for ${seconds(rhythm)} s at most: the relay was slow, or the log has a hole there`;
    }
    return open.length === 0 ? NONE : null;
  };
}

function lackingWords({ relay }: OpenedSession): string {
  if (relay === null) return 'the log lacks the session that its worker opened at ';
  return `the log lacks the session with the relay ${relay} that its worker opened at `;
}

const NONE = 'no session of its worker is on record for that time';
const BETWEEN =
  'the log has messages of its worker in sessions that it did not open: something stands between it and that relay, whose own log would have to show it';

const FLAWS: Record<SessionFlaw, (session: string) => string> = {
  open: (session) =>
    `the log does not show the end of ${session}: it has lost it, or the session is not over (a worker parts when it has had nothing to send for ten seconds)`,
  uncounted: (session) =>
    `the log has no count of ${session}: its Postfix counts no messages (before 3.0; with BDAT), or named another client at the end than at the beginning (XCLIENT)`,
  miscounted: (session) =>
    `the log lacks lines of ${session}: the relay counted other messages in it than the log has`,
  'miscounted-together': (session) =>
    `the log lacks lines of ${session}, or of another that the same smtpd had in the same second: the relay counted other messages in them than the log has`,
  unanswered: (session) =>
    `${session} broke off, and the log does not say where: the relay may have taken its last message without counting it`,
  strangers: (session) =>
    `the log has messages that are not ours in ${session}: it has lost the end of that one and the beginning of another client's`,
};

/** A worker parts when it has had nothing to send for ten seconds; as long again for the relay. */
const PATIENT_MS = 20_000;

/** How long our sessions are silent in these logs, but for those that are looked at. */
function rhythmOf(logged: readonly LoggedSession[], looked: readonly LoggedSession[]): number {
  return logged.reduce(
    (most, session) =>
      session.flaw === null && !looked.includes(session) ? Math.max(most, session.silence) : most,
    PATIENT_MS,
  );
}

const seconds = (ms: number) => Math.round(ms / 1000);

function replaces(next: OpenedSession, session: OpenedSession): boolean {
  return next.slot === session.slot && next.opened.from > session.opened.from;
}

/** Each that is shown with one that was opened when it began, the earliest with the earliest. `strange`: one is left over. */
function paired(own: readonly OpenedSession[], shown: readonly LoggedSession[]) {
  const found = new Set<OpenedSession>();
  const left = [...shown].sort((one, other) => one.connectedAt - other.connectedAt);
  for (const session of [...own].sort((one, other) => one.opened.to - other.opened.to)) {
    const { from, to } = session.opened;
    const at = left.findIndex(
      ({ connectedAt }) => from - SAME_MOMENT_MS <= connectedAt && connectedAt <= to + SAME_MOMENT_MS,
    );
    if (at < 0) continue;
    left.splice(at, 1);
    found.add(session);
  }
  return { found, strange: left.length > 0 };
}
