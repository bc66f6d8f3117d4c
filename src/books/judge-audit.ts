import { createHash } from 'node:crypto';
import type { AuditHead } from '../incident/audit-head';
import type { AuditTable } from './ledger-tables';

/** The hash that the first entry of a chain carries as that of the one before. */
export const CHAIN_START = Buffer.alloc(32);

/** SHA-256 over the entry's fields, each with its length, and the hash of the entry before. */
export function entryHash(row: Omit<AuditTable, 'hash'>): Buffer {
  const hash = createHash('sha256').update(row.prev_hash);
  for (const field of [String(row.incident), String(row.seq), row.at, row.who, row.action, row.detail]) {
    const bytes = Buffer.from(field, 'utf8');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}

/** By which the record knows again what it does not show: a key, or where a server keeps its files. */
export function markOf(value: Buffer | string): string {
  return createHash('sha256').update('audit').update(value).digest('hex');
}

/** What an entry says. One that somebody has changed by hand may be anything: the chain's own check names it. */
export function detailOf({ detail }: Pick<AuditTable, 'detail'>): Record<string, unknown> {
  try {
    return (JSON.parse(detail) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Walks a chain (I6); null when it is whole in itself, else the first break in words. */
export function chainBreak(entries: AuditTable[], { mayBeEmpty }: { mayBeEmpty: boolean }): string | null {
  let before: Buffer = CHAIN_START;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return `entry ${index + 1} is missing: the next one is ${entry.seq}`;
    if (!entry.prev_hash.equals(before)) return `entry ${entry.seq} does not follow from the entry before it`;
    if (!entryHash(entry).equals(entry.hash)) return `entry ${entry.seq} was changed after it was written`;
    before = entry.hash;
  }
  return entries.length === 0 && !mayBeEmpty ? 'there is no entry: even the start must be recorded' : null;
}

/**
 * Which of the heads that somebody outside the database holds are not on the chain (I6). One that is older than the chain's end accuses
 * nobody: the chain went on.
 * @param where who holds them, in words.
 * @returns at most two faults, which say all that the others would: where the chain was cut, and from where on it was made anew.
 */
export function headFaults(entries: AuditTable[], held: AuditHead[], where: string): string[] {
  const hashes = new Map(entries.map(({ seq, hash }) => [seq, hash.toString('hex')]));
  const bySeq = [...held].sort((left, right) => left.seq - right.seq);
  const end = entries.at(-1)?.seq ?? 0;
  const beyond = bySeq.filter(({ seq }) => seq > end).at(-1);
  const other = bySeq.find(({ seq, hash }) => seq <= end && hashes.get(seq) !== hash);
  const faults: string[] = [];
  if (other) {
    const fits = bySeq.filter(({ seq }) => seq < other.seq).at(-1)?.seq ?? 0;
    const which =
      fits + 1 === other.seq ? `entry ${other.seq} is` : `one of the entries ${fits + 1} to ${other.seq} is`;
    const here = hashes.get(other.seq) ?? 'none';
    faults.push(
      `${which} not what it was, and the hashes from there on were made anew: ${where} has entry ${other.seq} with the hash ${other.hash}, here it has ${here}`,
    );
  }
  if (beyond) {
    const gone =
      end + 1 === beyond.seq
        ? `entry ${beyond.seq} is gone`
        : `the entries ${end + 1} to ${beyond.seq} are gone`;
    faults.push(
      `${gone}: the chain ends with entry ${end}, and ${where} has entry ${beyond.seq} with the hash ${beyond.hash}`,
    );
  }
  return faults;
}
