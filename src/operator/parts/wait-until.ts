import { setTimeout as after } from 'node:timers/promises';

/**
 * Asks again, 50 ms after each no, until `condition` holds.
 * @returns false when it did not hold within `seconds`.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await after(50);
  }
  return true;
}
