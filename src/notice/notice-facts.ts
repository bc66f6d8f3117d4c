import type { Incident } from '../incident/incident-schema';
import { NoticeError } from './notice-error';
import { proseLine } from './notice-prose';

/**
 * Refuses facts of the incident that cannot stand in headers and links as they are: addresses that are not printable
 * ASCII, links with blanks in them, a name or phone number with control characters. Throws NoticeError.
 */
export function checkNoticeFacts(incident: Incident): void {
  const { from, replyTo, phone, links } = incident;
  for (const [path, address] of [
    ['from.address', from.address],
    ['replyTo', replyTo],
  ] as const) {
    if (!/^[!-~]+$/.test(address))
      throw new NoticeError(path, 'only ASCII letters, digits and signs can be sent');
  }
  for (const path of ['choosePassword', 'page'] as const) {
    if (!/^https:\/\/[^\s\p{C}]+$/u.test(links[path])) {
      throw new NoticeError(
        `links.${path}`,
        `found "${links[path]}"; write one https:// address without blanks`,
      );
    }
  }
  proseLine(from.name, 'from.name');
  if (phone !== undefined) proseLine(phone, 'phone');
}
