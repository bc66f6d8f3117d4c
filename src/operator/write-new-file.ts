import { closeSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { fileTrouble } from './file-trouble';
import { ToldError } from './told-error';

/**
 * Writes a text to a file that is not there yet: never through a pipe or a device, which are there, and never half of one.
 * @param option by which the file was named, such as --out.
 * @throws ToldError with what was found, and that another file be named.
 */
export function writeNewFile(option: string, path: string, text: string): void {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o666);
  } catch (error) {
    throw cannotWrite(option, path, error);
  }
  try {
    const octets = Buffer.from(text, 'utf8');
    for (let written = 0; written < octets.length; ) written += writeSync(file, octets, written);
  } catch (error) {
    rmSync(path, { force: true });
    throw cannotWrite(option, path, error);
  } finally {
    closeSync(file);
  }
}

/** Before long work: the same, and nothing is written yet. */
export function refuseExisting(option: string, path: string): void {
  let isThere: boolean;
  try {
    isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw cannotWrite(option, path, error);
  }
  if (isThere) throw existing(option, path);
}

function existing(option: string, path: string): ToldError {
  return new ToldError(`${option}: ${path} exists already, and is left as it is. Name another file.`, 2);
}

function cannotWrite(option: string, path: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') return existing(option, path);
  const trouble = fileTrouble(error);
  return trouble === null
    ? error
    : new ToldError(`${option}: ${path} cannot be written: ${trouble}. Name another file.`);
}
