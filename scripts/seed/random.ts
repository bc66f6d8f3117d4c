/** Draws a number from 0 up to, not including, 1. */
export type Random = () => number;

/** Repeatable: the same seed draws the same numbers on every machine (mulberry32), and so gives the same customers and blows. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` up to, not including, `end`. */
export function wholeFrom(least: number, end: number, random: Random): number {
  return least + Math.floor(random() * (end - least));
}

export function pick<T>(choices: readonly T[], random: Random): T {
  return choices[wholeFrom(0, choices.length, random)]!;
}
