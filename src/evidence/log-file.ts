import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** A file of evidence that cannot be used, in words: which, where in it, and what to write instead. */
export class EvidenceError extends Error {}

/** A relay's log as it was when it was first read: a live one grows meanwhile, and every reading must see the same. */
export interface LogFile {
  name: string;
  bytes: number;
  gzipped: boolean;
}

/** @throws Error that says which file cannot be read and what to do. */
export async function openLogFile(name: string): Promise<LogFile> {
  try {
    const { size, mode } = await stat(name);
    if ((mode & 0o170000) === 0o040000) throw new Error('it is a folder: name the files in it');
    const start = Buffer.alloc(6);
    const file = await open(name);
    await file.read(start, 0, start.length, 0).finally(() => file.close());
    const packed = PACKED.find(([magic]) => start.subarray(0, magic.length).equals(magic));
    if (packed) throw new Error(`it is packed by ${packed[1]}: unpack it first (only .gz is read as it is)`);
    return { name, bytes: size, gzipped: start[0] === 0x1f && start[1] === 0x8b };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EvidenceError(
      `The file ${name} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`,
    );
  }
}

const PACKED: [Buffer, string][] = [
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'xz'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from('BZh'), 'bzip2'],
  [Buffer.from('PK\u0003\u0004'), 'zip'],
];

/** What a reading found out about the file itself, once it is over. */
export interface FileFacts {
  sha256: string;
  /** Ends in the middle of its packing or of its last line. */
  cut: boolean;
}

/** A line is no longer; what is, holds no fact that we look for. */
export const LONGEST_LINE = 1 << 20;

/** Calls `each` with every line; see linesInPieces. */
export async function eachLine(file: LogFile, each: (line: string) => void): Promise<FileFacts> {
  const pieces = linesInPieces(file);
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return value;
    for (const line of value) each(line);
  }
}

/**
 * The lines of a file, those of a chunk at a time, in the memory of one chunk. LF ends a line, with or without a CR before it; where
 * the file has no LF at all at its beginning, CR alone does (C47). U+2028 ends none: a stranger may have sent it.
 * @throws EvidenceError that names the file.
 */
export async function* linesInPieces(file: LogFile): AsyncGenerator<string[], FileFacts> {
  const hash = createHash('sha256');
  if (file.bytes === 0) return { sha256: hash.digest('hex'), cut: false };
  const raw = createReadStream(file.name, { end: file.bytes - 1, highWaterMark: 1 << 18 });
  raw.on('data', (chunk) => hash.update(chunk));
  const content = file.gzipped ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => content.destroy(error));
  const decoder = new TextDecoder();
  let [rest, lineEnd, begun] = ['', '\n', false];
  let cut = false;
  try {
    for await (const chunk of content) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      if (!begun) lineEnd = !text.includes('\n') && text.includes('\r') ? '\r' : '\n';
      begun = true;
      const lines = (rest + text).split(lineEnd);
      rest = lines.pop()!;
      if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE);
      if (lines.length > 0) yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    }
  } catch (error) {
    if (!PACKING_ENDS.has((error as NodeJS.ErrnoException).code ?? ''))
      throw new EvidenceError(`The file ${file.name} cannot be read: ${(error as Error).message}`);
    cut = true;
  } finally {
    raw.destroy(); // also when nobody wants the rest
  }
  if (rest !== '') yield [rest];
  return { sha256: hash.digest('hex'), cut };
}

/** A .gz whose end is missing: what came before is good. */
const PACKING_ENDS = new Set(['Z_BUF_ERROR', 'Z_DATA_ERROR']);
