import { type Finding, inQuotes } from './incident-problem';
import type { Incident } from './incident-schema';
import type { SoundParts } from './sound-parts';

/**
 * The one rule for who "we" are: a host is ours when it is the domain of the From address or below it. Links lead there and
 * replies go there, and nowhere else: a notice with a stranger's link in it cannot be told from the mail of a thief.
 */
export function isOwnHost(host: string, fromAddress: string): boolean {
  const domain = domainOf(fromAddress);
  return host.toLowerCase() === domain || host.toLowerCase().endsWith(`.${domain}`);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Written-out addresses in a text that lead elsewhere than the incident's two links do: mail programs make links of them. */
export function foreignLinks(text: string, links: Incident['links']): string[] {
  const own = [links.choosePassword, links.page].map(hostOf);
  const written = text.match(/(?:\b[a-z][a-z0-9+.-]*:)?\/\/[^\s<>"'()]+/gi) ?? [];
  return written.filter((link) => !own.includes(hostOf(link)));
}

function hostOf(link: string): string {
  return URL.canParse(link, BASE) ? new URL(link, BASE).host : link;
}
const BASE = 'https://relative.invalid';

export function checkLinks({ from, replyTo, contactPoint, links }: SoundParts): Finding[] {
  const findings: Finding[] = [];
  for (const key of ['choosePassword', 'page'] as const) {
    if (links) findings.push(...checkLink(['links', key], links[key], from?.address));
  }
  const mailboxes: [string[], string | undefined][] = [
    [['replyTo'], replyTo],
    [['contactPoint', 'address'], contactPoint?.address],
  ];
  for (const [path, address] of mailboxes) {
    if (!from || address === undefined || isOwnHost(domainOf(address), from.address)) continue;
    const wanted = `an address at ${domainOf(from.address)} or below it`;
    findings.push({ path, found: `${inQuotes(address)}, outside the From domain`, wanted });
  }
  return findings;
}

function checkLink(path: string[], link: string, from: string | undefined): Finding[] {
  const wanted =
    from === undefined ? 'an https:// link' : `an https:// link to ${domainOf(from)} or a host below it`;
  const refused = (why: string) => [{ path, found: `${inQuotes(link)}${why}`, wanted }];
  const url = URL.canParse(link) ? new URL(link) : null;
  // URL drops spaces and line breaks without a word; a mail program would end the link at them.
  if (url === null || /[\s\p{C}<>"\\^`{|}]/u.test(link)) return refused(', which is no link');
  if (!/^https:\/\/[^/]/i.test(link)) return refused(', which is not https');
  if (url.username !== '' || url.password !== '') return refused(', with a name before the host');
  return from !== undefined && !isOwnHost(url.hostname, from) ? refused(', outside the From domain') : [];
}
