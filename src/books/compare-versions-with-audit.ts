import { fileHash } from '../incident/file-hash';
import { AMENDED } from './amend-file';
import type { FileVersion } from './file-versions';
import { incidentOf } from './incident-row';
import { detailOf } from './judge-audit';
import type { AuditTable } from './ledger-tables';

/**
 * What the versions of the file say otherwise than the audit chain (I6): by them others are told which words each customer got, so nobody
 * may write another text into one.
 * @param entries the whole chain, read in one moment with the versions.
 */
export function versionFaults(versions: FileVersion[], entries: AuditTable[]): string[] {
  const told = entries.filter(({ action }) => action === 'start' || action === AMENDED);
  const numbers = new Set([...told.keys()].map((index) => index + 1));
  return [
    ...told.flatMap((entry, index) => faultsOf(versions, entry, index + 1)),
    ...versions
      .filter(({ version }) => !numbers.has(version))
      .map(({ version }) => `version ${version} of the file: no decision on record brought it into effect`),
  ];
}

function faultsOf(versions: FileVersion[], entry: AuditTable, number: number): string[] {
  const name = `version ${number} of the file`;
  const version = versions.find((seen) => seen.version === number);
  if (version === undefined) return [`${name} is missing: entry ${entry.seq} brought it into effect`];
  const { fileHash: file, contentHash: content } = detailOf(entry);
  return [
    ...(version.file_hash === file && hashIn(version) === file
      ? []
      : [`${name} is not what entry ${entry.seq} brought into effect`]),
    ...(version.content_hash === content
      ? []
      : [`${name}: its texts have another hash than entry ${entry.seq} has`]),
  ];
}

/** Somebody may have written anything there. */
function hashIn(version: FileVersion): string | null {
  try {
    return fileHash(incidentOf(version));
  } catch {
    return null;
  }
}
