import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartProcess, startPart, waitForPart } from '../../scripts/stack/part-process';
import { projectFolder } from '../../src/operator/parts/this-machine';

/** What is otherwise in another version, by file; null: it is gone. */
export type Changes = Record<string, (text: string) => string | null>;

export interface OtherVersions {
  /** A worker of this program as it was, or will be: a copy of the source with these changes. */
  worker(env: NodeJS.ProcessEnv, changes: Changes): Promise<PartProcess>;
  end(): Promise<void>;
}

export function otherVersions(): OtherVersions {
  const workers: PartProcess[] = [];
  const folders: string[] = [];
  return {
    worker: async (env, changes) => {
      const copy = mkdtempSync(join(tmpdir(), 'other-version-'));
      folders.push(copy);
      copyWith(copy, changes);
      const worker = startPart({
        name: 'worker',
        folder: copy,
        command: process.execPath,
        args: ['--require', require.resolve('tsx/cjs'), join(copy, 'scripts', 'worker.ts')],
        env: { ...env, BREACH_RESPONSE_LOCAL: copy, LOG_LEVEL: 'info' },
        stopSeconds: 30,
      });
      workers.push(worker);
      const isUp = async () =>
        /ready for work|waiting for a ledger/.test(readFileSync(worker.logFile, 'utf8'));
      await waitForPart(worker, isUp, 60);
      return worker;
    },
    end: async () => {
      for (const worker of workers) await worker.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function copyWith(copy: string, changes: Changes): void {
  for (const name of ['src', 'scripts', 'package.json', 'tsconfig.json'])
    cpSync(join(projectFolder, name), join(copy, name), { recursive: true });
  symlinkSync(join(projectFolder, 'node_modules'), join(copy, 'node_modules'));
  for (const [path, change] of Object.entries(changes)) {
    const text = readFileSync(join(copy, path), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    if (changed === null) rmSync(join(copy, path));
    else writeFileSync(join(copy, path), changed);
  }
}

/** Tomorrow's code writes a marker that today's does not know. */
export const TOMORROW = {
  'src/workflows/code-version.ts': (text: string) =>
    text.replace("  'code-in-memo',\n", "  'code-in-memo',\n  'of-tomorrow',\n"),
  'src/workflows/show.ts': (text: string) =>
    text.replace(
      '  showCode(state);\n',
      "  showCode(state);\n  if (state.row !== null) patched('of-tomorrow');\n",
    ),
};
