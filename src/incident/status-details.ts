import { headWords } from './audit-head';
import { callWords } from './call';
import { withoutRemarks } from './goes-without';
import { inWords } from './hold-reason';
import { withIncident } from './incident-commands';
import { delayWords, releaseCommand } from './law-delay';
import { plain, withCommands } from './markdown';
import { receiverWords } from './receiver';
import { inDoubt, type RunStatus, standsStill, type WaitKind } from './run-status';
import type { Phase } from './vocabulary';
import { doubtWords } from './waiting-for';

/**
 * The run's page in the Temporal Web UI, as Markdown. Lists only: the columns of its tables run into each other. It is read
 * by a tired person at night: what is the matter and what to do come first.
 */
export function statusDetails(status: RunStatus): string {
  const details = [
    `### ${plain(status.title)}`,
    '',
    ...attention(status),
    ...others(status),
    ...auditProblem(status),
    ...(status.waitingFor ? ['', '**Where it stands**', ''] : []),
    `- **Phase** ${phaseLine(status.phase)}`,
    ...progress(status),
    ...books(status),
    ...receiverLines(status),
    ...relayLines(status),
    ...gateLine(status),
    ...delayLine(status),
    ...approvalLine(status),
    ...callLine(status),
    ...(status.audit ? [`- **Audit log** ends with ${headWords(status.audit)}`] : []),
    `- **As of** ${utcClock(status.asOf)} (press R for newer)`,
    '',
    ...(status.waitingFor || isOver(status.phase) ? [] : ['To stop the mail at once:', '', ...way('pause')]),
  ].join('\n');
  return withIncident(details, status.incidentId);
}

/** What the run goes on without, as a monitor hears it. */
function others({ without, phase }: RunStatus): string[] {
  if (!without || isOver(phase)) return [];
  const remarks = withoutRemarks(without.aside, without.relays.length);
  return remarks.flatMap(({ words, command }) => ['', plain(words), '', `- \`${command}\``, '']);
}

function auditProblem({ audit }: RunStatus): string[] {
  return audit?.problem ? ['', `> ${withCommands(audit.problem)}`, ''] : [];
}

/** Of this phase, 0 to 100. */
export function percentDone({ done, total, phase }: Pick<RunStatus, 'done' | 'total' | 'phase'>): number {
  if (phase === 'closed') return 100;
  return total === 0 ? 0 : Math.floor((done * 100) / total);
}

const PHASE_WORDS: [Phase, string][] = [
  ['expire', 'expiring passwords, sessions, tokens and reset links'],
  ['verify', 'verifying that nothing from before the cutoff is alive'],
  ['approval', 'approval of the texts'],
  ['canary', 'canary: the first few are told'],
  ['notify', 'telling every customer'],
  ['settle', 'settling what is deferred, released or in doubt'],
  ['remind', 'reminding those who have no new password yet'],
  ['close', 'closing: do the books add up?'],
];

const OVER: Partial<Record<Phase, string>> = {
  closed: 'closed: everybody has a final answer, and the books add up',
  cancelled: 'cancelled for good; the books are kept',
};

function isOver(phase: Phase): boolean {
  return OVER[phase] !== undefined;
}

/** What is done in a phase. */
export function phaseWords(phase: Phase): string {
  return OVER[phase] ?? PHASE_WORDS.find(([name]) => name === phase)![1];
}

function phaseLine(phase: Phase): string {
  const index = PHASE_WORDS.findIndex(([name]) => name === phase);
  return OVER[phase] ?? `${index + 1} of ${PHASE_WORDS.length}: ${phaseWords(phase)}`;
}

