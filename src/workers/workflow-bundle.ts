import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const root = join(__dirname, '..', '..');
export const workflowsPath = join(root, 'src', 'workflows', 'breach-response.ts');

/**
 * The workflow code as one bundle, kept in `folder` under the hash of everything that goes into it: webpack takes 100 MB and a
 * second, which a worker that starts again need not spend.
 * @throws Error with the bundler's own words (its message alone says only that it finished with errors).
 */
export async function workflowBundle(folder: string): Promise<WorkflowBundleWithSourceMap> {
  const file = join(folder, `workflows-${sourceHash()}.js`);
  if (existsSync(file)) return { code: readFileSync(file, 'utf8'), sourceMap: '' };
  const bundle = await buildBundle(workflowsPath);
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, bundle.code);
  renameSync(unfinished, file);
  return bundle;
}

export async function buildBundle(path: string): Promise<WorkflowBundleWithSourceMap> {
  const said: string[] = [];
  const logger = new DefaultLogger('ERROR', ({ message }) => said.push(message));
  try {
    return await bundleWorkflowCode({ workflowsPath: path, logger });
  } catch (error) {
    const words = [(error as Error).message, ...said].join('\n');
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
