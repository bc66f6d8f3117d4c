import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomerId } from '../incident/vocabulary';
import type { Outcome } from '../smtp/outcome';
import { journalName } from './journal-files';
import {
  checksumOf,
  type JournalClaim,
  type JournalEntry,
  type JournalHeader,
  journalLine,
  NO_CHECKSUM,
} from './journal-line';

/**
 * What one process does about one incident, on its own disk, one step ahead of the wire. After a kill -9 it tells which dots
 * went out; the ledger alone would have to call the whole claim in doubt (I2).
 */
export interface Journal {
  /** Before the first dot of the claim. @throws what write(2) says, or JournalDeletedError: then no dot. */
  claimed(claim: JournalClaim): void;
  /**
   * Immediately before the write that holds the final dot: one write(2), together with the answers that are not in it yet.
   * @throws what write(2) says, or that it was short: then no dot.
   */
  dot(claimId: string, customerId: CustomerId, session: string): void;
  /** What became of a dot. Written with the next dot, or else when the replies at hand are read. */
  answered(claimId: string, customerId: CustomerId, outcome: Outcome): void;
  close(): void;
  /**
   * Null: its file is where it was opened. Else it was taken away, and whoever takes over after a kill would not find it; `said`: an error
   * has told of it.
   */
  lost(): null | 'said' | 'unsaid';
}

/** Somebody deleted or moved the journal's folder under a process that writes it: what it says next, nobody would find (I7). */
export class JournalDeletedError extends Error {
  readonly code = 'JOURNAL_DELETED';
  constructor(path: string) {
    super(`The dot journal ${path} was deleted or moved while it was written`);
    this.name = 'JournalDeletedError';
  }
}

/** Opens it in `folder` (made, mode 700), mode 600, and writes its header. @param id of the process, unique. */
export function openJournal(folder: string, id: string, header: JournalHeader): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, journalName(id, header.mark));
  const fd = openSync(path, 'ax', 0o600);
  let answers: JournalEntry[] = [];
  let checksum = NO_CHECKSUM;
  let size = 0;
  let flushing = false;
  let closed = false;
  let said = false;

  /** O_APPEND and one call: whole in the page cache, which outlives this process, or an error. */
  function write(entries: JournalEntry[]): void {
    let last = checksum;
    let lines = '';
    for (const entry of entries) {
      const line = journalLine(entry, last);
      last = checksumOf(line);
      lines += line;
    }
    const bytes = Buffer.from(lines, 'utf8');
    const written = writeSync(fd, bytes);
    if (written !== bytes.length) {
      ftruncateSync(fd, size); // or the next line would stand after half of this one
      const short = new Error(`the dot journal took ${written} of ${bytes.length} bytes: is its disk full?`);
      throw Object.assign(short, { code: 'ENOSPC' });
    }
    size += written;
    checksum = last;
  }

  function flush(): void {
    flushing = false;
    if (answers.length === 0 || closed) return;
    try {
      write(answers);
      answers = [];
    } catch {
      // Tried again with the next dot, which does not go out unless it succeeds.
    }
  }

  // Two calls a claim: an open file can be written long after its name is gone.
  function isDeleted(): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(fd).ino;
  }

  write([{ kind: 'header', ...header }]);
  return {
    claimed: (claim) => {
      if (isDeleted()) {
        said = true;
        throw new JournalDeletedError(path);
      }
      write([{ kind: 'claim', ...claim }]);
    },
    dot: (claimId, customerId, session) => {
      write([...answers, { kind: 'dot', claimId, customerId, session }]);
      answers = [];
    },
    answered: (claimId, customerId, outcome) => {
      if (outcome.kind === 'unknown') return; // a dot without an answer says just that
      answers.push(
        outcome.kind === 'accepted'
          ? { kind: 'taken', claimId, customerId, code: outcome.code, queueId: outcome.queueId }
          : { kind: 'refused', claimId, customerId },
      );
      if (flushing) return;
      flushing = true;
      queueMicrotask(flush);
    },
    close: () => {
      flush();
      closed = true;
      closeSync(fd);
    },
    lost: () => (isDeleted() ? (said ? 'said' : 'unsaid') : null),
  };
}
