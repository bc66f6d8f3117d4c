import { escapeHtml } from '../notice-html';
import type { Pieces } from '../notice-pieces';
import type { Block } from '../notice-sections';
import type { PageArticle, PageSection } from './page-article';

/** What stands once on the page, whatever the language. */
export interface PageFrame {
  company: string;
  /** The content of the only <style>. */
  style: string;
  /** Content-Security-Policy, as a <meta> may hold it. */
  policy: string;
}

/** Who made the page: by this a page of ours is known, and may be replaced by a newer one. */
export const GENERATOR = '<meta name="generator" content="breach-response">';

/**
 * The page in HTML, the first article's language being its own. One h1, the company; below it each language is an article with a
 * heading of its own, so that what a screen reader lists makes sense with one language shown and with all. The links to the
 * languages are the only navigation, and jump over each other: a skip link more would undo the choice of language.
 */
export function pageHtml(articles: PageArticle[], { company, style, policy }: PageFrame): string {
  const [first] = articles;
  return `${[
    '<!DOCTYPE html>',
    `<html lang="${first!.language}" dir="${direction(first!)}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(`${plainText(first!.title)} - ${company}`)}</title>`,
    `<meta name="description" content="${escapeHtml(plainText(first!.summary))}">`,
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    GENERATOR,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<header>',
    `<h1 translate="no">${escapeHtml(company)}</h1>`,
    ...(articles.length > 1 ? languageLinks(articles) : []),
    '</header>',
    '<main>',
    ...articles.flatMap(articleHtml),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

function languageLinks(articles: PageArticle[]): string[] {
  const links = articles.map(
    ({ language }) =>
      `<li><a href="#${language}" lang="${language}" hreflang="${language}">${escapeHtml(ownName(language))}</a></li>`,
  );
  return ['<nav>', '<ul>', ...links, '</ul>', '</nav>'];
}

/** A language's name in itself: Deutsch, español, العربية. */
function ownName(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  const [initial = '', ...rest] = name;
  return initial.toLocaleUpperCase(language) + rest.join('');
}

function articleHtml(article: PageArticle): string[] {
  const { language, title, sections, signature } = article;
  return [
    `<article id="${language}" lang="${language}" dir="${direction(article)}">`,
    `<h2>${inline(title)}</h2>`,
    ...sections.flatMap((section) => sectionHtml(section, 3)),
    ...signature.map(blockHtml),
    '</article>',
  ];
}

function sectionHtml({ heading, blocks, cases }: PageSection, level: number): string[] {
  return [
    cases ? '<section class="advice">' : '<section>',
    `<h${level}>${inline(heading)}</h${level}>`,
    ...blocks.map(blockHtml),
    ...(cases ?? []).flatMap((part) => sectionHtml(part, level + 1)),
    '</section>',
  ];
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'lead':
      return `<p class="lead">${inline(block.pieces)}</p>`;
    case 'paragraph':
      return `<p>${inline(block.pieces)}</p>`;
    case 'list':
    case 'steps': {
      const tag = block.kind === 'list' ? 'ul' : 'ol';
      return `<${tag}>\n${block.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'signature':
      return `<p class="signature">${block.items.map(inline).join('<br>\n')}</p>`;
    default:
      throw new Error(`The customers' page has no place for a ${block.kind}`);
  }
}

function inline(pieces: Pieces): string {
  return pieces.map(pieceHtml).join('');
}

/** Links and numbers are left-to-right in every language, each isolated from its sentence (C23). */
function pieceHtml(piece: Pieces[number]): string {
  switch (piece.kind) {
    case 'link':
      return `<a href="${escapeHtml(piece.url)}" dir="ltr">${escapeHtml(piece.url)}</a>`;
    case 'mailbox':
      return `<a href="mailto:${escapeHtml(piece.text)}" dir="ltr">${escapeHtml(piece.text)}</a>`;
    case 'phone':
      return `<span class="phone" dir="ltr">${escapeHtml(piece.text)}</span>`;
    case 'text':
      return escapeHtml(piece.text);
    case 'slot':
      throw new Error(`The customers' page knows no customer, and has nothing for {${piece.slot}}`);
  }
}

function plainText(pieces: Pieces): string {
  return pieces.map((piece) => ('url' in piece ? piece.url : 'text' in piece ? piece.text : '')).join('');
}

function direction({ rightToLeft }: PageArticle): 'rtl' | 'ltr' {
  return rightToLeft ? 'rtl' : 'ltr';
}
