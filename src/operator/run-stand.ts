import type { Gate } from '../books/gate';
import type { IncidentRow } from '../books/incident-row';
import type { KnownReceiver } from '../books/receivers';
import type { KnownRelay } from '../books/relays';
import { type Delay, releaseCommand } from '../incident/law-delay';
import type { RunStatus, WaitKind } from '../incident/run-status';
import { troubleWords } from './run-trouble';
import type { StatusResult } from './status';
import { printable, utc } from './words';

/** Where an incident stands: from the run itself, or from the books where no run answers. */
export interface StatusFacts {
  row: IncidentRow;
  gate: Gate;
  /** Receivers that are aside or paused. */
  shut: KnownReceiver[];
  /** By which workers send. */
  relays: KnownRelay[];
  /** Null: Temporal was not asked, for this reason. */
  run: StatusResult | null;
  temporalProblem: string | null;
}

/** What `status --check` tells a monitor, and its exit code. */
export const STAND_EXITS = {
  running: 0,
  /** It goes on without anybody here: once what was put off is due, or once law enforcement agrees. */
  waiting: 0,
  /** No run, no worker, or one that fails again and again. */
  stuck: 1,
  'waiting-for-you': 3,
  over: 4,
} as const;

export interface RunStand {
  stand: keyof typeof STAND_EXITS;
  /** What is the matter and what to do, a line each; empty: nothing is. */
  words: string[];
}

export function standOf({ row, run, temporalProblem }: StatusFacts): RunStand {
  const only = `--incident ${row.incident_id}`;
  const stuck = (...words: string[]): RunStand => ({ stand: 'stuck', words: [...words, ...held(row)] });
  if (row.closed_at !== null)
    return { stand: 'over', words: [`The incident is over. The proof: npm run cli -- report ${only}`] };
  if (temporalProblem !== null) return stuck(temporalProblem);
  if (run?.workflow !== 'RUNNING')
    return stuck(
      `NO RUN IS GOING (Temporal says: ${run?.workflow ?? 'not known'}): npm start -- FILE --go goes on from the books.`,
    );
  const { trouble, status } = run;
  if (trouble?.kind === 'task') return stuck(...troubleWords(trouble));
  if (status === null) return stuck('NO WORKER of this database ANSWERS: start one with npm run worker.');
  if (status.waitingFor !== null) return waiting(status.waitingFor, status.gate?.delay ?? {}, only);
  return trouble === null ? { stand: 'running', words: [] } : stuck(...troubleWords(trouble));
}

/** What is typed first, where it is not resume. */
const FIRST: Partial<Record<WaitKind, string>> = {
  approval: 'approve',
  'in-doubt': 'settle',
  'close-refused': 'close',
  reminder: 'remind',
  'receiver-paused': 'domains',
};

function waiting(
  { kind, what, since }: NonNullable<RunStatus['waitingFor']>,
  delay: Partial<Delay>,
  only: string,
): RunStand {
  if (kind === 'deferred') {
    const words = `The run waits, since ${utc(since)}, and goes on without you: ${printable(what, 1000)}`;
    return { stand: 'waiting', words: [words] };
  }
  if (kind === 'law-enforcement')
    return {
      stand: 'waiting',
      words: [
        `The run waits, since ${utc(since)}: ${printable(what, 20_000)}`,
        `  -> when they agree: ${releaseCommand(delay)} ${only}`,
      ],
    };
  return {
    stand: 'waiting-for-you',
    words: [
      `THE RUN WAITS FOR YOU, since ${utc(since)}: ${printable(what, 1000)}`,
      `  -> npm run cli -- ${FIRST[kind] ?? 'resume'} ${only}`,
    ],
  };
}

function held({ hold_reason: reason }: IncidentRow): string[] {
  return reason === null ? [] : [`The run held: ${printable(reason, 1000)}`];
}
