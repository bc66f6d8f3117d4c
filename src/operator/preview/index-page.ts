import { relative } from 'node:path';
import type { CompanyFinding } from '../../company/inspect/finding';
import { lawsInLanguage, lawsOf } from '../../incident/choose-variant';
import type { Incident } from '../../incident/incident-schema';
import { DISPOSITIONS } from '../../incident/vocabulary';
import { MOST_BYTES } from '../../notice/compile-notice';
import { escapeHtml } from '../../notice/notice-html';
import { HIGHEST_GRADE } from '../../notice/reading-grade';
import { MADE_UP_NAME } from '../../notice/render-notice';
import { isRightToLeft } from '../../notice/right-to-left';
import { counted, number } from '../words';
import { FRAMES, fileNameOf, INDEX_MARK } from './preview-folder';
import { SHOTS, type Shot } from './take-screenshots';
import type { Preview, PreviewedVariant } from './write-preview';

/** Everything of a preview on one page, which runs no script and asks nobody for anything. `texts`: the plain-text parts by key. */
export function indexPage(preview: Preview, incident: Incident, texts: Map<string, string>): string {
  const languages = Object.keys(incident.texts).sort();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; frame-src 'self' file:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${INDEX_MARK}
<title>Preview of ${escapeHtml(preview.incidentId)}</title>
<style>${INDEX_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(preview.title)}</h1>
<p>What ${escapeHtml(preview.incidentId)} would send, for a made-up customer, ${MADE_UP_NAME}: ${counted(preview.variants.length, 'variant')} of the notice.</p>
<dl class="hashes">
<dt>Content hash</dt><dd><code>${preview.contentHash}</code> of all these texts together</dd>
<dt>File hash</dt><dd><code>${preview.fileHash}</code></dd>
</dl>
${approval(preview, incident)}
${findings('Look at', preview.warnings)}
${preview.noScreenshots === null ? '' : `<p class="note">Screenshots: ${escapeHtml(preview.noScreenshots)}.</p>`}
${table(incident, languages)}
</header>
<main>
${languages.map((language) => section(language, preview, incident, texts)).join('\n')}
</main>
</body>
</html>
`;
}

function approval({ incidentId, contentHash }: Preview, { from, links }: Incident): string {
  const command = `npm run cli -- approve --incident ${incidentId} --by "YOUR NAME" --content ${contentHash.slice(0, 12)}`;
  return `<p>Check in each: what happened, what was taken and what was not, what the customer can do. The sender is
${escapeHtml(from.name)} &lt;${escapeHtml(from.address)}&gt;. The links must work, and be yours: ${escapeHtml(links.choosePassword)} and ${escapeHtml(links.page)}</p>
<p>Once the run is started and waits for it, exactly these texts are approved by<br><code>${escapeHtml(command)}</code></p>`;
}

function findings(heading: string, list: CompanyFinding[]): string {
  if (list.length === 0) return '';
  const items = list.map(
    ({ what, todo }) => `<li>${escapeHtml(what)}<br><small>${escapeHtml(todo)}</small></li>`,
  );
  return `<div class="warnings"><strong>${heading}</strong><ul>${items.join('')}</ul></div>`;
}

/** Which law in which language, each cell a way to its variants. */
function table(incident: Incident, languages: string[]): string {
  const laws = lawsOf(incident);
  const { defaultLanguage, reminder } = incident;
  const cell = (language: string, law: string) =>
    DISPOSITIONS.map(
      (disposition) =>
        `<a href="#${fileNameOf(`${language}/${law}/${disposition}`)}">${DISPOSITION_WORDS[disposition]}</a>`,
    ).join('<br>');
  const rows = languages.map((language) => {
    const words = lawsInLanguage(incident, language);
    const cells = laws.map((law) => {
      const whose = words.get(law)!;
      if (whose === 'own') return `<td>${cell(language, law)}</td>`;
      const told = `in ${escapeHtml(languageName(defaultLanguage))}`;
      return whose === 'given' ? `<td>${told}, as the file says</td>` : `<td class="bad">no words</td>`;
    });
    const reminders =
      reminder === null ? '' : `<td><a href="#${fileNameOf(`${language}/reminder`)}">reminder</a></td>`;
    const isDefault = language === defaultLanguage ? ' (the default)' : '';
    return `<tr><th scope="row"><a href="#${language}">${escapeHtml(languageName(language))}</a>${isDefault}</th><td>${cell(language, 'default')}</td>${cells.join('')}${reminders}</tr>`;
  });
  const heads = ['Language', 'No law in particular', ...laws, ...(reminder === null ? [] : ['Reminder'])];
  return `<div class="scrolls"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

const DISPOSITION_WORDS = {
  expired: 'password expired',
  changed_since: 'changed since',
  none: 'no password',
} as const;

function section(language: string, preview: Preview, incident: Incident, texts: Map<string, string>): string {
  const variants = preview.variants.filter((variant) => variant.language === language);
  return `<section id="${language}"><h2>${escapeHtml(languageName(language))} (${language})</h2>
${variants.map((variant) => article(variant, preview, incident, texts.get(variant.key)!)).join('\n')}
</section>`;
}

function article(variant: PreviewedVariant, { folder }: Preview, { from }: Incident, text: string): string {
  const { key, language, subject, preheader, paths, warnings } = variant;
  const name = fileNameOf(key);
  const direction = isRightToLeft(language) ? 'rtl' : 'ltr';
  const link = (path: string, shown: string) =>
    `<a href="${escapeHtml(encodeURI(relative(folder, path)))}">${shown}</a>`;
  const shots = (Object.keys(SHOTS) as Shot[]).flatMap((shot) =>
    paths[shot] ? [link(paths[shot], `${shot}.png`)] : [],
  );
  return `<article id="${name}"><h3>${escapeHtml(key)}</h3>
<p class="facts">${facts(variant)} · ${[link(paths.html, '.html'), link(paths.txt, '.txt'), link(paths.eml, '.eml'), ...shots].join(' ')} · <a href="#">top</a></p>
<p class="listed" lang="${language}" dir="${direction}"><b>${escapeHtml(from.name)}</b> <span><b>${escapeHtml(subject)}</b> <i>${escapeHtml(preheader)}</i></span></p>
${findings('Look at', warnings)}
<div class="frames">
${frame('desktop', 'Desktop, 640 px', name, 'light')}
${frame('phone', 'Telephone, 320 px', name, 'light')}
${frame('dark', 'Telephone, 360 px, dark', name, 'dark')}
<figure class="text"><figcaption>Plain text</figcaption><pre lang="${language}" dir="${direction}" tabindex="0">${escapeHtml(text)}</pre></figure>
</div></article>`;
}

function facts({ hash, bytes, reading }: PreviewedVariant): string {
  const marked = (words: string, bad: boolean) => (bad ? `<strong class="bad">${words}</strong>` : words);
  return [
    `<code title="${hash}">${hash.slice(0, 12)}</code>`,
    marked(`${number(bytes)} bytes`, bytes > MOST_BYTES),
    ...(reading ? [marked(`grade ${reading.grade}`, reading.grade > HIGHEST_GRADE)] : []),
  ].join(' · ');
}

function frame(kind: string, caption: string, name: string, scheme: 'light' | 'dark'): string {
  const title = `${name}: ${caption}`;
  return `<figure class="${kind}"><figcaption>${caption}</figcaption><div><iframe sandbox loading="lazy" title="${title}" src="${FRAMES}/${name}.${scheme}.html"></iframe></div></figure>`;
}

const LANGUAGE_NAMES = new Intl.DisplayNames('en', { type: 'language' });

function languageName(language: string): string {
  return LANGUAGE_NAMES.of(language) ?? language;
}

/** The desktop's frame is laid out at 640 px and shown smaller, so that a row fits on a laptop. */
export const INDEX_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --link: #0b57d0; --line: #c9ced4; --soft: #5b626a; --bad: #b3261e; --warn: #fff4d6; --code: #f2f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101214; --ink: #e6e8eb; --link: #8ab4f8; --line: #4b5157; --soft: #a4abb3; --bad: #ff8a80; --warn: #3a3017; --code: #2a2e33; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 80px; max-width: 1800px; font: 15px/1.5 system-ui, sans-serif; background: var(--ground); color: var(--ink); }
a { color: var(--link); }
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 22px; margin: 40px 0 0; padding-top: 12px; border-top: 2px solid var(--line); }
h3 { font-size: 17px; margin: 28px 0 0; }
header > p, .hashes, .warnings { max-width: 1000px; }
code { font: 13px/1.5 ui-monospace, monospace; background: var(--code); padding: 1px 4px; overflow-wrap: anywhere; }
small, i, figcaption, .note { color: var(--soft); font-style: normal; }
.hashes { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; }
.hashes dd { margin: 0; }
.bad { color: var(--bad); }
.warnings { background: var(--warn); padding: 8px 14px; margin: 8px 0; }
.warnings ul { margin: 4px 0; padding-left: 20px; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; margin-top: 12px; }
th, td { border: 1px solid var(--line); padding: 6px 12px; text-align: left; vertical-align: top; }
.facts { margin: 2px 0; }
.listed { display: flex; gap: 16px; margin: 6px 0; padding: 8px 12px; border: 1px solid var(--line); }
.listed span { flex: 1; min-width: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.frames { display: flex; gap: 12px; align-items: flex-start; overflow-x: auto; }
figure { margin: 0; flex: none; }
figure > div { height: 560px; border: 1px solid var(--line); overflow: hidden; }
iframe { border: 0; width: 100%; height: 100%; background: #fff; color-scheme: light; }
.desktop > div { width: 386px; }
.desktop iframe { width: 640px; height: 930px; transform: scale(.6); transform-origin: 0 0; }
.phone > div { width: 322px; }
.dark > div { width: 362px; }
.dark iframe { background: #16181c; color-scheme: dark; }
.text { flex: 1 0 270px; min-width: 0; }
pre { height: 560px; margin: 0; padding: 10px; border: 1px solid var(--line); overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace; }
`;
