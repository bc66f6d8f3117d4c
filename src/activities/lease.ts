/**
 * A claim's lease as the worker sees it, counted from before the claim was asked for, so that it always ends earlier here than
 * in the database. Both clocks must agree: a suspended machine stops the monotonic one, an operator sets the other (I2).
 */
export interface Lease {
  good(): boolean;
}

export function startLease(seconds: number): Lease {
  const monotonicEnd = performance.now() + seconds * 1000;
  const wallStart = Date.now();
  const wallEnd = wallStart + seconds * 1000;
  return {
    good: () => {
      const wall = Date.now();
      return performance.now() < monotonicEnd && wall < wallEnd && wall >= wallStart - 1_000;
    },
  };
}
