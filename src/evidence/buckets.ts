import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceError } from './log-file';

/** Lines told apart by their keys, so that those of one key come together in small memory, however many there are. */
export interface Buckets {
  /** @param key without a tab. @param line neither has a line end in it. */
  add(key: string, line: string): void;
  /**
   * The lines of each key of one bucket, from 0 to BUCKETS - 1, in an order of their own (byPlace); those of a key in the order in which they came.
   * They can be had once, and until another bucket is taken. Each key has a bucket, the same in all Buckets.
   */
  take(bucket: number): Generator<[key: string, lines: string[]]>;
  /** Gives back what it holds. */
  close(): void;
}

/** A 1024th of 24 million messages is 23,000. */
export const BUCKETS = 1024;

/**
 * @param memoryBytes so much is kept in memory, beyond it in one file, which has no name any more as soon as it is there: whatever ends
 * this process, nothing is left of it.
 */
export function buckets(memoryBytes = 8 << 20, folder = tmpdir()): Buckets {
  // Octets, not strings: a piece of a string keeps all of what it was cut from, here the log.
  let octets = Buffer.allocUnsafe(Math.min(memoryBytes, 1 << 16));
  let ends: number[] = [];
  let owners: number[] = [];
  let used = 0;
  /** For each writing to the file where it begins, and where in it each bucket does, and the end: flat, since they are a million. */
  const writings: { from: number; begins: Uint32Array }[] = [];
  const taken = new Uint8Array(BUCKETS);
  let file: number | null = null;
  let fileBytes = 0;
  /** Used again and again: what is left to the next collection of garbage would be many times as much. */
  let room = NOTHING;

  const makeRoom = (bytes: number) => {
    if (room.length < bytes) room = Buffer.allocUnsafe(bytes);
    return room.subarray(0, bytes);
  };
  const beginOf = (line: number) => (line === 0 ? 0 : ends[line - 1]!);
  const spill = () => {
    file ??= openNameless(folder);
    const begins = new Uint32Array(BUCKETS + 1);
    for (const [line, bucket] of owners.entries()) begins[bucket + 1]! += ends[line]! - beginOf(line);
    for (let bucket = 0; bucket < BUCKETS; bucket++) begins[bucket + 1]! += begins[bucket]!;
    const block = makeRoom(used);
    const next = begins.slice();
    for (const [line, bucket] of owners.entries())
      next[bucket]! += octets.copy(block, next[bucket], beginOf(line), ends[line]);
    writeWhole(file, block, fileBytes, folder);
    writings.push({ from: fileBytes, begins });
    fileBytes += used;
    [ends, owners, used] = [[], [], 0];
  };
  const makeRoomFor = (bytes: number) => {
    if (used + bytes <= octets.length) return;
    if (used > 0 && used + bytes > memoryBytes) spill();
    if (used + bytes <= octets.length) return;
    const larger = Buffer.allocUnsafe(Math.max(used + bytes, Math.min(memoryBytes, octets.length * 2)));
    octets.copy(larger, 0, 0, used);
    octets = larger;
  };
  let inMemory: number[][] | null = null;
  const blockOf = (bucket: number) => {
    inMemory ??= byBucket(owners);
    const lines = inMemory[bucket]!.splice(0);
    const onDisk = writings.reduce((sum, { begins }) => sum + begins[bucket + 1]! - begins[bucket]!, 0);
    const block = makeRoom(lines.reduce((sum, line) => sum + ends[line]! - beginOf(line), onDisk));
    let at = 0;
    for (const { from, begins } of writings) {
      const part = block.subarray(at, at + begins[bucket + 1]! - begins[bucket]!);
      readWhole(file!, part, from + begins[bucket]!);
      at += part.length;
    }
    for (const line of lines) at += octets.copy(block, at, beginOf(line), ends[line]!);
    return block;
  };
  return {
    add: (key, line) => {
      makeRoomFor((key.length + line.length) * MOST_OCTETS + 2);
      used += octets.write(key, used);
      octets[used++] = TAB;
      used += octets.write(line, used);
      octets[used++] = LINE_END;
      ends.push(used);
      owners.push(bucketOf(key));
    },
    *take(bucket) {
      if (taken[bucket] === 1) return;
      taken[bucket] = 1;
      yield* byKey(blockOf(bucket));
    },
    close: () => {
      if (file !== null) closeSync(file);
      file = null;
      [octets, room] = [NOTHING, NOTHING];
    },
  };
}

