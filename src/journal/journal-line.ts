import { crc32 } from 'node:zlib';
import type { CustomerId, Wave } from '../incident/vocabulary';

/** The first line of a journal: whose it is, and where it may be believed. */
export interface JournalHeader {
  /** Names the incident's books, whatever server they lie on (incidentMark). */
  mark: string;
  /** As in the claims of the ledger; one process for good. */
  worker: string;
  /** Of the machine's running kernel: what a process wrote before it was killed is in the files, until the machine goes down. */
  boot: string;
  /** The Unix socket that the owner listens on while it lives. */
  socket: string;
}

/**
 * One claim, written when its COMMIT was acknowledged and before its first dot. For a customer's key that may say whose it is stands its MAC,
 * here and in every other line (books/stand-ins.ts).
 */
export interface JournalClaim {
  claimId: string;
  token: string;
  /** ISO 8601, by the process's own clock. */
  claimedAt: string;
  wave: Wave;
  lane: string;
  /** The keys that the claim has looked at: from `after` (exclusive; null: from the first) up to `at`. */
  after: CustomerId | null;
  at: CustomerId;
  first: CustomerId;
  last: CustomerId;
}

export type JournalEntry =
  | ({ kind: 'header' } & JournalHeader)
  | ({ kind: 'claim' } & JournalClaim)
  /** A final dot is about to be written. */
  | { kind: 'dot'; claimId: string; customerId: CustomerId; session: string }
  /** The relay took it; `code` is its reply. */
  | { kind: 'taken'; claimId: string; customerId: CustomerId; code: number; queueId: string | null }
  /** The relay said that it did not take it: certainly not sent. */
  | { kind: 'refused'; claimId: string; customerId: CustomerId };

/** What the first line's checksum is chained to. */
export const NO_CHECKSUM = '00000000';

/** A line is: checksum, space, JSON, line feed. Each checksum goes on from the line's before: nothing can be torn, changed or missing. */
export function journalLine(entry: JournalEntry, checksumBefore: string): string {
  const json = JSON.stringify(fieldsOf(entry));
  return `${checksum(json, checksumBefore)} ${json}\n`;
}

export function checksumOf(line: string): string {
  return line.slice(0, 8);
}

/** @returns null for a line (without its end) that is not whole, or not the one that followed. */
export function parseJournalLine(line: string, checksumBefore: string): JournalEntry | null {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksumOf(line) !== checksum(json, checksumBefore)) return null;
  const [letter, ...fields] = JSON.parse(json);
  switch (letter) {
    case 'J':
      return { kind: 'header', ...fields[0] };
    case 'C':
      return { kind: 'claim', ...fields[0] };
    case 'D':
      return { kind: 'dot', claimId: fields[0], customerId: fields[1], session: fields[2] };
    case 'A':
      return {
        kind: 'taken',
        claimId: fields[0],
        customerId: fields[1],
        code: fields[2],
        queueId: fields[3],
      };
    case 'N':
      return { kind: 'refused', claimId: fields[0], customerId: fields[1] };
    default:
      return null;
  }
}

// Short: a run of 24 million writes 48 million of them.
function fieldsOf(entry: JournalEntry): unknown[] {
  switch (entry.kind) {
    case 'header': {
      const { kind: _, ...header } = entry;
      return ['J', header];
    }
    case 'claim': {
      const { kind: _, ...claim } = entry;
      return ['C', claim];
    }
    case 'dot':
      return ['D', entry.claimId, entry.customerId, entry.session];
    case 'taken':
      return ['A', entry.claimId, entry.customerId, entry.code, entry.queueId];
    case 'refused':
      return ['N', entry.claimId, entry.customerId];
  }
}

function checksum(json: string, before: string): string {
  return crc32(json, Number.parseInt(before, 16)).toString(16).padStart(8, '0');
}
