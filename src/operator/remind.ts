import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { surveyNotices } from '../books/balance';
import { countRemindable, type Remindable } from '../books/cohort';
import { type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { inWords } from '../incident/hold-reason';
import { reminderDueAt } from '../incident/reminder';
import { type Accepted, type RemindRequest, remindUpdate } from '../workflows/messages';
import {
  type Chosen,
  type IncidentOptions,
  onBooks,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { requireSameServer } from './own-ledger';
import { accepted, onRun, type Steering, untilRow, updateOf, WRITTEN_WITHIN_MILLISECONDS } from './steer';
import { ToldError } from './told-error';
import { json, number, SPARED_WORDS, table, utc } from './words';

interface RemindOptions extends IncidentOptions {
  go?: boolean;
  leave?: boolean;
  reason?: string;
}

export function describeRemind(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'Shows how many customers have no new password yet; with --go each of them is reminded, once; with --leave nobody is reminded and the incident closes.',
    )
    .option('--go', 'send the reminder')
    .option('--leave', 'close without a reminder; needs --reason')
    .option('--reason <text>', 'with --leave: why nobody is reminded, for the audit log')
    .option('--json', 'the facts as JSON')
    .action((options: RemindOptions) => {
      if (options.go && options.leave)
        throw new ToldError('--go sends the reminder, --leave does not: write only one of the two.', 2);
      if (options.leave && !options.reason?.trim())
        throw new ToldError('--leave needs --reason "...": the decision goes on the record.', 2);
      return options.go || options.leave
        ? onRun(options, (steering) => say(steering, options))
        : onBooks(options, (chosen) => show(chosen, options));
    });
}

/** What a reminder would do, or has done. */
export interface ReminderFacts extends Remindable {
  incidentId: string;
  phase: string;
  /** ISO 8601; null: no notice was sent yet. */
  dueAt: string | null;
  afterDays: number;
  /** The run waits for the word. */
  waits: boolean;
  /** Of the wave, by state; empty until it begins. */
  reminders: Partial<Record<string, number>>;
}

async function show({ database, row }: Chosen, options: RemindOptions): Promise<void> {
  await requireCurrent(database);
  const books = await openBooks(database, row);
  const { afterDays } = requireReminder(row);
  const { lastSentAt } = await surveyNotices(books, 'notice');
  const facts: ReminderFacts = {
    incidentId: row.incident_id,
    phase: row.phase,
    dueAt: lastSentAt && reminderDueAt(lastSentAt, afterDays),
    afterDays,
    waits: waits(row),
    ...(await countRemindable(books)),
    reminders: (await surveyNotices(books, 'reminder')).notices,
  };
  console.log(options.json ? json(facts) : remindText(facts));
}

async function say(steering: Steering, options: RemindOptions): Promise<void> {
  const { client, row, by } = steering;
  const incidentId = row.incident_id;
  requireReminder(row);
  await requireSameServer(steering.books);
  const leave = options.leave ? { leave: true, reason: options.reason!.trim() } : {};
  await accepted('remind', remind(client, { incidentId, by, ...leave }));
  const { shown, row: now } = await untilRow(
    steering,
    sleep(WRITTEN_WITHIN_MILLISECONDS),
    ({ phase }) => phase !== row.phase,
  );
  if (options.json)
    return console.log(
      json({ incidentId, phase: now.phase, by, leave: options.leave === true, inEffect: shown }),
    );
  const see = `npm run cli -- status --watch --incident ${incidentId}`;
  if (!shown) return console.log(`Accepted, by ${by}; not yet in the books. See: ${see}`);
  console.log(
    options.leave
      ? `NOBODY IS REMINDED: ${incidentId} closes, by ${by}. See: ${see}`
      : `REMINDING ${incidentId}, by ${by}: each customer without a new password, once. pause stops it. See: ${see}`,
  );
}

function requireReminder(row: IncidentRow): { afterDays: number } {
  const { reminder } = incidentOf(row);
  if (reminder) return reminder;
  throw new ToldError(
    `The file of ${row.incident_id} has no reminder: nobody is reminded. To have one, write "reminder:" with "afterDays: 14" into it, and its words below each language; then: npm run cli -- amend FILE`,
  );
}

function waits({ hold_kind: kind }: IncidentRow): boolean {
  return kind === 'reminder';
}

/** Sends the reminder, or closes without. @throws RefusedError with the reason, such as the time from which on it may go out. */
export function remind(
  client: Client,
  { incidentId, ...request }: RemindRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, remindUpdate, request);
}

/** For people: who would be reminded, when, and what to type. */
export function remindText(facts: ReminderFacts): string {
  const { incidentId, customers, spared, reminders } = facts;
  const begun = inWords(reminders);
  return [
    `The reminder of ${incidentId}: ${begun ? 'it has begun.' : 'nothing is sent.'}`,
    ...table([
      ['No new password yet', `${number(customers)}, who were told`],
      ...Object.entries(spared).map(([why, count]): [string, string] => [
        'Not reminded',
        `${number(count)}: ${SPARED_WORDS[why] ?? why}`,
      ]),
      ...(begun ? [['Reminders', begun] as [string, string]] : []),
    ]),
    '',
    ...next(facts, begun !== ''),
  ].join('\n');
}

function next({ phase, dueAt, afterDays, waits, incidentId }: ReminderFacts, begun: boolean): string[] {
  if (begun || phase === 'closed' || phase === 'cancelled') return [`Phase ${phase}.`];
  const only = `--incident ${incidentId}`;
  const when = `${afterDays} days after the last notice`;
  if (!waits)
    return [
      `Phase ${phase}: first every notice gets its final answer. The reminder can go out ${dueAt === null ? when : `from ${utc(dueAt)} on (${when}, as of now)`}.`,
    ];
  return [
    `It can go out from ${utc(dueAt ?? new Date().toISOString())} on (${when}). Whoever chooses a password before their turn is left out.`,
    `  -> npm run cli -- remind --go ${only}`,
    `Without a reminder: npm run cli -- remind --leave --reason "..." ${only}`,
  ];
}