function attention(status: RunStatus): string[] {
  const { waitingFor, pending } = status;
  const asked = [
    ...(pending === null ? [] : [`**Asked for, not yet in effect:** ${pending}`, '']),
    ...refusal(status),
  ];
  if (!waitingFor) return [...asked, ...stillness(status), ...doubt(status)];
  const { kind, what, since } = waitingFor;
  const headline = FOR_NOBODY.has(kind) ? 'The run waits' : 'THE RUN WAITS FOR YOU';
  return [
    ...asked,
    `**${headline}** since ${utcClock(since)}`,
    '',
    `> ${withCommands(what)}`,
    '',
    ...nextSteps(status, kind),
  ];
}

function stillness(status: RunStatus): string[] {
  const since = standsStill(status, Date.parse(status.asOf));
  if (since === null) return [];
  return [
    `**NOTHING HAS MOVED** since ${utcClock(since)}, although the lanes are at work. Why: Pending Activities, or \`npm run cli -- status\``,
    '',
  ];
}

function doubt(status: RunStatus): string[] {
  const doubtful = inDoubt(status);
  return doubtful === 0 || isOver(status.phase) ? [] : [withCommands(`${doubtWords(doubtful)}.`), ''];
}

function refusal({ refused }: RunStatus): string[] {
  if (!refused) return [];
  const { word, by, at, why } = refused;
  return [`**REFUSED:** the ${word} of ${plain(by)} at ${utcClock(at)}: ${withCommands(why)}`, ''];
}

/** What ends without the operator's doing. */
const FOR_NOBODY: ReadonlySet<WaitKind> = new Set<WaitKind>(['deferred', 'law-enforcement']);

/** What to do, by the command line and by the Web UI. */
function nextSteps(status: RunStatus, kind: WaitKind): string[] {
  switch (kind) {
    case 'approval':
      return [
        '**What to do**: read the texts, then approve exactly them:',
        '',
        '- Read: `npm run cli -- approve` (it shows what would be sent)',
        `- Approve: \`npm run cli -- approve --by "YOUR NAME" --content ${status.contentHash}\``,
        `- or here: More Actions, Send an Update, \`approve\`, with \`{"by": "YOUR NAME", "contentHash": "${status.contentHash}"}\``,
      ];
    case 'receiver-paused':
      return [
        '**What to do**',
        '',
        '- See who waits: `npm run cli -- domains`',
        '- Tell them: `npm run cli -- resume --domain DOMAIN`',
      ];
    case 'deferred':
      return ['**Nothing to do.** To look again now:', '', ...way('resume')];
    case 'law-enforcement':
      return [
        '**When they agree**, and not before (`resume` does not end it):',
        '',
        `- \`${releaseCommand(status.gate?.delay ?? {})}\``,
      ];
    case 'gate-not-closed':
      return [
        '**Do now**: close the gate in the database itself:',
        '',
        '- `npm run cli -- pause --direct`',
        '',
        ...toGoOn(),
      ];
    case 'in-doubt':
      return ['**What to do**', '', '- Settle: `npm run cli -- settle`', ...way('resume')];
    case 'reminder':
      return [
        '**What to do**',
        '',
        '- See how many have no new password yet: `npm run cli -- remind`',
        '- Remind them, when it is due: `npm run cli -- remind --go`',
        '- or here: More Actions, Send an Update, `remind`, with `{"by": "YOUR NAME"}`',
      ];
    case 'close-refused':
      return ['**What to do**', '', '- See who, and each command: `npm run cli -- close`', ...way('resume')];
    case 'cancel-asked':
    case 'cancellation-requested':
      return [
        ...toGoOn(),
        '',
        'To end it for good (it never starts again):',
        '',
        '- `npm run cli -- cancel --yes`',
        '- or here: More Actions, Send a Signal, `cancel`, with `{"confirm": true}`',
      ];
    default:
      return toGoOn();
  }
}

function toGoOn(): string[] {
  return ['**To go on**', '', ...way('resume')];
}

function way(verb: 'pause' | 'resume'): string[] {
  return [
    `- \`npm run cli -- ${verb}\``,
    `- or here: More Actions, Send a Signal, \`${verb}\` (you need type nothing)`,
  ];
}

