import { BUCKETS, buckets } from './buckets';
import { SAME_MOMENT_MS } from './calibrate';
import type { ConversationLog } from './logged-sessions';
import { isSameHost, type RelayLife } from './message-fate';
import { type RelaySession, type SessionEvent, sessionsOf } from './smtpd-sessions';

/** A conversation with a relay that a worker may have held, in the database's time. */
export interface ShownSession {
  connectedAt: number;
  /**
   * `uncounted`: the log does not show its end, or smtpd told no count in it, or its end and the next one's beginning are one moment.
   * `lacking`: smtpd counted other messages in it than the log has.
   */
  state: 'whole' | 'uncounted' | 'lacking';
  /** Whose messages came by it first of all; null: none of ours did, nor any other's. */
  carried: 'customers' | 'mailboxes' | null;
}

/** The conversations of a log by which our workers may have sent: told by the messages that were handed in by them, not by what a filter did. */
export interface OwnSessions extends ConversationLog {
  /** An address from which messages of our form came. */
  ownClient(address: string): void;
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
  /** No message at all was taken in it. */
  empty: boolean;
}

export function ownSessions(): OwnSessions {
  const put = buckets();
  const clients = new Set<string>();
  const ofProcess = new Map<string, Conversation[]>();
  const keyOf = ({ host, zoned }: { host: string; zoned: boolean }, pid: string) => `${host} ${zoned} ${pid}`;
  return {
    add: (clock, pid, event) => put.add(`${clock}\t${pid}`, `${clock}\t${pid}\t${encode(event)}`),
    ownClient: (address) => void clients.add(address),
    sessions: (told) => {
      for (let bucket = 0; bucket < BUCKETS; bucket++)
        for (const [process, events] of byProcess(put.take(bucket))) {
          const [clock, pid] = process.split('\t') as [string, string];
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
      return [];
    },
    handedIn: (life, carried) => {
      if (life.begun === undefined || life.local) return;
      const { ms, pid } = life.begun;
      const conversation = ofProcess
        .get(keyOf(life, pid))
        ?.find(
          ({ connectedAt, endedAt }) => connectedAt <= ms && ms <= (endedAt ?? Number.POSITIVE_INFINITY),
        );
      if (conversation !== undefined && conversation.carried !== 'customers') conversation.carried = carried;
    },
    shown: () =>
      withoutCopies([...ofProcess.values()].flat().filter(({ carried, empty }) => carried || empty)),
    close: () => put.close(),
  };
}

/** Those by which a message of our form came; and of our own clients those by which none came at all. */
function conversationsOf(events: SessionEvent[], clients: ReadonlySet<string>) {
  const all = sessionsOf(events);
  return all.flatMap((session, i) => {
    const { connectedAt, endedAt, messages, own } = session;
    const empty = messages === 0 && !own;
    if (!own && !(empty && clients.has(clientOf(events, connectedAt)))) return [];
    return [{ connectedAt, endedAt, empty, state: stateOf(session, [all[i - 1], all[i + 1]], events) }];
  });
}

function stateOf(
  { connectedAt, endedAt, whole }: RelaySession,
  [before, next]: (RelaySession | undefined)[],
  events: SessionEvent[],
): ShownSession['state'] {
  if (whole) return 'whole';
  const isCounted = events.some(
    (event) => event.kind === 'disconnect' && event.ms === endedAt && event.accepted !== null,
  );
  const isUnclear = before?.endedAt === connectedAt || (next !== undefined && next.connectedAt === endedAt);
  return endedAt === null || !isCounted || isUnclear ? 'uncounted' : 'lacking';
}

/** The address alone, of `name[address]` or `name[address]:port`. */
function clientOf(events: SessionEvent[], connectedAt: number): string {
  const connect = events.find((event) => event.kind === 'connect' && event.ms === connectedAt);
  return connect?.kind === 'connect' ? (/\[([^\]]*)\]/.exec(connect.client)?.[1] ?? '') : '';
}

function byProcess(lines: string[]): Map<string, SessionEvent[]> {
  const processes = new Map<string, SessionEvent[]>();
  for (const line of lines) {
    const [clock, pid, ...event] = line.split('\t') as [string, string, ...string[]];
    const known = processes.get(`${clock}\t${pid}`);
    if (known === undefined) processes.set(`${clock}\t${pid}`, [decode(event)]);
    else known.push(decode(event));
  }
  return processes;
}

/** There may be one for each of 24 million messages. */
function encode(event: SessionEvent): string {
  const ms = event.ms.toString(36);
  if (event.kind === 'transfer')
    return `${ms}\t${event.accepted ? 'a' : 'r'}${event.own ? 'o' : ''}\t${event.queueId}`;
  if (event.kind === 'connect') return `${ms}\tc\t${event.client}`;
  return `${ms}\td${event.accepted ?? ''}\t${event.client}`;
}

function decode([ms36 = '', kind = '', subject = '']: string[]): SessionEvent {
  const ms = Number.parseInt(ms36, 36);
  if (kind === 'c') return { ms, kind: 'connect', client: subject };
  if (kind.startsWith('d'))
    return { ms, kind: 'disconnect', client: subject, accepted: kind === 'd' ? null : Number(kind.slice(1)) };
  return { ms, kind: 'transfer', queueId: subject, accepted: kind[0] === 'a', own: kind[1] === 'o' };
}

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

const BEST = ['whole', 'uncounted', 'lacking'] as const;
const CARRIED = ['customers', 'mailboxes', null] as const;
