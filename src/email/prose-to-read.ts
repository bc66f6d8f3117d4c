import type { NoticeVariant } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { noticeBlocks } from './notice-blocks';
import type { Pieces } from './notice-pieces';

/**
 * What a variant says, as prose to be measured: each heading, paragraph and list item by itself. Links, addresses and telephone
 * numbers are left out, as nobody reads them word for word; so are the company's name, the greeting and the signature.
 */
export function proseToRead(incident: Incident, variant: NoticeVariant): string[] {
  return noticeBlocks(incident, variant).flatMap((block) => {
    switch (block.kind) {
      case 'company':
      case 'greeting':
      case 'signature':
        return [];
      case 'list':
      case 'steps':
        return block.items.map(prose);
      default:
        return [prose(block.pieces)];
    }
  });
}

function prose(pieces: Pieces): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
}
