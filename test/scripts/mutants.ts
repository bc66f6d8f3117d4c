import type { Mutant } from '../mutant';

export const MUTANTS: Mutant[] = [
  {
    file: 'scripts/worker.ts',
    from: "  output.on('error', () => undefined);\n",
    to: '',
    fault: "a worker ends when its log's disk is full",
    promise: 'I1',
    red: { 'test/faults/full-disk.test.ts': ["a worker's disk is full, journal and log"] },
  },
  {
    file: 'scripts/worker.ts',
    from: '      if (stop.signal.aborted) process.exit(130);\n',
    to: '',
    fault: 'a worker that waits for something cannot be ended but by kill -9',
    promise: 'I7',
    red: { 'test/scripts/worker.test.ts': ['a second SIGTERM ends the worker at once'] },
  },
];
