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

type Red = Mutant['red'];

/** Judges mutants one after the other; what the named tests say without a fault is asked once. */
export function mutantJudge(copy: ProjectCopy): (mutant: Mutant) => Promise<MutantVerdict> {
  const sound = new Map<string, Promise<string | null>>();
  return async (mutant) => {
    const { file, from, to, red } = mutant;
    const key = JSON.stringify(red);
    if (!sound.has(key)) sound.set(key, unsoundness(red, copy));
    const unsound = misfit(mutant) ?? (await sound.get(key)!);
    if (unsound !== null) return { verdict: 'unclear', why: unsound };
    const putBack = copy.replace(file, from, to);
    const states = await statesOf(red, copy).finally(putBack);
    if (typeof states === 'string') return { verdict: 'unclear', why: states };
    const green = states.filter(({ failed }) => !failed).map(({ test, name }) => `${test}: '${name}'`);
    return green.length === 0
      ? { verdict: 'killed', why: '' }
      : { verdict: 'survived', why: `still green: ${green.join(', ')}` };
  };
}

/** Null: these tests pass on the project as it is. */
async function unsoundness(red: Red, copy: ProjectCopy): Promise<string | null> {
  const states = await statesOf(red, copy);
  if (typeof states === 'string') return states;
  const failing = states.find(({ failed }) => failed);
  return failing === undefined ? null : `'${failing.name}' fails without the fault, too`;
}

interface TestState {
  test: string;
  name: string;
  failed: boolean;
}

/** @returns why they did not run, in words. */
async function statesOf(red: Red, copy: ProjectCopy): Promise<TestState[] | string> {
  const named = Object.entries(red).flatMap(([test, names]) => names.map((name) => ({ test, name })));
  const pattern = named.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  // A test that failed may leave something running.
  const args = ['--forceExit', '--runTestsByPath', ...Object.keys(red), '--testNamePattern', pattern];
  const { report } = await runJest(args, { project: copy.folder, to: 'nowhere', seconds: LIMIT_SECONDS });
  if (report === null) return `Jest did not come to its end (${LIMIT_SECONDS} s are allowed)`;
  const states: TestState[] = [];
  for (const { test, name } of named) {
    const results = resultsOf(report, join(copy.folder, test)).filter(({ fullName }) =>
      fullName.includes(name),
    );
    const ran = results.filter(({ status }) => status === 'passed' || status === 'failed');
    if (ran.length === 0) return `'${name}' did not run: ${messageOf(report, join(copy.folder, test))}`;
    states.push({ test, name, failed: ran.some(({ status }) => status === 'failed') });
  }
  return states;
}

function resultsOf(report: JestReport, file: string) {
  return report.testResults
    .filter(({ name }) => name === file)
    .flatMap(({ assertionResults }) => assertionResults);
}

function messageOf(report: JestReport, file: string): string {
  const message = report.testResults.find(({ name }) => name === file)?.message ?? '';
  return message.trim().split('\n').slice(0, 6).join(' ') || 'it is skipped here';
}
