import { cutText } from './cut-text';
/** Messages in one claim at most. */
export const MOST_IN_CLAIM = 200;
export const LEAST_PER_SECOND = 1;
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

/**
 * Reads a rate as a person types it: `200` or `200/s`, messages per second. Only whole numbers from 1 to 1,000,000 (C51);
 * anything else comes back as a problem that says what to write, and the rate in effect stays.
 */
export function parseRate(typed: string): { perSecond: number } | { problem: string } {
  const digits = /^\s*(\d{1,9})\s*(?:\/\s*s(?:ec(?:ond)?)?)?\s*$/.exec(typed)?.[1];
  const perSecond = Number(digits);
  if (digits !== undefined && perSecond >= LEAST_PER_SECOND && perSecond <= MOST_PER_SECOND)
    return { perSecond };
  const stop =
    /^\s*[-+]?0*(?:[.,]0*)?\s*(?:\/|$)/.test(typed) && typed.trim() !== '' ? '; to stop the mail, pause' : '';
  const shown = typed.trim() === '' ? 'nothing' : `"${cutText(typed.trim(), 40)}"`;
  return {
    problem: `the rate: found ${shown}, write a whole number from 1 to 1000000, such as 200/s${stop}`,
  };
}

/** One finished slice of work. */
export interface SliceSeen {
  lane: string;
  /** Milliseconds since 1970, by the workflow's clock. */
  endedAt: number;
  milliseconds: number;
  customers: number;
}

const WINDOW_MILLISECONDS = 30_000;

/** Adds a slice and lets go of those that say nothing about now. */
export function rememberSlice(seen: SliceSeen[], slice: SliceSeen): SliceSeen[] {
  return [...seen, slice]
    .filter((remembered) => remembered.endedAt > slice.endedAt - WINDOW_MILLISECONDS)
    .slice(-60);
}

/**
 * Customers a second: each lane's own speed over its recent slices, added up. So lanes in the middle of a slice count as
 * well, and a lane that has ended stops counting after the window.
 */
export function seenRate(seen: SliceSeen[], now: number): number {
  const lanes = new Map<string, { customers: number; milliseconds: number }>();
  for (const slice of seen) {
    if (slice.endedAt <= now - WINDOW_MILLISECONDS) continue;
    const lane = lanes.get(slice.lane) ?? { customers: 0, milliseconds: 0 };
    lane.customers += slice.customers;
    lane.milliseconds += slice.milliseconds;
    lanes.set(slice.lane, lane);
  }
  let rate = 0;
  for (const { customers, milliseconds } of lanes.values())
    if (milliseconds > 0) rate += (customers / milliseconds) * 1000;
  return rate;
}

/** Seconds for what is left; null when nothing was seen to move. */
export function etaSeconds(left: number, rate: number): number | null {
  if (left <= 0) return 0;
  return rate > 0 ? Math.ceil(left / rate) : null;
}

/** Short slices at first, so that a small run shows its progress; long ones later, so that a large one has a small history. */
export function sliceSeconds(phaseSeconds: number): number {
  return Math.min(8, Math.max(1, Math.round(phaseSeconds / 8)));
}
