import { PLACEHOLDERS } from '../incident/check-placeholders';
import type { Incident } from '../incident/incident-schema';
import { NoticeError } from './notice-error';
import { noticeDates } from './notice-facts';
import { foreignAddresses } from './own-hosts';

/** A part of a sentence: fixed text, a fact of the incident, or a slot that each customer fills. */
export type Piece =
  | { kind: 'text' | 'phone' | 'mailbox'; text: string }
  | { kind: 'link'; url: string }
  | { kind: 'slot'; slot: 'name' | 'email' };

export type Pieces = Piece[];

/** Where a text stands, and whose it is. */
export interface TextPlace {
  path: string;
  incident: Incident;
  language: string;
}

/**
 * Takes one text of the incident file apart. `slots` are the customer's slots that may stand here.
 * Throws NoticeError for an unknown placeholder, one that nothing fills, and a link to somebody else's host.
 */
export function noticePieces(
  text: string,
  place: TextPlace,
  slots: readonly ('name' | 'email')[] = ['email'],
): Pieces {
  const pieces: Pieces = [];
  let from = 0;
  for (const brace of text.matchAll(/\{[^{}]*\}|[{}]/g)) {
    addText(pieces, text.slice(from, brace.index), place);
    pieces.push(piece(brace[0], place, slots));
    from = brace.index + brace[0].length;
  }
  addText(pieces, text.slice(from), place);
  return pieces;
}

function piece(found: string, place: TextPlace, slots: readonly string[]): Piece {
  const { path, incident, language } = place;
  const without = (fact: string) =>
    new NoticeError(path, `${found} is used, but the incident has no ${fact}: add "${fact}:" or take it out`);
  switch (found) {
    case '{choosePassword}':
      return { kind: 'link', url: incident.links.choosePassword };
    case '{page}':
      return { kind: 'link', url: incident.links.page };
    case '{replyTo}':
      return { kind: 'mailbox', text: incident.replyTo };
    case '{phone}':
      if (incident.phone !== undefined) return { kind: 'phone', text: incident.phone };
      throw without('phone');
    case '{breachDate}':
    case '{noticeDate}': {
      const dates = noticeDates(incident, language);
      if (dates === null) throw without('dates');
      return { kind: 'text', text: found === '{breachDate}' ? dates.breachDate : dates.noticeDate };
    }
    case '{contactPoint}':
      if (incident.contactPoint === undefined) throw without('contactPoint');
      return { kind: 'text', text: incident.contactPoint.name };
    case '{contactPointAddress}':
      if (incident.contactPoint === undefined) throw without('contactPoint');
      return { kind: 'mailbox', text: incident.contactPoint.address };
    case '{name}':
    case '{email}': {
      const slot = found === '{name}' ? 'name' : 'email';
      if (slots.includes(slot)) return { kind: 'slot', slot };
      const where = slot === 'name' ? 'the greeting' : 'the body of the notice';
      throw new NoticeError(path, `${found} may stand only in ${where}; take it out here`);
    }
    default:
      throw new NoticeError(
        path,
        `unknown placeholder ${found}; there are ${PLACEHOLDERS.map((one) => `{${one}}`).join(', ')}, and braces have no other use`,
      );
  }
}

// A literal address would be made a link by the reader's own program, so it may point only home.
function addText(pieces: Pieces, text: string, { path, incident }: TextPlace): void {
  if (text === '') return;
  const [foreign] = foreignAddresses(text, incident);
  if (foreign)
    throw new NoticeError(path, `a link to a foreign host, ${foreign}; use {page} or {choosePassword}`);
  pieces.push({ kind: 'text', text });
}
