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
  return [...seen, slice].filter((one) => one.endedAt > slice.endedAt - WINDOW_MILLISECONDS).slice(-60);
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
