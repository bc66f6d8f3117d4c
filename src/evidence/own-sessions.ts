import { SAME_MOMENT_MS } from './calibrate';
import { CARRIES, type Conversation, conversationRows, STATES } from './conversation-rows';
import type { SessionReader } from './logged-sessions';
import { isSameHost, type RelayLife } from './message-fate';
import { type Listed, listed, numberRows } from './number-rows';
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
  /** Whose log it is. */
  host: string;
}

/** The conversations of a log by which our workers may have sent: told by the messages that were handed in by them, not by what a filter did. */
export interface OwnSessions extends SessionReader {
  /** @param life the first of a message of ours. */
  handedIn(life: RelayLife, carried: 'customers' | 'mailboxes'): void;
  /** By the messages that were told of until now. One that two logs of its relay hold is one. */
  shown(): Listed<ShownSession>;
}

/** One smtpd's, by one clock's log: from one row to before another. */
interface ProcessConversations {
  host: string;
  zoned: boolean;
  from: number;
  to: number;
}

export function ownSessions(hasOwnForm: SessionReader['hasOwnForm']): OwnSessions {
  const put = sessionEvents();
  /** From which messages of our form came, and from which ours were handed in. */
  const [clients, ownClients] = [new Set<string>(), new Set<string>()];
  const rows = conversationRows();
  const ofPid = new Map<string, ProcessConversations[]>();
  const shownOf = (conversation: Omit<Conversation, 'endedAt'>, host: string): ShownSession[] => {
    const { carried, client, empty, unclear } = conversation;
    if (carried !== null) return [{ ...conversation, host }];
    if (!ownClients.has(client) || !(empty || unclear)) return [];
    return [{ ...conversation, host, carried: unclear ? 'perhaps' : null }];
  };
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
        const from = rows.length;
        for (const conversation of conversationsOf(events, clients, shift)) rows.push(conversation);
        if (rows.length > from)
          ofPid.set(pid, [...(ofPid.get(pid) ?? []), { host, zoned, from, to: rows.length }]);
      }
    },
    handedIn: (life, carried) => {
      if (life.begun === undefined || life.local) return;
      if (life.client !== null) ownClients.add(life.client);
      const { ms, pid } = life.begun;
      const process = ofPid.get(pid)?.find(({ host, zoned }) => host === life.host && zoned === life.zoned);
      if (process === undefined) return;
      const open = rows.openAt(ms, process.from, process.to).map((row) => ({ row, ...rows.at(row) }));
      const ofClient = open.filter(({ client }) => client === life.client);
      const [conversation, ...others] = ofClient.length > 0 ? ofClient : open;
      if (conversation === undefined || others.some(({ empty }) => !empty)) return;
      if (conversation.carried !== 'customers') rows.setCarried(conversation.row, carried);
    },
    shown: () => {
      const shown = numberRows(4);
      const hosts: string[] = [];
      for (const processes of ofPid.values()) {
        const ofLogs = processes.map(({ from, to, ...log }) => ({
          ...log,
          shown: Array.from({ length: to - from }, (_, i) => rows.at(from + i)).flatMap((row) =>
            shownOf(row, log.host),
          ),
        }));
        for (const { connectedAt, state, carried, host } of ofLogs.length === 1
          ? ofLogs[0]!.shown
          : withoutCopies(ofLogs)) {
          if (!hosts.includes(host)) hosts.push(host);
          shown.push(connectedAt, STATES.indexOf(state), CARRIES.indexOf(carried), hosts.indexOf(host));
        }
      }
      return listed(shown.length, (row) => ({
        connectedAt: shown.get(row, 0),
        state: STATES[shown.get(row, 1)]!,
        carried: CARRIES[shown.get(row, 2)]!,
        host: hosts[shown.get(row, 3)]!,
      }));
    },
  };
}

/** Those by which a message of our form came; and of the same clients those by which none came at all, or perhaps. */
function conversationsOf(
  events: SessionEvent[],
  clients: ReadonlySet<string>,
  shift: number,
): Conversation[] {
  const momentsOf = (kind: SessionEvent['kind']) =>
    new Set(events.flatMap((event) => (event.kind === kind ? [event.ms] : [])));
  const ends = momentsOf('disconnect');
  const turns = new Set([...momentsOf('connect')].filter((ms) => ends.has(ms)));
  return sessionsOf(events).flatMap(({ connectedAt, endedAt, messages, own, flaw, ...session }) => {
    const client = /\[([^\]]*)\]/.exec(session.client)?.[1] ?? '';
    const empty = messages === 0 && !own;
    const unclear = turns.has(connectedAt) || (endedAt !== null && turns.has(endedAt));
    if (!own && !((empty || unclear) && clients.has(client))) return [];
    return {
      connectedAt: connectedAt - shift,
      endedAt: endedAt === null ? null : endedAt - shift,
      client,
      empty,
      unclear,
      state: flaw === null ? 'whole' : STATE_OF[flaw],
      carried: null,
    };
  });
}

const STATE_OF: Record<SessionFlaw, ShownSession['state']> = {
  open: 'open',
  uncounted: 'uncounted',
  unanswered: 'uncounted',
  'miscounted-together': 'uncounted',
  miscounted: 'lacking',
  strangers: 'lacking',
};

/** A relay may be logged twice, here and on a loghost, in a file and in a journal: its process has one conversation at a time. */
function withoutCopies(logs: { host: string; zoned: boolean; shown: ShownSession[] }[]): ShownSession[] {
  const all = logs.flatMap(({ host, zoned, shown }) => shown.map((session) => ({ host, zoned, session })));
  const groups: (typeof all)[] = [];
  for (const each of all.sort((one, other) => one.session.connectedAt - other.session.connectedAt)) {
    const copies = groups.find(
      (group) =>
        each.session.connectedAt - group[0]!.session.connectedAt <= SAME_MOMENT_MS &&
        isSameHost(group[0]!, each) &&
        group.every(({ host, zoned }) => host !== each.host || zoned !== each.zoned),
    );
    if (copies === undefined) groups.push([each]);
    else copies.push(each);
  }
  return groups.map((copies) => ({
    connectedAt: copies[0]!.session.connectedAt,
    host: copies[0]!.host,
    state: STATES.find((state) => copies.some(({ session }) => session.state === state))!,
    carried: CARRIES.find((carried) => copies.some(({ session }) => session.carried === carried))!,
  }));
}
