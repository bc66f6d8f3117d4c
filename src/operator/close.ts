import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { checkWaves, currentWave, listOpenNotices, type OpenNotice, wavesOf } from '../books/balance';
import type { BareBooks } from '../books/books';
import { readDelay, type StandingDelay } from '../books/delay';
import { type IncidentRow, openBooks } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import type { Database } from '../books/open-database';
import { decideInDoubt } from '../books/settle-doubt';
import { findLeftovers, verifyExpiry } from '../company/verify-expiry';
import type { BooksProblem } from '../incident/books-problems';
import { withIncident } from '../incident/incident-commands';
import { releaseCommand } from '../incident/law-delay';
import type { HoldKind } from '../incident/run-status';
import type { Phase } from '../incident/vocabulary';
import {
  type Chosen,
  holdWords,
  type IncidentOptions,
  onBooks,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { requireSameServer } from './own-ledger';
import { retentionLines } from './purge';
import { resume } from './resume';
import { noWorker, onRun, type Steered, type Steering, untilRow } from './steer';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { counted, delayLine, json, number, printable, skipWords, utc } from './words';

/** One thing that keeps an incident from closing, and whom it is about. */
export interface InTheWay {
  /** `alive`: something from before the cutoff lets somebody in (I3). `law-enforcement`: they asked to wait. */
  kind: BooksProblem['kind'] | 'alive' | 'law-enforcement';
  count: number;
  what: string;
  todo: string;
  /** The first of them, in key order. */
  customers: (Pick<OpenNotice, 'customerId'> & Partial<OpenNotice>)[];
}

/** How many customers are named in all. */
export const NAMED = 20;

/** What keeps it from closing, as the run itself sees it (close-books.ts). Reads everything once, changes nothing. */
export async function whatIsInTheWay(database: Database, row: IncidentRow): Promise<InTheWay[]> {
  const books = await openBooks(database, row);
  const { db, company, incident } = books;
  const now = Date.now();
  const problems = await checkWaves(books, await wavesOf(books));
  const { findings } = await verifyExpiry(db, company, incident, now);
  const each = Math.max(1, Math.floor(NAMED / Math.max(1, problems.length + findings.length)));
  const inTheWay: InTheWay[] = delayInTheWay(row, await readDelay(books));
  for (const problem of problems) {
    const { kind, count, what, todo, wave } = problem;
    const customers = kind === 'sum' ? [] : await listOpenNotices(books, wave, { kind, limit: each });
    inTheWay.push({ kind, count, what, todo, customers });
  }
  const alive = findings.length === 0 ? [] : await findLeftovers(db, company, incident, now);
  for (const finding of findings) {
    const ids = alive.find(({ what }) => what === finding.what)?.customers ?? [];
    const customers = ids.slice(0, each).map((customerId) => ({ customerId }));
    inTheWay.push({ kind: 'alive', ...finding, customers });
  }
  return inTheWay;
}

function delayInTheWay(row: IncidentRow, delay: StandingDelay | null): InTheWay[] {
  if (delay === null) return [];
  const { length: count } = delay.requests;
  return [
    {
      kind: 'law-enforcement',
      count,
      what: `${count === 1 ? 'request of law enforcement to wait stands' : 'requests of law enforcement to wait stand'}. ${delayLine(delay)}`,
      todo: `When they agree: ${releaseCommand(delay)} --incident ${row.incident_id}`,
      customers: [],
    },
  ];
}

interface CloseOptions extends IncidentOptions {
  leaveInDoubt?: boolean;
  reason?: string;
  go?: boolean;
}

/** Exit 1: something stands in the way. The run itself closes; this says what it lacks, records the decision and waits for it. */
export function describeClose(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'Shows what keeps the incident from closing, and what to do about each; with --go lets the run close the incident.',
    )
    .option('--leave-in-doubt', 'decide that nobody in doubt is told again: they count as left')
    .option('--reason <text>', 'why, for the audit log')
    .option('--go', 'carry out the decision, and let the run close')
    .option('--json', 'the facts as JSON')
    .action((options: CloseOptions) => {
      if (options.leaveInDoubt && !options.reason?.trim())
        throw new ToldError('--leave-in-doubt needs --reason "...": the decision goes on the record.', 2);
      return options.go
        ? onRun(options, (steering) => close(steering, options))
        : onBooks(options, (chosen) => show(chosen, options));
    });
}

