import type { AskedThrough } from './asked-by';
import type { Incident } from './incident-schema';
import type { RunCounts } from './run-status';

/** Why a customer gets no reminder, as the ledger's codes. */
export const UNREMINDED = {
  notExpired: 'password-not-expired',
  chosen: 'new-password-chosen',
  notSent: 'notice-not-sent',
  sentLately: 'notice-sent-lately',
} as const;

/** How long ago a customer's notice must have been sent. */
export function remindAfterSeconds({ reminder }: Pick<Incident, 'reminder'>): number {
  return Math.round((reminder?.afterDays ?? 0) * 86_400);
}

/** An operator's word about the reminder: send it now, or nobody gets one. */
export interface ReminderWord {
  kind: 'remind' | 'leave';
  by: string;
  reason: string;
  through?: AskedThrough;
}

export type AfterNotices = { kind: 'close' | 'remind' } | { kind: 'hold'; dueAt: string; early: boolean };

/**
 * What follows once every notice has its final answer. A wave that has begun is finished without asking. Otherwise an operator
 * decides, and not before it is due: `afterDays` after the last notice that the relay took.
 * @param reminder null: the file has none.
 */
export function afterNotices(
  reminder: { afterDays: number; begun: boolean } | null,
  lastSentAt: string | null,
  word: ReminderWord | null,
  now: number,
): AfterNotices {
  if (reminder === null) return { kind: 'close' };
  if (reminder.begun) return { kind: 'remind' };
  if (word?.kind === 'leave') return { kind: 'close' };
  // Nobody was told: then nothing has to pass.
  const dueAt =
    lastSentAt === null ? new Date(now).toISOString() : reminderDueAt(lastSentAt, reminder.afterDays);
  if (word !== null && Date.parse(dueAt) <= now) return { kind: 'remind' };
  return { kind: 'hold', dueAt, early: word !== null };
}

export function reminderDueAt(lastSentAt: string, afterDays: number): string {
  return new Date(Date.parse(lastSentAt) + afterDays * 86_400_000).toISOString();
}

/** Of the hold before the reminder. */
export function reminderDetail(dueAt: string, early: boolean, notices: RunCounts['notices']): string {
  const told = (notices.sent ?? 0).toLocaleString('en-US');
  const at = `${dueAt.slice(0, 19).replace('T', ' ')} UTC`;
  const refused = early ? 'It is too early to remind anybody. ' : '';
  return `${refused}Everybody has a final answer (${told} were told). From ${at} on you can remind those who still have no new password, once: npm run cli -- remind. To close without a reminder: npm run cli -- remind --leave --reason "..."`;
}

/** Why a word about the reminder is refused; null: it is taken. @param held the run waits for it. */
export function refuseReminderWord(
  payload: unknown,
  { held, dueAt, now }: { held: boolean; dueAt: string | null; now: number },
): string | null {
  const { by, leave, reason } = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<
    string,
    unknown
  >;
  if (typeof by !== 'string' || by.trim() === '')
    return 'by is missing: write who says so, such as {"by": "Jane Doe"}.';
  if (!held)
    return 'The run does not wait for the reminder: it is sent once every notice has a final answer, if the file has "reminder:" (see status).';
  if (leave === true)
    return typeof reason === 'string' && reason.trim() !== ''
      ? null
      : 'reason is missing: write why nobody is reminded, such as {"by": "Jane Doe", "leave": true, "reason": "..."}.';
  if (dueAt !== null && Date.parse(dueAt) > now)
    return `The reminder is due at ${dueAt} (reminder.afterDays after the last notice): say it again then.`;
  return null;
}
