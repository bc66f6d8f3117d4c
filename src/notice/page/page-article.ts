import { hasTexts } from '../../incident/choose-variant';
import type { Incident } from '../../incident/incident-schema';
import type { Jurisdiction } from '../../incident/vocabulary';
import { noticePieces, type Pieces, proseLine } from '../notice-pieces';
import { type Block, noticeSections } from '../notice-sections';
import { isRightToLeft } from '../right-to-left';

/** What the customers' page says in one language. */
export interface PageArticle {
  language: string;
  rightToLeft: boolean;
  title: Pieces;
  /** The words beside it where pages are listed. */
  summary: Pieces;
  sections: PageSection[];
  signature: Block[];
}

export interface PageSection {
  heading: Pieces;
  blocks: Block[];
  /** Each disposition's part of "What you can do". */
  cases?: PageSection[];
}

/**
 * The notice's own blocks, for everybody at once. What to do comes first: whoever opens the page has read the mail, or cannot sign
 * in. Then the mail's order, with what each law adds at its place. Greeting and opening speak to one customer, and are left out.
 */
export function pageArticle(incident: Incident, language: string): PageArticle {
  const texts = incident.texts[language]!;
  const words = texts.page!;
  const line = (text: string) => noticePieces(proseLine(text), incident, language);
  const email = line(words.email);
  const impersonal = (pieces: Pieces): Pieces =>
    pieces.flatMap((piece) => (piece.kind === 'slot' ? email : [piece]));
  const told = (blocks: Block[]): Block[] => blocks.map((block) => withPieces(block, impersonal));

  const under = (law: Jurisdiction) =>
    noticeSections(incident, language, hasTexts(incident, language, law) ? law : 'default');
  const parts = under('default');
  const european = under('gdpr');
  const advice = (
    key: keyof typeof words & `${string}`,
    disposition: Parameters<typeof parts.advice>[0],
  ) => ({
    heading: line(words[key]),
    blocks: told(parts.advice(disposition)),
  });
  const [whatHappened, ...happened] = told(parts.whatHappened());
  return {
    language,
    rightToLeft: isRightToLeft(language),
    title: headingOf(parts.title()[0]),
    summary: impersonal(line(texts.preheader)),
    sections: [
      {
        ...sectionOf(parts.whatYouCanDo()),
        cases: [
          advice('expired', 'expired'),
          advice('changedSince', 'changed_since'),
          advice('noPassword', 'none'),
        ],
      },
      sectionOf([whatHappened!, ...told(under('california').dates()), ...happened]),
      ...[
        parts.whatInformation(),
        european.consequences(),
        parts.whatWeAreDoing(),
        under('massachusetts').rights(),
        european.contact(),
        parts.moreInformation(),
      ]
        .filter((blocks) => blocks.length > 0)
        .map((blocks) => sectionOf(told(blocks))),
    ],
    signature: told(parts.signature()),
  };
}

function sectionOf([heading, ...blocks]: Block[]): PageSection {
  return { heading: headingOf(heading), blocks };
}

function headingOf(block: Block | undefined): Pieces {
  if (block?.kind === 'heading' || block?.kind === 'title') return block.pieces;
  throw new Error(`A part of the notice begins with ${block?.kind ?? 'nothing'}, not with its heading`);
}

function withPieces(block: Block, change: (pieces: Pieces) => Pieces): Block {
  if ('items' in block) return { ...block, items: block.items.map(change) };
  return 'pieces' in block ? { ...block, pieces: change(block.pieces) } : block;
}
