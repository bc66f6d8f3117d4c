import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import manifest from '../package.json';
import { type Import, importsOf, root } from './imports';

/** What an operator types in production, and what it runs in a process of its own or bundles. */
const PRODUCTION = [
  'scripts/run.mjs',
  'scripts/worker.ts',
  'scripts/start.ts',
  'scripts/cli.ts',
  'src/workers/build-workflow-bundle.ts',
  'src/workflows/breach-response.ts',
];

/** Installed in production though no file of it is imported there. */
const NEEDED_OTHERWISE: Record<string, string> = {
  protobufjs: 'hoisted at this version, or npm hoists another and the history codec of Temporal fails',
};

/** Imported there, and not installed. */
const DONE_WITHOUT: Record<string, string> = {
  'playwright-core': 'asked for first: where it is missing, preview says so and takes no screenshots',
};

const reached = packagesReached(PRODUCTION.map((file) => join(root, file)));

test('what production imports is installed there', () => {
  const missing = [...reached]
    .filter(([name]) => !(name in manifest.dependencies || name in DONE_WITHOUT))
    .map(([name, by]) => `${relative(root, by)} imports ${name}`);
  expect(missing).toEqual([]);
});

test('production installs nothing that it does not need', () => {
  const idle = Object.keys(manifest.dependencies).filter(
    (name) => !(reached.has(name) || name in NEEDED_OTHERWISE),
  );
  expect(idle).toEqual([]);
});

test('each exception is still one', () => {
  expect(Object.keys(NEEDED_OTHERWISE).filter((name) => reached.has(name))).toEqual([]);
  expect(Object.keys(DONE_WITHOUT).filter((name) => !reached.has(name))).toEqual([]);
  expect(Object.keys(DONE_WITHOUT).filter((name) => !(name in manifest.devDependencies))).toEqual([]);
});

/** Each package that one of these files imports, itself or by way of others, and a file that does. */
function packagesReached(entries: string[]): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  for (const queue = [...entries]; queue.length > 0; ) {
    const file = queue.pop()!;
    if (seen.has(file)) continue;
    seen.add(file);
    for (const imported of importsOf(file, readFileSync(file, 'utf8')).filter(({ typeOnly }) => !typeOnly)) {
      if (imported.target !== null) queue.push(fileOf(imported));
      else if (!imported.from.startsWith('node:') && !builtinModules.includes(imported.from))
        packages.set(packageOf(imported.from), file);
    }
  }
  return packages;
}

function fileOf({ file, from, target }: Import): string {
  const path = join(root, 'src', target!);
  const found = [path, `${path}.ts`].find((candidate) => /\.\w+$/.test(candidate) && existsSync(candidate));
  if (found === undefined) throw new Error(`${relative(root, file)} imports ${from}, which is no file`);
  return found;
}

/** `kysely`, `@temporalio/client`, and `tsx` of `tsx/cjs`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
