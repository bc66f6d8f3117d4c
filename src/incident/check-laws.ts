import { hasTexts, lawsOf, samePlace, type VariantTable } from './choose-variant';
import { type Finding, inQuotes } from './incident-problem';
import type { SoundParts } from './sound-parts';
import type { IncidentTexts } from './texts-schema';
import { LAWS, type Law } from './vocabulary';

/** What the table of laws and the texts for them say together. */
export function checkLaws(parts: SoundParts): Finding[] {
  const { jurisdictions, texts, defaultLanguage, customers } = parts;
  if (jurisdictions === undefined) return [];
  const findings = [...checkPlaces(jurisdictions), ...checkColumns(jurisdictions, customers)];
  if (texts === undefined || defaultLanguage === undefined) return findings;
  const table = { jurisdictions, texts, defaultLanguage };
  return [
    ...findings,
    ...checkDefaultLanguage(table),
    ...Object.entries(texts).flatMap(([language, textsOfLanguage]) => [
      ...checkUse(table, language, textsOfLanguage),
      ...checkCalifornia(language, textsOfLanguage),
      ...checkMassachusetts(language, textsOfLanguage),
      ...checkGdpr(language, textsOfLanguage),
    ]),
  ];
}

function checkPlaces(jurisdictions: VariantTable['jurisdictions']): Finding[] {
  const seen = new Map<string, Law>();
  return LAWS.flatMap((law) =>
    jurisdictions[law].flatMap((place, i): Finding[] => {
      const first = seen.get(samePlace(place));
      if (first === undefined) {
        seen.set(samePlace(place), law);
        return [];
      }
      const found = `${inQuotes(place)}, which is under ${first} already`;
      return [{ path: ['jurisdictions', law, i], found, wanted: 'each place once' }];
    }),
  );
}

function checkColumns(
  jurisdictions: VariantTable['jurisdictions'],
  customers: SoundParts['customers'],
): Finding[] {
  if (customers === undefined) return [];
  const { country, region } = customers;
  return LAWS.flatMap((law): Finding[] => {
    if (country === null && jurisdictions[law].length > 0)
      return [
        {
          path: ['jurisdictions', law],
          found: 'places, but database.customers.country is null',
          wanted: 'the name of the country column there, or [] here and no texts of this law',
          atKey: true,
        },
      ];
    const i = region === null ? jurisdictions[law].findIndex((place) => /^[a-z]{2}-/i.test(place)) : -1;
    if (i === -1) return [];
    const found = `${inQuotes(jurisdictions[law][i]!)}, but database.customers.region is null`;
    const wanted = 'the name of the region column there, or whole countries here';
    return [{ path: ['jurisdictions', law, i], found, wanted }];
  });
}

/** The default language stands in for the others, so that nobody is ever without the words of the law. */
function checkDefaultLanguage(table: VariantTable): Finding[] {
  const { texts, defaultLanguage } = table;
  if (texts[defaultLanguage] === undefined) return [];
  return lawsOf(table)
    .filter((law) => !hasTexts(table, defaultLanguage, law))
    .map((law) => ({
      path: ['texts', defaultLanguage],
      found: `no words for ${law}, under which jurisdictions.${law} has places`,
      wanted: `the section "${law}", or no places there`,
      atKey: true,
    }));
}

function checkUse(table: VariantTable, language: string, texts: IncidentTexts): Finding[] {
  const used = lawsOf(table);
  const path = ['texts', language];
  const idle = LAWS.filter((law) => texts[law] !== undefined && !used.includes(law)).map((law) => ({
    path: [...path, law],
    found: `texts that no customer can get, as jurisdictions.${law} has no places`,
    wanted: 'the places there, or no texts here',
    atKey: true,
  }));
  const given = texts.inDefaultLanguage.flatMap((law, i): Finding[] => {
    const at = [...path, 'inDefaultLanguage', i];
    if (language === table.defaultLanguage)
      return [{ path: at, found: 'this in the default language itself', wanted: `the section "${law}"` }];
    if (texts[law] === undefined) return [];
    return [{ path: at, found: `${law}, which has words here`, wanted: 'one of the two' }];
  });
  return [...idle, ...given];
}

/** California Civil Code 1798.82(d)(1): the format of the notice. */
const HEADINGS = {
  heading: 'Notice of Data Breach',
  whatHappened: 'What Happened',
  whatInformation: 'What Information Was Involved',
  whatWeAreDoing: 'What We Are Doing',
  whatYouCanDo: 'What You Can Do',
  moreInformation: 'For More Information',
} as const;

function checkCalifornia(language: string, texts: IncidentTexts): Finding[] {
  if (texts.california === undefined || language !== 'en') return [];
  const own = texts.california.headings;
  return (Object.keys(HEADINGS) as (keyof typeof HEADINGS)[]).flatMap((part): Finding[] => {
    const heading = own?.[part] ?? (part === 'heading' ? texts.heading : texts[part].heading);
    const wanted = HEADINGS[part];
    if (heading.toLowerCase() === wanted.toLowerCase()) return [];
    const place = part === 'heading' ? ['heading'] : [part, 'heading'];
    const path = ['texts', language, ...(own ? ['california', 'headings', part] : place)];
    return [
      {
        path,
        found: `${inQuotes(heading)}, which is not California's heading`,
        wanted: `"${wanted}", here or below texts.en.california.headings`,
      },
    ];
  });
}

/** Finds a slip: a sentence of "What happened", which must not be told, in one of the texts that replace it. */
function checkMassachusetts(language: string, texts: IncidentTexts): Finding[] {
  const { massachusetts } = texts;
  if (massachusetts === undefined) return [];
  const told = sentences(texts.whatHappened.text);
  const { preheader, opening, whatInformation, whatWeAreDoing, rights } = massachusetts;
  const standIns: [string[], string][] = [
    [['preheader'], preheader],
    [['opening'], opening],
    [['whatInformation', 'intro'], whatInformation.intro],
    [['whatWeAreDoing'], whatWeAreDoing],
    [['rights', 'text'], rights.text],
  ];
  return standIns.flatMap(([path, text]) =>
    sentences(text)
      .filter((sentence) => told.includes(sentence))
      .map((sentence) => ({
        path: ['texts', language, 'massachusetts', ...path],
        found: `${inQuotes(sentence)}, which "What happened" says as well`,
        wanted: 'words that do not describe the breach: the law of Massachusetts forbids it',
      })),
  );
}

function sentences(text: string): string[] {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.split(/(?<=[.!?。！？؟])\s*/).filter((sentence) => sentence.length > 20);
}

function checkGdpr(language: string, { gdpr }: IncidentTexts): Finding[] {
  if (gdpr === undefined || gdpr.contact.text.includes('{contactPointAddress}')) return [];
  return [
    {
      path: ['texts', language, 'gdpr', 'contact', 'text'],
      found: 'no {contactPointAddress}',
      wanted: 'a sentence with it, such as "Write to {contactPoint}: {contactPointAddress}"',
    },
  ];
}
