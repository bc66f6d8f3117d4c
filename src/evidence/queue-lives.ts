import type { DeliveryEnd, LogFact } from './read-line';

/** One line about one queue id, wherever in which file it stood. */
export interface QueueEvent {
  ms: number;
  fact: LogFact;
}

/** One message's way through one queue, from its queue id's being given out to `removed`. */
export interface QueueLife {
  messageIds: string[];
  /** Handed in by a program on the relay itself (pickup), as a content filter does: never by us, who speak SMTP. */
  local: boolean;
  /** The address of the client that handed it in; null: a program did, or that line is not there. */
  client: string | null;
  /** Whose host that is. */
  clientDomain?: string;
  /** The queue id whose message postsuper -r put into the queue again as this one. */
  requeued?: string;
  /** Which smtpd gave out the queue id, and when by the log's clock; where that is asked for. */
  begun?: { pid: string; ms: number };
  /** When the relay had read its header, by the log's clock. */
  readAt: number | null;
  /** When the relay had taken it, by the log's clock; null: it never did, as far as this log knows. */
  queuedAt: number | null;
  refused: boolean;
  /** A rule held it or threw it away before the queue. */
  withheld: 'held' | 'thrown-away' | null;
  /** What its deliveries came to, each once; none yet: it waits. */
  ends: DeliveryEnd[];
  /** Recipients, as they were delivered to, whose delivery was put off and has come to no end. */
  putOff: string[];
  /** As the client gave them. */
  recipients: string[];
  /** Of those whom nothing was delivered to at their own address, but something to another. */
  elsewhere?: string[];
  /** Given to a program on the relay, which may hand it in again. */
  piped: boolean;
  /** Queue ids under which the next hop took it, if that says so: a content filter's, or another relay's. */
  handedOn: string[];
  /** The addresses of hosts that took it. */
  passedTo: string[];
  /** Whose hosts those are. */
  passedToDomains?: string[];
}

/**
 * Tells apart the lives of one queue id on one host: short ids come again within hours. A Message-ID alone proves nothing, since
 * cleanup logs it also when the transfer is then refused or aborted (I2). What comes out depends on the events and not on their
 * order: those of one moment are taken in the order in which Postfix comes to them, and equal ones count once.
 */
export function livesOf(events: readonly QueueEvent[]): QueueLife[] {
  const lives: QueueLife[] = [];
  let life: QueueLife | null = null;
  const reached = new Map<QueueLife, Set<string>>();
  let announced = false;
  for (const { ms, facts } of momentsOf(events)) {
    const removed = facts.some(({ kind }) => kind === 'removed');
    const endsBefore: boolean = removed && life !== null && facts.some(({ kind }) => kind === 'begun');
    for (const fact of facts) {
      if (fact.kind === 'removed') continue;
      const another: boolean =
        fact.kind === 'message-id' &&
        life !== null &&
        (life.messageIds.some((id) => id !== fact.id) || (life.queuedAt !== null && !announced));
      if (life === null || fact.kind === 'begun' || another) {
        life = freshLife();
        lives.push(life);
        announced = fact.kind === 'begun';
      }
      addTo(life, fact, ms);
      if (fact.kind === 'delivery' && fact.to !== null && fact.end === 'sent' && !fact.elsewhere)
        reached.set(life, (reached.get(life) ?? new Set()).add(fact.to));
    }
    if (removed && !endsBefore) life = null;
  }
  for (const life of lives) {
    const elsewhere = life.elsewhere?.filter((to) => !reached.get(life)?.has(to)) ?? [];
    if (elsewhere.length > 0) life.elsewhere = elsewhere;
    else delete life.elsewhere;
  }
  return lives;
}

/** By the clock; within a moment by rank, equal ones once. */
function momentsOf(events: readonly QueueEvent[]): { ms: number; facts: LogFact[] }[] {
  const ranked = events
    .filter(({ fact }) => fact.kind !== 'other')
    .map(({ ms, fact }) => ({ ms, fact, key: RANKS[fact.kind] + JSON.stringify(fact) }))
    .sort((left, right) => left.ms - right.ms || (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  const moments: { ms: number; facts: LogFact[] }[] = [];
  for (const [i, { ms, fact, key }] of ranked.entries()) {
    const before = ranked[i - 1];
    if (before?.ms !== ms) moments.push({ ms, facts: [fact] });
    else if (before.key !== key) moments.at(-1)!.facts.push(fact);
  }
  return moments;
}

const RANKS: Record<LogFact['kind'], string> = {
  begun: '1',
  'message-id': '2',
  refused: '3',
  withheld: '4',
  queued: '5',
  delivery: '6',
  removed: '7',
  proxied: '8',
  connect: '8',
  'broken-off': '8',
  disconnect: '8',
  other: '8',
};

function freshLife(): QueueLife {
  return {
    messageIds: [],
    local: false,
    client: null,
    readAt: null,
    queuedAt: null,
    refused: false,
    withheld: null,
    ends: [],
    putOff: [],
    recipients: [],
    piped: false,
    handedOn: [],
    passedTo: [],
  };
}

function addTo(life: QueueLife, fact: LogFact, ms: number): void {
  switch (fact.kind) {
    case 'begun':
      life.local = fact.local;
      life.client = fact.client;
      if (fact.clientDomain !== undefined) life.clientDomain = fact.clientDomain;
      if (fact.requeued !== undefined) life.requeued = fact.requeued;
      if (fact.pid !== undefined) life.begun = { pid: fact.pid, ms };
      break;
    case 'message-id':
      life.readAt ??= ms;
      if (!life.messageIds.includes(fact.id)) life.messageIds.push(fact.id);
      break;
    case 'refused':
      life.refused = true;
      break;
    case 'withheld':
      life.withheld = fact.how;
      break;
    case 'queued':
      life.queuedAt ??= ms;
      break;
    case 'delivery':
      life.queuedAt ??= ms;
      life.piped ||= fact.piped;
      if (fact.end !== null && !life.ends.includes(fact.end)) life.ends.push(fact.end);
      life.putOff = life.putOff.filter((to) => to !== fact.to);
      if (fact.end === null && fact.to !== null) life.putOff.push(fact.to);
      if (fact.to !== null && !life.recipients.includes(fact.to)) life.recipients.push(fact.to);
      if (fact.elsewhere && fact.end === 'sent' && fact.to !== null)
        life.elsewhere = [...new Set([...(life.elsewhere ?? []), fact.to])];
      if (fact.handedOn !== null && !life.handedOn.includes(fact.handedOn)) life.handedOn.push(fact.handedOn);
      if (fact.passedTo !== null && !life.passedTo.includes(fact.passedTo)) life.passedTo.push(fact.passedTo);
      if (fact.passedToDomain !== undefined)
        life.passedToDomains = [...new Set([...(life.passedToDomains ?? []), fact.passedToDomain])];
  }
}
