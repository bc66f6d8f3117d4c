import type { TimeSpan } from './known-messages';

/**
 * What one message that we know tells of a log's clock: the log's time minus our own lies between the two. Milliseconds; the
 * relay took it after we claimed it and before we booked its 250.
 */
export interface ClockSample {
  from: number;
  to: number;
  /** Of others the log may have an earlier, refused attempt: they count only where there is no better. */
  firstAttempt: boolean;
}

export interface Calibration {
  /** Log time minus ours, as nearly all samples agree. */
  shift: number;
  /** The part of the samples that agrees, 0 to 1. */
  agreeing: number;
}

/** Syslog cuts to whole seconds, and books are kept after the fact. */
const TOLERANCE_MS = 1_500;
/** Two tellings of one moment, each by a calibrated clock, are no farther apart. */
export const SAME_MOMENT_MS = 2 * TOLERANCE_MS;
const QUARTER_HOUR = 900_000;

/**
 * How far a log's clock is from the database's: its zone where it names none, its error where it does. Of the shifts that fit the most
 * samples, none at all is preferred, then a whole quarter of an hour (a zone), then the middle. Null without samples.
 */
export function calibrate(seen: readonly ClockSample[]): Calibration | null {
  if (seen.length === 0) return null;
  const first = seen.filter((sample) => sample.firstAttempt);
  const samples = first.length > 0 ? first : seen;
  const edges = samples.flatMap(({ from, to }) => [
    { at: from - TOLERANCE_MS, step: 1 },
    { at: to + TOLERANCE_MS, step: -1 },
  ]);
  edges.sort((left, right) => left.at - right.at || right.step - left.step);
  let best = { from: 0, to: 0, fitting: 0 };
  let fitting = 0;
  for (const [i, { at, step }] of edges.entries()) {
    fitting += step;
    if (fitting > best.fitting) best = { from: at, to: edges[i + 1]!.at, fitting };
  }
  const zone = Math.round((best.from + best.to) / 2 / QUARTER_HOUR) * QUARTER_HOUR;
  const inside = (shift: number) => best.from <= shift && shift <= best.to;
  const shift = [0, zone].find(inside) ?? (best.from + best.to) / 2;
  return { shift, agreeing: best.fitting / samples.length };
}

/** A few of many, spread evenly over all that came, however many those are: the first, every second, every fourth, ... */
export interface ThinSamples<T> {
  readonly samples: T[];
  add(sample: T): void;
}

/** @param most are kept; at least half as many, where so many came. */
export function thinSamples<T>(most: number): ThinSamples<T> {
  let samples: T[] = [];
  let [every, seen] = [1, 0];
  return {
    get samples() {
      return samples;
    },
    add: (sample) => {
      if (seen++ % every !== 0) return;
      samples.push(sample);
      if (samples.length <= most) return;
      samples = samples.filter((_, i) => i % 2 === 0);
      every *= 2;
    },
  };
}

/** The same times in as few spans: overlapping ones are one; beyond `most` the nearest neighbours are, with what is between. */
export function mergeSpans(spans: readonly TimeSpan[], most: number): TimeSpan[] {
  const merged: TimeSpan[] = [];
  for (const { from, to } of [...spans].sort((left, right) => left.from - right.from)) {
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
