import { SAME_MOMENT_MS } from './calibrate';
import { NOBODY } from './known-messages';
import { isHandedOn, isSameHost, type RelayLife } from './message-fate';
import type { QueueLife } from './queue-lives';
import { type SessionEvents, sessionEvents } from './session-events';
import { ofClient, type RelaySession, type SessionEvent, sessionsOf } from './smtpd-sessions';

export interface LoggedSession extends RelaySession {
  host: string;
  zoned: boolean;
  pid: string;
  /** Whose messages came by it first of all, by their numbers (knownMessages). */
  senders: Set<number>;
}

/** Takes the sessions out of logs while these are read. */
export interface SessionReader {
  events: SessionEvents;
  /** Whether a Message-ID has the form of ours. */
  hasOwnForm(messageId: string): boolean;
  /** All is read. @param told a clock's relay, and its time minus the database's. */
  read(told: (clock: string) => { host: string; zoned: boolean; shift: number }): void;
}

/** Those by which messages of ours came, once all is read. */
export function loggedSessions(
  hasOwnForm: SessionReader['hasOwnForm'],
): SessionReader & { sessions: LoggedSession[] } {
  const events = sessionEvents();
  const sessions: LoggedSession[] = [];
  return {
    events,
    hasOwnForm,
    sessions,
    read: (told) => {
      for (const { clock, pid, events: ofProcess } of events.processes()) {
        const { host, zoned, shift } = told(clock);
        for (const { connectedAt, endedAt, ...session } of sessionsOf(ofProcess))
          if (session.own)
            sessions.push({
              ...session,
              ...{ host, zoned, pid, senders: new Set() },
              connectedAt: connectedAt - shift,
              endedAt: endedAt === null ? null : endedAt - shift,
            });
      }
    },
  };
}

/** Held or thrown away by a rule is answered with a 250, too. */
export function transferOf(
  { queueId, client, messageIds, queuedAt, refused, withheld }: QueueLife & { queueId: string },
  ms: number,
  hasOwnForm: (messageId: string) => boolean,
): Extract<SessionEvent, { kind: 'transfer' }> {
  return {
    ms,
    kind: 'transfer',
    queueId,
    client,
    accepted: messageIds.length > 0 && (queuedAt !== null || withheld !== null),
    refused: refused && queuedAt === null && withheld === null,
    own: messageIds.some(hasOwnForm),
  };
}

/** Tells each session who sent the messages that came by it, where they came into the logs for the first time. */
export interface SessionSenders {
  /** @param lives of a message that this sender is known to have sent. */
  add(lives: readonly RelayLife[], sender: number): void;
  /** One that two logs of its relay hold is one. */
  sessions(): LoggedSession[];
}

export function sessionSenders(sessions: LoggedSession[]): SessionSenders {
  const ofProcess = new Map<string, LoggedSession[]>();
  /** Of a second in which one session ends and the next begins: by either of them. */
  const shared: { possible: LoggedSession[]; sender: number }[] = [];
  const keyOf = ({ host, zoned }: { host: string; zoned: boolean }, pid: string) => `${host} ${zoned} ${pid}`;
  for (const session of sessions) {
    const key = keyOf(session, session.pid);
    ofProcess.set(key, [...(ofProcess.get(key) ?? []), session]);
  }
  return {
    add: (lives, sender) => {
      if (sender === NOBODY) return;
      const timeOf = ({ begun, readAt, queuedAt }: RelayLife) =>
        begun?.ms ?? readAt ?? queuedAt ?? Number.POSITIVE_INFINITY;
      // Within one second nothing but what a delivery says tells which was first.
      const own = lives.filter(
        (life) => !lives.some((other) => other !== life && isHandedOn(other, life, lives)),
      );
      const [first] = (own.length > 0 ? own : [...lives]).sort((one, other) => timeOf(one) - timeOf(other));
      for (const life of lives) {
        // What a filter, or another relay, handed in again came by a session of its own.
        if (life.queueId !== first!.queueId || !isSameHost(life, first!) || life.begun === undefined)
          continue;
        const { ms, pid } = life.begun;
        const open = (ofProcess.get(keyOf(life, pid)) ?? []).filter(
          ({ connectedAt, endedAt }) => connectedAt <= ms && ms <= (endedAt ?? Number.POSITIVE_INFINITY),
        );
        const possible = ofClient(open, life.client);
        if (possible.length > 1) shared.push({ possible, sender });
        else possible[0]?.senders.add(sender);
      }
    },
    sessions: () => {
      const unexplained = shared.filter(
        ({ possible, sender }) => !possible.some(({ senders }) => senders.has(sender)),
      );
      for (const { possible, sender } of unexplained)
        for (const session of possible) session.senders.add(sender);
      return withoutCopies(sessions);
    },
  };
}

/** Copies tell of as many messages: of a session that one log shows in part only both stay. */
function withoutCopies(sessions: LoggedSession[]): LoggedSession[] {
  const kept: LoggedSession[] = [];
  const ofPid = new Map<string, LoggedSession[]>();
  for (const session of [...sessions].sort((one, other) => one.connectedAt - other.connectedAt)) {
    const others = ofPid.get(session.pid) ?? [];
    const copy = others.find(
      (other) =>
        (other.host !== session.host || other.zoned !== session.zoned) &&
        isSameHost(other, session) &&
        other.messages === session.messages &&
        other.flaw === session.flaw &&
        Math.abs(other.connectedAt - session.connectedAt) <= SAME_MOMENT_MS,
    );
    if (copy === undefined) {
      kept.push(session);
      ofPid.set(session.pid, [...others, session]);
    } else for (const sender of session.senders) copy.senders.add(sender);
  }
  return kept;
}
