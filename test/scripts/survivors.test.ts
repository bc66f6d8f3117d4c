import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';

const textOf = (file: string) => readFileSync(join(projectFolder, file), 'utf8');
const LIST = 'test/survivors.md';

/** The files of the pure rooms, as stryker.config.mjs has them, those that it leaves out among them. */
function filesOfPureRooms(): string[] {
  const patterns = [...textOf('stryker.config.mjs').matchAll(/^ {4}'(src\/[^']+)',$/gm)].map(
    ([, path]) => path!,
  );
  return patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/**/*.ts')) return [pattern];
    const folder = pattern.slice(0, -'/**/*.ts'.length);
    const files = readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${file}`);
  });
}

const ROWS = textOf(LIST)
  .split('\n')
  .flatMap((line) => {
    const row = /^- `([^`]+)`: (nothing to change|\d+)(?:[:;] (.+))?$/.exec(line);
    return row === null ? [] : [{ file: row[1]!, noticed: row[2]!, left: row[3] }];
  });

test('each file of the pure rooms has its figure on the list of survivors, once, and no other has', () => {
  const files = filesOfPureRooms();
  expect(files.length).toBeGreaterThan(70);
  expect(ROWS.map(({ file }) => file).sort()).toEqual(files.sort());
});

test('of each of them 85 in a hundred changes or more are noticed, and what is left has its reason', () => {
  const measured = ROWS.filter(({ noticed }) => /^\d/.test(noticed));
  expect(measured.filter(({ noticed }) => Number(noticed) < 85)).toEqual([]);
  expect(measured.filter(({ noticed, left }) => noticed !== '100' && left === undefined)).toEqual([]);
});
