import type { CompiledNotice, NoticeSet } from '../../src/email/compile-notice';
import { MADE_UP_NAME } from '../../src/email/made-up-customer';
import { CLIPPED_BYTES, noticeBytes } from '../../src/email/notice-bytes';
import { openNotice } from '../../src/email/open-notice';
import { renderNotice } from '../../src/email/render-notice';
import type { NoticeVariant } from '../../src/incident/choose-variant';
import type { Incident } from '../../src/incident/incident-schema';

/** One variant as it would be sent. */
export interface VariantPreview extends NoticeVariant {
  /** Such as `en/california/expired`. */
  key: string;
  subject: string;
  /** Octets on the wire, for a customer with a long name and address. */
  bytes: number;
  /** Longer than what Gmail shows (C26). */
  clipped: boolean;
  hash: string;
  /** Who would get it; null: not counted. */
  customers: number | null;
}

/** Renders every variant of the incident once, for a made-up customer. */
export function previewVariants(
  { from }: Incident,
  notices: NoticeSet,
  byVariant: Record<string, number> | null,
): VariantPreview[] {
  return [...notices.variants.values()].map((compiled) => {
    const { key, wave, language, jurisdiction, disposition, hash } = compiled;
    const bytes = noticeBytes(compiled);
    return {
      key,
      wave,
      language,
      jurisdiction,
      disposition,
      subject: subjectOf(renderSample(compiled, from.address)),
      bytes,
      clipped: bytes > CLIPPED_BYTES,
      hash,
      customers: byVariant === null ? null : (byVariant[key] ?? 0),
    };
  });
}

/** The notice of a made-up customer, who has the company's own address. */
export function renderSample(compiled: CompiledNotice, address: string): Buffer {
  return renderNotice(compiled, {
    name: MADE_UP_NAME,
    address,
    messageId: `sample@${address.split('@')[1]}`,
    date: 0,
  });
}

/** As the customer's program shows it. */
function subjectOf(message: Buffer): string {
  const header = openNotice(message).headers.find((line) => line.startsWith('Subject: ')) ?? '';
  return header
    .slice('Subject: '.length)
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, base64: string) =>
      Buffer.from(base64, 'base64').toString('utf8'),
    );
}
