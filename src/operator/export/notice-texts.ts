import { sql } from 'kysely';
import type { BareBooks } from '../../books/books';
import { type FileVersion, listVersions } from '../../books/file-versions';
import { type IncidentRow, incidentOf } from '../../books/incident-row';
import { detailOf } from '../../books/judge-audit';
import type { Incident } from '../../incident/incident-schema';
import type { Disposition, Jurisdiction } from '../../incident/vocabulary';
import { compileNotices, type NoticeSet } from '../../notice/compile-notice';
import { openNotice } from '../../notice/render-notice';
import { fileNameOf } from '../preview/preview-folder';
import { previewVariants, renderSample, type VariantPreview } from '../preview/preview-variants';
import { ToldError } from '../told-error';

/** The approved texts, found by the hash under which the books have them. */
export interface ApprovedTexts {
  /** Of the first 8 octets, hex; more than one where two have the same words, none where nobody approved it. */
  ofHash(start: string): ApprovedText[];
  all: ApprovedText[];
}

export interface ApprovedText extends VariantPreview {
  /** In the export's folder. */
  file: string;
  /** Subject and words, as a customer's program shows them. */
  words: string;
  /** The whole message, for a mail program. */
  message: string;
}

export const LAW_WORDS: Record<Jurisdiction, string> = {
  default: 'no law in particular',
  california: 'California Civil Code 1798.82',
  massachusetts: 'Massachusetts General Laws chapter 93H',
  gdpr: 'GDPR article 34',
};

export const DISPOSITION_WORDS: Record<Disposition, string> = {
  expired: 'expired',
  changed_since: 'not expired: chosen after the cutoff',
  none: 'the account had none',
};

/**
 * Of the file that is in effect, and of each version before it that somebody approved: who was told before an amendment got those words.
 * @throws ToldError where this version of the program writes other texts than those that were approved.
 */
export async function approvedTexts(books: BareBooks, row: IncidentRow): Promise<ApprovedTexts> {
  const { rows: approvals } = await sql<{ detail: string }>`
    SELECT detail FROM audit WHERE incident = ${books.incident} AND action = 'approve'`.execute(books.db);
  const approved = new Set(approvals.map((entry) => detailOf(entry).contentHash));
  const versions = (await listVersions(books))
    .filter(({ version, content_hash: hash }) => version === row.version || approved.has(hash))
    .reverse();
  const all: ApprovedText[] = [];
  for (const version of versions) {
    const path = version.version === row.version ? 'notices/' : `notices/version-${version.version}-`;
    for (const text of await textsOf(version, row, path))
      if (!all.some(({ hash, key }) => hash === text.hash && key === text.key)) all.push(text);
  }
  return { all, ofHash: (start) => all.filter(({ hash }) => hash.startsWith(start)) };
}

async function textsOf(
  version: FileVersion,
  { incident_id: id }: IncidentRow,
  path: string,
): Promise<ApprovedText[]> {
  const incident = incidentOf(version);
  const notices = await compileNotices(incident);
  if (notices.contentHash !== version.content_hash)
    throw new ToldError(
      `This version of the program writes other notices (${notices.contentHash.slice(0, 12)}) than the version that started ${id} (${version.content_hash.slice(0, 12)}), so it cannot show what customers were told. Nothing was written: make this export with that version.`,
    );
  return previewVariants(incident, notices).map((preview) => textOf(incident, notices, { preview, path }));
}

function textOf(
  incident: Incident,
  notices: NoticeSet,
  { preview, path }: { preview: VariantPreview; path: string },
): ApprovedText {
  const { key, subject } = preview;
  const sample = renderSample(notices.variants.get(key)!, incident.from.address);
  const { text } = openNotice(sample);
  return {
    ...{ ...preview, file: `${path}${fileNameOf(key)}.txt` },
    ...{ words: `Subject: ${subject}\n\n${text}`, message: sample.toString('utf8') },
  };
}

/** A text's words, and the message as it goes out: for the eyes of whoever asks for a copy of the notice. */
export function noticeFiles(text: ApprovedText): [name: string, content: string][] {
  return [
    [text.file, textFile(text)],
    [text.file.replace(/\.txt$/, '.eml'), text.message],
  ];
}

/** What stands above the words in their file. */
function textFile({ key, wave, language, jurisdiction, disposition, hash, words }: ApprovedText): string {
  const whom =
    wave === 'reminder'
      ? 'a reminder, to whom had no new password yet'
      : `Law: ${LAW_WORDS[jurisdiction]}. Password: ${DISPOSITION_WORDS[disposition]}`;
  return `The text "${key}", as it was approved. Language: ${language}. ${whom}.
SHA-256: ${hash}
Name and address are those of nobody: each customer's own stood in their place.

${'='.repeat(70)}
${words}`;
}