async function show({ database, row, books }: Chosen, options: CloseOptions): Promise<void> {
  await requireCurrent(database);
  if (!isOver(row)) await requireNotices(row, books);
  const inTheWay = isOver(row) ? [] : await whatIsInTheWay(database, row);
  if (leftOver(inTheWay, options).length > 0) process.exitCode = 1;
  const { incident_id: incidentId, phase } = row;
  console.log(
    options.json
      ? json({ incidentId, phase, inTheWay, left: null })
      : withIncident(shownText(row, inTheWay, leftOver(inTheWay, options)), incidentId),
  );
}

/** The run may take so long to close: it surveys, verifies and checks, and each of these reads everybody. */
const CLOSED_WITHIN_MILLISECONDS = 60_000;

async function close(steering: Steering, options: CloseOptions): Promise<void> {
  const { client, database, row, by } = steering;
  const id = row.incident_id;
  await requireNotices(row, steering.books);
  await requireSameServer(steering.books);
  const inTheWay = await whatIsInTheWay(database, row);
  if (leftOver(inTheWay, options).length > 0) throw new ToldError(inTheWayText(inTheWay, row));
  requireRunThatMayClose(row);
  let left = 0;
  if (options.leaveInDoubt) {
    const books = await openBooks(database, row);
    const decision = {
      decision: 'leave' as const,
      by: decidedBy(options.by),
      reason: options.reason!.trim(),
    };
    left = await decideInDoubt(books, await currentWave(books, row), decision);
  }
  const told = left > 0 ? `${counted(left, 'customer')} left in doubt, by ${by}.\n` : '';
  const sent =
    row.hold_reason === null ? null : resume(client, { incidentId: id, by, fence: Number(row.fence) });
  const { row: now } = await untilRow(
    steering,
    longEnough(sent),
    (seen) => isOver(seen) || holdsAnew(seen, row),
  );
  if (sent && now.hold_reason === row.hold_reason && !(await sent).inEffect)
    throw new ToldError(`${told}NOT CLOSED yet. ${noWorker('resume')}`);
  if (options.json)
    console.log(json({ incidentId: id, phase: now.phase, holdReason: now.hold_reason, left }));
  else if (now.phase === 'closed')
    console.log(
      [
        `${told}CLOSED: ${id}. The proof: npm run cli -- report --incident ${id}`,
        ...retentionLines(now),
      ].join('\n'),
    );
  else if (now.hold_reason !== null) console.log(`${told}THE RUN HOLDS AGAIN: ${holdWords(now)}`);
  else
    console.log(
      `${told}The run goes on (phase ${now.phase}) and closes on its own: npm run cli -- status --watch`,
    );
  if (now.hold_reason !== null) process.exitCode = 1;
}

async function longEnough(sent: Promise<Steered> | null): Promise<void> {
  if (sent === null || (await sent).inEffect) await sleep(CLOSED_WITHIN_MILLISECONDS);
}

function isOver({ closed_at: at }: IncidentRow): boolean {
  return at !== null;
}

function holdsAnew({ hold_reason: hold }: IncidentRow, before: IncidentRow): boolean {
  return hold !== null && hold !== before.hold_reason;
}

/** Holds that `resume` ends on the way to the closing; any other has a cause of its own. */
const ON_THE_WAY: ReadonlySet<HoldKind> = new Set<HoldKind>([
  'in-doubt',
  'close-refused',
  'no-progress',
  'verify-findings',
]);

