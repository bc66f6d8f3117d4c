import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { localFolder, projectFolder } from '../../src/operator/parts/this-machine';
import { TEMPORAL_CLI_VERSION } from '../stack/find-temporal';

/** A copy of the project to break: whatever ends us, no fault is left in the work tree. */
export interface ProjectCopy {
  folder: string;
  /** @returns puts the file back. */
  replace(file: string, from: string, to: string): () => void;
  remove(): void;
}

const NOT_COPIED = ['node_modules', '.local', '.git', 'coverage'];

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'breach-response-mutants-'));
  cpSync(projectFolder, folder, {
    recursive: true,
    // The packages are ours by a link: a lock file that looks newer than they are would have them installed again.
    preserveTimestamps: true,
    filter: (path) => !NOT_COPIED.includes(relative(projectFolder, path)),
  });
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, '.local'));
  // What is fetched once for the project serves its copies; the bundles of the workflow code are each one's own.
  const temporal = `temporal-${TEMPORAL_CLI_VERSION}`;
  mkdirSync(join(localFolder, temporal), { recursive: true });
  symlinkSync(join(localFolder, temporal), join(folder, '.local', temporal));
  return {
    folder,
    replace: (file, from, to) => {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
      return () => writeFileSync(path, text);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
