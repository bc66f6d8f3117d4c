import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginFolder } from '../../src/operator/export/export-folder';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { writeNewFile } from '../../src/operator/write-new-file';
import { WHOLE_EXAMPLE } from '../incident/example-incident';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
let odd: string;
beforeAll(async () => {
  desk = await ownOperator('oddfiles', 20);
  odd = join(desk.folder, 'odd');
  mkdirSync(odd);
  execFileSync('mkfifo', [join(odd, 'pipe')]);
  symlinkSync('loop-b', join(odd, 'loop-a'));
  symlinkSync('loop-a', join(odd, 'loop-b'));
  symlinkSync('nowhere', join(odd, 'dangling'));
  writeFileSync(join(odd, 'file'), 'mine\n');
  mkdirSync(join(odd, 'folder'));
  for (const verb of ['preview', 'page']) {
    mkdirSync(join(odd, `${verb}-pipe`));
    execFileSync('mkfifo', [join(odd, `${verb}-pipe`, 'index.html')]);
    mkdirSync(join(odd, `${verb}-device`));
    symlinkSync('/dev/zero', join(odd, `${verb}-device`, 'index.html'));
  }
  file = desk.file('incident.yaml');
  whole = desk.file('whole.yaml', () => WHOLE_EXAMPLE);
  expect((await desk.start([file, '--go'])).code).toBe(0);
});
afterAll(() => desk.end());
let file: string;
/** With words for the customers' page. */
let whole: string;

/** Where something is that is no file, or cannot be one; under a file, there is no folder. */
const OUT = ['--out', '/nowhere/below'];
const PLACES = ['pipe', 'loop-a', 'dangling', 'file', 'file/below', 'x'.repeat(300)];

const found = (error: unknown) => (error as Error).message;
const inOdd = (place: string) => (place.startsWith('/') ? place : join(odd, place));

test.each([...PLACES, '/dev/full', 'none/x'])(
  'a new file at %s is refused with words, and what is there is left',
  (place) => {
    let words = '';
    try {
      writeNewFile('--out', inOdd(place), 'ours');
    } catch (error) {
      words = found(error);
    }
    expect(words).toMatch(/^--out: .*(?:exists already|cannot be written: [a-z' ]+\. Name another file)/);
    expect(readFileSync(join(odd, 'file'), 'utf8')).toBe('mine\n');
    expect(existsSync(join(odd, 'nowhere'))).toBe(false);
  },
);

test.each(['pipe', 'loop-a', 'file', 'file/below', 'x'.repeat(300), '/dev/null'])(
  'a new folder at %s is refused with words',
  async (place) => {
    const words = await beginFolder(inOdd(place)).then(() => '', found);
    expect(words).toMatch(/(?:is a file|cannot be written|no ordinary file)/);
  },
);

test.each<[verb: string, args: (out: string) => string[]]>([
  ['init', (out) => ['init', '--languages', 'en', '--out', out]],
  ['map', (out) => ['map', '--out', out]],
  ['report', (out) => ['report', '--unreached', out]],
  ['preview', (out) => ['preview', file, '--no-screenshots', '--out', out]],
  ['page', (out) => ['page', whole, '--out', out]],
  ['export', (out) => ['export', '--for', 'regulator', '--out', out]],
])('%s ends with words where a pipe stands in its place', async (_, args) => {
  const { code, err } = await desk.cli(args(join(odd, 'pipe')));
  expect([1, 2]).toContain(code);
  expect(err).toMatch(/exists already|is a file|cannot be written|no ordinary file/);
  expect(err).not.toMatch(/\n\s+at /);
});

test.each([
  ['preview', 'pipe'],
  ['preview', 'device'],
  ['page', 'pipe'],
  ['page', 'device'],
])('%s does not wait for an index.html that is a %s', async (verb, kind) => {
  const { code, err } = await desk.cli([verb, whole, '--out', join(odd, `${verb}-${kind}`)]);
  expect([code, err]).toEqual([2, expect.stringContaining('is no ordinary file')]);
});

test.each([
  ['pipe', 'found a pipe or a device'],
  ['/dev/zero', 'found a pipe or a device'],
  ['loop-a', 'found links that lead in a circle'],
  ['folder', 'found a folder'],
])('an incident file that is %s is told', async (place, words) => {
  const { code, err } = await desk.start([inOdd(place)]);
  expect([code, err]).toEqual([2, expect.stringContaining(words)]);
});

test.each(['preview', 'grants', 'statements', 'page', 'test-send'])(
  '%s does not wait for an incident file that is a pipe',
  async (verb) => {
    const more = { preview: OUT, page: OUT, 'test-send': ['--to', 'jo@company.example'] }[verb] ?? [];
    const { code, err } = await desk.cli([verb, join(odd, 'pipe'), ...more]);
    expect([code, err]).toEqual([2, expect.stringContaining('found a pipe or a device')]);
  },
);

test.each([
  ['report', '--relay-log'],
  ['settle', '--postfix-log'],
  ['settle', '--events'],
  ['verify', '--anchor'],
])('%s %s takes no pipe for an empty log, and does not wait for one (I7)', async (verb, option) => {
  const { code, out, err } = await desk.cli([verb, option, join(odd, 'pipe')]);
  expect([1, 2]).toContain(code);
  expect(out + err).toMatch(/pipe or a device|no ordinary file/);
});

test('reconcile --journals wants a folder', async () => {
  const { code, err } = await desk.cli(['reconcile', '--journals', join(odd, 'file')]);
  expect([code, err]).toEqual([2, expect.stringContaining('no such folder')]);
});

const isRoot = process.getuid?.() === 0;
(isRoot ? test.skip : test)('a folder without rights is told', async () => {
  const locked = join(odd, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const { code, err } = await desk.cli(['init', '--languages', 'en', '--out', join(locked, 'x')]);
  expect([code, err]).toEqual([1, expect.stringContaining('this user may not write there')]);
});

/** Linux's own way to let a process write no further, as on a full disk (test/faults/full-disk.test.ts). */
const PRLIMIT = '/usr/bin/prlimit';
(existsSync(PRLIMIT) ? test : test.skip)(
  'where no more can be written the words say so, and no half of a file is left',
  () => {
    const out = join(odd, 'half.yaml');
    const program = [process.execPath, join(projectFolder, 'scripts', 'run.mjs'), 'cli'];
    const { status, stderr } = spawnSync(
      PRLIMIT,
      ['--fsize=8192', ...program, 'init', '--languages', 'en,de,es', '--out', out],
      {
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/cannot be written: this user may not write files of that size/),
    ]);
    expect(existsSync(out)).toBe(false);
  },
);
