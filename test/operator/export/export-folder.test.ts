import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginFolder } from '../../../src/operator/export/export-folder';

let above: string;
let out: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'export-folder-'));
  out = join(above, 'for the police');
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

test('sha256sum accepts the folder, and only its owner can read it', async () => {
  const folder = await beginFolder(out);
  await folder.write('customers.csv', pieces('a,b\r\n', 'ä,二\r\n'));
  await folder.write('notices/en.txt', ['words']);
  const { files, sums } = await folder.finish();
  expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['customers.csv', 13],
    ['notices/en.txt', 5],
  ]);
  const checked = spawnSync('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: out, encoding: 'utf8' });
  expect([checked.status, checked.stdout]).toEqual([0, 'customers.csv: OK\nnotices/en.txt: OK\n']);
  const own = spawnSync('sha256sum', ['SHA256SUMS'], { cwd: out, encoding: 'utf8' });
  expect(own.stdout).toBe(`${sums.sha256}  SHA256SUMS\n`);
  expect([out, join(out, 'notices')].map(mode)).toEqual(['700', '700']);
  expect(['customers.csv', 'notices/en.txt', 'SHA256SUMS'].map((name) => mode(join(out, name)))).toEqual([
    '600',
    '600',
    '600',
  ]);
});

test('until it is whole nobody sees it under its name, and what fails leaves nothing', async () => {
  const folder = await beginFolder(out);
  async function* broken(): AsyncGenerator<string> {
    yield 'half';
    throw new Error('the database went away');
  }
  await expect(folder.write('customers.csv', broken())).rejects.toThrow('the database went away');
  expect(existsSync(out)).toBe(false);
  await folder.discard();
  expect(readdirSync(above)).toEqual([]);
});

test('an empty folder is taken, one with files is left as it is, with what to write instead', async () => {
  mkdirSync(out);
  const folder = await beginFolder(out);
  await folder.write('a.txt', ['a']);
  await folder.finish();
  await folder.discard();
  expect(readdirSync(out).sort()).toEqual(['SHA256SUMS', 'a.txt']);
  await expect(beginFolder(out)).rejects.toThrow(
    `${out} holds files already (SHA256SUMS, a.txt) and is left as it is: name a new folder, such as ${out}-2`,
  );
  await expect(beginFolder(join(out, 'a.txt'))).rejects.toThrow(/a\.txt is a file: name a new folder/);
  await expect(beginFolder(join(out, 'a.txt', 'x'))).rejects.toThrow(/a part of its path is a file/);
  expect(readdirSync(above)).toEqual(['for the police']);
});

test('a file that came into the folder meanwhile stays, and the export is not there', async () => {
  const folder = await beginFolder(out);
  await folder.write('a.txt', ['ours']);
  mkdirSync(out);
  writeFileSync(join(out, 'a.txt'), 'theirs');
  await expect(folder.finish()).rejects.toThrow(/cannot be written: somebody wrote into it meanwhile/);
  await folder.discard();
  expect(readdirSync(above)).toEqual(['for the police']);
  expect(readFileSync(join(out, 'a.txt'), 'utf8')).toBe('theirs');
});

test('what a killed export has left is named, and neither read nor overwritten', async () => {
  const killed = await beginFolder(out);
  await killed.write('customers.csv', ['somebody']);
  await expect(beginFolder(out)).rejects.toThrow(
    /for the police\.partial is there: another export writes it at this moment, or one that was killed has left it/,
  );
  await expect(beginFolder(`${out}/`)).rejects.toThrow(/\.partial is there/);
  expect(readFileSync(join(`${out}.partial`, 'customers.csv'), 'utf8')).toBe('somebody');
});
