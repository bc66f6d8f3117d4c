import { inWords } from '../incident/hold-reason';
import type { ReminderFacts } from './remind-command';
import { SPARED_WORDS } from './skip-words';
import { number, table, utc } from './words';

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
