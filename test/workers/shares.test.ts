import pino from 'pino';
import { leftOut } from '../../src/workers/left-out';
import { judgeShares, type RunSeen } from '../../src/workers/shares';
import { CODE } from '../../src/workflows/code-version';

const run = (more: Partial<RunSeen> = {}): RunSeen => ({
  incidentId: 'a',
  code: CODE,
  failedHere: null,
  starves: false,
  ...more,
});
const newer = run({ code: CODE + 1 });
const other = run({ incidentId: 'b' });
const failing = run({ failedHere: 'Nondeterminism' });

/** What it takes: W of the ledger's workflow tasks, A of the activities of older runs, and the runs whose activities it takes. */
function taken(runs: RunSeen[], alone = false): string {
  return judgeShares('L', runs, alone)
    .filter(({ leftFor }) => leftFor === null)
    .map(({ taskQueue, kind }) => taskQueue.split('/')[1] ?? kind[0]!.toUpperCase())
    .join('');
}

test.each<[string, RunSeen[], boolean, string]>([
  ['there is no run', [], false, 'WA'],
  ['its own code has the run', [run()], false, 'WAa'],
  ['the run is of a version that says nothing', [run({ code: null })], false, 'WAa'],
  ['older code has had the run', [run({ code: CODE - 1 })], false, 'WAa'],
  ['newer code has had it', [newer], false, 'A'],
  ['newer code has had it, and nobody else is there', [newer], true, 'WA'],
  ['newer code has had one of two', [newer, other], false, 'Ab'],
  ['newer code has had one of two, and nobody else is there', [newer, other], true, 'WAb'],
  ['its task has failed here', [failing], false, 'Aa'],
  ['its task has failed here, and nobody else is there', [failing], true, 'WAa'],
  ['its task has failed here, and another run goes on', [failing, other], false, 'WAab'],
])('a process takes what it can do (C50): %s', (_, runs, alone, shares) => {
  expect(taken(runs, alone)).toBe(shares);
});

test('what is left for a while is asked for again, and said once', () => {
  let now = 0;
  const lines: Record<string, unknown>[] = [];
  const out = leftOut(pino({}, { write: (line) => lines.push(JSON.parse(line)) }), () => now);
  const [, , share] = judgeShares('L', [run()], false);
  let left = 0;
  out.onLeave(() => {
    left++;
  });
  const { taskQueue } = share!;
  out.leave('other notices', 'for a while', taskQueue);
  out.leave('other notices', 'for a while', taskQueue);
  expect([out.isOut(share!), out.isOut({ ...share!, kind: 'workflows' }), out.isOutForGood()]).toEqual([
    true,
    false,
    false,
  ]);
  now += 60_001;
  expect(out.isOut(share!)).toBe(false);
  out.leave('other notices', 'for a while', taskQueue);
  expect(lines).toMatchObject([
    {
      why: 'other notices',
      queue: 'breach-response-L/a',
      msg: expect.stringMatching(/left out, .*again in 60 s/),
    },
    { why: 'other notices' },
  ]);
  out.leave('no files', 'for good', taskQueue);
  expect([out.isOutForGood(), left]).toEqual([true, 3]);
});
