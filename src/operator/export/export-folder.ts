import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileTrouble } from '../file-trouble';

/** The folder cannot be made; the message says what was found and what to write instead. */
export class WrongExportFolderError extends Error {}

/** A file of an export. */
export interface ExportedFile {
  /** From the folder on. */
  name: string;
  bytes: number;
  sha256: string;
}

/** A folder that is being written: nobody sees it under its name before `finish`. */
export interface ExportFolder {
  /** A new file that only its owner can read; each piece is written before the next one is asked for. */
  write(name: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void>;
  /** Writes SHA256SUMS, brings all to the disk and gives the folder its name. @throws WrongExportFolderError when another took it meanwhile. */
  finish(): Promise<{ folder: string; files: ExportedFile[]; sums: ExportedFile }>;
  /** Takes away what was written; nothing after `finish`. */
  discard(): Promise<void>;
}

export const SUMS = 'SHA256SUMS';

/** Begins it beside its place. @throws WrongExportFolderError */
export async function beginFolder(out: string): Promise<ExportFolder> {
  const folder = resolve(out);
  const partial = `${folder}.partial`;
  await told(folder, async () => {
    requireFree(folder, partial);
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(partial, { mode: 0o700 });
  });
  const files: ExportedFile[] = [];
  const folders = new Set([partial]);
  let finished = false;
  const write: ExportFolder['write'] = async (name, pieces) => {
    const path = join(partial, name);
    if (dirname(path) !== partial) folders.add(dirname(path));
    await told(folder, async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      files.push({ name, ...(await writeFile(path, pieces)) });
    });
  };
  return {
    write,
    finish: async () => {
      const lines = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
      await write(SUMS, lines);
      await told(folder, async () => {
        // The files below before the folder that names them.
        for (const below of [...folders].reverse()) await syncFolder(below);
        // Takes the place of an empty folder, and of nothing else.
        await rename(partial, folder);
        finished = true;
        await syncFolder(dirname(folder));
      });
      return { folder, files: files.slice(0, -1), sums: files.at(-1)! };
    },
    discard: async () => {
      if (!finished) await rm(partial, { recursive: true, force: true });
    },
  };
}

function requireFree(folder: string, partial: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  const another = `name a new folder, such as ${folder}-2`;
  if (stats !== undefined && !stats.isDirectory())
    throw new WrongExportFolderError(`${folder} is a file: ${another}`);
  const names = stats === undefined ? [] : readdirSync(folder);
  if (names.length > 0)
    throw new WrongExportFolderError(
      `${folder} holds files already (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}) and is left as it is: ${another}`,
    );
  if (existsSync(partial))
    throw new WrongExportFolderError(
      `${partial} is there: another export writes it at this moment, or one that was killed has left it. If none runs, delete it (it may hold personal data), or ${another}`,
    );
}

async function writeFile(
  path: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<Omit<ExportedFile, 'name'>> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      const octets = Buffer.from(piece, 'utf8');
      await writeWhole(file, octets);
      hash.update(octets);
      bytes += octets.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeWhole(file: FileHandle, octets: Buffer): Promise<void> {
  for (let at = 0; at < octets.length; )
    at += (await file.write(octets, at, octets.length - at)).bytesWritten;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function told(folder: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error) => {
    const words = fileTrouble(error);
    throw words === null
      ? error
      : new WrongExportFolderError(`${folder} cannot be written: ${words}. Name another folder with --out`);
  });
}
