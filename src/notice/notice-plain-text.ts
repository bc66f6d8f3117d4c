import type { Pieces } from './notice-pieces';
import type { Block } from './notice-sections';
import { slotMark } from './skeleton';

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
  return `${heading}\n${line.repeat(Math.min(displayWidth(heading), 60))}`;
}

function plainPiece(piece: Pieces[number], rightToLeft: boolean): string {
  switch (piece.kind) {
    case 'link':
      return piece.url;
    case 'slot':
      if (piece.slot === 'name') return slotMark('nameText');
      return rightToLeft ? leftToRight(slotMark('emailText')) : slotMark('emailText');
    case 'phone':
      return rightToLeft ? leftToRight(piece.text) : piece.text;
    default:
      return piece.text;
  }
}

/** +1 800 ... and 0123456@... would come out backwards in a right-to-left sentence: a left-to-right isolate (UAX #9, C25). */
export function leftToRight(text: string): string {
  return `\u2066${text}\u2069`;
}

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/g;

/** How wide a text is shown, in Latin letters: the letters of Chinese, Japanese and Korean are as wide as two. */
export function displayWidth(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0);
}
