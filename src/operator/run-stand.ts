import type { Gate } from '../books/gate';
import type { IncidentRow } from '../books/incident-row';
import type { KnownReceiver } from '../books/receivers';
import type { KnownRelay } from '../books/relays';
import { BY_BREAKER, withoutRemarks } from '../incident/goes-without';
import { brakeOn, type Delay, releaseCommand } from '../incident/law-delay';
import { inDoubt, type RunStatus, standsStill, type WaitKind } from '../incident/run-status';
import { doubtWords, firstCommand, pausedWait } from '../incident/waiting-for';
import { olderThan } from '../workflows/code-version';
import { troubleWords } from './run-trouble';
import type { StatusResult } from './status';
import { counted, printable, utc } from './words';

/** Where an incident stands: from the run itself, or from the books where no run answers. */
export interface StatusFacts {
  /** When it was asked: milliseconds since 1970. */
  at: number;
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
  /** No run, no worker, one that fails again and again, or one that has not moved for a minute, or for three of its steps. */
  stuck: 1,
  'waiting-for-you': 3,
  over: 4,
} as const;

export interface RunStand {
  stand: keyof typeof STAND_EXITS;
  /** What is the matter and what to do, a line each; empty: nothing is. */
  words: string[];
}

const OVER = {
  closed: 'The incident is closed. The proof:',
  cancelled: 'The run was CANCELLED for good: whoever was not told by then never will be. Who:',
} as const;

export function standOf({ at, row, gate, shut, relays, run, temporalProblem }: StatusFacts): RunStand {
  const only = `--incident ${row.incident_id}`;
  const stuck = (...words: string[]): RunStand => ({ stand: 'stuck', words: [...words, ...held(row)] });
  if (row.closed_at !== null)
    return {
      stand: 'over',
      words: [`${OVER[row.phase as 'closed' | 'cancelled']} npm run cli -- report ${only}`],
    };
  if (temporalProblem !== null) return stuck(temporalProblem);
  if (run?.workflow !== 'RUNNING')
    return stuck(
      `NO RUN IS GOING (Temporal says: ${run?.workflow ?? 'not known'}${run?.ended ? `, ${printable(run.ended, 500)}` : ''}): npm start -- FILE --go goes on from the books.`,
    );
  const { trouble, status } = run;
  if (trouble?.kind === 'task') return stuck(...troubleWords(trouble), ...olderWords(run));
  if (status === null)
    return stuck(
      'NO WORKER of this database ANSWERS: start one with npm run worker.',
      ...(trouble === null ? [] : troubleWords(trouble)),
      ...olderWords(run),
    );
  const wait = waitInBooks(gate, status);
  const waits = wait && waiting(wait, status.gate?.delay ?? {}, only);
  const failing = trouble === null ? [] : troubleWords(trouble);
  // Whoever waits with patience would not see that it fails meanwhile.
  if (waits?.stand === 'waiting-for-you') return { ...waits, words: [...waits.words, ...failing] };
  if (trouble !== null) return stuck(...failing, ...(waits?.words ?? []));
  const still = standsStill(status, at);
  if (still !== null) return stuck(...stillWords(still, run));
  const aside = asideWords(shut, relays, only);
  if (aside.length > 0) return { stand: 'waiting-for-you', words: [...(waits?.words ?? []), ...aside] };
  return waits ?? { stand: 'running', words: besides(run, status) };
}

/** A worker of this program's version would be left out. */
function olderWords({ code }: StatusResult): string[] {
  const why = olderThan(code, 'program');
  return why === null
    ? []
    : [`  -> ${why}: it leaves the run to a worker of the newer version. Start one of that version.`];
}

/** A gate that was closed in the database itself stands, although the run has not looked at it yet. */
function waitInBooks(gate: Gate, { phase, waitingFor }: RunStatus): RunStatus['waitingFor'] {
  if (brakeOn(gate, phase) !== 'pause') return waitingFor;
  return waitingFor === null || GOES_ON.has(waitingFor.kind) ? pausedWait(gate) : waitingFor;
}

/** For what the run waits without anybody here. */
const GOES_ON: ReadonlySet<WaitKind> = new Set(['deferred', 'law-enforcement']);

/** Lanes that come back with nobody told: no monitor may take that for a run that gets on. */
function stillWords(since: string, { withoutSessions }: StatusResult): string[] {
  const sessions =
    withoutSessions > 0
      ? ` ${counted(withoutSessions, 'lane')} without sessions: another worker or slice has them. Is it stuck? Stop that worker.`
      : " Where it waits stands in the workers' logs and under Pending Activities in the Web UI; a relay may take ten minutes for an answer.";
  return [`NOTHING HAS MOVED since ${utc(since)}, although the lanes are at work.${sessions}`];
}

/** What the breaker has put away, until somebody looks. Whom somebody has left out by hand nobody has to be told of. */
function asideWords(shut: KnownReceiver[], relays: KnownRelay[], only: string): string[] {
  const aside = shut.filter(({ state }) => state === 'aside').length;
  const out = relays.filter(({ state, putBy }) => state === 'out' && putBy === BY_BREAKER).length;
  return withoutRemarks(aside, out).flatMap(({ words, command }) => [words, `  -> ${command} ${only}`]);
}

/** What somebody should know although it gets on. */
function besides({ withoutSessions }: StatusResult, status: RunStatus): string[] {
  const doubtful = inDoubt(status);
  return [
    ...(doubtful === 0 ? [] : [`${doubtWords(doubtful)}.`]),
    ...(withoutSessions === 0
      ? []
      : [`${counted(withoutSessions, 'lane')} waiting for sessions with the relay.`]),
  ];
}

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
      `  -> ${firstCommand(kind)} ${only}`,
    ],
  };
}

function held({ hold_reason: reason }: IncidentRow): string[] {
  return reason === null ? [] : [`The run held: ${printable(reason, 1000)}`];
}
