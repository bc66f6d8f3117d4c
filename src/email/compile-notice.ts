import { createHash } from 'node:crypto';
import type { Incident } from '../incident/incident-schema';
import { DISPOSITIONS, type Disposition } from '../incident/vocabulary';
import { htmlProblems } from './check-html';
import { mjmlToHtml } from './mjml-to-html';
import { type Block, noticeBlocks, textsOf } from './notice-blocks';
import { NoticeError } from './notice-error';
import { checkNoticeFacts } from './notice-facts';
import { greetingHtml, noticeMjml } from './notice-html';
import { noticePieces } from './notice-pieces';
import { noticePlainText } from './notice-plain-text';
import { proseLine } from './notice-prose';
import { foreignAddresses } from './own-hosts';
import { isRightToLeft } from './right-to-left';
import { type Skeleton, skeleton } from './skeleton';
import { greetingMark } from './slot-mark';

export interface NoticeVariant {
  language: string;
  disposition: Disposition;
}

/** One variant, ready to be filled 24 million times. Plain data. */
export interface CompiledNotice extends NoticeVariant {
  /** Hex SHA-256 over everything that is the same for all customers: headers, both parts, where the slots stand. */
  hash: string;
  rightToLeft: boolean;
  /** With the customer's name in the greeting, and without. */
  named: Skeleton;
  neutral: Skeleton;
}

export interface NoticeSet {
  /** Hex SHA-256 over the hashes of all variants: what `approve` names. */
  contentHash: string;
  /** By `variantKey`. */
  variants: Map<string, CompiledNotice>;
}

export function variantKey(language: string, disposition: Disposition): string {
  return `${language}/${disposition}`;
}

/** Compiles one variant; see compileNotices. */
export async function compileNotice(incident: Incident, variant: NoticeVariant): Promise<CompiledNotice> {
  const [compiled] = await compileAll(incident, [variant]);
  return compiled!;
}

/**
 * Compiles every variant that the incident file has: its languages, each for passwords expired, changed since, and
 * none. Throws NoticeError, with the path in the file, for a text that cannot be sent. The same file gives the same
 * hashes. About half a second.
 */
export async function compileNotices(incident: Incident): Promise<NoticeSet> {
  const wanted = Object.keys(incident.texts)
    .sort()
    .flatMap((language) => DISPOSITIONS.map((disposition) => ({ language, disposition })));
  const compiled = await compileAll(incident, wanted);
  const content = createHash('sha256');
  for (const { language, disposition, hash } of compiled)
    content.update(`${language}/${disposition} ${hash}\n`);
  return {
    contentHash: content.digest('hex'),
    variants: new Map(compiled.map((notice) => [variantKey(notice.language, notice.disposition), notice])),
  };
}

async function compileAll(incident: Incident, variants: NoticeVariant[]): Promise<CompiledNotice[]> {
  checkNoticeFacts(incident);
  const drafts = variants.map((variant) => draftOf(incident, variant));
  const pages = await mjmlToHtml(drafts.map((draft) => draft.mjml));
  return drafts.map((draft, i) => finish(incident, draft, pages[i]!));
}

interface Draft extends NoticeVariant {
  rightToLeft: boolean;
  subject: string;
  blocks: Block[];
  mjml: string;
}

function draftOf(incident: Incident, { language, disposition }: NoticeVariant): Draft {
  const texts = textsOf(incident, language);
  const rightToLeft = isRightToLeft(language);
  const blocks = noticeBlocks(incident, language, disposition);
  const at = (name: string) => `texts.${language}.${name}`;
  const subject = noticePieces(proseLine(texts.subject, at('subject')), at('subject'), incident, [])
    .map((piece) => (piece.kind === 'link' ? piece.url : piece.kind === 'slot' ? '' : piece.text))
    .join('');
  const preheader = noticePieces(proseLine(texts.preheader, at('preheader')), at('preheader'), incident);
  const mjml = noticeMjml(blocks, { language, rightToLeft, title: subject, preheader });
  return { language, disposition, rightToLeft, subject, blocks, mjml };
}

function finish(incident: Incident, draft: Draft, page: string): CompiledNotice {
  const { language, disposition, rightToLeft, subject, blocks } = draft;
  const where = `texts.${language} (${disposition})`;
  const compact = compactHtml(page, rightToLeft);
  const message = (withName: boolean) => {
    const html = compact.replace(greetingMark, () => greetingHtml(blocks, withName));
    const text = noticePlainText(blocks, withName, rightToLeft);
    const problems = [
      ...htmlProblems(html, incident),
      ...foreignAddresses(text, incident).map((url) => `names ${url}`),
    ];
    if (problems.length > 0)
      throw new NoticeError(where, `the notice ${[...new Set(problems)].join('; it ')}`);
    return skeleton(incident, { subject, language, text, html });
  };
  const named = message(true);
  const neutral = message(false);
  return { language, disposition, hash: hashOf([named, neutral]), rightToLeft, named, neutral };
}

// MJML indents its output deeply: a quarter of the bytes. It also leaves left alignment behind in a right-to-left
// notice (C25), in tags of its own that no option reaches.
function compactHtml(html: string, rightToLeft: boolean): string {
  const compact = `${html.trim().replace(/[ \t]*\n\s*/g, '\n')}\n`;
  if (!rightToLeft) return compact;
  return compact.replace(/ style="[^"]*"/g, (style) =>
    style.replace('text-align:left', 'text-align:right').replace('direction:ltr', 'direction:rtl'),
  );
}

function hashOf(skeletons: Skeleton[]): string {
  const hash = createHash('sha256');
  for (const { fixed, slots } of skeletons) {
    for (const [i, part] of fixed.entries()) hash.update(part).update(`\0${slots[i] ?? 'end'}\0`);
  }
  return hash.digest('hex');
}
