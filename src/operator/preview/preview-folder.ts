import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DISPOSITIONS, JURISDICTIONS } from '../../incident/vocabulary';

/** The folder cannot be written to; the message says what was found and what to write instead. */
export class WrongFolderError extends Error {}

/** What frames the notices in the index, and their pictures, are below the folder: they are not what is sent. */
export const FRAMES = 'frames';
export const SCREENSHOTS = 'screenshots';
export const INDEX = 'index.html';
/** In the index: this folder is a preview's, and may be written anew. */
export const INDEX_MARK = '<meta name="generator" content="breach-response preview">';

/** A variant's name as a file: `en/california/expired` is `en-california-expired`. */
export function fileNameOf(key: string): string {
  return key.replaceAll('/', '-');
}

/**
 * Makes the folder, or takes what an earlier preview wrote out of it, so that no notice is read that is not there any more.
 * Nothing else is removed. @throws WrongFolderError where it holds something and is no preview's.
 */
export function openPreviewFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory())
    throw new WrongFolderError(`${folder} is a file: name a folder; it is made where there is none`);
  const names = stats === undefined ? [] : readdirSync(folder);
  const strangers = isPreview(folder) ? [] : names.filter((name) => !isOurs(name));
  if (strangers.length > 0)
    throw new WrongFolderError(
      `${folder} holds other files (${strangers.slice(0, 3).join(', ')}${strangers.length > 3 ? ', ...' : ''}) and is left alone: name a new folder, such as ${join(folder, 'preview')}`,
    );
  for (const part of [folder, join(folder, FRAMES), join(folder, SCREENSHOTS)]) {
    for (const name of existsSync(part) ? readdirSync(part) : []) {
      if (VARIANT_FILE.test(name)) rmSync(join(part, name));
    }
  }
  mkdirSync(join(folder, FRAMES), { recursive: true });
}

const VARIANT_FILE = new RegExp(
  `^[a-z]{2,3}-(?:reminder|(?:${JURISDICTIONS.join('|')})-(?:${DISPOSITIONS.join('|')}))\\.[a-z0-9.-]+$`,
);

function isOurs(name: string): boolean {
  return VARIANT_FILE.test(name) || name === FRAMES || name === SCREENSHOTS;
}

/** A pipe would keep us waiting for ever, and what a link leads to is not ours. @throws WrongFolderError */
function isPreview(folder: string): boolean {
  const index = join(folder, INDEX);
  const stats = lstatSync(index, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (!stats.isFile())
    throw new WrongFolderError(
      `${index} is no ordinary file: name a new folder, such as ${join(folder, 'preview')}`,
    );
  return readFileSync(index, 'utf8').includes(INDEX_MARK);
}
