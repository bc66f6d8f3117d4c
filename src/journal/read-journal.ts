import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CustomerId } from '../incident/vocabulary';
import {
  checksumOf,
  type JournalEntry,
  type JournalHeader,
  NO_CHECKSUM,
  parseJournalLine,
} from './journal-line';

/** Not all that was written is there, or it is not what was written: such a journal is worth nothing. */
export class TornJournalError extends Error {
  constructor(path: string) {
    super(`The dot journal ${path} is torn`);
    this.name = 'TornJournalError';
  }
}

/** The last entry first. @throws TornJournalError where it comes upon a line that is not whole. */
export function* entriesBackward(path: string): Generator<JournalEntry> {
  let line: string | null = null;
  for (const before of linesBackward(path)) {
    if (line !== null) yield whole(path, line, checksumOf(before));
    line = before;
  }
  if (line === null) throw new TornJournalError(path);
  yield whole(path, line, NO_CHECKSUM);
}

/** @throws TornJournalError when the first line is not a header. */
export function readJournalHeader(path: string): JournalHeader {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(4_096);
    const read = readSync(fd, start, 0, start.length, 0);
    const [line, ...rest] = start.toString('utf8', 0, read).split('\n');
    const entry = rest.length === 0 ? null : parseJournalLine(line!, NO_CHECKSUM);
    if (entry?.kind !== 'header') throw new TornJournalError(path);
    const { kind: _, ...header } = entry;
    return header;
  } finally {
    closeSync(fd);
  }
}

/** What a journal says of one customer of a claim; a customer it does not name was not dotted. */
export type DotFact = 'unanswered' | 'refused' | { code: number; queueId: string | null };

/**
 * The dots of these claims. Reads from the end until it has seen each claim begin: a claim's dots all stand after that.
 * @throws TornJournalError
 */
export function dotsOf(path: string, claimIds: readonly string[]): Map<string, Map<CustomerId, DotFact>> {
  const dots = new Map(claimIds.map((id) => [id, new Map<CustomerId, DotFact>()]));
  const unbegun = new Set(claimIds);
  for (const entry of entriesBackward(path)) {
    if (unbegun.size === 0) break;
    if (entry.kind === 'claim') unbegun.delete(entry.claimId);
    else if (entry.kind !== 'header') addFact(dots.get(entry.claimId), entry);
  }
  return dots;
}

/** The later entry counts, and comes first. */
export function addFact(
  facts: Map<CustomerId, DotFact> | undefined,
  entry: Extract<JournalEntry, { kind: 'dot' | 'taken' | 'refused' }>,
): void {
  if (facts === undefined || facts.has(entry.customerId)) return;
  const fact =
    entry.kind === 'taken'
      ? { code: entry.code, queueId: entry.queueId }
      : entry.kind === 'dot'
        ? 'unanswered'
        : 'refused';
  facts.set(entry.customerId, fact);
}

function whole(path: string, line: string, checksumBefore: string): JournalEntry {
  const entry = parseJournalLine(line, checksumBefore);
  if (entry === null) throw new TornJournalError(path);
  return entry;
}

const BLOCK = 1 << 20;

/** Lines without their ends, the last first. @throws TornJournalError when the last has no end. */
function* linesBackward(path: string): Generator<string> {
  const fd = openSync(path, 'r');
  try {
    let end = fstatSync(fd).size;
    let tail = Buffer.alloc(0);
    let last = true;
    while (end > 0) {
      const start = Math.max(0, end - BLOCK);
      const block = Buffer.alloc(end - start + tail.length);
      readSync(fd, block, 0, end - start, start);
      tail.copy(block, end - start);
      let to = block.length;
      if (last) {
        last = false;
        if (block[--to] !== LINE_FEED) throw new TornJournalError(path);
      }
      for (;;) {
        const from = to === 0 ? -1 : block.lastIndexOf(LINE_FEED, to - 1);
        if (from < 0) break;
        yield block.toString('utf8', from + 1, to);
        to = from;
      }
      tail = block.subarray(0, to);
      end = start;
    }
    if (tail.length > 0) yield tail.toString('utf8');
  } finally {
    closeSync(fd);
  }
}

const LINE_FEED = 0x0a;
