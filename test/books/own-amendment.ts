import { type Amending, amendFile, closeForAmendment } from '../../src/books/amend-file';
import { readAudit } from '../../src/books/audit-chain';
import { rowFaults } from '../../src/books/compare-row-with-audit';
import { versionFaults } from '../../src/books/compare-versions-with-audit';
import { listVersions, proposeFile } from '../../src/books/file-versions';
import { findIncident, incidentOf } from '../../src/books/incident-row';
import { fileHash } from '../../src/incident/file-hash';
import type { Incident } from '../../src/incident/incident-schema';
import { compileNotices } from '../../src/notice/compile-notice';
import type { OwnLedger } from './own-ledger';

const rowOf = async ({ database }: OwnLedger) => (await findIncident(database.db, 'test'))!;

/** What the newest file would be amended to. */
export async function proposeTo(ledger: OwnLedger, change: (file: Incident) => void): Promise<Amending> {
  const { file: json, version: base } = await rowOf(ledger);
  const incident = structuredClone(incidentOf({ file: json }));
  change(incident);
  const { contentHash } = await compileNotices(incident);
  const hashes = { fileHash: fileHash(incident), contentHash };
  const proposal = await proposeFile(ledger.books, { incident, ...hashes, by: 'Jo' });
  return { proposal, base, by: 'Jo', login: 'jo@desk', reason: 'a typo', objection: null };
}

/** As the activity does it. */
export async function amendAs({ books }: OwnLedger, amending: Amending): Promise<string | null> {
  await closeForAmendment(books, amending);
  return amendFile(books, amending);
}

/** What of row and versions is not on record. */
export async function faultsOf(ledger: OwnLedger): Promise<string[]> {
  const entries = await readAudit(ledger.books);
  return [
    ...rowFaults(await rowOf(ledger), entries),
    ...versionFaults(await listVersions(ledger.books), entries),
  ];
}
