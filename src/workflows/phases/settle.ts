import { afterNotices, reminderDetail } from '../../incident/reminder';
import type { Phase } from '../../incident/vocabulary';
import { hold } from '../holds';
import { settleWave } from '../notice-work';
import type { Run } from '../run-state';

/** Every notice gets its final answer. Then, where the file has a reminder, it holds until somebody says the word. */
export async function settle(run: Run): Promise<Phase> {
  const { state } = run;
  for (;;) {
    const { lastSentAt, notices } = await settleWave(run, 'notice');
    const next = afterNotices(
      state.row!.reminder ?? null,
      lastSentAt,
      state.reminderWord ?? null,
      Date.now(),
    );
    if (next.kind !== 'hold') return next.kind;
    state.reminderWord = null;
    state.reminderDueAt = next.dueAt;
    await hold(run, 'reminder', reminderDetail(next.dueAt, next.early, notices));
    state.reminderDueAt = null;
  }
}
