/** How many messages a lane claims at once: about half a second of its share of the rate, 1 at least and 200 at most. */
export function microBatch(ratePerSecond: number, lanes: number): number {
  return Math.max(1, Math.min(200, Math.floor(ratePerSecond / lanes / 2)));
}
