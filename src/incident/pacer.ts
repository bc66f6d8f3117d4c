/** Messages in one claim at most. */
export const MOST_IN_CLAIM = 200;
export const MOST_PER_SECOND = 1_000_000;

/** How many messages a lane claims at once: about half a second of its share of the rate, 1 at least and 200 at most. */
export function microBatch(ratePerSecond: number, lanes: number): number {
  return Math.max(1, Math.min(MOST_IN_CLAIM, Math.floor(ratePerSecond / lanes / 2)));
}

/**
 * For how long a lane has used up its share of the rate by so many messages, in whole microseconds: messages x lanes / rate.
 * The lane's next-send time moves by so much.
 */
export function spentMicroseconds(messages: number, ratePerSecond: number, lanes: number): number {
  return Math.round((messages * lanes * 1_000_000) / ratePerSecond);
}
