import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines told apart by their keys, so that those of one key come together in small memory, however many there are. */
export interface Buckets {
  /** @param line without a line end in it. */
  add(key: string, line: string): void;
  /** The lines of one bucket, from 0 to BUCKETS - 1, in the order in which they came; they can be had once. Each key has a bucket, the same in all Buckets. */
  take(bucket: number): string[];
  /** Gives back what it holds. */
  close(): void;
}

/** A 1024th of 24 million messages is 23,000. */
export const BUCKETS = 1024;

/**
 * @param memoryBytes so much is kept in memory, beyond it in one file, which has no name any more as soon as it is there: whatever ends
 * this process, nothing is left of it.
 */
export function buckets(memoryBytes = 32 << 20): Buckets {
  const kept: string[][] = Array.from({ length: BUCKETS }, () => []);
  const blocks: { at: number; bytes: number }[][] = Array.from({ length: BUCKETS }, () => []);
  let [characters, fileBytes] = [0, 0];
  let file: number | null = null;
  const spill = () => {
    file ??= openNameless();
    for (const [bucket, lines] of kept.entries()) {
      if (lines.length === 0) continue;
      const block = Buffer.from(`${lines.join('\n')}\n`);
      writeWhole(file, block, fileBytes);
      blocks[bucket]!.push({ at: fileBytes, bytes: block.length });
      fileBytes += block.length;
      kept[bucket] = [];
    }
    characters = 0;
  };
  return {
    add: (key, line) => {
      kept[bucketOf(key)]!.push(line);
      characters += line.length + 16;
      if (characters > memoryBytes) spill();
    },
    take: (bucket) => {
      const lines = [...blocks[bucket]!.flatMap((block) => readLines(file!, block)), ...kept[bucket]!];
      kept[bucket] = [];
      blocks[bucket] = [];
      return lines;
    },
    close: () => {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'breach-response-evidence-'));
  try {
    return openSync(join(folder, 'lines'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeWhole(file: number, block: Buffer, at: number): void {
  for (let done = 0; done < block.length; )
    done += writeSync(file, block, done, block.length - done, at + done);
}

function readLines(file: number, { at, bytes }: { at: number; bytes: number }): string[] {
  const block = Buffer.alloc(bytes);
  for (let done = 0; done < bytes; ) {
    const read = readSync(file, block, done, bytes - done, at + done);
    if (read === 0)
      throw new Error('The file of evidence that was put aside is shorter than what was written to it');
    done += read;
  }
  return block.toString('utf8', 0, bytes - 1).split('\n');
}
