import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_KEYS } from '../incident/search-keys';
import { percentDone, statusDetails } from '../incident/status-details';
import type { Run } from './run-state';
import { statusOf } from './status-of';

/** In steps, since each change is an event in the history. */
const PERCENT_STEP = 5;

/**
 * Writes the run's page in the Web UI (costs no event), and, when they change, the search attributes and the memo, which
 * show also when no worker answers.
 */
export function show(run: Run): void {
  const { state, input } = run;
  const status = statusOf(run);
  setCurrentDetails(statusDetails(status));
  if (state.row === null) return;
  const wait = status.waitingFor?.kind ?? null;
  const percent = Math.floor(percentDone(status) / PERCENT_STEP) * PERCENT_STEP;
  const { shown } = state;
  const moved = shown?.phase !== status.phase || shown.wait !== wait;
  if (!moved && shown.percent === percent) return;
  state.shown = { phase: status.phase, wait, percent };
  if (input.searchAttributes !== false) {
    upsertSearchAttributes([
      { key: SEARCH_KEYS.phase, value: status.phase },
      { key: SEARCH_KEYS.hold, value: wait },
      { key: SEARCH_KEYS.percent, value: percent },
    ]);
  }
  if (moved) {
    upsertMemo({ phase: status.phase, waitsFor: status.waitingFor?.what ?? 'nothing', asOf: status.asOf });
  }
}
