import type { Gate } from '../../src/books/gate';
import type { IncidentRow } from '../../src/books/incident-row';
import type { KnownReceiver } from '../../src/books/receivers';
import type { KnownRelay } from '../../src/books/relays';
import { BY_BREAKER } from '../../src/incident/goes-without';
import type { RunStatus } from '../../src/incident/run-status';
import { STAND_EXITS, type StatusFacts, standOf } from '../../src/operator/run-stand';
import type { StatusResult } from '../../src/operator/status';
import { checkText } from '../../src/operator/status-text';
import { CODE } from '../../src/workflows/code-version';

const AT = Date.parse('2026-11-25T02:10:00Z');
const before = (seconds: number) => new Date(AT - seconds * 1000).toISOString();
const SINCE = before(600);

const status = (more: Partial<RunStatus> = {}) =>
  ({
    ...{
      phase: 'notify',
      done: 3,
      total: 9,
      waitingFor: null,
      pending: null,
      gate: null,
      stillSince: before(20),
    },
    counts: { cohort: { expired: 9, changed_since: 0, none: 0 }, revoked: 0, notices: {}, reminders: {} },
    ...more,
  }) as RunStatus;
const counts = (notices: RunStatus['counts']['notices']) => ({ ...status().counts, notices });

function facts(
  run: Partial<StatusResult>,
  shut: Partial<KnownReceiver>[] = [],
  relays: Partial<KnownRelay>[] = [],
): StatusFacts {
  const answered = { workflow: 'RUNNING', runId: 'r', status: status(), lastShown: null, trouble: null };
  return {
    at: AT,
    row: { incident_id: 'z', phase: 'notify', closed_at: null, hold_reason: null } as IncidentRow,
    gate: { gate: 'open' } as Gate,
    shut: shut as KnownReceiver[],
    relays: relays as KnownRelay[],
    run: { ...answered, withoutSessions: 0, code: null, ended: null, ledger: null, ...run },
    temporalProblem: null,
  };
}

const CLOSED = { gate: 'closed', by: 'Carl', reason: 'paused: stop', since: SINCE, delay: null } as Gate;
const deferred = {
  kind: 'deferred',
  what: 'Deferred notices are tried again from T on',
  since: SINCE,
} as const;
const paused = { kind: 'paused', what: 'Paused by Ann: lunch', since: SINCE } as const;
const failing = { kind: 'within', attempt: 0, why: 'Mailing notices. The database is read-only.' } as const;

