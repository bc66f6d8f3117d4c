import type { Mutant } from '../mutant';

const SHARES = 'test/workers/shares.test.ts';
const LOG = 'test/workers/temporal-log.test.ts';
const CODE = 'test/workflows/code-version.test.ts';

/** A worker that is wrong for a run and takes its work all the same, or leaves what it could do; a cause that nobody finds. */
export const MUTANTS: Mutant[] = [
  {
    file: 'src/workers/shares.ts',
    from: '    const why = olderThan(code) ?? (runs.length === 1 ? failedHere : null);\n',
    to: '    const why = null as string | null;\n',
    fault: 'a worker of older code goes on taking workflow tasks that it cannot do',
    promise: 'C50',
    red: { [SHARES]: ['newer code has had it', 'its task has failed here'] },
  },
  {
    file: 'src/workers/shares.ts',
    from: '      const leftFor = olderThan(code);\n',
    to: '      const leftFor = null as string | null;\n',
    fault: 'a worker of older code goes on taking activities of a run of newer code',
    promise: 'C50',
    red: { [SHARES]: ['newer code has had it'] },
  },
  {
    file: 'src/workers/look-at-runs.ts',
    from: '  if (error instanceof ServiceError) return `Temporal: ${cutText(error.message, 300)}`;\n',
    to: '',
    fault: 'what Temporal said while it was away stands in no log',
    promise: 'I4',
    red: { 'test/workers/look-at-runs.test.ts': ['a server that does not tell who else asks'] },
  },
  {
    file: 'src/workers/look-at-runs.ts',
    from: '.catch(aloneAnyhow)',
    to: '',
    fault: 'where a server tells no worker of the others, no activity of any run is ever done',
    promise: 'I7',
    red: { 'test/workers/look-at-runs.test.ts': ['a server that does not tell who else asks'] },
  },
  {
    file: 'src/workers/look-at-runs.ts',
    from: 'aloneUntil = performance.now() + ALONE_MILLISECONDS;',
    to: 'aloneUntil = performance.now();',
    fault: 'after a rollback two older workers leave to each other what both can do',
    promise: 'C50',
    red: { 'test/faults/rolled-back.test.ts': ['both leave nothing that they can do'] },
  },
  {
    file: 'src/workers/shares.ts',
    from: 'leftFor: alone ? null : (',
    to: 'leftFor: (',
    fault: 'a worker that is the only one leaves the runs that it could do',
    promise: 'C50',
    red: { [SHARES]: ['newer code has had one of two, and nobody else is there'] },
  },
  {
    file: 'src/workers/shares.ts',
    from: '(runs.length === 1 ? failedHere : null)',
    to: 'failedHere',
    fault: 'what fails in one run stops the workflow tasks of another',
    promise: 'C50',
    red: { [SHARES]: ['its task has failed here, and another run goes on'] },
  },
  {
    file: 'src/workers/left-out.ts',
    from: '      if (left.until > now()) return true;\n',
    to: '      if (left.until > 0) return true;\n',
    fault: 'who was left out for a minute never comes back',
    promise: 'C50',
    red: { [SHARES]: ['what is left for a while is asked for again, and said once'] },
  },
  {
    file: 'src/workers/left-out.ts',
    from: "return leaveShare({ taskQueue, kind: 'activities' }, why);",
    to: 'forGood = true;',
    fault: 'a worker that is wrong for one run is left out of all',
    promise: 'C50',
    red: { [SHARES]: ['what is left for a while is asked for again, and said once'] },
  },
  {
    file: 'src/workflows/activities-of-run.ts',
    from: 'const queue = ownQueue ? ',
    to: 'const queue = ownQueue && ledgerId === incidentId ? ',
    fault: 'the activities of all runs wait in one queue: a worker that is wrong for one leaves them all',
    promise: 'C50',
    red: {
      'test/faults/two-incidents.test.ts': [
        'a worker whose notices are not those of one incident is left out of that alone',
      ],
    },
  },
  {
    file: 'src/workflows/show.ts',
    from: '  upsertMemo({ [CODE_IN_MEMO]: CODE });\n',
    to: '',
    fault: 'nobody can tell which code has had a run',
    promise: 'C50',
    red: { [CODE]: ['the memo has the number from the first reading on'] },
  },
  {
    file: 'src/workflows/holds.ts',
    from: '({ memo });',
    to: '({});',
    fault: 'a run that continues begins with the memo of the first one, without the number of its code',
    promise: 'C50',
    red: { [CODE]: ['the memo has the number from the first reading on'] },
  },
  {
    file: 'src/workflows/run-state.ts',
    from: '  if (older !== null) throw new Error(older);\n',
    to: '',
    fault: 'older code reads what newer code has carried over, and takes what it does not know for nothing',
    promise: 'C50',
    red: { [CODE]: ['a run that newer code has carried over is not read by older code'] },
  },
  {
    file: 'src/workers/temporal-log.ts',
    from: "    if (typeof printed === 'string') fields.cause ??= causeIn(printed);\n",
    to: '',
    fault: 'the log says that a workflow task failed, and not why',
    promise: 'I7',
    red: { [LOG]: ['a history that other code has made', 'the log of a worker has the cause'] },
  },
  {
    file: 'src/workers/temporal-log.ts',
    from: 'const KEPT = [\n',
    to: "const KEPT = [\n  'payload',\n",
    fault: "fields with payloads come into the worker's log",
    promise: 'I6',
    red: { [LOG]: ['of a call that failed the cause alone is kept'] },
  },
];