/** `close` does not undo a person's pause, nor a hold for another reason. */
function requireRunThatMayClose(row: IncidentRow): void {
  const resumeIt = `npm run cli -- resume --incident ${row.incident_id}`;
  if (row.gate === 'closed')
    throw new ToldError(
      `NOT CLOSED, nothing was changed: ${printable(row.gate_by)} paused the run (${printable(row.gate_reason)}).\nWhen the pause is over: ${resumeIt}`,
    );
  if (row.hold_kind === 'reminder')
    throw new ToldError(
      `NOT CLOSED, nothing was changed: first decide whether customers without a new password are reminded.\n${REMIND(row.incident_id)}`,
    );
  if (row.hold_kind !== null && !ON_THE_WAY.has(row.hold_kind))
    throw new ToldError(
      `NOT CLOSED, nothing was changed: the run holds for another reason. ${holdWords(row)}\nOnce that is fixed: ${resumeIt}`,
    );
}

/** What still stands in the way once this command's decision is carried out. */
function leftOver(inTheWay: InTheWay[], { leaveInDoubt }: CloseOptions): InTheWay[] {
  return leaveInDoubt ? inTheWay.filter(({ kind }) => kind !== 'in_doubt') : inTheWay;
}

const BEFORE_NOTICES: ReadonlySet<Phase> = new Set<Phase>(['expire', 'verify', 'approval']);

async function requireNotices(row: IncidentRow, books: BareBooks): Promise<void> {
  const { incident_id: id, phase } = row;
  if (!BEFORE_NOTICES.has(phase)) return;
  const delay = await readDelay(books);
  const held = delay === null ? '' : ` ${delayLine(delay)}.`;
  throw new ToldError(
    `NOT CLOSED: ${id} is in phase ${phase}, and the notices are still to come.${held} To end the incident without them: npm run cli -- cancel --incident ${id}`,
  );
}

/** What `close` says without --go. @param others what would still stand in the way once the decision is carried out. */
export function shownText(row: IncidentRow, inTheWay: InTheWay[], others: InTheWay[]): string {
  const { incident_id: id, hold_reason: hold, gate } = row;
  if (row.closed_at !== null) return [overText(row), ...retentionLines(row)].join('\n');
  if (others.length > 0) return inTheWayText(inTheWay, row);
  if (inTheWay.length > 0)
    return `${counted(inTheWay[0]!.count, 'customer is', 'customers are')} in doubt, and nothing else stands in the way. Nothing is changed yet: add --go to leave them in doubt and close.`;
  const nothing = `Nothing stands in the way of closing ${id}`;
  const kept = retentionLines(row);
  if (hold === null && gate === 'open') return [`${nothing}: the run closes on its own.`, ...kept].join('\n');
  if (row.hold_kind === 'reminder')
    return [`${nothing} but your decision about the reminder.`, REMIND(id), ...kept].join('\n');
  return [
    `${nothing}, but the run waits: ${printable(hold ?? 'somebody paused it', 1000)}`,
    `  -> npm run cli -- close --go --incident ${id}`,
    ...kept,
  ].join('\n');
}

/** A run that waits before its reminder goes on by one of these two. */
export const REMIND = (id: string) =>
  `  -> npm run cli -- remind --incident ${id} (shows how many, and when)\n  -> npm run cli -- remind --leave --reason "..." --incident ${id} (closes without one)`;

/** What stands in the way, whom it is about, and the command for each kind. */
export function inTheWayText(inTheWay: InTheWay[], { incident_id: id, phase }: IncidentRow): string {
  return [
    `NOT CLOSED: ${id} (phase ${phase}). ${counted(inTheWay.length, 'thing stands', 'things stand')} in the way:`,
    ...inTheWay.flatMap(({ count, what, todo, customers }) => [
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
  return `${id} was ${phase} at ${at!.slice(0, 19)} UTC. The proof: npm run cli -- report --incident ${id}`;
}
