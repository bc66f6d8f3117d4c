import type { Finding } from './incident-problem';
import type { SoundParts } from './sound-parts';

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
