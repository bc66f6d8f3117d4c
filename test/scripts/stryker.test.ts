import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localFolder, projectFolder } from '../../src/operator/parts/this-machine';

const MODULE = `
const known = new Map<string, boolean>();

export function isLong(name: string): boolean {
  let long = known.get(name);
  if (long === undefined) long = name.length > 3;
  known.set(name, long);
  return name.length > 90 || long;
}

export const fare = (age: number) => (age < 6 ? 0 : 2);

export async function counted(limit: number): Promise<number> {
  let count = 0;
  while (count < limit) count++;
  return count;
}
`;

const TESTS = `
import { counted, fare, isLong } from './module';

let names: string[] = [];
beforeEach(() => {
  names = ['Anna'];
});

test('four letters are long', () => expect(names.map(isLong)).toEqual([true]));

describe.each(['a', 'b'])('%s', () => {
  test.each([[5, 0], [40, 2]])('at %d it is %d', (age, price) => expect(fare(age)).toBe(price));
});

test('it counts', async () => {
  await expect(counted(3)).resolves.toBe(3);
});

test.skip('a test that is left out', () => expect(fare(6)).toBe(2));
`;

/** What was made of each change of the module. */
function verdicts(runner: 'jest' | 'in-process'): Record<string, string> {
  const stryker = join(dirname(require.resolve('@stryker-mutator/core/package.json')), 'bin', 'stryker.js');
  const { status, stdout } = spawnSync(process.execPath, [stryker, 'run', '--testRunner', runner], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  const { files } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  const mutants: { status: string; location: { start: { line: number } }; replacement: string }[] =
    files['module.ts'].mutants;
  return Object.fromEntries(
    mutants.map(({ status, location, replacement }) => [`${location.start.line} ${replacement}`, status]),
  );
}

let folder: string;
beforeAll(() => {
  mkdirSync(localFolder, { recursive: true });
  folder = mkdtempSync(join(localFolder, 'test-stryker-'));
  const { transform } = require('../../jest.config.js');
  const config = {
    plugins: ['@stryker-mutator/*', join(projectFolder, 'scripts', 'stryker', 'in-process.mjs')],
    jest: { projectType: 'custom', configFile: 'jest.config.json', enableFindRelatedTests: true },
    mutate: ['module.ts'],
    reporters: ['json'],
    jsonReporter: { fileName: 'report.json' },
    concurrency: 1,
    tsconfigFile: 'none',
    coverageAnalysis: 'perTest',
  };
  const files = {
    'module.ts': MODULE,
    'module.test.ts': TESTS,
    'package.json': '{}',
    'jest.config.json': JSON.stringify({ transform, testMatch: ['<rootDir>/*.test.ts'] }),
    'stryker.config.json': JSON.stringify(config),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what one process notices and misses is what Jest notices and misses: limits, memories, loops without end', () => {
  const ours = verdicts('in-process');
  expect(ours).toMatchObject({
    // Nobody asks at the limit.
    '11 age <= 6': 'Survived',
    '11 age >= 6': 'Killed',
    // It fills the memory with wrong answers.
    '6 name.length <= 3': 'Killed',
    '8 name.length >= 90': 'Survived',
    '15 count--': 'Timeout',
  });
  expect(ours).toEqual(verdicts('jest'));
});
