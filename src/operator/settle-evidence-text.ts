import type { SettleOptions } from './settle-options';
import type { Finding, Weighed } from './weigh-evidence';
import { counted, number, printable, shellWord, table } from './words';

/** What --go did. */
export interface Settled {
  accepted: number;
  /** Null: --resend-absent was not said. */
  resent: number | null;
}

const SHOWN = 20;

/** What was found for each and why, the first twenty, then what it comes to and what to do next. */
export function evidenceText(weighed: Weighed, settled: Settled | null, options: SettleOptions): string {
  const { findings } = weighed;
  return [
    ...aboutFiles(weighed),
    '',
    ...(findings.length === 0
      ? nobody(weighed)
      : [...each(findings), '', ...next(findings, settled, options)]),
  ].join('\n');
}

function aboutFiles({ log, events }: Weighed): string[] {
  const lines: string[] = [];
  if (log) {
    lines.push(`${counted(log.lines, 'line')} of ${counted(log.files.length, 'log file')} read.`);
    if (log.unreadable > 0)
      lines.push(`${counted(log.unreadable, 'line')} could not be read, and count for nothing.`);
    for (const name of log.repeated) lines.push(`${printable(name)} is a copy of another: read once.`);
    lines.push(
      `Of ${counted(log.known, 'message')} that the relay surely took in the time that matters, ${number(log.found)} are in the log under their own Message-ID.`,
    );
  }
  if (events) {
    const count = events.files.reduce((sum, file) => sum + file.events, 0);
    lines.push(`${counted(count, 'event')} of ${counted(events.files.length, 'file')} read.`);
    const unknown = Object.entries(events.unknown).slice(0, 5);
    for (const [word, times] of unknown)
      lines.push(`The event "${printable(word, 40)}" (${number(times)}) is unknown, and counts for nothing.`);
  }
  return lines;
}

function nobody({ log }: Weighed): string[] {
  if (!log) return ['Nobody is in doubt.'];
  return log.disbelief === null
    ? [
        'Nobody is in doubt. If somebody were, this log could be believed: everything that we know of is in it.',
      ]
    : [
        `Nobody is in doubt. If somebody were, this log could NOT be believed: ${printable(log.disbelief, 600)}.`,
      ];
}

function each(findings: Finding[]): string[] {
  const shown = findings.slice(0, SHOWN);
  const rows = shown.map((finding): [string, string] => [
    printable(finding.customerId, 64),
    `${finding.verdict.padEnd(8)}  ${printable(finding.why, 500)}`,
  ]);
  const more = findings.length - shown.length;
  return [...table(rows), ...(more > 0 ? [`  and ${number(more)} more (--json lists all)`] : [])];
}

function next(findings: Finding[], settled: Settled | null, options: SettleOptions): string[] {
  const count = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [accepted, absent, unknown] = [count('accepted'), count('absent'), count('unknown')];
  const again = `npm run cli -- settle ${sources(options)}`;
  const lines = [
    `${counted(findings.length, 'customer is', 'customers are')} in doubt: ${number(accepted)} accepted, ${number(absent)} absent, ${number(unknown)} unknown.`,
  ];
  if (settled) {
    lines.push(`${counted(settled.accepted, 'customer')} booked as sent.`);
    if (settled.resent !== null)
      lines.push(
        `${counted(settled.resent, 'customer')} released: they are sent again, with the same Message-ID.`,
      );
  } else {
    lines.push('Nothing is changed yet.');
    if (accepted > 0) lines.push('To book the accepted ones as sent:', `  ${again} --go`);
  }
  const absentLeft = absent > 0 && (settled === null || settled.resent === null);
  if (absentLeft)
    lines.push(
      'An absent message was, by all that this log shows, never taken. To send it again:',
      `  ${again} --resend-absent --reason "..." --go`,
    );
  if (unknown > 0)
    lines.push(
      'The unknown ones are yours to decide, unless a better log settles them:',
      '  npm run cli -- settle --decide resend|leave --reason "..." [--customer ID] --go',
    );
  if (settled) lines.push('Then let the run go on: npm run cli -- resume');
  return lines;
}

function sources({ postfixLog, events, quarantine }: SettleOptions): string {
  return [
    ...(postfixLog ? ['--postfix-log', ...postfixLog.map(shellWord)] : []),
    ...(events ? ['--events', ...events.map(shellWord)] : []),
    ...(quarantine === undefined ? [] : ['--quarantine', String(quarantine)]),
  ].join(' ');
}
