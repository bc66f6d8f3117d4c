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
    from: "      if (stop.signal.aborted) stopNow('told so once more');\n",
    to: '',
    fault: 'a worker that waits for something cannot be ended but by kill -9',
    promise: 'I7',
    red: { 'test/scripts/worker.test.ts': ['a second SIGTERM ends the worker at once'] },
  },
  {
    file: 'scripts/worker.ts',
    from: 'performance.now() - toldAt < ONE_SIGNAL_MILLISECONDS',
    to: 'performance.now() < toldAt',
    fault: 'a worker whose npm, terminal or systemd passes a signal on puts its dots in doubt',
    promise: 'I7',
    red: { 'test/scripts/worker.test.ts': ['a second SIGTERM ends the worker at once'] },
  },
  {
    file: 'package.json',
    from: '"worker": "exec env',
    to: '"worker": "env',
    fault: 'docker stop ends npm and leaves the worker running',
    promise: 'I7',
    red: { 'test/scripts/worker.test.ts': ['ends the worker well, and nothing of it goes on'] },
  },
  {
    file: 'scripts/stryker/loaded-tests.ts',
    from: 'if (file.startsWith(root + sep)',
    to: "if (file.endsWith('.test.ts') && file.startsWith(root + sep)",
    fault: 'what one change of Stryker has left in a memory decides about the next',
    promise: 'I7',
    red: { 'test/scripts/stryker.test.ts': ['what one process notices and misses'] },
  },
];
