import type { Mutant } from '../mutant';

const STAND = 'test/operator/run-stand.test.ts';

/** What a monitor would take for a run that gets on. */
export const STAND_MUTANTS: Mutant[] = [
  {
    file: 'src/operator/run-trouble.ts',
    from: '  if (worker === null)\n',
    to: '  if (worker === undefined)\n',
    fault: 'what Temporal itself refuses is told as the fault of a worker, which somebody then stops in vain',
    promise: 'I7',
    red: { [STAND]: ['Temporal refuses what the code asks for'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: '  return why === null\n',
    to: "  return why !== ''\n",
    fault: 'somebody starts a worker of the older version, which is left out, and is not told why',
    promise: 'C50',
    red: { [STAND]: ['no worker answers, and one of this version would be left out'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: "${run?.ended ? `, ${printable(run.ended, 500)}` : ''}",
    to: '',
    fault: 'a run that the server has ended is over, and nobody hears why',
    promise: 'I7',
    red: { [STAND]: ['Temporal itself has ended the run: its word stands there'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: 'const wait = waitInBooks(gate, status);',
    to: 'const wait = status.waitingFor;',
    fault: 'a monitor hears for an hour that a run goes on which somebody has paused in the database',
    promise: 'I7',
    red: { [STAND]: ['somebody has closed the gate in the database itself'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: 'const aside = [...asideWords(shut, only), ...leftOutWords(relays, only)];',
    to: 'const aside = asideWords(shut, only);',
    fault: 'a monitor takes a run that has lost a relay for one that nobody need look at',
    promise: 'I7',
    red: { 'test/operator/run-stand.test.ts': ['the breaker has left a relay out'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: '  if (still !== null) return',
    to: '  if (still !== null && false) return',
    fault: 'lanes that wait for sessions which nobody frees count as running',
    promise: 'I7',
    red: { [STAND]: ['nobody was told for a minute'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: '  if (aside.length > 0) return',
    to: '  if (aside.length > 1_000) return',
    fault: 'a monitor hears nothing of a receiver that is aside',
    promise: 'I7',
    red: { [STAND]: ['a receiver is aside: only somebody can lift its block'] },
  },
  {
    file: 'src/operator/run-stand.ts',
    from: '  if (trouble !== null) return stuck(...failing',
    to: '  if (trouble !== null && waits === null) return stuck(...failing',
    fault: 'what fails while the run waits with patience is not seen',
    promise: 'I7',
    red: { [STAND]: ['it waits with patience, and something fails again and again meanwhile'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: '      retrying(toFailure(error).message);\n',
    to: '',
    fault: 'a database that takes nothing is not named for ten minutes',
    promise: 'I7',
    red: { 'test/operator/status-check.test.ts': ['a monitor is told by exit codes'] },
  },
];
