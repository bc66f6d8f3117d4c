import type { Incident } from '../incident/incident-schema';
import type { IncidentTexts } from '../incident/texts-schema';
import type { Disposition, Jurisdiction } from '../incident/vocabulary';
import { NoticeError } from './notice-error';
import { noticePieces, type Pieces } from './notice-pieces';
import { proseLine, proseLines, proseParagraphs } from './notice-prose';

/** One block of the notice. HTML, plain text and the customers' page are made from the same blocks, so they cannot disagree. */
export type Block =
  | { kind: 'company' | 'title' | 'heading' | 'lead' | 'paragraph'; pieces: Pieces }
  | { kind: 'greeting'; named: Pieces; neutral: Pieces }
  | { kind: 'list' | 'steps' | 'signature'; items: Pieces[] };

type Section = { heading: string; text: string };

const ADVICE = { expired: 'expired', changed_since: 'changedSince', none: 'noPassword' } as const;

/**
 * The parts of what is said in a language under a law, each as its blocks; what the law leaves out is empty. Functions, so that
 * only what is used is checked. Throws NoticeError with the path of the text at fault.
 */
export function noticeSections(incident: Incident, language: string, jurisdiction: Jurisdiction = 'default') {
  const texts = textsOf(incident, language);
  const at = (path: string) => `texts.${language}.${path}`;
  const pieces = (text: string, path: string, slots?: ('name' | 'email')[]) =>
    noticePieces(text, { path: at(path), incident, language }, slots);
  const line = (text: string, path: string, slots?: ('name' | 'email')[]) =>
    pieces(proseLine(text, at(path)), path, slots);
  const heading = (text: string, path: string): Block => ({ kind: 'heading', pieces: line(text, path) });
  const lead = (text: string, path: string): Block => ({ kind: 'lead', pieces: line(text, path) });
  const paragraphs = (text: string, path: string): Block[] =>
    proseParagraphs(text, at(path)).map((prose) => ({ kind: 'paragraph', pieces: pieces(prose, path) }));
  const items = (kind: 'list' | 'steps', texts: string[], path: string): Block[] => {
    const pieces = texts.map((text, i) => line(text, `${path}.${i}`));
    // One step is not numbered.
    if (kind === 'steps' && pieces.length < 2)
      return pieces.map((one) => ({ kind: 'paragraph', pieces: one }));
    return pieces.length === 0 ? [] : [{ kind, items: pieces }];
  };
  const section = ({ heading: title, text }: Section, path: string): Block[] => [
    heading(title, `${path}.heading`),
    ...paragraphs(text, `${path}.text`),
  ];

  const california = jurisdiction === 'california' ? texts.california : undefined;
  const massachusetts = jurisdiction === 'massachusetts' ? texts.massachusetts : undefined;
  const gdpr = jurisdiction === 'gdpr' ? texts.gdpr : undefined;
  /** The heading of a part, under California's law perhaps in the law's own words. */
  const title = (part: keyof NonNullable<NonNullable<typeof california>['headings']>): [string, string] => {
    if (california?.headings) return [california.headings[part], `california.headings.${part}`];
    return part === 'heading' ? [texts.heading, 'heading'] : [texts[part].heading, `${part}.heading`];
  };
  const dates = (): Block[] => (california ? paragraphs(california.dates, 'california.dates') : []);
  const titled = (part: 'whatHappened' | 'whatWeAreDoing' | 'moreInformation'): Block[] => [
    heading(...title(part)),
    ...(part === 'whatHappened' ? dates() : []),
    ...paragraphs(texts[part].text, `${part}.text`),
  ];

  return {
    company: (): Block[] => [
      {
        kind: 'company',
        pieces: [{ kind: 'text', text: proseLine(incident.from.name, 'from.name') }],
      },
    ],
    title: (): Block[] => [{ kind: 'title', pieces: line(...title('heading')) }],
    greeting: (): Block[] => [
      {
        kind: 'greeting',
        named: named(line(texts.greeting, 'greeting', ['name', 'email']), at('greeting'), incident),
        neutral: line(texts.neutralGreeting, 'neutralGreeting'),
      },
    ],
    opening: (): Block[] => {
      if (massachusetts) return paragraphs(massachusetts.opening, 'massachusetts.opening');
      return texts.opening === undefined ? [] : paragraphs(texts.opening, 'opening');
    },
    dates,
    whatHappened: (): Block[] => (massachusetts ? [] : titled('whatHappened')),
    whatInformation: (): Block[] => {
      const lists = texts.whatInformation;
      const words = massachusetts?.whatInformation ?? lists;
      const of = massachusetts ? 'massachusetts.whatInformation' : 'whatInformation';
      return [
        heading(...title('whatInformation')),
        ...paragraphs(words.intro, `${of}.intro`),
        lead(words.affectedIntro, `${of}.affectedIntro`),
        ...items('list', lists.affected, 'whatInformation.affected'),
        lead(words.notAffectedIntro, `${of}.notAffectedIntro`),
        ...items('list', lists.notAffected, 'whatInformation.notAffected'),
      ];
    },
    consequences: (): Block[] => (gdpr ? section(gdpr.consequences, 'gdpr.consequences') : []),
    whatWeAreDoing: (): Block[] =>
      massachusetts
        ? [
            heading(...title('whatWeAreDoing')),
            ...paragraphs(massachusetts.whatWeAreDoing, 'massachusetts.whatWeAreDoing'),
          ]
        : titled('whatWeAreDoing'),
    whatYouCanDo: (): Block[] => [heading(...title('whatYouCanDo'))],
    advice: (disposition: Disposition): Block[] => {
      const key = ADVICE[disposition];
      const { intro, steps, elsewhere } = texts.whatYouCanDo[key];
      return [
        ...paragraphs(intro, `whatYouCanDo.${key}.intro`),
        ...items('steps', steps, `whatYouCanDo.${key}.steps`),
        ...(elsewhere === undefined ? [] : paragraphs(elsewhere, `whatYouCanDo.${key}.elsewhere`)),
      ];
    },
    rights: (): Block[] => (massachusetts ? section(massachusetts.rights, 'massachusetts.rights') : []),
    contact: (): Block[] => (gdpr ? section(gdpr.contact, 'gdpr.contact') : []),
    moreInformation: (): Block[] => titled('moreInformation'),
    signature: (): Block[] => [
      {
        kind: 'signature',
        items: proseLines(texts.signature, at('signature')).map((text) => pieces(text, 'signature')),
      },
    ],
    reminder: () => {
      const { reminder } = texts;
      if (reminder === undefined)
        throw new NoticeError(at('reminder'), 'there is no text for the reminder; add it');
      return {
        title: [{ kind: 'title', pieces: line(reminder.heading, 'reminder.heading') }] as Block[],
        text: paragraphs(reminder.text, 'reminder.text'),
      };
    },
  };
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
