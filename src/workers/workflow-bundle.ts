import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const root = join(__dirname, '..', '..');
export const workflowsPath = join(root, 'src', 'workflows', 'breach-response.ts');
const payloadConverterPath = join(root, 'src', 'workflows', 'payload-converter.ts');

/**
 * The workflow code as one bundle, kept in `folder` under the hash of everything that goes into it. It is built by a process
 * of its own: webpack takes 150 MB, which a worker would keep.
 * @throws Error with the bundler's own words.
 */
export async function workflowBundle(folder: string): Promise<{ code: string }> {
  const name = `workflows-${sourceHash()}.js`;
  const file = join(folder, name);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    await buildInOtherProcess(unfinished);
    renameSync(unfinished, file);
    removeOthers(folder, name);
  }
  return { code: readFileSync(file, 'utf8') };
}

async function buildInOtherProcess(file: string): Promise<void> {
  const args = ['-r', require.resolve('tsx/cjs'), join(__dirname, 'build-workflow-bundle.ts'), file];
  try {
    await promisify(execFile)(process.execPath, args);
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr?.trim() || (error as Error).message);
  }
}

/** Bundles of older code; one that another worker is just making is left alone. */
function removeOthers(folder: string, name: string): void {
  for (const bundle of readdirSync(folder)) {
    if (/^workflows-.*\.js$/.test(bundle) && bundle !== name) rmSync(join(folder, bundle), { force: true });
  }
}

/** In this process. @throws Error with the bundler's own words (its message alone says only that it finished with errors). */
export async function buildBundle(path: string): Promise<WorkflowBundleWithSourceMap> {
  const bundlerWords: string[] = [];
  const logger = new DefaultLogger('ERROR', ({ message }) => bundlerWords.push(message));
  try {
    return await bundleWorkflowCode({ workflowsPath: path, payloadConverterPath, logger });
  } catch (error) {
    const words = [(error as Error).message, ...bundlerWords].join('\n');
    throw new Error(`The workflow code cannot be bundled (a Node module in a workflow file?):\n${words}`);
  }
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const sources = [join(root, 'src', 'workflows'), join(root, 'src', 'incident')].flatMap(filesBelow).sort();
  for (const file of [...sources, require.resolve('@temporalio/workflow/package.json')]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