test.each<[string, StatusFacts, number, RegExp]>([
  ['it runs', facts({}), 0, /^running: notify, 3 of 9 \(33%\)$/],
  [
    'it runs, and some are in doubt meanwhile',
    facts({ status: status({ counts: counts({ in_doubt: 3 }) }) }),
    ...([0, /^running: .*\. 3 notices are in doubt: npm run cli -- settle --incident z\.$/] as const),
  ],
  [
    'a lane waits for its sessions, and others get on',
    facts({ withoutSessions: 1 }),
    ...([0, /^running: .*\. 1 lane waiting for sessions with the relay\.$/] as const),
  ],
  [
    'nobody was told for a minute: the sessions are never freed (I7)',
    facts({ withoutSessions: 4, status: status({ stillSince: before(60) }) }),
    ...([
      1,
      /^stuck: NOTHING HAS MOVED since 2026-11-25 02:09:00 UTC, .* 4 lanes without sessions: /,
    ] as const),
  ],
  [
    'nobody was told for a minute, for another reason',
    facts({ status: status({ stillSince: before(61) }) }),
    ...([1, /^stuck: NOTHING HAS MOVED since .*Pending Activities/] as const),
  ],
  [
    'a receiver is aside: only somebody can lift its block (I7)',
    facts({}, [{ receiver: 'big.test', state: 'aside' }]),
    ...([3, /^waiting-for-you: 1 RECEIVER ASIDE: .*-> npm run cli -- domains --incident z$/] as const),
  ],
  [
    'a receiver that somebody has paused',
    facts({}, [{ receiver: 'big.test', state: 'paused' }]),
    0,
    /^running: /,
  ],
  [
    'the breaker has left a relay out: only somebody takes it in again (I7)',
    facts({}, [], [{ state: 'in' }, { state: 'out', putBy: BY_BREAKER }]),
    ...([3, /^waiting-for-you: 1 RELAY LEFT OUT .*-> npm run cli -- relays --incident z$/] as const),
  ],
  ['a relay that somebody has left out', facts({}, [], [{ state: 'out', putBy: 'Jo' }]), 0, /^running: /],
  [
    'somebody has closed the gate in the database itself, and the run has not looked at it yet (I7)',
    { ...facts({ status: status({ waitingFor: deferred }) }), gate: CLOSED },
    ...([
      3,
      /^waiting-for-you: THE RUN WAITS FOR YOU, since .*Paused by Carl: stop .*resume --incident z$/,
    ] as const),
  ],
  [
    'the same while the run waits for law enforcement alone',
    {
      ...facts({ status: status({ waitingFor: { ...deferred, kind: 'law-enforcement' } }) }),
      gate: { ...CLOSED, delay: { by: 'Jo', reason: 'FBI 1', since: SINCE, requests: [], pausedToo: true } },
    },
    ...([3, /^waiting-for-you: .*Paused by Carl: stop/] as const),
  ],
  [
    'the same while lanes are at work',
    { ...facts({}), gate: CLOSED },
    ...([3, /^waiting-for-you: .*Paused by Carl: stop/] as const),
  ],
  [
    'the same, and it holds for more than that',
    {
      ...facts({ status: status({ waitingFor: { ...paused, kind: 'in-doubt', what: '3' } }) }),
      gate: CLOSED,
    },
    ...([3, /^waiting-for-you: .*: 3 .*settle --incident z$/] as const),
  ],
  ['what was put off waits', facts({ status: status({ waitingFor: deferred }) }), 0, /^waiting: /],
  [
    'what was put off waits for a receiver that is aside',
    facts({ status: status({ waitingFor: deferred }) }, [{ state: 'aside' }, { state: 'aside' }]),
    ...([3, /^waiting-for-you: The run waits.*2 RECEIVERS ASIDE: /] as const),
  ],
  [
    'it waits with patience, and something fails again and again meanwhile (I7)',
    facts({
      status: status({ waitingFor: deferred }),
      trouble: { ...failing, kind: 'attempts', attempt: 4 },
    }),
    ...([1, /^stuck: IT FAILS AND IS TRIED AGAIN, attempt 4: .*The run waits/] as const),
  ],
  [
    'it waits for somebody, whose word fails',
    facts({ status: status({ waitingFor: paused }), trouble: { ...failing, kind: 'attempts', attempt: 4 } }),
    ...([3, /^waiting-for-you: .*Paused by Ann.*-> npm run cli -- resume --incident z IT FAILS/] as const),
  ],
  [
    'the database takes nothing within a slice',
    facts({ trouble: failing }),
    ...([
      1,
      /^stuck: IT FAILS AND IS TRIED AGAIN, for minutes: Mailing notices\. The database is read-only/,
    ] as const),
  ],
  [
    'Temporal itself has ended the run: its word stands there',
    facts({ workflow: 'TERMINATED', ended: 'Workflow history count exceeds limit. (by history-service)' }),
    ...([
      1,
      /^stuck: NO RUN IS GOING \(Temporal says: TERMINATED, Workflow history count exceeds limit\. \(by history-service\)\): npm start/,
    ] as const),
  ],
  [
    'no worker answers',
    facts({ status: null }),
    ...([1, /^stuck: NO WORKER of this database ANSWERS: start one with npm run worker\.$/] as const),
  ],
  [
    'no worker answers, and one of this version would be left out',
    facts({ status: null, code: CODE + 1 }),
    ...([
      1,
      /^stuck: NO WORKER of this database ANSWERS: .* -> newer workflow code \(\d+\) has had this run, and this program's is older \(\d+\)/,
    ] as const),
  ],
  [
    'the code of its worker fails',
    facts({ status: null, trouble: { kind: 'task', attempt: 3, why: 'x', worker: 'a:1:2' } }),
    ...([
      1,
      /^stuck: THE RUN'S OWN CODE FAILS IN ITS WORKER a:1:2, again and again, attempt 3: x .*another version/,
    ] as const),
  ],
  [
    'Temporal refuses what the code asks for: no worker of another version would help',
    facts({
      status: null,
      trouble: { kind: 'task', attempt: 3, why: 'BadSearchAttributes: y', worker: null },
    }),
    ...([
      1,
      /^stuck: TEMPORAL REFUSES WHAT THE RUN ASKS FOR, again and again, attempt 3: BadSearchAttributes: y(?!.*another version)/,
    ] as const),
  ],
])('a monitor hears how it stands: %s', (_, seen, code, line) => {
  expect(STAND_EXITS[standOf(seen).stand]).toBe(code);
  expect(checkText(seen)).toMatch(line);
});
