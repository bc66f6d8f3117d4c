import type { Finding } from './incident-problem';
import type { SoundParts } from './sound-parts';

/** A reminder needs words in every language, or nobody is reminded and there are none. */
export function checkReminder({ texts, reminder }: SoundParts): Finding[] {
  if (reminder === undefined) return [];
  return Object.entries(texts ?? {}).flatMap(([language, one]): Finding[] => {
    const path = ['texts', language, 'reminder'];
    if (reminder !== null && one.reminder === undefined) {
      const wanted = 'the section "reminder" with subject, preheader, heading and text';
      return [{ path: ['texts', language], found: 'no words for the reminder', wanted, atKey: true }];
    }
    if (reminder === null && one.reminder !== undefined) {
      const wanted = '"reminder:" with "afterDays: 14" at the top of the file, or no words here';
      return [{ path, found: 'words for a reminder that nobody gets', wanted, atKey: true }];
    }
    return [];
  });
}
