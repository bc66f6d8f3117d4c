/** glibc's and the web's languages; a log is in that of the machine that wrote it (C44: Greek). */
const LANGUAGES =
  'en de fr es it pt nl sv da nb fi is el pl cs sk sl hr sr bg ro hu ru uk be lt lv et tr he ar fa hi th vi id ja ko zh ca eu gl ga cy sq mk'.split(
    ' ',
  );

/** Shorter spellings are no longer one month's. */
const SHORTEST = 3;

/**
 * Which months a word may mean (0 to 11), in any of the languages, long, short, or cut; none: it is no month. Some words are
 * two months in two languages (Czech and Croatian `srp`): the reader takes the one nearer to the incident.
 */
export function monthsOf(word: string): number[] {
  const wanted = bare(word);
  const numbered = /^(\d{1,2})[月월]$/.exec(wanted);
  if (numbered) return [Number(numbered[1]) - 1];
  if (wanted.length < SHORTEST) return [];
  names ??= allNames();
  const exact = names.filter(([name]) => name === wanted);
  const found = exact.length > 0 ? exact : names.filter(([name]) => name.startsWith(wanted));
  return [...new Set(found.map(([, month]) => month))];
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
        for (const { type, value } of parts) if (type === 'month') all.push([bare(value), month]);
      }
    }
  }
  return all;
}

/** Lower case, without accents and full stops. */
function bare(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
    .replaceAll('ς', 'σ');
}
