import type { DecidedBy } from '../activities/contract';
import { holdReason } from '../incident/hold-reason';
import type { HoldKind } from '../incident/run-status';
import { ask, brief, isExhausted } from './activities-of-run';
import { nowIso, type Run } from './run-state';
import { show } from './show';

/** The hold is the workflow's; writing it to the row may fail where the database is what is down. */
export async function beginHold(run: Run, kind: HoldKind, detail: string): Promise<void> {
  const reason = holdReason(kind, detail);
  run.state.hold = { kind, reason, since: nowIso() };
  show(run);
  await recordHold(run, { kind, reason });
}

export async function endHold(run: Run, { by, through }: DecidedBy): Promise<void> {
  const { state } = run;
  if (state.hold === null) return;
  state.resumedFrom = state.hold.kind;
  state.hold = null;
  await recordHold(run, null, through === undefined ? { by } : { by, through });
}

async function recordHold(
  run: Run,
  hold: { kind: HoldKind; reason: string } | null,
  decided?: DecidedBy,
): Promise<void> {
  try {
    const summary = hold === null ? `hold ended by ${decided?.by}` : hold.reason;
    await ask(run, brief.recordHold, { hold, reason: hold?.reason ?? null, ...decided }, summary);
  } catch (error) {
    // The hold stands in the workflow's state, and the next one that can be written overwrites the row.
    if (!isExhausted(error)) throw error;
  }
}
