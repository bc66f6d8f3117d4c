import type { Mutant } from '../mutant';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/operator/reconcile.ts',
    from: 'const inDoubt = isPassOver(row) || unknownWorkers.length > 0;',
    to: 'const inDoubt = isPassOver(row);',
    fault: 'whom a worker without a journal may have told is told again',
    promise: 'I2',
    red: { 'test/faults/lost-commits.test.ts': ['an older copy, and the journals are lost too'] },
  },
  {
    file: 'src/operator/reconcile.ts',
    from: "return phase === 'remind' && kind === 'rows-missing';",
    to: 'return false;',
    fault: 'lost rows of a reminder stay lost',
    promise: 'I2',
    red: {
      'test/faults/reminder.test.ts': ['reminders that the database has lost are rebuilt in their wave'],
    },
  },
  {
    file: 'src/operator/reconcile.ts',
    from: 'wave: await currentWave(books, row),',
    to: "wave: 'notice',",
    fault: 'lost rows of a reminder come back as notices',
    promise: 'I2',
    red: {
      'test/faults/reminder.test.ts': ['reminders that the database has lost are rebuilt in their wave'],
    },
  },
];
