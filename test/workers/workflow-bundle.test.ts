import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle, workflowBundle } from '../../src/workers/workflow-bundle';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the bundle is built once and then read', async () => {
  const first = await workflowBundle(folder);
  const files = readdirSync(folder);
  expect(files).toHaveLength(1);
  writeFileSync(join(folder, files[0]!), 'marked');
  expect((await workflowBundle(folder)).code).toBe('marked');
  expect(first.code).toContain('breachResponse');
});

test.each(['node:fs', 'mysql2', 'node:crypto'])(
  'a workflow file that imports %s is refused by name',
  async (module) => {
    const file = join(folder, 'workflow.ts');
    writeFileSync(
      file,
      `import * as strange from '${module}';\nexport async function wf() { return strange; }\n`,
    );
    await expect(buildBundle(file)).rejects.toThrow(module.replace('node:', ''));
  },
);
