import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATOR } from '../notice/page/page-html';
import { ToldError } from './told-error';

/**
 * Writes the page as index.html into a folder, which may be the one that a web server serves: there is the old page or the new one,
 * never half of one.
 * @returns the path.
 * @throws ToldError where there is a file that is not ours to replace, or no place for one.
 */
export function writePage(html: string, folder: string, overwrite: boolean): string {
  const path = join(folder, 'index.html');
  try {
    mkdirSync(folder, { recursive: true });
    const there = readIfThere(path);
    if (there !== null && !there.includes(GENERATOR) && !overwrite)
      throw new ToldError(
        `--out: found ${path}, which this command did not write; name another folder, or replace that page with --overwrite`,
        2,
      );
    replaceFile(path, html);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ToldError(`--out: found ${found(code)} at ${path}, write a folder that can be written to`, 2);
  }
  return path;
}

function replaceFile(path: string, text: string): void {
  const half = `${path}.${process.pid}.new`;
  try {
    writeFileSync(half, text);
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function found(code: string): string {
  const words: Record<string, string> = {
    ENOENT: 'no folder',
    EEXIST: 'a file where the folder should be',
    ENOTDIR: 'a file where a folder should be',
    EISDIR: 'a folder where the page should be',
    EACCES: 'what this user may not write',
    EROFS: 'a file system that is read-only',
    ENOSPC: 'no space left',
  };
  return words[code] ?? code;
}
