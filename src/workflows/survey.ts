import type { NoticeSurvey } from '../activities/contract';
import type { Wave } from '../incident/vocabulary';
import { ask, SCAN } from './activities-of-run';
import { insist } from './holds';
import type { Run } from './run-state';
import { show } from './show';

/** Counts the ledger against the cohort; the run's counts are corrected by it. */
export async function survey(run: Run, wave: Wave): Promise<NoticeSurvey> {
  const { state } = run;
  const books = await insist(run, () =>
    ask(run, 'surveyNotices', { wave }, 'counts the ledger against the cohort', SCAN),
  );
  if (wave === 'reminder') state.counts.reminders = books.notices;
  else state.counts.notices = books.notices;
  state.total = books.cohort;
  show(run);
  return books;
}
