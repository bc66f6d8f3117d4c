import type { Mutant } from '../mutant';

const PHASES = 'test/workflows/phases.test.ts';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/workflows/lanes.ts',
    from: '  if (planning.has(plan)) {\n',
    to: '  if (false) {\n',
    fault: 'two lanes plan the same ranges, and walk each twice',
    promise: 'I2',
    red: {
      'test/workflows/lanes.test.ts': ['lanes that have run out of ranges at once plan the next ones once'],
    },
  },
  {
    file: 'src/workflows/holds.ts',
    from: '      if (!isExhausted(error)) throw error;\n      await hold(run, ...toldOf(error));\n',
    to: '      throw error;\n',
    fault: 'a run dies where it must hold',
    promise: 'C80',
    red: { [PHASES]: ['even the first reading of the row may fail: the run holds'] },
  },
  {
    file: 'src/workflows/activities-of-run.ts',
    from: '  maximumAttempts: 8,\n',
    to: '  maximumAttempts: 80,\n',
    fault: 'a run tries in silence for twenty minutes before it holds with the reason',
    promise: 'C50',
    red: { 'test/faults/old-worker.test.ts': ['a worker of another version: the run holds with the reason'] },
  },
  {
    file: 'src/workflows/messages.ts',
    from: 'ledgerId}`;',
    to: 'ledgerId.slice(0, 0)}`;',
    fault: 'a worker of another database takes tasks of the run and fails them',
    promise: 'C80',
    red: { 'test/faults/stray-worker.test.ts': ['a worker of another database takes no task of a run'] },
  },
];
