import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import { filesBelow, type Import, importsOf, root, withoutComments } from './imports';

/** Which of our folders in src/ a folder may import, by value or as types; `typesOnly` adds folders for types. */
const WALLS: Record<string, { may: string[]; typesOnly?: string[] }> = {
  incident: { may: [] },
  company: { may: ['incident'] },
  books: { may: ['incident', 'company', 'evidence'] },
  notice: { may: ['incident'] },
  smtp: { may: ['incident'] },
  journal: { may: ['incident', 'smtp'] },
  evidence: { may: ['incident'] },
  workflows: { may: ['incident'], typesOnly: ['activities'] },
  activities: { may: ['incident', 'company', 'books', 'notice', 'smtp', 'journal', 'evidence'] },
  workers: { may: ['incident', 'company', 'books', 'workflows', 'activities'] },
  operator: {
    may: ['incident', 'company', 'books', 'notice', 'smtp', 'journal', 'evidence', 'activities', 'workflows'],
  },
};

const sources = filesBelow(join(root, 'src')).filter((file) => file.endsWith('.ts'));
const imports = sources.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));

test('every folder of src has its wall', () => {
  const folders = [...new Set(sources.map(folderOf))].sort();
  expect(folders.filter((folder) => WALLS[folder] === undefined)).toEqual([]);
});

test.each(Object.keys(WALLS))('src/%s imports only the folders of ours that it may', (folder) => {
  expect(
    inWords(imports.filter((imported) => folderOf(imported.file) === folder && crossesWall(imported))),
  ).toEqual([]);
});

test('nothing in src imports the scripts or the tests', () => {
  expect(inWords(imports.filter((imported) => imported.target?.startsWith('..')))).toEqual([]);
});

test('a workflow file imports only @temporalio/workflow, @temporalio/common and ours', () => {
  const allowed = ['@temporalio/workflow', '@temporalio/common'];
  const strangers = imports.filter(
    (imported) =>
      folderOf(imported.file) === 'workflows' &&
      imported.target === null &&
      !imported.typeOnly &&
      !allowed.includes(imported.from),
  );
  expect(inWords(strangers)).toEqual([]);
});

// node:crypto's hashes are pure functions of their input: the hash of the incident file is one.
test('the rules import no Node builtin but the hash, no driver, no Temporal', () => {
  const allowed = ['zod', 'yaml', 'leven', 'node:crypto'];
  const strangers = imports.filter(
    (imported) =>
      folderOf(imported.file) === 'incident' &&
      imported.target === null &&
      !imported.typeOnly &&
      !allowed.includes(imported.from),
  );
  expect(inWords(strangers)).toEqual([]);
});

test('no files of src import each other in a circle', () => {
  const isLoaded = (imported: Import) => imported.target !== null && !imported.typeOnly;
  const below = new Map(
    sources.map((file) => [
      file,
      imports
        .filter((imported) => imported.file === file && isLoaded(imported))
        .flatMap((imported) => sources.filter((source) => isFileOf(source, imported))),
    ]),
  );
  // What imports nothing that is left is in no circle; in the end only circles are left, and what imports them.
  for (let before = -1; before !== below.size; ) {
    before = below.size;
    for (const [file, imported] of below) if (!imported.some((other) => below.has(other))) below.delete(file);
  }
  expect([...below.keys()].map((file) => relative(root, file))).toEqual([]);
});

test('what workflows import of the rules holds no Node builtin either', () => {
  const seen = new Set<string>();
  const queue = sources.filter((file) => folderOf(file) === 'workflows');
  const builtins: Import[] = [];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const imported of imports.filter(({ file: importer, typeOnly }) => importer === file && !typeOnly)) {
      if (imported.target !== null) queue.push(...sources.filter((source) => isFileOf(source, imported)));
      else if (isBuiltin(imported.from)) builtins.push(imported);
    }
  }
  expect(inWords(builtins)).toEqual([]);
});

test('one file opens connections to a database: the contract of the session holds on each', () => {
  const scripts = filesBelow(join(root, 'scripts')).filter((file) => file.endsWith('.ts'));
  const opens = /\b(?:createPool|createConnection|createPoolCluster)\b/;
  const guilty = [...sources, ...scripts].filter((file) => {
    const text = withoutComments(readFileSync(file, 'utf8'));
    return (
      opens.test(text) &&
      importsOf(file, text).some((imported) => imported.from.startsWith('mysql2') && !imported.typeOnly)
    );
  });
  expect(guilty.map((file) => relative(root, file))).toEqual(['src/company/connect.ts']);
});

test('each statement is written whole, as SQL: nobody uses the query builder', () => {
  const builds = /\.(?:selectFrom|selectNoFrom|insertInto|replaceInto|updateTable|deleteFrom|mergeInto)\(/;
  const written = ['src', 'scripts', 'test'].flatMap((folder) => filesBelow(join(root, folder)));
  const guilty = written.filter((file) => file.endsWith('.ts') && builds.test(readFileSync(file, 'utf8')));
  expect(guilty.map((file) => relative(root, file))).toEqual([]);
});

test('the rules read no clock and no dice', () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bprocess\./;
  const guilty = sources.filter(
    (file) => folderOf(file) === 'incident' && impure.test(withoutComments(readFileSync(file, 'utf8'))),
  );
  expect(guilty.map((file) => relative(root, file))).toEqual([]);
});

test('the reader of imports sees every form', () => {
  const text = `
    import fs from 'node:fs';
    import { a, type B } from './a';
    import type { C } from '../db/c';
    import { type D, type E } from '../db/d';
    import './effect';
    export { f } from '../activities/f';
    export type { G } from '../activities/g';
    export * from '../activities/h';
    const i = await import('mysql2');
    const j = require('mysql2/promise');
    type K = import('../db/k').K;
    const l = require.resolve('mjml');
    // import x from 'commented';
  `;
  const seen = importsOf(join(root, 'src/workflows/x.ts'), text);
  expect(seen.map(({ from, typeOnly }) => `${from}${typeOnly ? ' (type)' : ''}`)).toEqual([
    'node:fs',
    './a',
    '../db/c (type)',
    '../db/d (type)',
    './effect',
    '../activities/f',
    '../activities/g (type)',
    '../activities/h',
    'mysql2',
    'mysql2/promise',
    '../db/k',
    'mjml',
  ]);
  expect(seen.filter(crossesWall).map((imported) => imported.from)).toEqual([
    '../db/c',
    '../db/d',
    '../activities/f',
    '../activities/h',
    '../db/k',
  ]);
});

function crossesWall(imported: Import): boolean {
  if (imported.target === null || imported.target.startsWith('..')) return false;
  const own = folderOf(imported.file);
  const other = imported.target.split('/')[0]!;
  const wall = WALLS[own];
  if (other === own || wall === undefined || wall.may.includes(other)) return false;
  return !(imported.typeOnly && wall.typesOnly?.includes(other));
}

function isFileOf(source: string, imported: Import): boolean {
  const path = relative(join(root, 'src'), source);
  return path === `${imported.target}.ts` || path === join(imported.target!, 'index.ts');
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

function folderOf(file: string): string {
  return relative(join(root, 'src'), file).split('/')[0]!;
}

function inWords(list: Import[]): string[] {
  return list.map((imported) => `${relative(root, imported.file)} imports ${imported.from}`);
}
