import type { FileSeen } from '../activities/contract';
import { olderFile } from '../incident/hold-reason';
import { ask, short } from './activities-of-run';
import { beginHold, endHold } from './begin-hold';
import type { Run, RunState } from './run-state';

/**
 * The running slices come back, the gate is closed while the older words end, and what goes on from there goes by the new file: at the
 * exact customer. Other holds stay as they are. The database decides, so that a replayed amendment undoes no later one.
 */
export async function amend(run: Run, asked: NonNullable<RunState['askedAmend']>): Promise<void> {
  const { state } = run;
  run.stopLanes?.();
  try {
    await ask(run, short.amendFile, asked, `the file amended by ${asked.by}`);
  } finally {
    if (state.askedAmend === asked) state.askedAmend = null;
  }
  await readFileAgain(run);
}

/** The gate, as it was seen last, tells of another version of the file than this run goes by: a reset has taken it back. */
export function goesByOtherFile({ state }: Run): boolean {
  const here = state.row?.version;
  const there = state.gate?.version;
  return here !== undefined && there !== undefined && here !== there;
}

export async function readFileAgain(run: Run): Promise<void> {
  const { state } = run;
  const before = state.row;
  take(run, await ask(run, short.readFile, {}, 'reads the file again'));
  await holdIfOlder(run, before);
  // It waits for a day that may have changed: the phase says it anew.
  if (state.hold?.kind === 'reminder') await endHold(run, { by: 'the workflow' });
}

/** The ledger is another one's copy from before an amendment: its words, and their approval, are not what anybody wants (I2, I7). */
export async function holdIfOlder(run: Run, before: RunState['row']): Promise<void> {
  const older = before && olderFile(before, run.state.row!);
  if (!older) return;
  run.stopLanes?.();
  await beginHold(run, 'lost-commits', older);
}

function take({ state }: Run, { file, gate }: FileSeen): void {
  const { approval, approvalMissing = null, ...view } = file;
  state.row = { ...state.row!, ...view };
  state.gate = gate;
  state.approval = approval?.contentHash === view.contentHash ? approval : null;
  state.approvalMissing = approvalMissing;
  state.ratePerSecond = view.ratePerSecond;
}
