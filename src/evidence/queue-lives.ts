import type { LogFact } from './read-line';

/** One line about one queue id, wherever in which file it stood. */
export interface QueueEvent {
  ms: number;
  /** Breaks ties of the clock: the order of reading. */
  order: number;
  fact: LogFact;
}

/** One message's way through the queue, from its queue id's being given out to `removed`. */
export interface QueueLife {
  messageIds: string[];
  /** When the relay had taken it, by the log's clock; null: it never did, as far as this log knows. */
  queuedAt: number | null;
  refused: boolean;
  withheld: boolean;
}

/**
 * Tells apart the lives of one queue id on one host: short ids come again within hours. A Message-ID alone proves nothing, since
 * cleanup logs it also when the transfer is then refused or aborted (I2).
 */
export function livesOf(events: readonly QueueEvent[]): QueueLife[] {
  const lives: QueueLife[] = [];
  let life: QueueLife | null = null;
  let announced = false;
  const begin = (): QueueLife => {
    const fresh = { messageIds: [], queuedAt: null, refused: false, withheld: false };
    lives.push(fresh);
    return fresh;
  };
  for (const { ms, fact } of [...events].sort(
    (left, right) => left.ms - right.ms || left.order - right.order,
  )) {
    if (fact.kind === 'other') continue;
    if (fact.kind === 'removed') {
      life = null;
      continue;
    }
    const anotherMessage: boolean =
      fact.kind === 'message-id' &&
      life !== null &&
      (life.messageIds.some((id) => id !== fact.id) || (life.queuedAt !== null && !announced));
    if (life === null || fact.kind === 'begun' || anotherMessage) {
      life = begin();
      announced = fact.kind === 'begun';
    }
    if (fact.kind === 'message-id' && !life.messageIds.includes(fact.id)) life.messageIds.push(fact.id);
    if (fact.kind === 'queued') life.queuedAt ??= ms;
    if (fact.kind === 'refused') life.refused = true;
    if (fact.kind === 'withheld') life.withheld = true;
  }
  return lives;
}
