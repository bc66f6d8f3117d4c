import type { Pieces } from './notice-pieces';
import type { Block } from './notice-sections';
import { slotMark } from './slot-mark';

/**
 * The plain-text part. Lines are as long as their paragraphs: the reader's program wraps them to its own width, which
 * a phone needs. `withName` picks the greeting.
 */
export function noticePlainText(blocks: Block[], withName: boolean, rightToLeft: boolean): string {
  const inline = (pieces: Pieces) => pieces.map((piece) => plainPiece(piece, rightToLeft)).join('');
  let text = '';
  for (const block of blocks) {
    if (block.kind === 'heading') text += '\n'; // a second empty line above
    text += `${plainBlock(block, withName, inline)}\n\n`;
  }
  return `${text.trimEnd()}\n`;
}

function plainBlock(block: Block, withName: boolean, inline: (pieces: Pieces) => string): string {
  switch (block.kind) {
    case 'company':
    case 'lead':
    case 'paragraph':
      return inline(block.pieces);
    case 'title':
      return underlined(inline(block.pieces), '*');
    case 'heading':
      return underlined(inline(block.pieces), '-');
    case 'greeting':
      return inline(withName ? block.named : block.neutral);
    case 'list':
      return block.items.map((item) => `  - ${inline(item)}`).join('\n');
    case 'steps':
      return block.items.map((item, i) => `  ${i + 1}. ${inline(item)}`).join('\n');
    case 'signature':
      return block.items.map(inline).join('\n');
  }
}

function underlined(heading: string, line: string): string {
  const wide = heading.match(
    /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/g,
  );
  const width = [...heading].length + (wide?.length ?? 0);
  return `${heading}\n${line.repeat(Math.min(width, 60))}`;
}

function plainPiece(piece: Pieces[number], rightToLeft: boolean): string {
  switch (piece.kind) {
    case 'link':
      return piece.url;
    case 'slot':
      return slotMark(piece.slot === 'name' ? 'nameText' : 'emailText');
    case 'phone':
      // +1 800 ... would come out backwards in a right-to-left sentence: a left-to-right isolate (UAX #9).
      return rightToLeft ? `\u2066${piece.text}\u2069` : piece.text;
    default:
      return piece.text;
  }
}
