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
    const ms = Date.parse(`${iso[1]}T${withMilliseconds(iso[2]!)}${zone === undefined ? 'Z' : offset(zone)}`);
    return Number.isNaN(ms) ? null : { ms, zoned: zone !== undefined };
  }
  const worded = MONTH_FIRST.exec(text)?.groups ?? DAY_FIRST.exec(text)?.groups;
  if (!worded) return null;
  const { month = '', day = '', year, clock: hours = '' } = worded;
  const thisYear = new Date(nearMs).getUTCFullYear();
  const years = year === undefined ? [thisYear - 1, thisYear, thisYear + 1] : [Number(year)];
  const meant = monthsOf(month).flatMap((index) =>
    years.map((candidate) => instant(candidate, index, day, hours)),
  );
  const valid = meant.filter((ms) => !Number.isNaN(ms));
  if (valid.length === 0) return null;
  const nearest = valid.reduce((left, right) =>
    Math.abs(right - nearMs) < Math.abs(left - nearMs) ? right : left,
  );
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
  const ms = Date.parse(`${year}-${two(month + 1)}-${two(day)}T${withMilliseconds(hours)}Z`);
  // 29 February of a year that has none, 31 April: no such day.
  return new Date(ms).getUTCMonth() === month ? ms : Number.NaN;
}

function withMilliseconds(text: string): string {
  const [whole = '', part = ''] = text.split(/[.,]/);
  return `${whole}.${part.padEnd(3, '0').slice(0, 3)}`;
}

function offset(zone: string): string {
  if (/^[ZUG]/.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

/** glibc's and the web's languages; a log is in that of the machine that wrote it (C44: Greek). */
const LANGUAGES =
  'en de fr es it pt nl sv da nb fi is el pl cs sk sl hr sr bg ro hu ru uk be lt lv et tr he ar fa hi th vi id ja ko zh ca eu gl ga cy sq mk'.split(
    ' ',
  );

/** What is cut shorter is no longer one month's. */
const SHORTEST_CUT = 3;

/**
 * Which months a word may mean (0 to 11), in any of the languages, long, short, or cut; none: it is no month. Some words are
 * two months in two languages (Czech and Croatian `srp`): the reader takes the one nearer to the incident.
 */
export function monthsOf(word: string): number[] {
  const wanted = withoutAccents(word);
  names ??= allNames();
  const exact = names.filter(([name]) => name === wanted);
  const whole = exact.length > 0 || wanted.length < SHORTEST_CUT;
  const matching = whole ? exact : names.filter(([name]) => name.startsWith(wanted));
  return [...new Set(matching.map(([, month]) => month))];
}

let names: [name: string, month: number][] | undefined;

function allNames(): [string, number][] {
  const all: [string, number][] = [];
  for (const language of LANGUAGES) {
    for (const style of ['short', 'long'] as const) {
      // Alone and beside a day: Greek, Slavic and Baltic months have another ending there.
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC', calendar: 'gregory' });
      const beside = new Intl.DateTimeFormat(language, {
        month: style,
        day: 'numeric',
        timeZone: 'UTC',
        calendar: 'gregory',
      });
      for (let month = 0; month < 12; month++) {
        const day = new Date(Date.UTC(2026, month, 5));
        const parts = [...alone.formatToParts(day), ...beside.formatToParts(day)];
        for (const { type, value } of parts) if (type === 'month') all.push([withoutAccents(value), month]);
      }
    }
  }
  return all;
}

/** Lower case, without accents and full stops. */
function withoutAccents(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
    .replaceAll('ς', 'σ');
}
