import type { Mutant } from '../mutant';

const REFUSED = 'test/workflows/refused-resume.test.ts';
const CALL = 'test/workflows/call.test.ts';

/** A resume that is refused, and somebody who is called. */
export const WORD_MUTANTS: Mutant[] = [
  {
    file: 'src/workflows/handle-messages.ts',
    from: 'return state.row === null && input.carried === undefined && runId !== firstExecutionRunId;',
    to: 'return false && state.row === null && input.carried === undefined && runId !== firstExecutionRunId;',
    fault: 'a resume that a reset replays opens what was closed later',
    promise: 'C102',
    red: {
      [REFUSED]: [
        'a resume that a reset replays opens no gate that was closed later',
        'nor does it end a hold that came later',
      ],
    },
  },
  {
    file: 'src/workflows/handle-messages.ts',
    from: 'return seen !== undefined && closing ? seen + 1 : seen;',
    to: 'return seen !== undefined && closing ? seen : seen;',
    fault: 'a resume amid a pause is refused',
    promise: 'C102',
    red: { [REFUSED]: ['a resume without a fence amid a pause is judged once that pause is done'] },
  },
  {
    file: 'src/workflows/handle-messages.ts',
    from: 'readFence(payload) ?? lastFence(run)',
    to: 'readFence(payload)',
    fault: 'a resume of the Web UI undoes a closing that its asker cannot have seen',
    promise: 'C102',
    red: { [REFUSED]: ['the same resume undoes no closing that somebody else put beside that pause'] },
  },
  {
    file: 'src/workflows/obey.ts',
    from: 'return CLOSED_LATER;',
    to: 'return null;',
    fault: 'a refused resume is told nowhere',
    promise: 'I7',
    red: { [REFUSED]: ['the same resume undoes no closing that somebody else put beside that pause'] },
  },
  {
    file: 'src/workflows/obey.ts',
    from: "    if (why) await recordRefused(run, asked, { word: 'resume', why });\n",
    to: '',
    fault: 'a refused resume is not on record',
    promise: 'I6',
    red: { [REFUSED]: ['the same resume undoes no closing that somebody else put beside that pause'] },
  },
  {
    file: 'src/workflows/call.ts',
    from: '!wasCalled(call, state.called ?? [], Date.now())',
    to: '!wasCalled(call, [], Date.now())',
    fault: 'somebody is called each time the page is written',
    promise: 'C111',
    red: { [CALL]: ['once for each wait for a person'] },
  },
  {
    file: 'src/workflows/call.ts',
    from: '    if (!isExhausted(error)) throw error;\n',
    to: '    throw error;\n',
    fault: 'a call that fails kills the run',
    promise: 'C111',
    red: { [CALL]: ['a failed call is shown and stops nothing'] },
  },
  {
    file: 'src/workflows/breach-response.ts',
    from: '      await run.calling;\n',
    to: '',
    fault: 'nobody is called for the end: the run is over before',
    promise: 'C111',
    red: { [CALL]: ['once for each wait for a person'] },
  },
  {
    file: 'src/workflows/lanes.ts',
    from: 'await whileObeying(run, recount(run));',
    to: 'await Promise.resolve(recount);',
    fault: 'what was released by a pause is in the books alone',
    promise: 'C104',
    red: { 'test/operator/numbers-agree.test.ts': ['all numbers are those of the books'] },
  },
  {
    file: 'src/workflows/activities-of-run.ts',
    from: "{ cancellationType: 'WAIT_CANCELLATION_COMPLETED' as const } : {}",
    to: '{} : {}',
    fault: 'what a stopped slice did stands in the books alone',
    promise: 'C104',
    red: { 'test/workflows/lanes.test.ts': ['a stopped slice tells what it has done'] },
  },
  {
    file: 'src/workflows/lanes.ts',
    from: '!(await condition(() => walk.back, RETURN_MILLISECONDS));',
    to: '!(await condition(() => walk.back, 100 * RETURN_MILLISECONDS));',
    fault: 'one silent relay keeps a resumed run waiting for ten minutes',
    promise: 'C104',
    red: { 'test/workflows/lanes.test.ts': ['nobody waits for a slice whose relay does not answer'] },
  },
  {
    file: 'src/workflows/lanes.ts',
    from: 'if (customers > 0 || result.done || result.at !== range.after) {',
    to: 'if (customers >= 0) {',
    fault: 'lanes that come back with nobody told count as running',
    promise: 'I7',
    red: { 'test/workflows/lanes.test.ts': ['lanes that bring nobody further say since when'] },
  },
];