function progress(status: RunStatus): string[] {
  const { phase, done, total } = status;
  if (isOver(phase) || phase === 'verify' || phase === 'approval') return [];
  const about = phase === 'expire' ? 'about ' : '';
  const lines = [`- **Done** ${number(done)} of ${about}${number(total)} (${percentDone(status)}%)`];
  if (phase === 'expire') {
    if (status.rateNow > 0) lines.push(`- **Rate** ${number(status.rateNow)} a second${eta(status)}`);
  } else {
    const now = status.rateNow > 0 ? `${number(status.rateNow)} a second now, ` : '';
    lines.push(`- **Rate** ${now}set to at most ${number(status.ratePerSecond)}${eta(status)}`);
  }
  return lines;
}

function eta({ etaSeconds }: RunStatus): string {
  if (etaSeconds === null || etaSeconds === 0) return '';
  const hours = Math.floor(etaSeconds / 3600);
  const minutes = Math.floor((etaSeconds % 3600) / 60);
  const words = hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${etaSeconds} s`;
  return `, done in about ${words}`;
}

function books({ counts }: RunStatus): string[] {
  const { cohort, revoked, notices, reminders } = counts;
  const frozen = cohort.expired + cohort.changed_since + cohort.none;
  const lines = [
    `- **Cohort** ${number(frozen)}: ${number(cohort.expired)} expired, ${number(cohort.changed_since)} changed since the cutoff, ${number(cohort.none)} without a password`,
  ];
  if (revoked > 0) lines.push(`- **Sessions, tokens, reset links deleted** ${number(revoked)}`);
  const told = inWords(notices);
  if (told) lines.push(`- **Notices** ${told}`);
  const reminded = inWords(reminders);
  if (reminded) lines.push(`- **Reminders** ${reminded}`);
  return lines;
}

function receiverLines({ receivers = [], phase }: RunStatus): string[] {
  if (isOver(phase)) return [];
  return receivers.map((receiver) => `- **Receiver** ${withCommands(receiverWords(receiver))}`);
}

function relayLines({ without, phase }: RunStatus): string[] {
  if (!without || isOver(phase)) return [];
  return without.relays.map(
    ({ relay, since, reason }) =>
      `- **Relay** ${plain(relay)} LEFT OUT, since ${utcClock(since)}, by the breaker: ${withCommands(reason)}`,
  );
}

function gateLine({ gate, waitingFor }: RunStatus): string[] {
  if (!gate) return [];
  if (gate.gate === 'open') return ['- **Gate** open'];
  const why =
    waitingFor?.kind === 'paused' || waitingFor?.kind === 'law-enforcement' || !gate.reason
      ? ''
      : ` (${withCommands(gate.reason)})`;
  const alive =
    gate.liveClaims === 0 || gate.quietBy === null
      ? ''
      : `; ${gate.liveClaims} ${gate.liveClaims === 1 ? 'claim was' : 'claims were'} alive, quiet by ${utcClock(gate.quietBy)}`;
  return [`- **Gate** closed by ${plain(gate.by)} at ${utcClock(gate.since)}${why}${alive}`];
}

/** Where something else is waited for, or while passwords are still being expired. */
function delayLine({ gate, waitingFor }: RunStatus): string[] {
  if (!gate?.delay || waitingFor?.kind === 'law-enforcement') return [];
  return [
    `- **${plain(delayWords(gate.delay))}** since ${utcClock(gate.delay.since)}. To end it: \`${releaseCommand(gate.delay)}\``,
  ];
}

function approvalLine({ approval }: RunStatus): string[] {
  return approval ? [`- **Approved** by ${plain(approval.by)} at ${utcClock(approval.at)}`] : [];
}

function callLine({ call }: RunStatus): string[] {
  if (!call) return [];
  return [
    `- **${call.outcome === 'failed' ? 'NOBODY COULD BE CALLED' : 'Called'}** ${plain(callWords(call))}`,
  ];
}

/** '2026-11-25 02:06:31 UTC' */
function utcClock(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
