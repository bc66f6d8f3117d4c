import { createHash } from 'node:crypto';
import {
  type CustomerTraits,
  hasTexts,
  lawsOf,
  type NoticeVariant,
  variantChooser,
  variantKey,
} from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { DISPOSITIONS, type Wave } from '../incident/vocabulary';
import { htmlFaults, mjmlToHtml } from './mjml-to-html';
import { listWords, noticeBlocks } from './notice-blocks';
import { greetingHtml, noticeMjml } from './notice-html';
import { noticePieces, proseLine } from './notice-pieces';
import { noticePlainText } from './notice-plain-text';
import type { Block } from './notice-sections';
import { isRightToLeft } from './right-to-left';
import { contentHash, greetingMark, type Skeleton, skeleton } from './skeleton';
import { type TestMark, testMarks, testText } from './test-mark';

/** One variant, ready to be filled 24 million times. Plain data. */
export interface CompiledNotice extends NoticeVariant {
  /** Such as `en/california/expired`. */
  key: string;
  /** Hex SHA-256 over everything that is the same for all customers: headers, both parts, where the slots stand. */
  hash: string;
  rightToLeft: boolean;
  /** With the customer's name in the greeting, and without. */
  named: Skeleton;
  neutral: Skeleton;
}

export interface NoticeSet {
  /** Hex SHA-256 over the hashes of all variants, the reminder's too: what `approve` names. */
  contentHash: string;
  /** By `variantKey`. */
  variants: Map<string, CompiledNotice>;
  /** The customer's variant in a wave. */
  variantOf(traits: CustomerTraits, wave: Wave): CompiledNotice;
}

/** Compiles one variant; see compileNotices. */
export async function compileNotice(incident: Incident, variant: NoticeVariant): Promise<CompiledNotice> {
  const [compiled] = await compileAll(incident, [variant]);
  return compiled!;
}

/** Compiles these variants as a test of them is sent: what customers get, and the marks of test-mark.ts. */
export function compileTests(
  incident: Incident,
  variants: NoticeVariant[],
  mark: TestMark,
): Promise<CompiledNotice[]> {
  return compileAll(incident, variants, mark);
}

/**
 * Compiles every variant that the incident file has: each language, under no law in particular and under each law that it has
 * words for, for passwords expired, changed since, and none; and its reminder. The same file gives the same
 * hashes. About half a second.
 */
export async function compileNotices(incident: Incident): Promise<NoticeSet> {
  const compiled = await compileAll(incident, variantsOf(incident));
  const content = createHash('sha256');
  for (const { key, hash } of compiled) content.update(`${key} ${hash}\n`);
  const variants = new Map(compiled.map((notice) => [notice.key, notice]));
  const choose = variantChooser(incident);
  return {
    contentHash: content.digest('hex'),
    variants,
    variantOf: (traits, wave) => variants.get(variantKey(choose(traits, wave)))!,
  };
}

function variantsOf(incident: Incident): NoticeVariant[] {
  const languages = Object.keys(incident.texts).sort();
  const notices = languages.flatMap((language) =>
    (['default', ...lawsOf(incident)] as const)
      .filter((law) => hasTexts(incident, language, law))
      .flatMap((jurisdiction) =>
        DISPOSITIONS.map(
          (disposition): NoticeVariant => ({ wave: 'notice', language, jurisdiction, disposition }),
        ),
      ),
  );
  if (incident.reminder === null) return notices;
  const reminders = languages.map(
    (language): NoticeVariant => ({
      wave: 'reminder',
      language,
      jurisdiction: 'default',
      disposition: 'expired',
    }),
  );
  return [...notices, ...reminders];
}

async function compileAll(
  incident: Incident,
  variants: NoticeVariant[],
  test?: TestMark,
): Promise<CompiledNotice[]> {
  const drafts = variants.map((variant) => draftOf(incident, variant, test));
  const pages = await mjmlToHtml(drafts.map((draft) => draft.mjml));
  return drafts.map((draft, i) => finish(incident, draft, pages[i]!));
}

interface Draft {
  variant: NoticeVariant;
  rightToLeft: boolean;
  subject: string;
  blocks: Block[];
  mjml: string;
  /** Null: the notice itself. */
  marks: ReturnType<typeof testMarks> | null;
}

function draftOf(incident: Incident, variant: NoticeVariant, test?: TestMark): Draft {
  const { language } = variant;
  const rightToLeft = isRightToLeft(language);
  const marks = test ? testMarks(test, variantKey(variant)) : null;
  const blocks = noticeBlocks(incident, variant);
  const inList = listWords(incident, variant);
  const words = noticePieces(proseLine(inList.subject), incident, language)
    .map((piece) => (piece.kind === 'link' ? piece.url : piece.kind === 'slot' ? '' : piece.text))
    .join('');
  const subject = marks ? marks.subject(words) : words;
  const preheader = noticePieces(proseLine(inList.preheader), incident, language);
  const mjml = noticeMjml(blocks, {
    language,
    rightToLeft,
    title: subject,
    preheader,
    above: marks?.lines ?? [],
  });
  return { variant, rightToLeft, subject, blocks, mjml, marks };
}

function finish(incident: Incident, draft: Draft, page: string): CompiledNotice {
  const { variant, rightToLeft, subject, blocks, marks } = draft;
  const { language } = variant;
  const key = variantKey(variant);
  const compact = compactHtml(page, rightToLeft);
  const message = (withName: boolean) => {
    const html = compact.replace(greetingMark, () => greetingHtml(blocks, withName));
    const notice = noticePlainText(blocks, withName, rightToLeft);
    const text = marks ? testText(marks.lines) + notice : notice;
    const faults = htmlFaults(html, incident);
    if (faults.length > 0)
      throw new Error(`The template makes ${key} a notice that ${[...new Set(faults)].join('; that ')}`);
    return skeleton(incident, { subject, language, text, html, header: marks?.header });
  };
  const named = message(true);
  const neutral = message(false);
  return { ...variant, key, hash: contentHash([named, neutral]), rightToLeft, named, neutral };
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

/** A notice is to stay below this, well away from where it is cut. */
export const MOST_BYTES = 60_000;

/** Gmail clips a message whose source is longer than about this many octets; so may others (C26). */
export const CLIPPED_BYTES = 102_000;

/** Octets of the message as sent (quoted-printable included), to a customer with long name and address. */
export function noticeBytes(compiled: CompiledNotice): number {
  return Math.max(...[compiled.named, compiled.neutral].map(({ bytes, slots }) => bytes + 80 * slots.length));
}