/** UTF-8, of a UTF-16 unit. */
const MOST_OCTETS = 3;
const LINE_END = 0x0a;
const TAB = 0x09;
const NOTHING = Buffer.alloc(0);

/** The numbers of the lines of each. */
function byBucket(owners: number[]): number[][] {
  const lines: number[][] = Array.from({ length: BUCKETS }, () => []);
  for (const [line, bucket] of owners.entries()) lines[bucket]!.push(line);
  return lines;
}

/** FNV-1a, 32 bits. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function bucketOf(key: string): number {
  return hashOf(key) & (BUCKETS - 1);
}

function openNameless(folder: string): number {
  return onDisk(folder, () => {
    const own = mkdtempSync(join(folder, 'breach-response-evidence-'));
    try {
      return openSync(join(own, 'lines'), 'wx+', 0o600);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });
}

function onDisk<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EvidenceError(
      `What the logs say cannot be put aside in ${folder}: ${(error as Error).message}. Set TMPDIR to a folder with room: about 300 bytes for each message in the logs`,
    );
  }
}

function writeWhole(file: number, block: Buffer, at: number, folder: string): void {
  for (let done = 0; done < block.length; )
    done += onDisk(folder, () => writeSync(file, block, done, block.length - done, at + done));
}

function readWhole(file: number, block: Buffer, from: number): void {
  for (let done = 0; done < block.length; ) {
    const read = readSync(file, block, done, block.length - done, from + done);
    if (read === 0)
      throw new Error('The file of evidence that was put aside is shorter than what was written to it');
    done += read;
  }
}

function* byKey(block: Buffer): Generator<[key: string, lines: string[]]> {
  // Numbers, and each key a string for a moment only: a map of them would be garbage of another megabyte for each bucket.
  const begins: number[] = [];
  for (let at = 0; at < block.length; at = block.indexOf(LINE_END, at) + 1) begins.push(at);
  const keyAt = (at: number) => block.toString('utf8', at, block.indexOf(TAB, at));
  const lineAt = (at: number) =>
    block.toString('utf8', block.indexOf(TAB, at) + 1, block.indexOf(LINE_END, at));
  const order = new Float64Array(begins.length);
  for (const [line, at] of begins.entries()) order[line] = hashOf(keyAt(at)) * MOST_LINES + line;
  order.sort();
  const lineOf = (place: number) => begins[order[place]! % MOST_LINES]!;
  for (let place = 0; place < order.length; ) {
    const hash = Math.floor(order[place]! / MOST_LINES);
    let end = place + 1;
    while (end < order.length && Math.floor(order[end]! / MOST_LINES) === hash) end++;
    const ofHash = new Map<string, string[]>();
    for (; place < end; place++) {
      const at = lineOf(place);
      const key = keyAt(at);
      const others = ofHash.get(key);
      if (others === undefined) ofHash.set(key, [lineAt(at)]);
      else others.push(lineAt(at));
    }
    yield* [...ofHash].sort(([left], [right]) => byPlace(left, right));
  }
}

/** A hash of 32 bits times this is still a whole number; of a bucket with more lines, 2 GB of them, the memory would not suffice. */
const MOST_LINES = 2 ** 21;

/** The order in which keys come out of a bucket, so that the order of reading decides nothing, and two Buckets can be read side by side. */
export function byPlace(left: string, right: string): number {
  return hashOf(left) - hashOf(right) || (left < right ? -1 : Number(left > right));
}
