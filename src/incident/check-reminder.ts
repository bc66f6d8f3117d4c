import type { Finding } from './incident-problem';
import type { SoundParts } from './sound-parts';

/** A reminder needs words in every language. */
export function checkReminder({ texts, reminder }: SoundParts): Finding[] {
  if (reminder === undefined || reminder === null) return [];
  return Object.entries(texts ?? {})
    .filter(([, one]) => one.reminder === undefined)
    .map(([language]) => ({
      path: ['texts', language],
      found: 'no words for the reminder',
      wanted:
        'the section "reminder" with subject, preheader, heading and text, or "reminder: null" at the top of the file',
      atKey: true,
    }));
}
