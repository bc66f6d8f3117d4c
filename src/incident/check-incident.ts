import { checkLaws } from './check-laws';
import { checkLinks } from './check-links';
import { checkMapping } from './check-mapping';
import { checkProviders } from './check-providers';
import { checkTexts } from './check-texts';
import { type Finding, inQuotes } from './incident-problem';
import { checkOnHold } from './on-hold-schema';
import type { SoundParts } from './sound-parts';

/**
 * The contradictions of an incident: what each value alone cannot show.
 * @param parts what of the file can be relied on; what is missing is not judged.
 * @param file the file as plain data: its texts are judged also where the schema finds fault with them.
 */
export function checkIncident(parts: SoundParts, file: Record<string, unknown>, now: Date): Finding[] {
  return [
    ...checkCutoff(parts, now),
    ...checkLinks(parts),
    ...checkLanguages(parts, file),
    ...checkTexts(parts, file),
    ...checkLaws(parts),
    ...checkReminder(parts),
    ...checkDates(parts),
    ...checkCanary(parts),
    ...checkRetry(parts),
    ...checkProviders(parts),
    ...checkOnHold(parts),
    ...(parts.database ? checkMapping(parts.database) : []),
  ];
}

function checkCutoff({ cutoff }: SoundParts, now: Date): Finding[] {
  if (cutoff === undefined || Date.parse(cutoff) <= now.getTime()) return [];
  const wanted = `an instant that has passed (now it is ${now.toISOString()}): passwords set up to it die`;
  return [{ path: ['cutoff'], found: `${cutoff}, in the future`, wanted }];
}

function checkDates({ dates }: SoundParts): Finding[] {
  if (dates === undefined) return [];
  const { breach, breachEnd = breach, notice } = dates;
  return [
    ...(breachEnd < breach
      ? [
          {
            path: ['dates', 'breachEnd'],
            found: `${breachEnd}, before the breach`,
            wanted: `${breach} or later`,
          },
        ]
      : []),
    ...(notice < breach
      ? [{ path: ['dates', 'notice'], found: `${notice}, before the breach`, wanted: `${breach} or later` }]
      : []),
  ];
}

function checkLanguages(
  { defaultLanguage, customers }: SoundParts,
  { texts }: Record<string, unknown>,
): Finding[] {
  if (typeof texts !== 'object' || texts === null) return [];
  const languages = Object.keys(texts);
  if (languages.length === 0)
    return [
      {
        path: ['texts'],
        found: 'no texts',
        wanted: `a section for each language, such as ${defaultLanguage ?? 'en'}:`,
      },
    ];
  const findings: Finding[] = [];
  const known = languages.map((language) => language.toLowerCase());
  if (defaultLanguage !== undefined && !known.includes(defaultLanguage)) {
    findings.push({
      path: ['defaultLanguage'],
      found: `${inQuotes(defaultLanguage)}, in which there are no texts`,
      wanted: `one of ${languages.join(', ')}, or its texts below "texts:"`,
    });
  }
  if (customers?.language === null) {
    for (const unreachable of languages.filter((language) => language !== (defaultLanguage ?? 'en'))) {
      findings.push({
        path: ['texts', unreachable],
        found: 'texts that no customer can get, as database.customers.language is null',
        wanted: 'the name of the language column there, or no texts here',
        atKey: true,
      });
    }
  }
  return findings;
}

function checkCanary({ canary }: SoundParts): Finding[] {
  const seen = new Set<string>();
  return (canary?.mailboxes ?? []).flatMap((mailbox, i) => {
    const spelling = mailbox.toLowerCase();
    if (!seen.has(spelling)) {
      seen.add(spelling);
      return [];
    }
    return [
      {
        path: ['canary', 'mailboxes', i],
        found: `${inQuotes(mailbox)} a second time`,
        wanted: 'each mailbox once',
      },
    ];
  });
}

function checkRetry({ retry }: SoundParts): Finding[] {
  if (retry === undefined || retry.firstAfterSeconds <= retry.forHours * 3_600) return [];
  const found = `${retry.firstAfterSeconds} seconds, more than forHours (${retry.forHours} h)`;
  return [
    {
      path: ['retry', 'firstAfterSeconds'],
      found,
      wanted: 'a time within it: no notice would be tried again',
    },
  ];
}

/** The customers' page needs words of its own in every language; an incident without a page needs none. */
export function checkPage({ texts }: SoundParts): Finding[] {
  return Object.entries(texts ?? {})
    .filter(([, { page }]) => page === undefined)
    .map(([language]) => ({
      path: ['texts', language],
      found: "no words for the customers' page",
      wanted: 'the section "page" with email, expired, changedSince and noPassword',
      atKey: true,
    }));
}

/** A reminder needs words in every language. */
export function checkReminder({ texts, reminder }: SoundParts): Finding[] {
  if (reminder === undefined || reminder === null) return [];
  return Object.entries(texts ?? {})
    .filter(([, textsOfLanguage]) => textsOfLanguage.reminder === undefined)
    .map(([language]) => ({
      path: ['texts', language],
      found: 'no words for the reminder',
      wanted:
        'the section "reminder" with subject, preheader, heading and text, or "reminder: null" at the top of the file',
      atKey: true,
    }));
}
