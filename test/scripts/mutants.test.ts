import { mutantJudge } from '../../scripts/mutants/judge-mutant';
import { draw, everyMutant, misfit, mutantsWith } from '../../scripts/mutants/mutant-list';
import { copyProject, type ProjectCopy } from '../../scripts/mutants/project-copy';
import { randomFrom } from '../../scripts/seed/random';
import type { Mutant } from '../mutant';

const TEST = 'test/incident/retry-backoff.test.ts';
const mutant = (change: Partial<Mutant>): Mutant => ({
  file: 'src/incident/retry-backoff.ts',
  from: 'const LONGEST_SECONDS = 3_600',
  to: 'const LONGEST_SECONDS = 7_200',
  fault: 'two hours between attempts',
  promise: 'I1',
  red: { [TEST]: ['comes a wait of'] },
  ...change,
});

test('every fault of the list can be planted, and the tests that must notice it are there', () => {
  const misfits = everyMutant().map((listed) => ({ ...listed, misfit: misfit(listed) }));
  expect(misfits.filter((listed) => listed.misfit !== null)).toEqual([]);
});

test('no fault stands on the list twice', () => {
  const faults = everyMutant().map(({ file, from, to }) => JSON.stringify([file, from, to]));
  expect(faults.filter((fault, i) => faults.indexOf(fault) !== i)).toEqual([]);
});

test('a fault that cannot be planted, and a test that is not there, are misfits', () => {
  expect(misfit(mutant({}))).toBeNull();
  expect(misfit(mutant({ file: 'src/nowhere.ts' }))).toBe('there is no src/nowhere.ts');
  expect(misfit(mutant({ from: 'spread' }))).toMatch(
    /'from' stands \d+ times in src\/incident\/retry-backoff.ts, not once/,
  );
  expect(misfit(mutant({ from: 'not there' }))).toContain("'from' stands 0 times");
  expect(misfit(mutant({ to: mutant({}).from }))).toBe("'to' is the same as 'from'");
  expect(misfit(mutant({ red: { [TEST]: ['nobody'] } }))).toBe(`no test in ${TEST} is called 'nobody'`);
  expect(misfit(mutant({ red: {} }))).toBe('no test is named');
});

test('words choose, and a seed draws the same ones again, each once', () => {
  const list = [mutant({}), mutant({ promise: 'C01' }), mutant({ fault: 'another' })];
  expect(mutantsWith(['BACKOFF', 'c01'], list)).toEqual([list[1]]);
  expect(mutantsWith([], list)).toEqual(list);
  expect(draw(2, list, randomFrom(7))).toEqual(draw(2, list, randomFrom(7)));
  expect(new Set(draw(9, list, randomFrom(7)))).toEqual(new Set(list));
});

describe('planted in a copy', () => {
  let copy: ProjectCopy;
  beforeAll(() => {
    copy = copyProject();
  });
  afterAll(() => copy.remove());

  test('a fault that its test notices is killed, one that it does not notice survives, and the copy is whole again', async () => {
    const comment = { from: '/** A deferred notice', to: '/** A late notice' };
    const judge = mutantJudge(copy, [mutant({}), mutant(comment)]);
    expect(await judge(mutant(comment))).toEqual({
      verdict: 'survived',
      why: `still green: ${TEST}: 'comes a wait of'`,
    });
    expect(await judge(mutant({}))).toEqual({ verdict: 'killed', why: '' });
    expect(await judge(mutant(comment))).toMatchObject({ verdict: 'survived' });
  });

  test('a fault in what does not run, or fails by itself, proves nothing', async () => {
    const broken = mutant({ to: 'const LONGEST_SECONDS = = 7_200', red: { [TEST]: ['adds up to a fifth'] } });
    const judge = mutantJudge(copy, [broken]);
    expect(await judge(broken)).toMatchObject({
      verdict: 'unclear',
      why: expect.stringContaining('did not run'),
    });
    copy.replace('src/incident/retry-backoff.ts', 'SPREAD_SHARE = 0.2', 'SPREAD_SHARE = 0.3');
    const unsound = mutant({ red: { [TEST]: ['the spread adds up'] } });
    expect(await mutantJudge(copy, [unsound])(unsound)).toEqual({
      verdict: 'unclear',
      why: "'the spread adds up' fails without the fault, too",
    });
  });
});
