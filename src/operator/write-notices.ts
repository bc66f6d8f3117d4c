import { type IncidentRow, incidentOf } from '../books/incident-row';
import { compileNotices } from '../notice/compile-notice';
import { type Preview, writePreview } from './preview/write-preview';
import { ToldError } from './told-error';

/**
 * Writes the preview of a started incident's notices, to be read before they are approved.
 * @throws ToldError where this version of the program would write other notices than those that the run sends.
 */
export async function writeNotices(row: IncidentRow, folder: string): Promise<Preview> {
  const incident = incidentOf(row);
  const notices = await compileNotices(incident);
  const { contentHash } = notices;
  if (contentHash !== row.content_hash)
    throw new ToldError(
      `This version of the program writes its notices otherwise (${contentHash.slice(0, 12)}) than the one that started ${row.incident_id} (${row.content_hash.slice(0, 12)}): read and approve them with that one.`,
    );
  const chromium = { missing: 'none here; npm run cli -- preview FILE --out FOLDER takes them' };
  return writePreview({ incident, fileHash: row.file_hash, notices, folder, chromium });
}
