import type { TimeSpan } from './known-messages';

/** The same times in as few spans: overlapping ones are one; beyond `most` the nearest neighbours are, with what is between. */
export function mergeSpans(spans: readonly TimeSpan[], most: number): TimeSpan[] {
  const merged: TimeSpan[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  while (merged.length > most) {
    let nearest = 1;
    for (let i = 2; i < merged.length; i++)
      if (gapBefore(merged, i) < gapBefore(merged, nearest)) nearest = i;
    merged[nearest - 1]!.to = merged[nearest]!.to;
    merged.splice(nearest, 1);
  }
  return merged;
}

function gapBefore(spans: TimeSpan[], i: number): number {
  return spans[i]!.from - spans[i - 1]!.to;
}
