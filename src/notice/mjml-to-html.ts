import { execFile } from 'node:child_process';
import { foreignLinks } from '../incident/check-links';
import type { Incident } from '../incident/incident-schema';
import { unescapeHtml } from './notice-html';

/**
 * MJML to HTML, strict, without MJML's web fonts (C24), one result per source. It runs in a process of its own that
 * ends at once: loading mjml takes 62 MB that a thread or this process would never give back (measured), a quarter of
 * what a worker may use. Takes about 0.4 s. Throws when MJML refuses the template.
 */
export async function mjmlToHtml(sources: string[]): Promise<string[]> {
  const reply = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--eval', CONVERT, require.resolve('mjml')],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: {} },
      (error, stdout, stderr) =>
        error
          ? reject(new Error(`MJML could not be run: ${stderr.trim() || error.message}`))
          : resolve(stdout),
    );
    child.stdin?.on('error', () => undefined); // the child's end is told by its exit
    child.stdin?.end(JSON.stringify(sources));
  });
  const results: { html: string; errors: string[] }[] = JSON.parse(reply);
  return results.map(({ html, errors }) => {
    if (errors.length > 0) throw new Error(`templates/notice.mjml is refused by MJML: ${errors.join('; ')}`);
    return html;
  });
}

// Plain JavaScript, so that the child needs no TypeScript loader. Template errors come back as words, not as a crash.
const CONVERT = `
  const mjml = require(process.argv[1]);
  const convert = mjml.default ?? mjml;
  const options = { validationLevel: 'strict', fonts: {}, keepComments: false, ignoreIncludes: true };
  (async () => {
    const results = [];
    for (const source of JSON.parse(require('node:fs').readFileSync(0, 'utf8'))) {
      try {
        const { html, errors } = await convert(source, options);
        results.push({ html, errors: errors.map((e) => e.formattedMessage) });
      } catch (error) {
        results.push({ html: '', errors: [String(error.message)] });
      }
    }
    process.stdout.write(JSON.stringify(results));
  })();
`;

/**
 * What in a finished HTML part should not be there; empty when all is well. The notice loads nothing and links only
 * home (C24): every tag, style sheet and comment is looked at, Outlook's conditional ones included.
 * @param places links within the document that it may have, such as `#es`.
 */
export function htmlFaults(html: string, incident: Incident, places: string[] = []): string[] {
  const code = (html.match(CODE) ?? []).join('\n').replace(NAMESPACES, '');
  const { choosePassword, page } = incident.links;
  const mailboxes = [incident.replyTo, incident.contactPoint?.address].map((address) => `mailto:${address}`);
  const links = new Set([choosePassword, page, ...mailboxes, ...places]);
  const hrefs = [...code.matchAll(/\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi)].map(
    ([, double, single, bare]) => unescapeHtml(double ?? single ?? bare ?? ''),
  );
  return [
    ...faultsMatching(code.replace(READ_ALOUD, ''), LOADS, 'loads or runs something'),
    ...hrefs.filter((href) => !links.has(href)).map((href) => `links to ${href}`),
    ...foreignLinks(unescapeHtml(html.replace(NAMESPACES, '')), incident.links).map((url) => `names ${url}`),
    ...faultsMatching(html, /\{\{|\}\}|\$\{/g, 'holds a template mark'),
  ];
}

/** Names of vocabularies, never fetched. */
const NAMESPACES = / xmlns(?::\w+)?="[^"]*"/g;
/** Words in a tag that are for people, such as a subject "Your data: what to do". What `content` may lead to is caught at http-equiv. */
const READ_ALOUD = /\s(?:aria-label|content)="[^"]*"/gi;
const CODE = /<style[^>]*>[\s\S]*?<\/style>|<!--[\s\S]*?-->|<[^>]+>/gi;
const LOADS =
  /@import\b|\burl\s*\(|<(?:link|script|img|image|iframe|object|embed|form|input|base|video|audio|svg|v:\w+)\b|\s(?:src|srcset|background|action|poster|data|on\w+)\s*=|\b(?:javascript|data|vbscript):|http-equiv="?refresh/gi;

function faultsMatching(text: string, pattern: RegExp, fault: string): string[] {
  return (text.match(pattern) ?? []).map((match) => `${fault}: ${match.trim()}`);
}
