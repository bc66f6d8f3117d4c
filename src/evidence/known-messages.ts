/** A time in the database's clock, milliseconds since 1970. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** Who sends, and by which relay: each by sessions of its own. So what is known to be sent by one relay shows no session with another. */
export interface SendingLane {
  worker: string;
  lane: string;
  /** Null: an older version's. */
  relay: string | null;
}

/** Messages that the relay surely took: looked for in its log to see whether that can be believed. */
export interface KnownMessages {
  readonly size: number;
  /**
   * @param mac 40 hex digits (src/notice/message-headers.ts), of which 64 bits are kept.
   * @param accepted between the claim and the booking of its 250.
   * @param firstAttempt of others the log may hold an earlier, refused one under the same Message-ID.
   * @param sender who sent it, by a number; NOBODY: that is not known.
   */
  add(mac: string, accepted: TimeSpan, firstAttempt: boolean, sender?: number): void;
  /** -1: not one of them. */
  find(mac: string): number;
  accepted(index: number): TimeSpan;
  markFound(index: number): void;
  isFound(index: number): boolean;
  isFirstAttempt(index: number): boolean;
  sender(index: number): number;
}

export const NOBODY = 0;

/** They may be millions: some 40 bytes each in flat arrays, a quarter of what a Map of strings takes. */
export function knownMessages(): KnownMessages {
  let size = 0;
  let high = new Uint32Array(1024);
  let low = new Uint32Array(1024);
  let from = new Float64Array(1024);
  let to = new Float64Array(1024);
  let flags = new Uint8Array(1024);
  let senders = new Uint32Array(1024);
  /** Open addressing, half full at most: index + 1; 0 is free. */
  let slots = new Int32Array(2048);

  const slotOf = (highBits: number, lowBits: number) => {
    for (let slot = lowBits & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const index = slots[slot]! - 1;
      if (index < 0 || (high[index] === highBits && low[index] === lowBits)) return slot;
    }
  };
  const grow = () => {
    const longer = <A extends Uint32Array | Float64Array | Uint8Array>(old: A, fresh: A): A => {
      fresh.set(old as never);
      return fresh;
    };
    high = longer(high, new Uint32Array(size * 2));
    low = longer(low, new Uint32Array(size * 2));
    from = longer(from, new Float64Array(size * 2));
    to = longer(to, new Float64Array(size * 2));
    flags = longer(flags, new Uint8Array(size * 2));
    senders = longer(senders, new Uint32Array(size * 2));
    slots = new Int32Array(size * 4);
    for (let i = 0; i < size; i++) slots[slotOf(high[i]!, low[i]!)] = i + 1;
  };
  return {
    get size() {
      return size;
    },
    add: (mac, accepted, firstAttempt, sender = NOBODY) => {
      if (size === high.length) grow();
      const [highBits, lowBits] = halves(mac);
      const slot = slotOf(highBits, lowBits);
      if (slots[slot] !== 0) return;
      [high[size], low[size], from[size], to[size]] = [highBits, lowBits, accepted.from, accepted.to];
      flags[size] = firstAttempt ? FIRST : 0;
      senders[size] = sender;
      slots[slot] = ++size;
    },
    find: (mac) => slots[slotOf(...halves(mac))]! - 1,
    accepted: (index) => ({ from: from[index]!, to: to[index]! }),
    markFound: (index) => {
      flags[index]! |= FOUND;
    },
    isFound: (index) => (flags[index]! & FOUND) !== 0,
    isFirstAttempt: (index) => (flags[index]! & FIRST) !== 0,
    sender: (index) => senders[index]!,
  };
}

const FOUND = 1;
const FIRST = 2;

function halves(mac: string): [number, number] {
  return [Number.parseInt(mac.slice(0, 8), 16), Number.parseInt(mac.slice(8, 16), 16)];
}

/** What became of the known messages that may have been accepted within a span. */
export interface KnownTally {
  known: number;
  missing: number;
  /** In which the missing ones were accepted; null: none is missing. */
  gap: TimeSpan | null;
  /** How many of that same time are in the log. */
  foundInGap: number;
}

export function tally(messages: KnownMessages, span: TimeSpan): KnownTally {
  const within = (index: number, { from, to }: TimeSpan) => {
    const accepted = messages.accepted(index);
    return accepted.from <= to && accepted.to >= from;
  };
  const seen: KnownTally = { known: 0, missing: 0, gap: null, foundInGap: 0 };
  for (let i = 0; i < messages.size; i++) {
    if (!within(i, span)) continue;
    seen.known++;
    if (messages.isFound(i)) continue;
    seen.missing++;
    const { from, to } = messages.accepted(i);
    seen.gap = { from: Math.min(from, seen.gap?.from ?? from), to: Math.max(to, seen.gap?.to ?? to) };
  }
  if (seen.gap === null) return seen;
  for (let i = 0; i < messages.size; i++)
    if (messages.isFound(i) && within(i, span) && within(i, seen.gap)) seen.foundInGap++;
  return seen;
}

/** Who sent those that may have been accepted within a span and are not in the log, by their numbers. */
export function lackingSenders(messages: KnownMessages, span: TimeSpan): number[] {
  const senders = new Set<number>();
  for (let i = 0; i < messages.size; i++) {
    const { from, to } = messages.accepted(i);
    if (from <= span.to && to >= span.from && !messages.isFound(i)) senders.add(messages.sender(i));
  }
  return [...senders];
}

/** A Message-ID as a log or a provider writes it, without angle brackets and spaces around it. */
export function bareMessageId(text: string): string {
  return text
    .trim()
    .replace(/^<(.*)>$/s, '$1')
    .trim();
}

/** Of our own (src/notice/message-headers.ts) the MAC that says whose it is: 40 hex digits; null: it is not one of ours. */
export function ownMac(text: string, domain: string): string | null {
  const id = bareMessageId(text).toLowerCase();
  if (!isOfDomain(id, domain)) return null;
  return /^r?([0-9a-f]{40})$/.exec(id.slice(0, -1 - domain.length))?.[1] ?? null;
}

export function isOfDomain(address: string, domain: string): boolean {
  return address.toLowerCase().endsWith(`@${domain.toLowerCase()}`);
}
