import type { Incident } from '../incident/incident-schema';
import { NoticeError } from './notice-error';
import { foreignAddresses } from './own-hosts';

/** A part of a sentence: fixed text, a fact of the incident, or a slot that each customer fills. */
export type Piece =
  | { kind: 'text' | 'phone' | 'mailbox'; text: string }
  | { kind: 'link'; url: string }
  | { kind: 'slot'; slot: 'name' | 'email' };

export type Pieces = Piece[];

/**
 * Takes one text of the incident file apart. `slots` are the customer's slots that may stand here.
 * Throws NoticeError for an unknown placeholder, one that nothing fills, and a link to somebody else's host.
 */
export function noticePieces(
  text: string,
  path: string,
  incident: Incident,
  slots: readonly ('name' | 'email')[] = ['email'],
): Pieces {
  const pieces: Pieces = [];
  let from = 0;
  for (const brace of text.matchAll(/\{[^{}]*\}|[{}]/g)) {
    addText(pieces, text.slice(from, brace.index), path, incident);
    pieces.push(piece(brace[0], path, incident, slots));
    from = brace.index + brace[0].length;
  }
  addText(pieces, text.slice(from), path, incident);
  return pieces;
}

function piece(found: string, path: string, incident: Incident, slots: readonly string[]): Piece {
  switch (found) {
    case '{choosePassword}':
      return { kind: 'link', url: incident.links.choosePassword };
    case '{page}':
      return { kind: 'link', url: incident.links.page };
    case '{replyTo}':
      return { kind: 'mailbox', text: incident.replyTo };
    case '{phone}':
      if (incident.phone !== undefined) return { kind: 'phone', text: incident.phone };
      throw new NoticeError(
        path,
        '{phone} is used, but the incident has no phone: add "phone:" or take it out',
      );
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
        `unknown placeholder ${found}; there are {name}, {email}, {choosePassword}, {page}, {phone} and {replyTo}, and braces have no other use`,
      );
  }
}

// A literal address would be made a link by the reader's own program, so it may point only home.
function addText(pieces: Pieces, text: string, path: string, incident: Incident): void {
  if (text === '') return;
  const [foreign] = foreignAddresses(text, incident);
  if (foreign)
    throw new NoticeError(path, `a link to a foreign host, ${foreign}; use {page} or {choosePassword}`);
  pieces.push({ kind: 'text', text });
}
