import { cutText } from './cut-text';
/** Who asked and why. */
export interface AskedBy {
  by: string;
  reason: string;
}

/**
 * Which message of Temporal's it was, by which Temporal knows who sent it: the nth signal of that name in the history of that run, or an
 * update by its id.
 */
export type AskedThrough = { runId: string } & ({ signal: string; nth: number } | { update: string });

/** The name that was typed, and beside it, never in its place, who sent it as Temporal has it. */
export function namedWith(by: string, identity: string | null): string {
  const name = by === UNNAMED ? 'unnamed' : by;
  return `${name} (through Temporal: ${cleanLine(identity, IDENTITY_LENGTH) || 'identity not found'})`;
}

const IDENTITY_LENGTH = 70;

/** Never a guess at a name: the Web UI and the temporal program do not say who sits there. */
export const UNNAMED = 'unnamed, through Temporal';

/**
 * Reads whatever payload a signal carries. Pause must work with nothing typed, a bare string (taken as the reason), null or
 * 100 kB of anything, so nothing here throws.
 */
export function readAskedBy(payload: unknown): AskedBy {
  if (typeof payload === 'string') return { by: UNNAMED, reason: cleanLine(payload, REASON_LENGTH) };
  return {
    by: cleanLine(field(payload, 'by'), NAME_LENGTH) || UNNAMED,
    reason: cleanLine(field(payload, 'reason'), REASON_LENGTH),
  };
}

/** Of `{confirm: true}` and `{confirm: false}`; undefined where neither is said, as from the Web UI. */
export function readConfirm(payload: unknown): boolean | undefined {
  const confirm = field(payload, 'confirm');
  return typeof confirm === 'boolean' ? confirm : undefined;
}

/** The fence that the asker saw, when the payload names one. */
export function readFence(payload: unknown): number | undefined {
  const fence = field(payload, 'fence');
  return typeof fence === 'number' && Number.isSafeInteger(fence) && fence >= 0 ? fence : undefined;
}

const NAME_LENGTH = 100;
const REASON_LENGTH = 300;

function field(payload: unknown, name: string): unknown {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, name)
    ? (payload as Record<string, unknown>)[name]
    : undefined;
}

/** One printable line of at most `length` characters; '' for what is not a string. */
export function cleanLine(value: unknown, length: number): string {
  if (typeof value !== 'string') return '';
  // Cut first: 100 kB need no scan. Lone surrogates cannot be stored or sent on (C48).
  const characters = Array.from(cutText(value, length * 4), (character) =>
    /\p{C}/u.test(character) ? ' ' : character,
  );
  const line = characters.join('').replaceAll(/\s+/g, ' ').trim();
  return cutText(line, length).trim();
}
