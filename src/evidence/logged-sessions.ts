import { BUCKETS, buckets } from './buckets';
import { isSameHost } from './message-fate';
import { type RelaySession, type SessionEvent, sessionsOf } from './smtpd-sessions';

export interface LoggedSession extends RelaySession {
  host: string;
  pid: string;
}

/** What logs tell of conversations, put aside by process until all of it is read. */
export interface ConversationLog {
  add(clock: string, pid: string, event: SessionEvent): void;
  /**
   * Those by which messages of ours came; one that two logs of its relay hold is one. They can be had once.
   * @param told a clock's relay, and its time minus the database's.
   */
  sessions(told: (clock: string) => { host: string; shift: number }): LoggedSession[];
  close(): void;
}

export function conversationLog(): ConversationLog {
  const put = buckets();
  return {
    add: (clock, pid, event) => put.add(`${clock} ${pid}`, JSON.stringify([clock, pid, event])),
    sessions: (told) => {
      const sessions: LoggedSession[] = [];
      for (let bucket = 0; bucket < BUCKETS; bucket++)
        for (const { clock, pid, events } of byProcess(put.take(bucket))) {
          const { host, shift } = told(clock);
          for (const { connectedAt, endedAt, ...session } of sessionsOf(events))
            if (session.own)
              sessions.push({
                ...session,
                host,
                pid,
                connectedAt: connectedAt - shift,
                endedAt: endedAt === null ? null : endedAt - shift,
              });
        }
      return withoutCopies(sessions);
    },
    close: () => put.close(),
  };
}

interface Process {
  clock: string;
  pid: string;
  events: SessionEvent[];
}

function byProcess(lines: string[]): Iterable<Process> {
  const processes = new Map<string, Process>();
  for (const line of lines) {
    const [clock, pid, event] = JSON.parse(line) as [string, string, SessionEvent];
    const key = `${clock} ${pid}`;
    const known = processes.get(key);
    if (known === undefined) processes.set(key, { clock, pid, events: [event] });
    else known.events.push(event);
  }
  return processes.values();
}

/** A log in whole seconds and one in milliseconds, and what calibration leaves. */
const SAME_SESSION_MS = 3_000;

function withoutCopies(sessions: LoggedSession[]): LoggedSession[] {
  const kept = new Map<string, LoggedSession[]>();
  // The whole one is kept, and of two the earlier: whichever log was read first.
  const inOneOrder = sessions.sort(
    (one, other) => Number(other.whole) - Number(one.whole) || one.connectedAt - other.connectedAt,
  );
  for (const session of inOneOrder) {
    const ofProcess = kept.get(session.pid) ?? [];
    const isCopy = ofProcess.some(
      (other) =>
        isSameHost(other, session) && Math.abs(other.connectedAt - session.connectedAt) <= SAME_SESSION_MS,
    );
    if (!isCopy) kept.set(session.pid, [...ofProcess, session]);
  }
  return [...kept.values()].flat();
}
