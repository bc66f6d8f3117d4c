import { waitUntil } from '../src/operator/parts/this-machine';

/** More than a lease, and than the minute of attempts before a run holds, on a machine that has much else to do: it only ends a hang. */
const PATIENCE_SECONDS = 120;

/**
 * How every test waits: looks, and after each no again after a pause.
 * @param awaited completes "waited for".
 * @param found is told when it never holds.
 * @throws Error
 */
export async function until(
  awaited: string,
  holds: () => boolean | Promise<boolean>,
  found: () => unknown = () => 'no more than that',
): Promise<void> {
  if (await waitUntil(holds, PATIENCE_SECONDS)) return;
  const seen = await found();
  const words = typeof seen === 'string' ? seen : JSON.stringify(seen);
  throw new Error(`Waited ${PATIENCE_SECONDS} s in vain for ${awaited}; found: ${words}`);
}
