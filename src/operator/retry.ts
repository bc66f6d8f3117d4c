import { type Command, InvalidArgumentError } from 'commander';
import { currentWave } from '../books/balance';
import { readDelay } from '../books/delay';
import { type IncidentRow, openBooks } from '../books/incident-row';
import {
  type Cause,
  databaseNow,
  type Reopenable,
  reopenNotices,
  reopenWindow,
  surveyReopenable,
} from '../books/reopen-notices';
import type { Delay } from '../incident/law-delay';
import { parseRelayCode, parseSince, type RelayCode, type Since } from '../incident/reopening';
import {
  type Chosen,
  type IncidentOptions,
  onIncident,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { requireSameServer } from './own-ledger';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { counted, delayLine, json, number, printable, skipWords, utc } from './words';

interface RetryOptions extends IncidentOptions {
  code?: RelayCode;
  skipped?: string;
  since?: Since;
  reason?: string;
  go?: boolean;
}

/** Without --go it counts; with it the notices are released again, once each, on the record (I2, I6). */
export function describeRetry(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'Reopens, once each, notices that failed for a cause that is now fixed; the run then sends them.',
    )
    .option(
      '--code <code>',
      'failed with this code of the relay: 550, 5.7.1 or "550 5.7.1"; none: its sessions were lost',
      codeArgument,
    )
    .option(
      '--skipped <reason>',
      'instead: skipped for this reason, such as address-missing, which is now fixed',
    )
    .option('--since <time>', 'from when on: 2h or 30m (ago), or 2026-11-25T02:00:00Z', sinceArgument)
    .option('--reason <text>', 'what was fixed, for the audit log')
    .option('--go', 'reopens them; without it nothing is changed')
    .option('--json', 'the facts as JSON')
    .action((options: RetryOptions) => {
      if ((options.code === undefined) === (options.skipped === undefined))
        throw new ToldError(
          'Which? Write --code CODE (failed with it), or --skipped REASON: one of the two.',
          2,
        );
      if (options.since === undefined)
        throw new ToldError('Since when? Write --since 2h, or --since 2026-11-25T02:00:00Z.', 2);
      if (options.go && !options.reason?.trim())
        throw new ToldError('--go needs --reason "what was fixed": the decision goes on the record.', 2);
      return onIncident(['database'], options, (chosen) => retry(chosen, options));
    });
}

/** What the command is about and what it did. */
export interface Retried extends Reopenable {
  incidentId: string;
  cause: Cause;
  since: string;
  upTo: string;
  endedByRetry: boolean;
  /** Null: nothing was changed. */
  reopened: number | null;
}

async function retry(chosen: Chosen, options: RetryOptions): Promise<void> {
  const { database, row, books } = chosen;
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${row.incident_id} is ${row.phase} for good: it tells nobody any more.`,
    );
  await requireSameServer(chosen.books);
  const cause: Cause =
    options.code === undefined ? { skipped: options.skipped!.trim() } : { failed: options.code };
  const window = await reopenWindow(books, await instantOf(options.since!, books.db));
  const wave = await currentWave(books, row);
  const reopenable = await surveyReopenable(books, wave, { cause, window });
  const facts: Retried = { incidentId: row.incident_id, cause, ...window, ...reopenable, reopened: null };
  if (!options.go) return console.log(options.json ? json(facts) : retryText(facts));
  const by = decidedBy(options.by);
  const decision = { cause, window, by, reason: options.reason!.trim() };
  facts.reopened = await reopenNotices(await openBooks(database, row), wave, decision);
  console.log(options.json ? json(facts) : reopenedText(facts, by, row, await readDelay(books)));
}

async function instantOf(since: Since, db: Chosen['database']['db']): Promise<string> {
  const now = Date.parse(await databaseNow(db));
  const instant = 'at' in since ? Date.parse(since.at) : now - since.agoSeconds * 1000;
  if (instant <= now) return new Date(instant).toISOString();
  throw new ToldError(
    `--since ${new Date(instant).toISOString()} is still to come; by the database's clock it is ${new Date(now).toISOString()}.`,
    2,
  );
}

function codeArgument(typed: string): RelayCode {
  return orRefused(parseRelayCode(typed));
}

function sinceArgument(typed: string): Since {
  return orRefused(parseSince(typed));
}

function orRefused<T extends object>(parsed: T | { problem: string }): T {
  if (!('problem' in parsed)) return parsed;
  throw new InvalidArgumentError(`${parsed.problem.replace(/^f/, 'F')}.`);
}

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
  if (customers > 0) lines.push('Nothing is changed yet: add --reason "what was fixed" --go to reopen them.');
  else lines.push('There is nothing to reopen.');
  return lines.join('\n');
}

/** What it reopened, and how they come to be told. */
export function reopenedText(facts: Retried, by: string, row: IncidentRow, delay: Delay | null): string {
  if (facts.reopened === 0) return ['Nothing was reopened.', ...laterWords(facts)].join('\n');
  return [
    `REOPENED ${counted(facts.reopened!, 'customer')} of ${facts.incidentId}, by ${by}, once each.`,
    ...laterWords(facts),
    nextWords(row, delay),
  ].join('\n');
}

/** How the run comes to them: a pass goes by before it settles, and while it settles it looks every 15 minutes. */
function nextWords(row: IncidentRow, delay: Delay | null): string {
  const { gate, hold_reason: hold, phase, incident_id: id } = row;
  const resume = `npm run cli -- resume --incident ${id}`;
  if (delay !== null) return `They are told once law enforcement agrees. ${delayLine(delay)}`;
  if (hold !== null)
    return `They are told once the run goes on. The run holds (${printable(hold, 120)}): ${resume}`;
  if (gate === 'closed') return `They are told once the run goes on. The run is paused: ${resume}`;
  if (phase === 'settle' || phase === 'close')
    return `They are told when the run looks again, within 15 minutes. To have it look at once: ${resume}`;
  return `They are told by the next pass, once phase ${phase} is over.`;
}

function causeWords(cause: Cause): string {
  if ('skipped' in cause) return `skipped for ${printable(cause.skipped)} (${skipWords(cause.skipped)})`;
  const { code, enhanced } = cause.failed;
  if (code === null && enhanced === null) return 'failed without a reply that could be read';
  return `failed with ${[code, enhanced].filter((part) => part !== null).join(' ')}`;
}

function laterWords({ later, upTo, endedByRetry }: Retried): string[] {
  if (!endedByRetry) return [];
  if (later === 0) return [`The retry of ${utc(upTo)} has reopened, once, what ended before it.`];
  const next = new Date(Date.parse(upTo) + 1).toISOString();
  return [
    `${number(later)} more ended this way after the retry of ${utc(upTo)}; another retry reopens them: --since ${next}`,
  ];
}
