import { monthsOf } from './month-names';

/** A time as a log writes it. Milliseconds since 1970, as if UTC where the log names no zone: calibrate.ts finds the difference. */
export interface LogTime {
  ms: number;
  zoned: boolean;
}

const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;
const ISO = String.raw`\d{4}-\d\d-\d\d[T ]${CLOCK}(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
const MONTH = String.raw`(?:\d{1,2}月|\d{1,2}월|[^\s\d:|[\]<>]{2,14})`;
const WORDED = String.raw`(?:${MONTH} {1,2}\d{1,2}|\d{1,2}\.? ${MONTH})(?: \d{4})? ${CLOCK}`;
/** RFC 3339, its kin without a zone, and syslog's `Nov  5 02:06:31` in any language, as the source of a regular expression. */
export const LOG_TIME = `(?:${ISO}|${WORDED})`;

/**
 * Reads the times of one log. Syslog names no year, and some month names are two months: of what it may mean, the time nearest to
 * `nearMs` is taken, so a log may also go across New Year.
 */
export function logTimeReader(nearMs: number): (text: string) => LogTime | null {
  let [lastText, last]: [string, LogTime | null] = ['', null];
  return (text) => {
    if (text !== lastText) [lastText, last] = [text, read(text, nearMs)];
    return last;
  };
}

function read(text: string, nearMs: number): LogTime | null {
  const iso = ISO_PARTS.exec(text);
  if (iso) {
    const zone = iso[3];
    const ms = Date.parse(`${iso[1]}T${clock(iso[2]!)}${zone === undefined ? 'Z' : offset(zone)}`);
    return Number.isNaN(ms) ? null : { ms, zoned: zone !== undefined };
  }
  const worded = MONTH_FIRST.exec(text)?.groups ?? DAY_FIRST.exec(text)?.groups;
  if (!worded) return null;
  const { month = '', day = '', year, clock: hours = '' } = worded;
  const thisYear = new Date(nearMs).getUTCFullYear();
  const years = year === undefined ? [thisYear - 1, thisYear, thisYear + 1] : [Number(year)];
  const meant = monthsOf(month).flatMap((index) => years.map((one) => instant(one, index, day, hours)));
  const valid = meant.filter((ms) => !Number.isNaN(ms));
  if (valid.length === 0) return null;
  const nearest = valid.reduce((a, b) => (Math.abs(b - nearMs) < Math.abs(a - nearMs) ? b : a));
  return { ms: nearest, zoned: false };
}

const ISO_PARTS = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)[T ](${CLOCK})(?: ?(Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?$`);
const MONTH_FIRST = new RegExp(
  `^(?<month>${MONTH}) {1,2}(?<day>\\d{1,2})(?: (?<year>\\d{4}))? (?<clock>${CLOCK})$`,
);
const DAY_FIRST = new RegExp(
  `^(?<day>\\d{1,2})\\.? (?<month>${MONTH})(?: (?<year>\\d{4}))? (?<clock>${CLOCK})$`,
);

function instant(year: number, month: number, day: string, hours: string): number {
  const two = (value: string | number) => String(value).padStart(2, '0');
  const ms = Date.parse(`${year}-${two(month + 1)}-${two(day)}T${clock(hours)}Z`);
  // 29 February of a year that has none, 31 April: no such day.
  return new Date(ms).getUTCMonth() === month ? ms : Number.NaN;
}

function clock(text: string): string {
  const [whole = '', part = ''] = text.split(/[.,]/);
  return `${whole}.${part.padEnd(3, '0').slice(0, 3)}`;
}

function offset(zone: string): string {
  if (/^[ZUG]/.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}
