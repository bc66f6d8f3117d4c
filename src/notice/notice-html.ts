import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pieces } from './notice-pieces';
import { leftToRight } from './notice-plain-text';
import type { Block } from './notice-sections';
import { greetingMark, slotMark } from './skeleton';

const TEMPLATE = join(__dirname, 'templates', 'notice.mjml');

/** What of the template is filled beside the blocks. */
export interface HtmlFrame {
  language: string;
  rightToLeft: boolean;
  title: string;
  preheader: Pieces;
  /** Lines in English above the notice, of a test; empty: none. */
  above: string[];
}

/** The notice in MJML, every text escaped: MJML itself passes `<$100` and `R&D` on raw, also when strict. */
export function noticeMjml(blocks: Block[], frame: HtmlFrame): string {
  const values: Record<string, string> = {
    language: frame.language,
    direction: frame.rightToLeft ? 'rtl' : 'ltr',
    start: frame.rightToLeft ? 'right' : 'left',
    end: frame.rightToLeft ? 'left' : 'right',
    title: escapeHtml(frame.title),
    preheader: frame.preheader.map((piece) => preheaderPiece(piece, frame.rightToLeft)).join(''),
    blocks: [...linesAbove(frame.above), ...blocks.map((block) => mjmlBlock(block))].join('\n'),
  };
  return readFileSync(TEMPLATE, 'utf8').replace(/\{\{(\w+)\}\}/g, (mark, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`templates/notice.mjml asks for ${mark}, which nothing fills`);
    return value;
  });
}

/** The greeting as HTML, which takes the place of the greeting mark once MJML is done. */
export function greetingHtml(blocks: Block[], withName: boolean): string {
  const greeting = blocks.find((block) => block.kind === 'greeting');
  return inline((withName ? greeting?.named : greeting?.neutral) ?? []);
}

/** Text as it stands in HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What escapeHtml wrote, as it was. */
export function unescapeHtml(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

// Sizes and colours are in the template's mj-classes; only what mail programs set themselves is unset here.
const H1 = 'margin:0;font-size:28px;line-height:1.25;font-weight:bold';
const H2 = 'margin:0;font-size:20px;line-height:1.3;font-weight:bold';
const ITEMS = 'margin:0;padding:0 0 0 26px;padding-inline:26px 0';
const ITEM = 'margin:0 0 8px';

function mjmlBlock(block: Block): string {
  switch (block.kind) {
    case 'company':
      return `${text('company', `<strong>${inline(block.pieces)}</strong>`)}\n<mj-divider css-class="rule" />`;
    case 'title':
      return text('title', `<h1 style="${H1}">${inline(block.pieces)}</h1>`);
    case 'heading':
      return text('heading', `<h2 style="${H2}">${inline(block.pieces)}</h2>`);
    case 'lead':
      return text('lead', `<strong>${inline(block.pieces)}</strong>`);
    case 'paragraph':
      return text('paragraph', inline(block.pieces));
    case 'greeting':
      return text('paragraph', greetingMark);
    case 'list':
    case 'steps': {
      const tag = block.kind === 'list' ? 'ul' : 'ol';
      const items = block.items.map((item) => `<li style="${ITEM}">${inline(item)}</li>`);
      return text('items', `<${tag} style="${ITEMS}">${items.join('')}</${tag}>`);
    }
    case 'signature':
      return text('paragraph', block.items.map(inline).join('<br>'));
  }
}

// English in whatever notice: from left to right also above an Arabic one.
function linesAbove(lines: string[]): string[] {
  if (lines.length === 0) return [];
  const box = 'border:3px solid #b3261e;padding:12px;text-align:start';
  const html = lines.map(escapeHtml).join('<br>');
  return [text('company', `<div lang="en" dir="ltr" style="${box}">${html}</div>`)];
}

function text(mjClass: string, html: string): string {
  return `<mj-text mj-class="${mjClass}" css-class="words">${html}</mj-text>`;
}

function inline(pieces: Pieces): string {
  return pieces.map(htmlPiece).join('');
}

function htmlPiece(piece: Pieces[number]): string {
  switch (piece.kind) {
    case 'slot':
      return piece.slot === 'name'
        ? isolated(slotMark('nameHtml'))
        : `<span dir="ltr">${slotMark('emailHtml')}</span>`;
    case 'link':
      return link(piece.url, piece.url);
    case 'mailbox':
      return link(`mailto:${piece.text}`, piece.text);
    case 'phone':
      return `<span dir="ltr" style="white-space:nowrap">${escapeHtml(piece.text)}</span>`;
    case 'text':
      return escapeHtml(piece.text);
  }
}

/** A mail program lists it as bare text: what elements do elsewhere, characters do here. */
function preheaderPiece(piece: Pieces[number], rightToLeft: boolean): string {
  const isolate = rightToLeft ? leftToRight : (text: string) => text;
  switch (piece.kind) {
    case 'slot':
      return isolate(slotMark('emailHtml'));
    case 'link':
      return escapeHtml(piece.url);
    case 'phone':
      return isolate(escapeHtml(piece.text));
    default:
      return escapeHtml(piece.text);
  }
}

// A name in another direction than the sentence must not take its punctuation along (C23).
function isolated(html: string): string {
  return `<bdi>${html}</bdi>`;
}

function link(href: string, shown: string): string {
  return `<a href="${escapeHtml(href)}" style="color:#0b57d0"><span dir="ltr">${escapeHtml(shown)}</span></a>`;
}
