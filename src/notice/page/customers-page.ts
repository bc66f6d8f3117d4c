import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '../../incident/incident-schema';
import { htmlFaults } from '../mjml-to-html';
import { proseLine } from '../notice-pieces';
import { pageArticle } from './page-article';
import { pageHtml } from './page-html';

export interface CustomersPage {
  html: string;
  /** The default one first. */
  languages: string[];
  /** The Content-Security-Policy for the server's header. The page holds the same, but for what only a header can say. */
  policy: string;
  /** Hex SHA-256 of the page. */
  hash: string;
}

/**
 * The customers' page: what the notice says, in every language, in one file that loads nothing. The same file gives the same page.
 * @param incident has words for it in every language (checkPage).
 */
export function customersPage(incident: Incident): CustomersPage {
  const { defaultLanguage } = incident;
  const otherLanguages = Object.keys(incident.texts).filter((language) => language !== defaultLanguage);
  const languages = [defaultLanguage, ...otherLanguages.sort()];
  const articles = languages.map((language) => pageArticle(incident, language));
  const style = pageStyle(languages);
  const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;
  const policy = `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`;
  const company = proseLine(incident.from.name);
  const html = pageHtml(articles, { company, style, policy });
  // Base64 may hold "//", which would read as somebody else's address.
  const places = languages.map((language) => `#${language}`);
  const faults = htmlFaults(html.replace(styleHash, ''), incident, places);
  if (faults.length > 0)
    throw new Error(`The page's template makes one that ${[...new Set(faults)].join('; that ')}`);
  const hash = createHash('sha256').update(html).digest('hex');
  return { html, languages, policy: `${policy}; frame-ancestors 'none'`, hash };
}

const SHEET = join(__dirname, 'customers-page.css');

/** The page's style sheet, without comments and indentation: it is part of every load of the page. */
function pageStyle(languages: string[]): string {
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
