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
];
