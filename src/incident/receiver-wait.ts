/** Customers of a receiver that are tried at once, while it is aside. */
export const PROBES = 3;
/** So many receivers put aside within a minute: it is the sender, and the gate closes. */
export const MOST_LATELY = 10;
/** Customers of one receiver that it refuses one after another in the same words, where the file does not say. */
export const RECEIVER_REFUSALS = 10;

const MINUTE = 60;
/** A receiver that says "too much at once" (4xx) slows down: a minute without, then again. */
const PUT_OFF_WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];
/** One that refuses for good (5xx) has a block that somebody must lift. */
const REFUSED_WAITS = [5 * MINUTE, 15 * MINUTE, 60 * MINUTE];

/** How long nobody of it is tried. @param tries that were refused since it was put aside. */
export function receiverWaitSeconds(code: number, tries: number): number {
  const waits = code < 500 ? PUT_OFF_WAITS : REFUSED_WAITS;
  return waits[Math.min(tries, waits.length - 1)]!;
}
