import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The first executable of these names, all names in one folder before the next folder.
 * @param more folders that are looked through after those of PATH.
 */
export function findOnPath(names: string[], path: string | undefined, more: string[] = []): string | null {
  for (const folder of [...(path ?? '').split(delimiter).filter(Boolean), ...more]) {
    for (const name of names) {
      const file = join(folder, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
