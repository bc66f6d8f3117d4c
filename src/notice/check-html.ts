import type { Incident } from '../incident/incident-schema';
import { unescapeHtml } from './notice-html';
import { foreignAddresses } from './own-hosts';

/**
 * What in a finished HTML part should not be there; empty when all is well. The notice loads nothing and links only
 * home (C24): every tag, style sheet and comment is looked at, Outlook's conditional ones included.
 * @param places links within the document that it may have, such as `#es`.
 */
export function htmlProblems(html: string, incident: Incident, places: string[] = []): string[] {
  const code = (html.match(CODE) ?? []).join('\n').replace(NAMESPACES, '');
  const { choosePassword, page } = incident.links;
  const mailboxes = [incident.replyTo, incident.contactPoint?.address].map((address) => `mailto:${address}`);
  const links = new Set([choosePassword, page, ...mailboxes, ...places]);
  const hrefs = [...code.matchAll(/\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi)].map(
    ([, double, single, bare]) => unescapeHtml(double ?? single ?? bare ?? ''),
  );
  return [
    ...found(code.replace(READ_ALOUD, ''), LOADS, 'loads or runs something'),
    ...hrefs.filter((href) => !links.has(href)).map((href) => `links to ${href}`),
    ...foreignAddresses(unescapeHtml(html.replace(NAMESPACES, '')), incident).map((url) => `names ${url}`),
    ...found(html, /\{\{|\}\}|\$\{/g, 'holds a template mark'),
  ];
}

/** Names of vocabularies, never fetched. */
const NAMESPACES = / xmlns(?::\w+)?="[^"]*"/g;
/** Words in a tag that are for people, such as a subject "Your data: what to do". What `content` may lead to is caught at http-equiv. */
const READ_ALOUD = /\s(?:aria-label|content)="[^"]*"/gi;
const CODE = /<style[^>]*>[\s\S]*?<\/style>|<!--[\s\S]*?-->|<[^>]+>/gi;
const LOADS =
  /@import\b|\burl\s*\(|<(?:link|script|img|image|iframe|object|embed|form|input|base|video|audio|svg|v:\w+)\b|\s(?:src|srcset|background|action|poster|data|on\w+)\s*=|\b(?:javascript|data|vbscript):|http-equiv="?refresh/gi;

function found(text: string, pattern: RegExp, what: string): string[] {
  return (text.match(pattern) ?? []).map((match) => `${what}: ${match.trim()}`);
}
