import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines told apart by their keys, so that those of one key come together in small memory, however many there are. */
export interface Buckets {
  /** @param line without a line end in it. */
  add(key: string, line: string): void;
  /** All lines, those of one bucket at a time, in the order in which they came; the lines of one key are in one bucket. */
  drain(): Generator<string[]>;
  /** Gives back what it holds; drain() does so at its end. */
  close(): void;
}

/** A 256th of 24 million messages is 100,000. */
const COUNT = 256;

/**
 * @param memoryBytes so much is kept in memory, beyond it in one file, which has no name any more as soon as it is there: whatever ends
 * this process, nothing is left of it.
 */
export function buckets(memoryBytes = 48 << 20): Buckets {
  const kept: string[][] = Array.from({ length: COUNT }, () => []);
  const blocks: { at: number; bytes: number }[][] = Array.from({ length: COUNT }, () => []);
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
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
    kept.fill([]);
  };
  return {
    add: (key, line) => {
      kept[bucketOf(key)]!.push(line);
      characters += line.length + 16;
      if (characters > memoryBytes) spill();
    },
    *drain() {
      try {
        for (const [bucket, lines] of kept.entries()) {
          const before = blocks[bucket]!.flatMap((block) => readLines(file!, block));
          const all = before.length === 0 ? lines : [...before, ...lines];
          kept[bucket] = [];
          if (all.length > 0) yield all;
        }
      } finally {
        close();
      }
    },
    close,
  };
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (COUNT - 1);
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
