/**
 * What a log tells of one smtpd process, by the log's clock. `nth`: so many equal lines of that second stand before it in its file: in
 * one file they are sessions one after the other, in two files one.
 */
export type SessionEvent = { ms: number; nth?: number } & (
  | { kind: 'connect'; client: string }
  /** Before the end: the client was gone, or too slow, at another place than after a dot. */
  | { kind: 'broken-off'; client: string }
  | ({ kind: 'disconnect'; client: string } & SessionCount)
  /**
   * It gave out a queue id, to the client of that address. `accepted`: into the queue, under a Message-ID that the log knows; `refused`: by
   * a line that says so; `own`: under a Message-ID of our form.
   */
  | {
      kind: 'transfer';
      queueId: string;
      client: string | null;
      accepted: boolean;
      refused: boolean;
      own: boolean;
    }
);

/** What smtpd counted in one conversation (smtpd.c). */
export interface SessionCount {
  /** Transfers that it took; null: it does not count. */
  accepted: number | null;
  /**
   * So many others, where there was no QUIT. Of one that it takes for longer than ten seconds it sends the 250 before it counts: where
   * the client is gone by then, the last of them is taken and not counted, and nothing is said of the broken connection.
   */
  uncertain: number;
}

/** One conversation with a relay. */
export interface RelaySession {
  /** So many messages were accepted in it, by their lines. */
  messages: number;
  /** As `name[address]`. */
  client: string;
  connectedAt: number;
  /** Null: the log does not show its end. */
  endedAt: number | null;
  /** Null: of each message that was taken in it the log has the lines, so what it lacks was not taken. */
  flaw: SessionFlaw | null;
  /** Messages of ours came by it. */
  own: boolean;
  /** The longest time between two lines that tell of it, in milliseconds. */
  silence: number;
}

/** Why a session may have taken more than the log tells of. */
export type SessionFlaw =
  /** The log does not show its end. */
  | 'open'
  /** By a Postfix that does not count, by pieces (BDAT), or under a client's name that has changed. */
  | 'uncounted'
  /** The relay counted other messages than the log has. */
  | 'miscounted'
  /** So, and other sessions of the same process are of the same second. */
  | 'miscounted-together'
  /** It broke off while the last dot may have been answered, and that message is none that the log shows as refused. */
  | 'unanswered'
  /** Ours have our messages only: it is two, and the end of the first and the beginning of the second are missing. */
  | 'strangers';

/**
 * The conversations of one smtpd process, one after the other. What comes out depends on the events and not on their order; equal ones
 * count once. Where one ends and the next begins in one moment (syslog has whole seconds), nobody can tell whose a transfer of
 * that moment was: they are counted together. No session has more than smtpd counted, so none lacks any where all have as many.
 */
export function sessionsOf(events: readonly SessionEvent[]): RelaySession[] {
  const sessions: Counted[] = [];
  let open: Counted | null = null;
  for (const moment of momentsOf(events)) {
    const [connects, breaks, ends, transfers] = [
      moment.filter((event) => event.kind === 'connect'),
      moment.filter((event) => event.kind === 'broken-off'),
      moment.filter((event) => event.kind === 'disconnect'),
      moment.filter((event) => event.kind === 'transfer'),
    ];
    const touched: Counted[] = open === null ? [] : [open];
    const shared = connects.length + touched.length > 1;
    // Equal lines of several files are one: so may be the beginnings of two sessions, and not their ends.
    const surplus = ends.length > touched.length + connects.length;
    const unclear = shared && ends.length > 1;
    if (open !== null && endWith(open, ends)) open = null;
    for (const { ms, client } of connects) {
      open = freshSession(ms, client);
      sessions.push(open);
      touched.push(open);
      if (endWith(open, ends)) open = null;
    }
    if (unclear) countTogether(touched);
    for (const transfer of transfers) addTransfer(transfer, touched);
    const { ms } = moment[0]!;
    for (const session of touched) {
      session.silence = Math.max(session.silence, ms - session.toldAt);
      session.toldAt = ms;
      session.brokenOff ||= !shared && breaks.some(({ client }) => client === session.client);
      session.group.surplus ||= surplus;
    }
  }
  return sessions.map((session) => ({
    client: session.client,
    connectedAt: session.connectedAt,
    endedAt: session.endedAt,
    messages: session.group.seen.size,
    flaw: flawOf(session),
    own: session.own,
    silence: session.silence,
  }));
}

