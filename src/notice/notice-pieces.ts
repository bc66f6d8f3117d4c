import type { Placeholder } from '../incident/check-placeholders';
import type { Incident } from '../incident/incident-schema';

/** A part of a sentence: fixed text, a fact of the incident, or a slot that each customer fills. */
export type Piece =
  | { kind: 'text' | 'phone' | 'mailbox'; text: string }
  | { kind: 'link'; url: string }
  | { kind: 'slot'; slot: 'name' | 'email' };

export type Pieces = Piece[];

/** Takes one text of the incident file, in this language, apart. What stands in braces there is a placeholder whose fact is given. */
export function noticePieces(text: string, incident: Incident, language: string): Pieces {
  return text.split(/\{(\w+)\}/).flatMap((part, i): Pieces => {
    if (i % 2 === 1) return [PIECES[part as Placeholder](incident, language)];
    return part === '' ? [] : [{ kind: 'text', text: part }];
  });
}

const PIECES: Record<Placeholder, (incident: Incident, language: string) => Piece> = {
  name: () => ({ kind: 'slot', slot: 'name' }),
  email: () => ({ kind: 'slot', slot: 'email' }),
  choosePassword: ({ links }) => ({ kind: 'link', url: links.choosePassword }),
  page: ({ links }) => ({ kind: 'link', url: links.page }),
  phone: ({ phone }) => ({ kind: 'phone', text: phone! }),
  replyTo: ({ replyTo }) => ({ kind: 'mailbox', text: replyTo }),
  breachDate: ({ dates }, language) => ({ kind: 'text', text: noticeDates(dates!, language).breachDate }),
  noticeDate: ({ dates }, language) => ({ kind: 'text', text: noticeDates(dates!, language).noticeDate }),
  contactPoint: ({ contactPoint }) => ({ kind: 'text', text: contactPoint!.name }),
  contactPointAddress: ({ contactPoint }) => ({ kind: 'mailbox', text: contactPoint!.address }),
};

/**
 * The incident's dates as a language writes them (`15 January 2012`, `13-15 January 2012`), in Latin digits and the Gregorian
 * calendar, as links and telephone numbers are.
 */
function noticeDates(
  { breach, breachEnd, notice }: NonNullable<Incident['dates']>,
  language: string,
): { breachDate: string; noticeDate: string } {
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  const breachDate =
    breachEnd === undefined
      ? format.format(new Date(breach))
      : format.formatRange(new Date(breach), new Date(breachEnd));
  return { breachDate: plainSpaces(breachDate), noticeDate: plainSpaces(format.format(new Date(notice))) };
}

/** Thin and narrow spaces, which ICU versions put in at their liking: the content's hash must not hang on them. */
function plainSpaces(text: string): string {
  return text.replace(/[\u2009\u202F\u00A0]/g, ' ');
}

/**
 * A text of the incident file as prose: paragraphs are parted by empty lines, a single line break is a space (none
 * between Han, Kana, Thai and other letters that are written without spaces), and so is a tab.
 */
export function proseParagraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map(proseLine)
    .filter((paragraph) => paragraph !== '');
}

/** The same for a text whose line breaks are meant, such as a signature: its lines. */
export function proseLines(text: string): string[] {
  return text
    .split('\n')
    .map(proseLine)
    .filter((line) => line !== '');
}

/** The same for a text of one line. */
export function proseLine(text: string): string {
  return text
    .replace(/\t/g, ' ')
    .trim()
    .replace(UNSPACED_BREAK, '')
    .replace(/\s*\n\s*/g, ' ');
}

const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\u3000-\\u303F\\uFF00-\\uFFEF]';
const UNSPACED_BREAK = new RegExp(`(?<=${UNSPACED}) *\\n *(?=${UNSPACED})`, 'gu');
