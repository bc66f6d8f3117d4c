import type { NoticeVariant } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { noticeBlocks } from './notice-blocks';
import type { Pieces } from './notice-pieces';

/**
 * What a variant says, as prose to be measured: its paragraphs and steps. Headings and lists of things are left out: fragments of three
 * words would make the whole seem easier than its sentences are (4.4 came out as 3.5). So are links, addresses and telephone
 * numbers, as nobody reads them word for word, the greeting and the signature.
 */
export function proseToRead(incident: Incident, variant: NoticeVariant): string[] {
  return noticeBlocks(incident, variant).flatMap((block) => {
    if (block.kind === 'paragraph') return [prose(block.pieces)];
    return block.kind === 'steps' ? block.items.map(prose) : [];
  });
}

function prose(pieces: Pieces): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
}
