import { SAME_MOMENT_MS } from './calibrate';
import type { SessionReader } from './logged-sessions';
import { isSameHost, type RelayLife } from './message-fate';
import { sessionEvents } from './session-events';
import { type SessionEvent, type SessionFlaw, sessionsOf } from './smtpd-sessions';

/** A conversation with a relay that a worker may have held, in the database's time. */
export interface ShownSession {
  connectedAt: number;
  /**
   * `open`: the log does not show its end. `uncounted`: nobody counted all that was taken in it, or not apart from another one, which ended or
   * began in the moment in which it did. `lacking`: smtpd counted other messages in it than the log has.
   */
  state: 'whole' | 'open' | 'uncounted' | 'lacking';
  /** Whose messages came by it first of all. `perhaps`: in one moment with another's. Null: no message at all. */
  carried: 'customers' | 'mailboxes' | 'perhaps' | null;
}

/** The conversations of a log by which our workers may have sent: told by the messages that were handed in by them, not by what a filter did. */
export interface OwnSessions extends SessionReader {
  /** @param life the first of a message of ours. */
  handedIn(life: RelayLife, carried: 'customers' | 'mailboxes'): void;
  /** By the messages that were told of until now. One that two logs of its relay hold is one. */
  shown(): ShownSession[];
}

interface Conversation extends ShownSession {
  host: string;
  zoned: boolean;
  pid: string;
  endedAt: number | null;
  client: string;
  /** No message at all was taken in it. */
  empty: boolean;
  /** Another one ended or began in the second in which it did: whose a transfer of that second was nobody may be able to tell. */
  unclear: boolean;
}

export function ownSessions(hasOwnForm: SessionReader['hasOwnForm']): OwnSessions {
  const put = sessionEvents();
  /** From which messages of our form came, and from which ours were handed in. */
  const [clients, ownClients] = [new Set<string>(), new Set<string>()];
  const ofProcess = new Map<string, Conversation[]>();
  const keyOf = ({ host, zoned }: { host: string; zoned: boolean }, pid: string) => `${host} ${zoned} ${pid}`;
  return {
    hasOwnForm,
    events: {
      ...put,
      add: (clock, pid, event) => {
        if (event.kind === 'transfer' && event.own && event.client !== null) clients.add(event.client);
        put.add(clock, pid, event);
      },
    },
    read: (told) => {
      for (const { clock, pid, events } of put.processes()) {
        const { host, zoned, shift } = told(clock);
        const kept = conversationsOf(events, clients).map(
          ({ connectedAt, endedAt, ...conversation }): Conversation => ({
            ...{ ...conversation, host, zoned, pid, carried: null },
            connectedAt: connectedAt - shift,
            endedAt: endedAt === null ? null : endedAt - shift,
          }),
        );
        if (kept.length > 0) ofProcess.set(keyOf({ host, zoned }, pid), kept);
      }
    },
    handedIn: (life, carried) => {
      if (life.begun === undefined || life.local) return;
      if (life.client !== null) ownClients.add(life.client);
      const { ms, pid } = life.begun;
      const open = (ofProcess.get(keyOf(life, pid)) ?? []).filter(
        ({ connectedAt, endedAt }) => connectedAt <= ms && ms <= (endedAt ?? Number.POSITIVE_INFINITY),
      );
      const ofClient = open.filter(({ client }) => client === life.client);
      const [conversation, ...others] = ofClient.length > 0 ? ofClient : open;
      if (conversation === undefined || others.some(({ empty }) => !empty)) return;
      if (conversation.carried !== 'customers') conversation.carried = carried;
    },
    shown: () => {
      const shown = [...ofProcess.values()].flat().flatMap((conversation): Conversation[] => {
        const { carried, client, empty, unclear } = conversation;
        if (carried !== null) return [conversation];
        if (!ownClients.has(client) || !(empty || unclear)) return [];
        return [{ ...conversation, carried: unclear ? 'perhaps' : null }];
      });
      return withoutCopies(shown);
    },
  };
}

/** Those by which a message of our form came; and of the same clients those by which none came at all, or perhaps. */
function conversationsOf(events: SessionEvent[], clients: ReadonlySet<string>) {
  const momentsOf = (kind: SessionEvent['kind']) =>
    new Set(events.flatMap((event) => (event.kind === kind ? [event.ms] : [])));
  const ends = momentsOf('disconnect');
  const turns = new Set([...momentsOf('connect')].filter((ms) => ends.has(ms)));
  return sessionsOf(events).flatMap(({ connectedAt, endedAt, messages, own, flaw, ...session }) => {
    const client = /\[([^\]]*)\]/.exec(session.client)?.[1] ?? '';
    const empty = messages === 0 && !own;
    const unclear = turns.has(connectedAt) || (endedAt !== null && turns.has(endedAt));
    if (!own && !((empty || unclear) && clients.has(client))) return [];
    return [
      {
        connectedAt,
        endedAt,
        client,
        empty,
        unclear,
        state: flaw === null ? 'whole' : STATES[flaw],
      } as const,
    ];
  });
}

const STATES: Record<SessionFlaw, ShownSession['state']> = {
  open: 'open',
  uncounted: 'uncounted',
  unanswered: 'uncounted',
  'miscounted-together': 'uncounted',
  miscounted: 'lacking',
  strangers: 'lacking',
};

/** A relay may be logged twice, here and on a loghost, in a file and in a journal: its process has one conversation at a time. */
function withoutCopies(conversations: Conversation[]): ShownSession[] {
  const ofPid = new Map<string, Conversation[][]>();
  const sorted = [...conversations].sort((one, other) => one.connectedAt - other.connectedAt);
  for (const conversation of sorted) {
    const others = ofPid.get(conversation.pid) ?? [];
    const copies = others.find(
      (group) =>
        conversation.connectedAt - group[0]!.connectedAt <= SAME_MOMENT_MS &&
        isSameHost(group[0]!, conversation) &&
        group.every(({ host, zoned }) => host !== conversation.host || zoned !== conversation.zoned),
    );
    if (copies === undefined) ofPid.set(conversation.pid, [...others, [conversation]]);
    else copies.push(conversation);
  }
  return [...ofPid.values()].flat().map((copies) => ({
    connectedAt: copies[0]!.connectedAt,
    state: BEST.find((state) => copies.some((copy) => copy.state === state))!,
    carried: CARRIED.find((carried) => copies.some((copy) => copy.carried === carried))!,
  }));
}

const BEST = ['whole', 'uncounted', 'lacking', 'open'] as const;
const CARRIED = ['customers', 'mailboxes', 'perhaps', null] as const;
