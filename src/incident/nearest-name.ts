/**
 * The name that was probably meant: the same but for case, `_` and `-`, or a slip or two of the fingers away.
 * Null when none is near.
 */
export function nearestName(typed: string, names: string[]): string | null {
  const bare = (name: string) => name.toLowerCase().replace(/[_\-\s]/g, '');
  const wanted = bare(typed).slice(0, LONGEST);
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const slips = distance(wanted, bare(name));
    if (slips < least) {
      least = slips;
      nearest = name;
    }
  }
  return nearest;
}

const LONGEST = 64;

/** Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, change);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
