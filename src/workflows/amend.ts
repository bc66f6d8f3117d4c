import type { FileSeen } from '../activities/contract';
import { ask, short } from './activities-of-run';
import { endHold } from './begin-hold';
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
  take(run, await ask(run, short.readFile, {}, 'reads the file again'));
  const { state } = run;
  // It waits for a day that may have changed: the phase says it anew.
  if (state.hold?.kind === 'reminder') await endHold(run, { by: 'the workflow' });
}

function take({ state }: Run, { file, gate }: FileSeen): void {
  const { approval, approvalMissing = null, ...view } = file;
  state.row = { ...state.row!, ...view };
  state.gate = gate;
  state.approval = approval?.contentHash === view.contentHash ? approval : null;
  state.approvalMissing = approvalMissing;
  state.ratePerSecond = view.ratePerSecond;
}
