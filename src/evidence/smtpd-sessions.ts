/** What a log tells of one smtpd process, by the log's clock. */
export type SessionEvent = { ms: number } & (
  | { kind: 'connect'; client: string }
  /** `accepted`: as smtpd counted; null: it does not count. */
  | { kind: 'disconnect'; client: string; accepted: number | null }
  /** It gave out a queue id. `accepted`: into the queue, under a Message-ID that the log knows; `own`: under one of our form. */
  | { kind: 'transfer'; queueId: string; accepted: boolean; own: boolean }
);

/** One conversation with a relay. */
export interface RelaySession {
  /** So many messages were accepted in it, by their lines. */
  messages: number;
  connectedAt: number;
  /** Null: the log does not show its end. */
  endedAt: number | null;
  /** Of each message that was answered with a 250 in it the log has the lines: what it lacks was not taken. */
  whole: boolean;
  /** Messages of ours came by it. */
  own: boolean;
}

/**
 * The conversations of one smtpd process, one after the other. What comes out depends on the events and not on their order; equal ones
 * count once. Where one ends and the next begins in one moment (syslog has whole seconds), nobody can tell whose a transfer of
 * that moment was: neither is whole.
 */
export function sessionsOf(events: readonly SessionEvent[]): RelaySession[] {
  const sessions: Counted[] = [];
  let open: Counted | null = null;
  for (const moment of momentsOf(events)) {
    const [connects, ends, transfers] = [
      moment.filter((event) => event.kind === 'connect'),
      moment.filter((event) => event.kind === 'disconnect'),
      moment.filter((event) => event.kind === 'transfer'),
    ];
    const touched: Counted[] = open === null ? [] : [open];
    const unclear = connects.length + touched.length > 1 && (transfers.length > 0 || ends.length > 1);
    if (open !== null && endWith(open, ends.shift())) open = null;
    for (const { ms, client } of connects) {
      open = {
        connectedAt: ms,
        client,
        endedAt: null,
        counted: null,
        seen: new Set(),
        own: false,
        clear: true,
      };
      sessions.push(open);
      touched.push(open);
      if (endWith(open, ends.shift())) open = null;
    }
    for (const session of touched) {
      session.clear &&= !unclear;
      // One that two logs tell of, a second apart, is one.
      for (const { queueId, accepted } of transfers) if (accepted) session.seen.add(queueId);
      session.own ||= transfers.some(({ own }) => own);
    }
  }
  return sessions.map(({ connectedAt, endedAt, counted, seen, own, clear }) => ({
    connectedAt,
    endedAt,
    messages: seen.size,
    whole: clear && counted === seen.size,
    own,
  }));
}

interface Counted {
  connectedAt: number;
  client: string;
  endedAt: number | null;
  /** By smtpd; null: it tells none, or another client's. */
  counted: number | null;
  seen: Set<string>;
  own: boolean;
  clear: boolean;
}

function endWith(session: Counted, end: Extract<SessionEvent, { kind: 'disconnect' }> | undefined): boolean {
  if (end === undefined) return false;
  session.endedAt = end.ms;
  session.counted = end.client === session.client ? end.accepted : null;
  return true;
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
