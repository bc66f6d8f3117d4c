/** Wall clocks of named zones and offsets, by this runtime's own zone data: a database server often knows none. */

const OFFSET = /^([+-])(0\d|1[0-4]):([0-5]\d)$/;

/** A zone by its IANA name, or an offset such as -08:00. */
export function isZone(zone: string): boolean {
  if (OFFSET.test(zone)) return true;
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How far the zone's wall clock is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const second = Math.floor(instant / 1000) * 1000;
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(second)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute } = parts as Record<string, string>;
  return Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +parts.second!) - second;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** A DATETIME literal, '2012-01-15 15:00:00.000000', of an instant in milliseconds: what the zone's wall clock shows then. */
export function wallClock(instant: number, zone: string): string {
  return dateTime(instant + offsetAt(zone, instant));
}

/**
 * The last reading of the zone's wall clock that may belong to an instant up to this one. It is that instant's own reading, but
 * within an hour that comes twice (the clock was set back): there a reading may belong to the first pass, which is before, so
 * every reading of that hour counts as before.
 */
export function lastWallClockUpTo(instant: number, zone: string): string {
  const own = instant + offsetAt(zone, instant);
  // In the second pass: the same reading came before, so all up to where the clock was set back counts.
  const back = setBackBefore(instant, zone);
  if (back !== null && own < back.reading) return dateTimeBefore(back.reading);
  return dateTime(own);
}

const DAY = 86_400_000;

/** The last time the clock was set back in the day before: how late it was then, as it read just before. */
function setBackBefore(instant: number, zone: string): { reading: number } | null {
  const [transition] = transitions(zone, instant - DAY, instant)
    .filter(({ before, after }) => after < before)
    .slice(-1);
  return transition ? { reading: transition.at + transition.before } : null;
}

export interface Transition {
  /** The instant from which `after` holds. */
  at: number;
  /** Offsets in milliseconds. */
  before: number;
  after: number;
}

/** When the zone's offset changes between two instants. Looks each six hours: no zone changes twice in so short a time. */
export function transitions(zone: string, from: number, to: number): Transition[] {
  const changes: Transition[] = [];
  const step = DAY / 4;
  for (let left = from; left < to; left += step) {
    let right = Math.min(left + step, to);
    const before = offsetAt(zone, left);
    const after = offsetAt(zone, right);
    if (before === after) continue;
    let low = left;
    while (right - low > 1) {
      const middle = Math.floor((low + right) / 2);
      if (offsetAt(zone, middle) === before) low = middle;
      else right = middle;
    }
    changes.push({ at: right, before, after });
  }
  return changes;
}

/** What is older is a mark, such as 0001-01-01: a DATETIME begins with the year 1000. */
const FIRST = Date.parse('1000-01-01T00:00:00Z');

/** The instant of a DATETIME that the zone's wall clock showed; of two the earlier, of one that never was the next. */
export function instantOfWallClock(reading: string, zone: string): number | null {
  const local = Date.parse(`${reading.replace(' ', 'T')}Z`);
  if (Number.isNaN(local) || local < FIRST) return null;
  const candidates = [offsetAt(zone, local - DAY), offsetAt(zone, local + DAY)].map(
    (offset) => local - offset,
  );
  const exact = candidates.filter((instant) => instant + offsetAt(zone, instant) === local);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}

/** As a DATETIME literal with six digits, of milliseconds since 1970 on that very clock. */
function dateTime(reading: number): string {
  return new Date(reading).toISOString().slice(0, 23).replace('T', ' ').concat('000');
}

function dateTimeBefore(reading: number): string {
  return new Date(reading - 1).toISOString().slice(0, 23).replace('T', ' ').concat('999');
}
