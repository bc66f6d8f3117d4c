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
  edges.sort((a, b) => a.at - b.at || b.step - a.step);
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
