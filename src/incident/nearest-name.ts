import leven from 'leven';
import { cutText } from './cut-text';

/**
 * The name that was probably meant: the same but for case, `_` and `-`, or a slip or two of the fingers away.
 * Null when none is near.
 */
export function nearestName(typed: string, names: readonly string[]): string | null {
  const wanted = cutText(withoutSeparators(typed), LONGEST);
  const mostSlips = Math.max(1, Math.floor(wanted.length / 3));
  const near = names
    .map((name) => ({ name, slips: slipsBetween(wanted, withoutSeparators(name), mostSlips + 1) }))
    .filter(({ slips }) => slips <= mostSlips)
    .sort((left, right) => left.slips - right.slips);
  return near[0]?.name ?? null;
}

const LONGEST = 64;

function withoutSeparators(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** Letters typed in the wrong order are one slip, not two: so `{nmae}` is near to {name}, and {date} is not. */
function slipsBetween(typed: string, name: string, maxDistance: number): number {
  if (typed === name) return 0;
  return sortedLetters(typed) === sortedLetters(name) ? 1 : leven(typed, name, { maxDistance });
}

function sortedLetters(letters: string): string {
  return [...letters].sort().join('');
}
