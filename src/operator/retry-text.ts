import type { IncidentRow } from '../books/incident-row';
import type { Cause } from '../books/reopen-notices';
import type { Retried } from './retry-command';
import { skipWords } from './skip-words';
import { counted, number, printable, utc } from './words';

/** What a retry would reopen. */
export function retryText(facts: Retried): string {
  const { customers, groups, since, upTo } = facts;
  const lines = [
    `${counted(customers, 'customer')} ${causeWords(facts.cause)}, from ${utc(since)} to ${utc(upTo)}.`,
    ...groups.map((group) => {
      const words = group.replyText ? `: ${printable(group.replyText)}` : '';
      const code = group.replyCode === null ? '' : `${group.replyCode}, `;
      return `  ${number(group.customers)}  ${code}${printable(group.reason)}${words} (such as customer ${printable(group.example)})`;
    }),
    ...laterWords(facts),
    '',
  ];
  if (customers > 0)
    lines.push('Nothing is changed yet: add --reason "what was mended" --go to reopen them.');
  else lines.push('Nobody would be reopened.');
  return lines.join('\n');
}

/** What it reopened, and how they come to be told. */
export function reopenedText(facts: Retried, by: string, row: IncidentRow): string {
  if (facts.reopened === 0) return ['Nobody was reopened.', ...laterWords(facts)].join('\n');
  return [
    `REOPENED ${counted(facts.reopened!, 'customer')} of ${facts.incidentId}, by ${by}, once each.`,
    ...laterWords(facts),
    nextWords(row),
  ].join('\n');
}

/** How the run comes to them: a pass goes by before it settles, and while it settles it looks every 15 minutes. */
function nextWords({ gate, hold_reason: hold, phase, incident_id: id }: IncidentRow): string {
  const resume = `npm run cli -- resume --incident ${id}`;
  if (hold !== null)
    return `They are told once the run goes on. It holds (${printable(hold, 120)}): ${resume}`;
  if (gate === 'closed') return `They are told once the run goes on. It is paused: ${resume}`;
  if (phase === 'settle' || phase === 'close')
    return `They are told when the run looks again, within 15 minutes; at once: ${resume}`;
  return `They are told by the pass after this one, when phase ${phase} is over.`;
}

function causeWords(cause: Cause): string {
  if ('skipped' in cause) return `skipped for ${printable(cause.skipped)} (${skipWords(cause.skipped)})`;
  const { code, enhanced } = cause.failed;
  return `failed with ${[code, enhanced].filter((one) => one !== null).join(' ')}`;
}

function laterWords({ later, upTo, endedByRetry }: Retried): string[] {
  if (!endedByRetry) return [];
  if (later === 0) return [`What ended before the retry of ${utc(upTo)} was reopened by it, once.`];
  const next = new Date(Date.parse(upTo) + 1).toISOString();
  return [
    `${number(later)} more ended so after the retry of ${utc(upTo)}; another retry reopens them: --since ${next}`,
  ];
}
