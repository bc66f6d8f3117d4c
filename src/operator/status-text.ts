import type { KnownReceiver } from '../books/receivers';
import type { KnownRelay } from '../books/relays';
import { headWords } from '../incident/audit-head';
import { type CallSeen, callWords } from '../incident/call';
import { inWords } from '../incident/hold-reason';
import { withIncident } from '../incident/incident-commands';
import type { RefusedWord, RunStatus } from '../incident/run-status';
import { percentDone } from '../incident/status-details';
import { type StatusFacts, standOf } from './run-stand';
import {
  counted,
  delayLine,
  duration,
  gateWords,
  number,
  printable,
  receiverStateWords,
  relayStateWords,
  table,
  utc,
} from './words';

/** For people: what is the matter and what to do come last, next to the prompt. */
export function statusText(facts: StatusFacts): string {
  const { row, gate, shut, relays, run } = facts;
  const seen = run?.status ?? null;
  const { words } = standOf(facts);
  const fromBooks = seen === null && row.closed_at === null;
  const lines = [
    `${printable(row.title)} (${row.incident_id})`,
    ...table([
      ['Phase', seen ? phaseWords(seen) : `${row.phase} (by the books; no run answers)`],
      ...(seen ? progress(seen) : []),
      ['Gate', gateWords(gate)],
      ...(gate.delay === null ? [] : ([['Law', delayLine(gate.delay)]] as [string, string][])),
      ...receiverLines(shut),
      ...relayLines(relays),
      ['Rate set', `at most ${number(row.rate_per_second)} a second`],
      ...(row.version > 1
        ? ([['File', `version ${row.version}: it was amended (npm run cli -- audit)`]] as [string, string][])
        : []),
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
      ...(seen?.call ? callLine(seen.call) : []),
      ...(seen?.audit ? ([['Audit log', `ends with ${headWords(seen.audit)}`]] as [string, string][]) : []),
      ['As of', utc(seen?.asOf ?? new Date().toISOString())],
    ]),
    ...(seen?.refused ? ['', refusedWords(seen.refused)] : []),
    ...(seen?.audit?.problem ? ['', printable(seen.audit.problem, 1000)] : []),
    ...(words.length > 0 ? ['', ...words] : []),
    ...(fromBooks ? ['What stands above is from the books alone.'] : []),
  ];
  return withIncident(lines.join('\n'), row.incident_id);
}

/** For a monitor, in one line. */
export function checkText(facts: StatusFacts): string {
  const { stand, words } = standOf(facts);
  const seen = facts.run?.status;
  const where = seen ? phaseWords(seen) : facts.row.phase;
  const told = stand === 'running' && words.length > 0 ? [`${where}.`, ...words] : words;
  const line = `${stand}: ${told.join(' ') || where}`;
  return withIncident(line, facts.row.incident_id);
}

const MOST_SHOWN = 5;

function receiverLines(shut: KnownReceiver[]): [string, string][] {
  const lines = shut
    .slice(0, MOST_SHOWN)
    .map((known): [string, string] => [
      'Receiver',
      `${printable(known.receiver, 60)} ${receiverStateWords(known)}`,
    ]);
  return shut.length === 0
    ? []
    : [...lines, ['', `${counted(shut.length, 'receiver')} aside or paused: npm run cli -- domains`]];
}

/** One that goes on as it should needs no line. */
function relayLines(relays: KnownRelay[]): [string, string][] {
  const out = relays.filter(({ state }) => state === 'out');
  if (out.length === 0) return [];
  return [
    ...out.map((known): [string, string] => [
      'Relay',
      `${printable(known.relay, 60)} ${relayStateWords(known)}`,
    ]),
    [
      '',
      `${counted(relays.length - out.length, 'relay', 'relays')} of ${number(relays.length)} left: npm run cli -- relays`,
    ],
  ];
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

function callLine(call: CallSeen): [string, string][] {
  return [[call.outcome === 'failed' ? 'NOT CALLED' : 'Called', printable(callWords(call), 500)]];
}

function refusedWords({ word, by, at, why }: RefusedWord): string {
  return `REFUSED: the ${word} of ${printable(by)}, at ${utc(at)}: ${printable(why, 500)}.`;
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
