import type { CompiledNotice } from './compile-notice';

/** A notice is to stay below this, well away from where it is cut. */
export const MOST_BYTES = 60_000;

/** Gmail clips a message whose source is longer than about this many octets; so may others (C26). */
export const CLIPPED_BYTES = 102_000;

/** Octets of the message as sent (quoted-printable included), to a customer with long name and address. */
export function noticeBytes(compiled: CompiledNotice): number {
  return Math.max(...[compiled.named, compiled.neutral].map(({ bytes, slots }) => bytes + 80 * slots.length));
}
