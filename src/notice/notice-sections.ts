import type { Incident } from '../incident/incident-schema';
import type { Disposition, Jurisdiction } from '../incident/vocabulary';
import { noticePieces, type Pieces, proseLine, proseLines, proseParagraphs } from './notice-pieces';

/** One block of the notice. HTML, plain text and the customers' page are made from the same blocks, so they cannot disagree. */
export type Block =
  | { kind: 'company' | 'title' | 'heading' | 'lead' | 'paragraph'; pieces: Pieces }
  | { kind: 'greeting'; named: Pieces; neutral: Pieces }
  | { kind: 'list' | 'steps' | 'signature'; items: Pieces[] };

type Section = { heading: string; text: string };

const ADVICE = { expired: 'expired', changed_since: 'changedSince', none: 'noPassword' } as const;

/**
 * The parts of what is said in a language under a law, each as its blocks; what the law leaves out is empty. Functions, so that
 * only what is used is made.
 */
export function noticeSections(incident: Incident, language: string, jurisdiction: Jurisdiction = 'default') {
  const texts = incident.texts[language]!;
  const pieces = (text: string) => noticePieces(text, incident, language);
  const line = (text: string) => pieces(proseLine(text));
  const heading = (text: string): Block => ({ kind: 'heading', pieces: line(text) });
  const lead = (text: string): Block => ({ kind: 'lead', pieces: line(text) });
  const paragraphs = (text: string): Block[] =>
    proseParagraphs(text).map((prose) => ({ kind: 'paragraph', pieces: pieces(prose) }));
  const items = (kind: 'list' | 'steps', texts: string[]): Block[] => {
    const lines = texts.map(line);
    // One step is not numbered.
    if (kind === 'steps' && lines.length < 2) return lines.map((pieces) => ({ kind: 'paragraph', pieces }));
    return lines.length === 0 ? [] : [{ kind, items: lines }];
  };
  const section = ({ heading: title, text }: Section): Block[] => [heading(title), ...paragraphs(text)];

  const california = jurisdiction === 'california' ? texts.california : undefined;
  const massachusetts = jurisdiction === 'massachusetts' ? texts.massachusetts : undefined;
  const gdpr = jurisdiction === 'gdpr' ? texts.gdpr : undefined;
  /** The heading of a part, under California's law perhaps in the law's own words. */
  const title = (part: keyof NonNullable<NonNullable<typeof california>['headings']>): string => {
    if (california?.headings) return california.headings[part];
    return part === 'heading' ? texts.heading : texts[part].heading;
  };
  const dates = (): Block[] => (california ? paragraphs(california.dates) : []);
  const titled = (part: 'whatHappened' | 'whatWeAreDoing' | 'moreInformation'): Block[] => [
    heading(title(part)),
    ...(part === 'whatHappened' ? dates() : []),
    ...paragraphs(texts[part].text),
  ];

  return {
    company: (): Block[] => [
      {
        kind: 'company',
        pieces: [{ kind: 'text', text: proseLine(incident.from.name) }],
      },
    ],
    title: (): Block[] => [{ kind: 'title', pieces: line(title('heading')) }],
    greeting: (): Block[] => [
      {
        kind: 'greeting',
        named: line(texts.greeting),
        neutral: line(texts.neutralGreeting),
      },
    ],
    opening: (): Block[] => {
      if (massachusetts) return paragraphs(massachusetts.opening);
      return texts.opening === undefined ? [] : paragraphs(texts.opening);
    },
    dates,
    whatHappened: (): Block[] => (massachusetts ? [] : titled('whatHappened')),
    whatInformation: (): Block[] => {
      const lists = texts.whatInformation;
      const words = massachusetts?.whatInformation ?? lists;
      return [
        heading(title('whatInformation')),
        ...paragraphs(words.intro),
        lead(words.affectedIntro),
        ...items('list', lists.affected),
        lead(words.notAffectedIntro),
        ...items('list', lists.notAffected),
      ];
    },
    consequences: (): Block[] => (gdpr ? section(gdpr.consequences) : []),
    whatWeAreDoing: (): Block[] =>
      massachusetts
        ? [heading(title('whatWeAreDoing')), ...paragraphs(massachusetts.whatWeAreDoing)]
        : titled('whatWeAreDoing'),
    whatYouCanDo: (): Block[] => [heading(title('whatYouCanDo'))],
    advice: (disposition: Disposition): Block[] => {
      const key = ADVICE[disposition];
      const { intro, steps, elsewhere } = texts.whatYouCanDo[key];
      return [
        ...paragraphs(intro),
        ...items('steps', steps),
        ...(elsewhere === undefined ? [] : paragraphs(elsewhere)),
      ];
    },
    rights: (): Block[] => (massachusetts ? section(massachusetts.rights) : []),
    contact: (): Block[] => (gdpr ? section(gdpr.contact) : []),
    moreInformation: (): Block[] => titled('moreInformation'),
    signature: (): Block[] => [
      {
        kind: 'signature',
        items: proseLines(texts.signature).map(pieces),
      },
    ],
    reminder: () => {
      const reminder = texts.reminder!;
      return {
        title: [{ kind: 'title', pieces: line(reminder.heading) }] as Block[],
        text: paragraphs(reminder.text),
      };
    },
  };
}
