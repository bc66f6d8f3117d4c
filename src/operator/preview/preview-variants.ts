import type { NoticeVariant } from '../../incident/choose-variant';
import type { Incident } from '../../incident/incident-schema';
import { type CompiledNotice, type NoticeSet, noticeBytes } from '../../notice/compile-notice';
import { unescapeHtml } from '../../notice/notice-html';
import { proseToRead, type Reading, readingGrade } from '../../notice/reading-grade';
import { MADE_UP_NAME, type OpenedNotice, openNotice, renderNotice } from '../../notice/render-notice';

/** One variant as it would be sent. */
export interface VariantPreview extends NoticeVariant {
  /** Such as `en/california/expired`. */
  key: string;
  /** Subject and the words beside it, as a mail program lists them. */
  subject: string;
  preheader: string;
  /** Octets on the wire, for a customer with a long name and address. */
  bytes: number;
  /** Null: the grade is for English alone. */
  reading: Reading | null;
  hash: string;
}

/** Renders every variant of the incident once, for a made-up customer. */
export function previewVariants(incident: Incident, notices: NoticeSet): VariantPreview[] {
  return [...notices.variants.values()].map((compiled) => {
    const { key, wave, language, jurisdiction, disposition, hash } = compiled;
    const opened = openNotice(renderSample(compiled, incident.from.address));
    return {
      key,
      wave,
      language,
      jurisdiction,
      disposition,
      subject: subjectOf(opened),
      preheader: preheaderOf(opened),
      bytes: noticeBytes(compiled),
      reading: language === 'en' ? readingGrade(proseToRead(incident, compiled)) : null,
      hash,
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
function subjectOf({ headers }: OpenedNotice): string {
  const header = headers.find((line) => line.startsWith('Subject: ')) ?? '';
  return header
    .slice('Subject: '.length)
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, base64: string) =>
      Buffer.from(base64, 'base64').toString('utf8'),
    );
}

/** What the HTML part has first, hidden from its reader. */
function preheaderOf({ html }: OpenedNotice): string {
  const hidden = /<div style="display:none[^"]*">([^<]*)<\/div>/.exec(html)?.[1] ?? '';
  return unescapeHtml(hidden.trim());
}
