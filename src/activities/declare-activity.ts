import { isNativeError } from 'node:util/types';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type pino from 'pino';
import { findLedger } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import type { GoesWithout } from '../incident/goes-without';
import type { AuditHeads } from './audit-heads';
import type { IncidentRef, TellsBeside } from './contract';
import { failure, toFailure, unfitFor } from './failure';

type Activity<Input, Result> = (input: Input) => Promise<Result>;

/** How create-activities.ts declares each activity: by who tells Temporal meanwhile that the worker lives. */
export interface Declare {
  /** A beat every second, until it ends: a dead worker is noticed after seconds also where one statement scans 24 million rows. */
  activity<Input extends IncidentRef, Result>(work: Activity<Input, Result>): Activity<Input, Result>;
  /** Beats itself, with words for the Web UI: slice-clock.ts. */
  slice<Input extends IncidentRef, Result>(work: Activity<Input, Result>): Activity<Input, Result>;
  /** Beats itself, and works where the database does not answer. */
  call<Input extends IncidentRef>(work: Activity<Input, void>): Activity<Input, void>;
}

/** Leaves the next attempts of this task queue to other workers, or all of them for good; what is under way here is given back. */
export type LeaveWork = (why: string, how: 'for a while' | 'for good', taskQueue: string) => void;

/** What is declared works for its own ledger only, tells where the audit stands afterwards, and fails as failure.ts says it. */
export function declareActivities(
  database: Database,
  run: AuditHeads & {
    lookAtRun?: ((input: IncidentRef) => Promise<void>) | undefined;
    goesWithout?: ((input: IncidentRef) => Promise<GoesWithout | null>) | undefined;
    leave?: LeaveWork | undefined;
  },
  log: pino.Logger,
): Declare {
  const declared: Declare['slice'] = (work) =>
    failing(run, log, async (input) => {
      await ownLedgerOnly(input, database);
      const result = await work(input);
      await run.lookAtRun?.(input);
      return beside(result, {
        audit: await run.tell(input),
        without: (await run.goesWithout?.(input)) ?? null,
      });
    });
  return {
    slice: declared,
    activity: (work) => beating(declared(work)),
    call: (work) =>
      failing(run, log, async (input) => {
        await ownLedgerOnly(input, database).catch((error) => {
          // A database that is away is among what somebody is called for.
          if (error instanceof ApplicationFailure) throw error;
        });
        return work(input);
      }),
  };
}

/** With words of ours for Temporal, and where it failed for the log. */
function failing<Input, Result>(
  { leave }: { leave?: LeaveWork | undefined },
  log: pino.Logger,
  work: Activity<Input, Result>,
): Activity<Input, Result> {
  return async (input) => {
    try {
      return await work(input);
    } catch (error) {
      const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
      const { activityType: activity, taskQueue, attempt } = Context.current().info;
      const failed = toFailure(error);
      const why = failed.message;
      log.error({ activity, attempt, code, errno, kind, why, at: framesOf(error) }, 'an activity failed');
      const unfit = unfitFor(failed);
      if (unfit !== null) leave?.(failed.message, unfit, taskQueue);
      throw failed;
    }
  };
}

/** Where it was thrown, of this program and its packages: never its message, which may quote a customer's data. */
export function framesOf(error: unknown): string[] {
  if (!isNativeError(error) || error instanceof ApplicationFailure) return [];
  const { stack = '', message } = error;
  // The message stands first, after the name, in as many lines as it has.
  const at = stack.indexOf(message);
  if (at < 0) return [];
  const lines = stack.slice(at + message.length).split('\n');
  return lines.flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? []).slice(0, MOST_FRAMES);
}

const MOST_FRAMES = 10;

/**
 * Every activity asks first whether the run's ledger is the one that this worker's database holds, at this moment: it may have been
 * dropped and created again. The task queue keeps other ledgers' work away; if such work comes anyway, nothing is done.
 */
async function ownLedgerOnly({ ledgerId }: IncidentRef, database: Database): Promise<void> {
  const ledger = await findLedger(database);
  if (ledger?.id === ledgerId) return;
  const here = ledger === null ? 'holds no ledger' : `holds the ledger ${ledger.id}`;
  throw failure('OtherLedger', ledgerId, database.address, here);
}

type Told = { [Beside in keyof TellsBeside]-?: NonNullable<TellsBeside[Beside]> | null };

function beside<Result>(result: Result, { audit, without }: Told): Result {
  if (result === null || Array.isArray(result)) return result;
  return { ...result, ...(audit ? { audit } : {}), ...(without ? { without } : {}) };
}

const HEARTBEAT_MILLISECONDS = 1_000;

export function beating<Input, Result>(work: Activity<Input, Result>): Activity<Input, Result> {
  return async (input) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
    try {
      return await work(input);
    } finally {
      clearInterval(timer);
    }
  };
}
