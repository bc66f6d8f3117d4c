import type { CustomerId, KeyRange } from './vocabulary';

/** One walk over the key space by several lanes: what is planned and not yet done, in plan order. Small, plain JSON. */
export interface RangePlan {
  of: 'customers' | 'cohort';
  /** Ranges not yet done, lowest first; `after` moves on as their work is committed. `lane`: who works on it now. */
  open: (KeyRange & { lane: string | null })[];
  /** Planning goes on after this key. */
  plannedUpTo: CustomerId | null;
  /** Nothing is left to plan. */
  ended: boolean;
  /** How many keys each range has. */
  size: number;
}

/** @param frontier where an earlier run had come to; everything up to it is done. */
export function newPlan(source: RangePlan['of'], size: number, frontier: CustomerId | null): RangePlan {
  return { of: source, open: [], plannedUpTo: frontier, ended: false, size };
}

/** A plan of this one range. */
export function planOfRange(range: KeyRange): RangePlan {
  return { of: 'cohort', open: [{ ...range, lane: null }], plannedUpTo: range.upTo, ended: true, size: 0 };
}

/** Keys a range: several ranges a lane, so that lanes end together, but no transaction-sized crumbs. */
export function rangeSize(total: number, lanes: number): number {
  return Math.min(200_000, Math.max(2_000, Math.ceil(total / (lanes * 8))));
}

/** Measured on two cores: 5,000 rows a transaction are best; a customer who changes a password waits 50-70 ms. */
export const EXPIRE_ROWS_PER_TRANSACTION = 5_000;

/** Whole transactions only: a range that ends in a crumb costs 7% of the rate. */
export function expireRangeSize(total: number, lanes: number): number {
  const size = rangeSize(total, lanes);
  return Math.ceil(size / EXPIRE_ROWS_PER_TRANSACTION) * EXPIRE_ROWS_PER_TRANSACTION;
}

export function addRanges(plan: RangePlan, ranges: KeyRange[]): void {
  if (ranges.length === 0) plan.ended = true;
  else plan.plannedUpTo = ranges.at(-1)!.upTo;
  plan.open.push(...ranges.map(({ after, upTo }) => ({ after, upTo, lane: null })));
}

/** The lowest range that nobody works on, now this lane's. */
export function takeRange(plan: RangePlan, lane: string): KeyRange | null {
  const range = plan.open.find((openRange) => openRange.lane === null);
  if (!range) return null;
  range.lane = lane;
  const { after, upTo, begun } = range;
  return begun ? { after, upTo, begun } : { after, upTo };
}

/** The lane's work up to `at` is committed. When the range is done the lane has none. */
export function advanceRange(plan: RangePlan, lane: string, at: CustomerId | null, done: boolean): void {
  const index = plan.open.findIndex((openRange) => openRange.lane === lane);
  const range = plan.open[index];
  if (!range) return;
  if (done) plan.open.splice(index, 1);
  else if (at !== null && at !== range.after) {
    range.after = at;
    range.begun = true;
  }
}

/** Nobody works on anything: before a wait, and in a run that goes on from another. */
export function leaveRanges(plan: RangePlan): void {
  for (const range of plan.open) range.lane = null;
}

/** Everything up to this key is done. */
export function frontierOf(plan: RangePlan): CustomerId | null {
  return plan.open.length > 0 ? plan.open[0]!.after : plan.plannedUpTo;
}

export function planIsDone(plan: RangePlan): boolean {
  return plan.ended && plan.open.length === 0;
}
