import type { Incident, IncidentTexts } from '../incident/incident-schema';
import type { Disposition } from '../incident/vocabulary';
import { NoticeError } from './notice-error';
import { noticePieces, type Pieces } from './notice-pieces';
import { proseLine, proseLines, proseParagraphs } from './notice-prose';

/** One block of the notice. The HTML and the plain text are both made from the same list, so they cannot disagree. */
export type Block =
  | { kind: 'company' | 'title' | 'heading' | 'lead' | 'paragraph'; pieces: Pieces }
  | { kind: 'greeting'; named: Pieces; neutral: Pieces }
  | { kind: 'list' | 'steps' | 'signature'; items: Pieces[] };

const ADVICE = { expired: 'expired', changed_since: 'changedSince', none: 'noPassword' } as const;

/** The notice to customers of this language and disposition. Throws NoticeError with the path of the text at fault. */
export function noticeBlocks(incident: Incident, language: string, disposition: Disposition): Block[] {
  const texts = textsOf(incident, language);
  const at = (path: string) => `texts.${language}.${path}`;
  const line = (text: string, path: string, slots?: ('name' | 'email')[]) =>
    noticePieces(proseLine(text, at(path)), at(path), incident, slots);
  const heading = (text: string, path: string): Block => ({ kind: 'heading', pieces: line(text, path) });
  const lead = (text: string, path: string): Block => ({ kind: 'lead', pieces: line(text, path) });
  const paragraphs = (text: string, path: string): Block[] =>
    proseParagraphs(text, at(path)).map((paragraph) => ({
      kind: 'paragraph',
      pieces: noticePieces(paragraph, at(path), incident),
    }));
  const items = (kind: 'list' | 'steps', texts: string[], path: string): Block[] =>
    texts.length === 0 ? [] : [{ kind, items: texts.map((text, i) => line(text, `${path}.${i}`)) }];
  const section = (part: 'whatHappened' | 'whatWeAreDoing' | 'moreInformation'): Block[] => [
    heading(texts[part].heading, `${part}.heading`),
    ...paragraphs(texts[part].text, `${part}.text`),
  ];
  const information = texts.whatInformation;
  const advice = texts.whatYouCanDo[ADVICE[disposition]];
  const advicePath = `whatYouCanDo.${ADVICE[disposition]}`;

  return [
    { kind: 'company', pieces: [{ kind: 'text', text: proseLine(incident.from.name, 'from.name') }] },
    { kind: 'title', pieces: line(texts.heading, 'heading') },
    {
      kind: 'greeting',
      named: named(line(texts.greeting, 'greeting', ['name', 'email']), at('greeting'), incident),
      neutral: line(texts.neutralGreeting, 'neutralGreeting'),
    },
    ...section('whatHappened'),
    heading(information.heading, 'whatInformation.heading'),
    ...paragraphs(information.intro, 'whatInformation.intro'),
    lead(information.affectedIntro, 'whatInformation.affectedIntro'),
    ...items('list', information.affected, 'whatInformation.affected'),
    lead(information.notAffectedIntro, 'whatInformation.notAffectedIntro'),
    ...items('list', information.notAffected, 'whatInformation.notAffected'),
    ...section('whatWeAreDoing'),
    heading(texts.whatYouCanDo.heading, 'whatYouCanDo.heading'),
    ...paragraphs(advice.intro, `${advicePath}.intro`),
    ...items('steps', advice.steps, `${advicePath}.steps`),
    ...(advice.elsewhere === undefined ? [] : paragraphs(advice.elsewhere, `${advicePath}.elsewhere`)),
    ...section('moreInformation'),
    {
      kind: 'signature',
      items: proseLines(texts.signature, at('signature')).map((text) =>
        noticePieces(text, at('signature'), incident),
      ),
    },
  ];
}

/** The texts of a language; NoticeError when the file has none. */
export function textsOf(incident: Incident, language: string): IncidentTexts {
  const texts = incident.texts[language];
  if (!texts) {
    const has = Object.keys(incident.texts).join(', ') || 'none';
    throw new NoticeError(
      `texts.${language}`,
      `there are no texts in this language (found: ${has}); add them`,
    );
  }
  return texts;
}

function named(pieces: Pieces, path: string, { database }: Incident): Pieces {
  if (database.customers.name === null) return pieces; // nobody's name is known: never used
  if (pieces.some((piece) => piece.kind === 'slot' && piece.slot === 'name')) return pieces;
  throw new NoticeError(path, 'the greeting has no {name}; write for example "Dear {name},"');
}
