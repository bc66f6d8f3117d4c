import type { Incident } from '../incident/incident-schema';
import { NoticeError } from './notice-error';
import { proseLine } from './notice-prose';

/**
 * Refuses facts of the incident that cannot stand in headers and links as they are: addresses that are not printable
 * ASCII, links with blanks in them, a name or phone number with control characters. Throws NoticeError.
 */
export function checkNoticeFacts(incident: Incident): void {
  const { from, replyTo, phone, links } = incident;
  for (const [path, address] of [
    ['from.address', from.address],
    ['replyTo', replyTo],
  ] as const) {
    if (!/^[!-~]+$/.test(address))
      throw new NoticeError(path, 'only ASCII letters, digits and signs can be sent');
  }
  for (const path of ['choosePassword', 'page'] as const) {
    if (!/^https:\/\/[^\s\p{C}]+$/u.test(links[path])) {
      throw new NoticeError(
        `links.${path}`,
        `found "${links[path]}"; write one https:// address without blanks`,
      );
    }
  }
  proseLine(from.name, 'from.name');
  if (phone !== undefined) proseLine(phone, 'phone');
}

/**
 * The incident's dates as a language writes them (`15 January 2012`, `13-15 January 2012`), in Latin digits and the Gregorian calendar, as links
 * and telephone numbers are; null where the incident has none.
 */
export function noticeDates(
  { dates }: Incident,
  language: string,
): { breachDate: string; noticeDate: string } | null {
  if (dates === undefined) return null;
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  const { breach, breachEnd, notice } = dates;
  const breachDate =
    breachEnd === undefined
      ? format.format(new Date(breach))
      : format.formatRange(new Date(breach), new Date(breachEnd));
  return { breachDate: plainBlanks(breachDate), noticeDate: plainBlanks(format.format(new Date(notice))) };
}

/** Thin and narrow blanks, which ICU versions put in at their liking: the content's hash must not hang on them. */
function plainBlanks(text: string): string {
  return text.replace(/[\u2009\u202F\u00A0]/g, ' ');
}
