import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A file of evidence that cannot be used, in words: which, where in it, and what to write instead. */
export class EvidenceError extends Error {}

/** How rotated logs are packed. All but gzip need the program of that name to be here. */
type Packing = 'gzip' | 'xz' | 'zstd' | 'bzip2';

/** A relay's log as it was when it was first read: a live one grows meanwhile, and every reading must see the same. */
export interface LogFile {
  name: string;
  bytes: number;
  packing: Packing | null;
}

/** @throws Error that says which file cannot be read and what to do. */
export async function openLogFile(name: string): Promise<LogFile> {
  try {
    const { size, mode } = await stat(name);
    const kind = mode & 0o170000;
    if (kind === 0o040000) throw new Error('it is a folder: name the files in it');
    // Read twice, and by its size: a pipe has none and would pass for an empty log (I7), or be waited for without end.
    if (kind !== 0o100000) throw new Error('it is a pipe or a device: write what it holds to a file first');
    const start = Buffer.alloc(6);
    const file = await open(name);
    await file.read(start, 0, start.length, 0).finally(() => file.close());
    const begins = (magic: Buffer) => start.subarray(0, magic.length).equals(magic);
    if (begins(ZIP)) throw new Error('it is a zip: unpack it first');
    return { name, bytes: size, packing: PACKINGS.find(([magic]) => begins(magic))?.[1] ?? null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EvidenceError(
      `The file ${name} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`,
    );
  }
}

const ZIP = Buffer.from('PK\u0003\u0004');
const PACKINGS: [Buffer, Packing][] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'xz'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from('BZh'), 'bzip2'],
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
  const { content, failed, end } = unpacked(raw, file.packing);
  raw.on('error', (error) => content.destroy(error));
  const decoder = new TextDecoder();
  let [rest, lineEnd, begun] = ['', '\n', false];
  let [cut, over] = [false, false];
  try {
    for await (const chunk of content) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      if (!begun) lineEnd = !text.includes('\n') && text.includes('\r') ? '\r' : '\n';
      begun = true;
      const lines = (rest + text).split(lineEnd);
      rest = lines.pop()!.slice(0, LONGEST_LINE);
      if (lines.length > 0) yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    }
    over = true;
  } catch (error) {
    if (!PACKING_ENDS.has((error as NodeJS.ErrnoException).code ?? ''))
      throw unreadable(file, error as Error);
    cut = true;
  } finally {
    raw.destroy();
    if (!over) end(); // nobody wants the rest
  }
  if (await failed().catch((error: Error) => Promise.reject(unreadable(file, error)))) cut = true;
  if (rest !== '') yield [rest];
  return { sha256: hash.digest('hex'), cut };
}

/** A .gz whose end is missing: what came before is good. */
const PACKING_ENDS = new Set(['Z_BUF_ERROR', 'Z_DATA_ERROR']);

function unreadable({ name }: LogFile, { message }: Error): EvidenceError {
  return new EvidenceError(`The file ${name} cannot be read: ${message}`);
}

interface Unpacked {
  content: Readable;
  /** Once all is read: whether the unpacking came to no good end. Rejects where the program is not here. */
  failed(): Promise<boolean>;
  /** Nobody wants the rest. */
  end(): void;
}

function unpacked(raw: ReadStream, packing: Packing | null): Unpacked {
  const own = { failed: () => Promise.resolve(false), end: () => undefined };
  if (packing === null) return { content: raw, ...own };
  if (packing === 'gzip') return { content: raw.pipe(createGunzip()), ...own };
  const program = spawn(packing, ['-dcq'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // The passwords of DATABASE_URL and SMTP_URL are none of its business.
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise<boolean>((resolve, reject) => {
    program.once('error', () =>
      reject(
        new Error(`it is packed by ${packing}, which is not here: install it, or unpack the file first`),
      ),
    );
    program.once('close', (code) => resolve(code !== 0));
  });
  ended.catch(() => undefined); // told by failed()
  program.stdin.on('error', () => undefined); // it has ended before it read all
  raw.pipe(program.stdin);
  return { content: program.stdout, failed: () => ended, end: () => program.kill() };
}
