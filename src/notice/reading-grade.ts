import { syllable } from 'syllable';
import type { NoticeVariant } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { noticeBlocks } from './notice-blocks';
import type { Pieces } from './notice-pieces';

export interface Reading {
  /** School years that it takes to read this without effort. */
  grade: number;
  /** What to shorten first: the sentences that take longest to say. */
  longest: { words: number; syllables: number; begins: string }[];
}

/** Plain words: whoever has been eight years at school can read it. */
export const HIGHEST_GRADE = 8;

/**
 * The grade of Flesch and Kincaid (1975), for English alone. Each of the texts ends a sentence, whether or not it has a full stop, as a
 * step may have none. Web addresses in them are no words.
 */
export function readingGrade(texts: string[]): Reading {
  const sentences = texts.flatMap(sentencesOf).filter(({ words }) => words > 0);
  if (sentences.length === 0) return { grade: 0, longest: [] };
  const words = sentences.reduce((sum, sentence) => sum + sentence.words, 0);
  const syllables = sentences.reduce((sum, sentence) => sum + sentence.syllables, 0);
  const grade = 0.39 * (words / sentences.length) + 11.8 * (syllables / words) - 15.59;
  return {
    grade: Math.round(grade * 10) / 10,
    longest: [...sentences].sort((left, right) => right.syllables - left.syllables).slice(0, 3),
  };
}

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });
const ADDRESSES = /\S+@\S+|\bhttps?:\S+|\bwww\.\S+/gi;
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;

function sentencesOf(text: string): Reading['longest'] {
  return [...SENTENCES.segment(text)].map(({ segment }) => {
    const words = segment.replace(ADDRESSES, ' ').match(WORDS) ?? [];
    return {
      words: words.length,
      // Figures have no syllables in the dictionary; they are read as one at least.
      syllables: words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0),
      begins: beginningOf(segment.trim()),
    };
  });
}

const SHOWN = 50;

function beginningOf(sentence: string): string {
  const flat = sentence.replace(/\s+/g, ' ');
  return flat.length <= SHOWN ? flat : `${flat.slice(0, flat.lastIndexOf(' ', SHOWN))} …`;
}

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
