import { join } from 'node:path';
import type { Mutant } from '../../test/mutant';
import { type JestReport, runJest } from '../test/run-jest';
import { misfit } from './mutant-list';
import type { ProjectCopy } from './project-copy';

export interface MutantVerdict {
  /** `unclear`: nothing can be said, because the tests fail without it, too, or do not run. */
  verdict: 'killed' | 'survived' | 'unclear';
  /** Which tests stayed green, or why nothing can be said. */
  why: string;
}

/** A mutant that makes its tests wait for ever has been noticed by their own limits long before. */
const LIMIT_SECONDS = 1_800;
/** All that the whole list names, without a fault, takes as long as `npm test`. */
const SOUND_LIMIT_SECONDS = 7_200;

type Red = Mutant['red'];

/**
 * Judges mutants one after the other.
 * @param mutants all that will be asked about: what the tests that they name say without a fault is asked once, of all together.
 */
export function mutantJudge(
  copy: ProjectCopy,
  mutants: Mutant[],
): (mutant: Mutant) => Promise<MutantVerdict> {
  const fitting = mutants.filter((mutant) => misfit(mutant) === null);
  let sound: Promise<Results[]> | undefined;
  return async (mutant) => {
    const { file, from, to, red } = mutant;
    const unfit = misfit(mutant);
    if (unfit !== null) return { verdict: 'unclear', why: unfit };
    sound ??= resultsOfAll(fitting, copy);
    const unsound = unsoundness(statesOf(red, await sound, copy));
    if (unsound !== null) return { verdict: 'unclear', why: unsound };
    const putBack = copy.replace(file, from, to);
    const results = await resultsOf([red], copy, LIMIT_SECONDS).finally(putBack);
    const states = statesOf(red, [results], copy);
    if (typeof states === 'string') return { verdict: 'unclear', why: states };
    const green = states.filter(({ failed }) => !failed).map(({ test, name }) => `${test}: '${name}'`);
    return green.length === 0
      ? { verdict: 'killed', why: '' }
      : { verdict: 'survived', why: `still green: ${green.join(', ')}` };
  };
}

/** Null: these tests pass on the project as it is. */
function unsoundness(states: TestState[] | string): string | null {
  if (typeof states === 'string') return states;
  const failing = states.find(({ failed }) => failed);
  return failing === undefined ? null : `'${failing.name}' fails without the fault, too`;
}

interface TestState {
  test: string;
  name: string;
  failed: boolean;
}

/** A report, or why there is none, in words. */
type Results = JestReport | string;

async function resultsOfAll(mutants: Mutant[], copy: ProjectCopy): Promise<Results[]> {
  const reds = mutants.map(({ red }) => red);
  const groups = [reds.filter(isPure), reds.filter((red) => !isPure(red))].filter(({ length }) => length > 0);
  const results: Results[] = [];
  for (const group of groups) results.push(await resultsOf(group, copy, SOUND_LIMIT_SECONDS));
  return results;
}

/** Of tests that need no stack: five seconds less for each. */
function isPure(red: Red): boolean {
  return Object.keys(red).every((test) => PURE_ROOMS.some((room) => test.startsWith(room)));
}

const PURE_ROOMS = ['incident', 'evidence', 'notice', 'smtp', 'journal'].map((room) => `test/${room}/`);

async function resultsOf(reds: Red[], copy: ProjectCopy, seconds: number): Promise<Results> {
  const tests = new Set(reds.flatMap((red) => Object.keys(red)));
  const names = new Set(reds.flatMap((red) => Object.values(red).flat()));
  const pattern = [...names].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const config = reds.every(isPure)
    ? ['--config', 'test/pure-rooms.jest.config.js', '--testMatch', '<rootDir>/test/**/*.test.ts']
    : [];
  // A test that failed may leave something running.
  const args = [...config, '--forceExit', '--runTestsByPath', ...tests, '--testNamePattern', pattern];
  const { report } = await runJest(args, { project: copy.folder, to: 'nowhere', seconds });
  return report ?? `Jest did not come to its end (${seconds} s are allowed)`;
}

/** @returns why they did not run, in words. */
function statesOf(red: Red, runs: Results[], copy: ProjectCopy): TestState[] | string {
  const reports: JestReport[] = [];
  for (const run of runs) {
    if (typeof run === 'string') return run;
    reports.push(run);
  }
  const states: TestState[] = [];
  for (const [test, names] of Object.entries(red)) {
    const files = reports.flatMap(({ testResults }) =>
      testResults.filter(({ name }) => name === join(copy.folder, test)),
    );
    const assertions = files.flatMap(({ assertionResults }) => assertionResults);
    for (const name of names) {
      const ran = assertions.filter(
        ({ fullName, status }) => fullName.includes(name) && (status === 'passed' || status === 'failed'),
      );
      if (ran.length === 0) return `'${name}' did not run: ${messageOf(files)}`;
      states.push({ test, name, failed: ran.some(({ status }) => status === 'failed') });
    }
  }
  return states;
}

function messageOf(files: JestReport['testResults']): string {
  const message = files[0]?.message ?? '';
  return message.trim().split('\n').slice(0, 6).join(' ') || 'it is skipped here';
}
