import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IncidentRow, incidentOf } from '../../src/db/incident-row';
import { compileNotices } from '../../src/email/compile-notice';
import { openNotice } from '../../src/email/open-notice';
import { ToldError } from '../cli/told-error';
import { renderSample } from './preview-variants';

/**
 * Writes every variant of a started incident's notice, for a made-up customer, to be read before it is approved: NAME.html for a
 * browser, NAME.txt, and NAME.eml as it goes out.
 * @returns the paths without their endings.
 * @throws ToldError where this version of the program would write other notices than those that the run sends.
 */
export async function writeNotices(row: IncidentRow, folder: string): Promise<string[]> {
  const incident = incidentOf(row);
  const { contentHash, variants } = await compileNotices(incident);
  if (contentHash !== row.content_hash)
    throw new ToldError(
      `This version of the program writes its notices otherwise (${contentHash.slice(0, 12)}) than the one that started ${row.incident_id} (${row.content_hash.slice(0, 12)}): read and approve them with that one.`,
    );
  mkdirSync(folder, { recursive: true });
  return [...variants.values()].map((compiled) => {
    const message = renderSample(compiled, incident.from.address);
    const { headers, text, html } = openNotice(message);
    const path = join(folder, compiled.key.replaceAll('/', '-'));
    writeFileSync(`${path}.eml`, message);
    writeFileSync(`${path}.html`, html);
    writeFileSync(`${path}.txt`, `${headers.join('\n')}\n\n${text}`);
    return path;
  });
}
