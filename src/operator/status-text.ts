import type { Gate } from '../books/gate';
import type { IncidentRow } from '../books/incident-row';
import { inWords } from '../incident/hold-reason';
import type { RunStatus } from '../incident/run-status';
import { percentDone } from '../incident/status-details';
import { gateWords } from './gate-words';
import type { StatusResult } from './status';
import { duration, number, printable, table, utc } from './words';

/** Where an incident stands: from the run itself, or from the books where no run answers. */
export interface StatusFacts {
  row: IncidentRow;
  gate: Gate;
  /** Null: Temporal was not asked, for this reason. */
  run: StatusResult | null;
  temporalProblem: string | null;
}

/** For people: what is the matter and what to do come last, next to the prompt. */
export function statusText(facts: StatusFacts): string {
  const { row, gate, run } = facts;
  const seen = run?.status ?? null;
  return [
    `${printable(row.title)} (${row.incident_id})`,
    ...table([
      ['Phase', seen ? phaseWords(seen) : `${row.phase} (by the books; no run answers)`],
      ...(seen ? progress(seen) : []),
      ['Gate', gateWords(gate)],
      ['Rate set', `at most ${number(row.rate_per_second)} a second`],
      [
        'Approval',
        row.approved_at === null
          ? `none yet; content hash ${row.content_hash}`
          : `${row.approved_at.slice(0, 19)} UTC by ${printable(row.approved_by!)}`,
      ],
      ['Started', `${row.started_at.slice(0, 19)} UTC by ${printable(row.started_by)}`],
      ...(row.closed_at
        ? ([['Ended', `${row.closed_at.slice(0, 19)} UTC (${row.phase})`]] as [string, string][])
        : []),
      ['As of', utc(seen?.asOf ?? new Date().toISOString())],
    ]),
    ...attention(facts),
  ].join('\n');
}

function phaseWords({ phase, done, total, waitingFor, pending }: RunStatus): string {
  const moving =
    phase === 'expire' ||
    phase === 'canary' ||
    phase === 'notify' ||
    phase === 'settle' ||
    phase === 'remind';
  const percent = moving
    ? `, ${number(done)} of ${phase === 'expire' ? 'about ' : ''}${number(total)} (${percentDone({ done, total, phase })}%)`
    : '';
  return `${phase}${percent}${waitingFor ? ', waiting' : ''}${pending ? `; asked for, not yet in effect: ${pending}` : ''}`;
}

function progress(seen: RunStatus): [string, string][] {
  const { counts, rateNow, etaSeconds, nextRetryAt } = seen;
  const { expired, changed_since, none } = counts.cohort;
  const eta = etaSeconds ? `, done in about ${duration(etaSeconds)}` : '';
  return [
    [
      'Cohort',
      `${number(expired)} expired, ${number(changed_since)} changed since, ${number(none)} without a password`,
    ],
    ['Notices', inWords(counts.notices) || 'none yet'],
    ...(inWords(counts.reminders) ? ([['Reminders', inWords(counts.reminders)]] as [string, string][]) : []),
    ...(rateNow > 0
      ? ([['Rate now', `${number(Math.round(rateNow))} a second${eta}`]] as [string, string][])
      : []),
    ...(nextRetryAt ? ([['Next retry', utc(nextRetryAt)]] as [string, string][]) : []),
  ];
}

function attention({ row, run, temporalProblem }: StatusFacts): string[] {
  const only = `--incident ${row.incident_id}`;
  const resume = `npm run cli -- resume ${only}`;
  if (row.closed_at !== null) return ['', `It is over. The proof: npm run cli -- report ${only}`];
  if (temporalProblem !== null)
    return ['', `${temporalProblem}`, 'What stands above is from the books alone.', ...held(row)];
  if (run?.workflow !== 'RUNNING')
    return [
      '',
      `NO RUN IS GOING (Temporal says: ${run?.workflow ?? 'not known'}): npm start -- FILE --go goes on from the books.`,
      ...held(row),
    ];
  if (run.status === null)
    return [
      '',
      'NO WORKER of this database ANSWERS: start one with npm run worker. What stands above is from the books.',
      ...held(row),
    ];
  const { waitingFor } = run.status;
  if (waitingFor === null) return [];
  const { kind, what, since } = waitingFor;
  if (kind === 'deferred') return ['', `It waits by itself, since ${utc(since)}: ${printable(what, 1000)}`];
  const first = {
    approval: `npm run cli -- approve ${only}`,
    'in-doubt': `npm run cli -- settle ${only}`,
    'close-refused': `npm run cli -- close ${only}`,
    reminder: `npm run cli -- remind ${only}`,
  };
  const todo = first[kind as keyof typeof first] ?? resume;
  return ['', `IT WAITS FOR YOU, since ${utc(since)}: ${printable(what, 1000)}`, `  -> ${todo}`];
}

function held(row: IncidentRow): string[] {
  return row.hold_reason === null ? [] : [`It held: ${printable(row.hold_reason, 1000)}`];
}