interface Counted {
  connectedAt: number;
  client: string;
  endedAt: number | null;
  /** Null: it has no end, or that is another client's. */
  counted: SessionCount | null;
  brokenOff: boolean;
  /** Queue ids of what was refused in it. */
  refused: Set<string>;
  own: boolean;
  strangers: boolean;
  /** Its last line until now. */
  toldAt: number;
  silence: number;
  group: CountedTogether;
}

/** Whose messages cannot be told apart; nearly always one session. */
interface CountedTogether {
  sessions: Counted[];
  /** Queue ids of what was accepted in them. */
  seen: Set<string>;
  /** Others ended in a second of theirs, whose beginning is not in the log. */
  surplus: boolean;
}

function freshSession(connectedAt: number, client: string): Counted {
  const group: CountedTogether = { sessions: [], seen: new Set(), surplus: false };
  const session: Counted = {
    connectedAt,
    client,
    endedAt: null,
    counted: null,
    brokenOff: false,
    refused: new Set(),
    own: false,
    strangers: false,
    toldAt: connectedAt,
    silence: 0,
    group,
  };
  group.sessions.push(session);
  return session;
}

/** With the end that is its own client's, where there are several. */
function endWith(session: Counted, ends: Extract<SessionEvent, { kind: 'disconnect' }>[]): boolean {
  const own = ends.findIndex(({ client }) => client === session.client);
  const [end] = ends.splice(Math.max(own, 0), 1);
  if (end === undefined) return false;
  session.endedAt = end.ms;
  session.counted = own < 0 ? null : end;
  return true;
}

function addTransfer(
  { queueId, client, accepted, refused, own }: Extract<SessionEvent, { kind: 'transfer' }>,
  touched: Counted[],
): void {
  const possible = ofClient(touched, client);
  if (possible.length > 1) countTogether(possible);
  for (const session of possible) {
    // One that two logs tell of, a second apart, is one.
    if (accepted) session.group.seen.add(queueId);
    if (refused && possible.length === 1) session.refused.add(queueId);
    session.own ||= own;
    session.strangers ||= possible.length === 1 && accepted && !own;
  }
}

/** Those that may be of the client with that address; null: it is not known. All, where none is: it may have changed (XCLIENT). */
export function ofClient<Session extends { client: string }>(
  sessions: Session[],
  address: string | null,
): Session[] {
  const own = sessions.filter(({ client }) => client.includes(`[${address}]`));
  return own.length > 0 ? own : sessions;
}

function countTogether(touched: Counted[]): void {
  const [{ group }, ...others] = touched as [Counted, ...Counted[]];
  for (const other of others) {
    if (other.group === group) continue;
    for (const queueId of other.group.seen) group.seen.add(queueId);
    group.sessions.push(...other.group.sessions);
    for (const session of other.group.sessions) session.group = group;
  }
}

function flawOf(session: Counted): SessionFlaw | null {
  const own = ownFlaw(session);
  if (own !== null) return own;
  const { sessions, seen, surplus } = session.group;
  if (surplus) return 'miscounted-together';
  const counted = sessions.reduce((sum, other) => sum + (other.counted?.accepted ?? 0), 0);
  if (sessions.length === 1) return counted === seen.size ? null : 'miscounted';
  return counted === seen.size && sessions.every((other) => ownFlaw(other) === null)
    ? null
    : 'miscounted-together';
}

function ownFlaw({ endedAt, counted, brokenOff, refused, own, strangers }: Counted): SessionFlaw | null {
  if (endedAt === null) return 'open';
  if (counted === null || counted.accepted === null) return 'uncounted';
  if (own && strangers) return 'strangers';
  return counted.uncertain > refused.size && !brokenOff ? 'unanswered' : null;
}

/** By the clock. Transfers are all different, a line that two files hold is one. */
function momentsOf(events: readonly SessionEvent[]): SessionEvent[][] {
  const moments = new Map<number, Map<string, SessionEvent>>();
  for (const [i, event] of events.entries()) {
    const key = event.kind === 'transfer' ? String(i) : JSON.stringify(event);
    const moment = moments.get(event.ms);
    if (moment === undefined) moments.set(event.ms, new Map([[key, event]]));
    else moment.set(key, event);
  }
  return [...moments].sort(([left], [right]) => left - right).map(([, moment]) => [...moment.values()]);
}
