import { type ChangedValue, changedValues } from './file-hash';
import type { Incident } from './incident-schema';

/** What a changed file would change in a run that is not closed. */
export interface Amendment {
  /** What differs and may; in the order of the file. */
  changes: ChangedValue[];
  /** What differs and may not: then nothing is amended. */
  refused: { field: string; why: string }[];
  /** Somebody would get other words than those that were approved. */
  needsApproval: boolean;
}

/** Where the run is, as far as it decides what may still be changed. */
export interface AmendedRun {
  /** Messages may be out: the canary has begun. */
  mailed: boolean;
  /** Rows of the reminder are in the books. */
  reminderBegun: boolean;
}

/** A file, and the hash of all notices that are made from it. */
export interface AmendedFile {
  incident: Incident;
  contentHash: string;
}

/**
 * What may be amended: the words, and how they are sent. Never whom they go to, nor what was done to passwords: the cohort is frozen by it
 * (I1), and nobody can take back an expiry (I3).
 */
export function amendment(was: AmendedFile, is: AmendedFile, run: AmendedRun): Amendment {
  const refusals = refusalsOf(was.incident, is.incident, run);
  const sorted = changedValues(was.incident, is.incident).map((change) => ({
    change,
    why: refusals.find(([field]) => isWithin(change.field, field))?.[1] ?? null,
  }));
  const changes = sorted.flatMap(({ change, why }) => (why === null ? [change] : []));
  return {
    changes,
    refused: sorted.flatMap(({ change: { field }, why }) => (why === null ? [] : [{ field, why }])),
    needsApproval:
      was.contentHash !== is.contentHash ||
      changes.some(({ field }) => WHO_GETS_WHICH.some((section) => isWithin(field, section))),
  };
}

/** The same notices, and another of them for somebody: the hash of the texts does not tell. */
const WHO_GETS_WHICH = ['jurisdictions', 'defaultLanguage'];

const NEVER: [section: string, why: string][] = [
  ['id', 'the books are found by it: with another id this is another incident, and everybody is told again'],
  [
    'cutoff',
    'the passwords were expired by it, and it says who is told. Nobody can take that back, and it would prove something else afterwards',
  ],
  [
    'database',
    'the passwords were expired by it, and it says who is told. Nobody can take that back, and it would prove something else afterwards',
  ],
  ['approval', 'how many people stand behind the words is not for whoever changes the words'],
];

function refusalsOf(was: Incident, is: Incident, { mailed, reminderBegun }: AmendedRun): typeof NEVER {
  const otherDomain = domainOf(was) !== domainOf(is);
  return [
    ...NEVER,
    ...(mailed && otherDomain
      ? [
          [
            'from.address',
            `messages may be out whose Message-IDs end in ${domainOf(was)}: by these the relay's logs prove who was told. The part before the @ may change`,
          ] as [string, string],
        ]
      : []),
    ...(reminderBegun
      ? [['reminder', 'its wave has begun, and is finished as it was decided'] as [string, string]]
      : []),
  ];
}

function domainOf({ from: { address } }: Incident): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

function isWithin(field: string, section: string): boolean {
  return field === section || field.startsWith(`${section}.`);
}

/** What was refused, a line each; the same reason once. */
export function refusedWords(refused: Amendment['refused']): string[] {
  const byReason = new Map<string, string[]>();
  for (const { field, why } of refused) byReason.set(why, [...(byReason.get(why) ?? []), field]);
  return [...byReason].map(([why, fields]) => `${fields.join(', ')}: ${why}.`);
}
