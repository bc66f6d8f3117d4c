import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHEET = join(__dirname, 'customers-page.css');

/** The page's style sheet, without comments and indentation: it is part of every load of the page. */
export function pageStyle(languages: string[]): string {
  const sheet = readFileSync(SHEET, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, '\n');
  return `${sheet.trim()}\n${languages.length > 1 ? `${chosenLink(languages)}\n` : ''}`;
}

/** Which language is shown, also told in the row of links. A browser without :has() passes over the rule. */
function chosenLink(languages: string[]): string {
  const links = languages.map((language) => `body:has(#${language}:target) nav a[href="#${language}"]`);
  return `${links.join(',\n')} { border-color: currentColor; font-weight: 700; }`;
}
