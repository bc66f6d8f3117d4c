import type { IncidentRow } from '../books/incident-row';
import { holdKindOf } from '../incident/hold-reason';
import type { InTheWay } from './close';
import { skipWords } from './skip-words';
import { counted, number, printable, utc } from './words';

/** What `close` says without --go. @param others what the decision that is asked for does not take out of the way. */
export function shownText(row: IncidentRow, found: InTheWay[], others: InTheWay[]): string {
  const { incident_id: id, hold_reason: hold, gate } = row;
  if (row.closed_at !== null) return overText(row);
  if (others.length > 0) return inTheWayText(found, row);
  if (found.length > 0)
    return `${counted(found[0]!.count, 'customer is', 'customers are')} in doubt, and nothing else stands in the way. Nothing is changed yet: add --go to leave them so and to close.`;
  const nothing = `Nothing stands in the way of closing ${id}`;
  if (hold === null && gate === 'open') return `${nothing}: the run closes by itself.`;
  if (hold !== null && holdKindOf(hold) === 'reminder')
    return `${nothing}, but for the word about the reminder.\n${REMIND(id)}`;
  return `${nothing}, but the run waits: ${printable(hold ?? 'it is paused', 1000)}\n  -> npm run cli -- close --go --incident ${id}`;
}

/** The two words that a run before its reminder waits for. */
export const REMIND = (id: string) =>
  `  -> npm run cli -- remind --incident ${id} (shows how many, and when)\n  -> npm run cli -- remind --leave --reason "..." --incident ${id} (closes without)`;

/** What stands in the way, whom it is about, and the command for each kind. */
export function inTheWayText(found: InTheWay[], { incident_id: id, phase }: IncidentRow): string {
  return [
    `NOT CLOSED: ${id} (phase ${phase}). ${counted(found.length, 'thing stands', 'things stand')} in the way:`,
    ...found.flatMap(({ count, what, todo, customers }) => [
      '',
      `${number(count)} ${what}`,
      ...customers.map(customerLine),
      ...(count > customers.length && customers.length > 0
        ? [`  and ${number(count - customers.length)} more`]
        : []),
      `  -> ${printable(todo, 2_000)}`,
    ]),
  ].join('\n');
}

function customerLine({
  customerId,
  reason,
  replyCode,
  replyText,
  claimedAt,
  retryAt,
}: InTheWay['customers'][number]): string {
  const why = [
    claimedAt ? `claimed ${utc(claimedAt)}` : '',
    replyCode
      ? `the relay said ${replyCode} ${printable(replyText ?? '')}`.trim()
      : reason
        ? skipWords(reason)
        : '',
    retryAt ? `tried again from ${utc(retryAt)} on` : '',
  ].filter((words) => words !== '');
  return `  ${printable(customerId)}${why.length > 0 ? `  ${why.join('; ')}` : ''}`;
}

function overText({ incident_id: id, phase, closed_at: at }: IncidentRow): string {
  return `${id} is ${phase} since ${at!.slice(0, 19)} UTC. The proof: npm run cli -- report --incident ${id}`;
}
