import type { GateState, Phase } from './vocabulary';

/**
 * Law enforcement asked that nobody further is told for now. Whoever took the request down answers for it, and releases it by name;
 * nothing else ends it.
 */
export interface Delay {
  by: string;
  /** Who asked, and their reference. */
  reason: string;
  /** ISO 8601. */
  since: string;
  /** Somebody closed the gate besides: `resume` ends that, and not the delay. */
  pausedToo: boolean;
}

/** The gate, as far as it stops work. A run of an older version knows of no delay. */
export interface Brake {
  gate: GateState;
  delay?: Delay | null;
}

/** What keeps a phase from its work; null: nothing does. A pause stops everything, a delay lets the passwords be expired all the same. */
export function brakeOn({ gate, delay = null }: Brake, phase: Phase): 'pause' | 'delay' | null {
  if (gate === 'open') return null;
  if (delay === null || delay.pausedToo) return 'pause';
  return phase === 'expire' || phase === 'verify' ? null : 'delay';
}

/** What the gate's own reason says of it. */
export const HELD_FOR_LAW = 'held for law enforcement';

export function delayWords({ by, reason }: Delay): string {
  return `Held for law enforcement by ${by}: ${reason}`;
}

/** The command that ends it. */
export const RELEASE =
  'npm run cli -- hold-for-law-enforcement --release --by "YOUR NAME" --reason "WHO AGREED"';
