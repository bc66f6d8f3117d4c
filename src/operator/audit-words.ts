import { inWords } from '../incident/hold-reason';
import { counted, number } from './words';

/** What an entry of the audit log says was done, and why, in words that follow the name of who did it. */
export function auditWords({ action, detail }: { action: string; detail: string }): string {
  const told = parsed(detail);
  if (told === null) return `${action}: ${detail}`;
  const words = WORDS[action];
  // Of a newer version of this program.
  return words === undefined ? `${action}: ${detail}` : words(told);
}

type Detail = Record<string, unknown>;

function parsed(detail: string): Detail | null {
  try {
    const value: unknown = JSON.parse(detail);
    return typeof value === 'object' && value !== null ? (value as Detail) : null;
  } catch {
    return null;
  }
}

/** By the audit's actions. */
export const WORDS: Record<string, (detail: Detail) => string> = {
  start: ({ fileHash, contentHash, perSecond }) =>
    `started the incident: the file ${short(fileHash)}, the texts ${short(contentHash)}, at most ${count(perSecond)} a second`,
  phase: ({ phase, reason }) =>
    `${phase === 'cancelled' ? 'ended the run for good' : `went to the phase ${phase}`}${because(reason)}`,
  'gate-closed': ({ reason, again }) =>
    `closed the gate${again ? ', which was closed already' : ''}${because(reason)}`,
  'gate-opened': () => 'opened the gate',
  rate: ({ perSecond }) => `set the rate to at most ${count(perSecond)} a second`,
  approve: ({ contentHash, missing }) =>
    `approved the texts ${short(contentHash)}${missing ? `; approvals still missing: ${count(missing)}` : ''}`,
  amended: ({ version, contentHash, was, changed, more, approvalVoid, perSecond, reason }) =>
    [
      `amended the file, version ${count(version)} now, in ${list(changed)}${more ? ` and ${count(more)} more` : ''}`,
      approvalVoid
        ? `: the texts ${short((was as Detail)?.contentHash)} became ${short(contentHash)}, which nobody had approved yet`
        : '',
      perSecond === undefined ? '' : `; at most ${count(perSecond)} a second`,
      because(reason),
    ].join(''),
  hold: ({ reason }) => `held the run${because(reason)}`,
  resume: () => 'ended the hold',
  close: ({ notices, reminders }) =>
    `closed the incident: ${states(notices)}${reminders === undefined ? '' : `; reminders: ${states(reminders)}`}`,
  'canary-mailboxes': ({ mailboxes, messages, upTo, again, refused }) =>
    `mailed the company's own ${counted(Number(mailboxes), 'mailbox', 'mailboxes')}${mailboxesSoFar({ messages, upTo, again, refused })}`,
  'in-doubt-resend': ({ customers, reason }) =>
    `decided to send again to ${many(customers)} in doubt${because(reason)}`,
  'in-doubt-leave': ({ customers, reason }) =>
    `decided not to send again to ${many(customers)} in doubt${because(reason)}`,
  'in-doubt-accepted': ({ customers, files }) =>
    `booked ${many(customers)} in doubt as sent, by what is in ${names(files)}`,
  'in-doubt-absent': ({ customers, files, reason }) =>
    `decided to send again to ${many(customers)} in doubt, who are absent from ${names(files)}${because(reason)}`,
  retry: ({ customers, reason, ...cause }) =>
    `reopened ${many(customers)}, ${causeWords(cause)}${because(reason)}`,
  export: ({ data, reason }) => `took customers' data out for law enforcement, in ${data}${because(reason)}`,
  reconcile: ({ lostClaims, unsettled, neitherKnows, otherServer, lostHeads }) =>
    `rebuilt the books from the dot journals${otherServer ? ' and took this server as the right one' : ''}: ${count(lostClaims)} claims were lost, ${count(unsettled)} customers unsettled, of ${count(neitherKnows)} nothing was known${Array.isArray(lostHeads) ? `; took decisions for lost, up to entry ${lastLost(lostHeads)}` : ''}`,
  'law-enforcement-hold': ({ reason }) =>
    `wrote down that law enforcement asked to wait: nobody further is told${because(reason)}`,
  'law-enforcement-release': ({ reason, request, standing }) =>
    `wrote down that law enforcement agreed, and ended ${request ? `request ${request}` : 'the wait'}${Array.isArray(standing) ? ` (${requestsLeft(standing)})` : ''}${because(reason)}`,
  'pause-ended': () => 'ended a pause; the mail still waits for law enforcement',
  'receiver-aside': ({ receiver, customers, reason }) =>
    `put the receiver ${receiver} aside, which refused ${many(customers)} in a row${because(reason)}`,
  'receiver-opened': ({ receiver }) => `opened the receiver ${receiver} again`,
  'receiver-paused': ({ receiver, reason }) => `paused the receiver ${receiver}${because(reason)}`,
  'relay-joined': ({ relay, address }) => `began to send by the relay ${relay} (${address}), one of several`,
  'relay-named': ({ relay, was }) => `found that the relay ${was} is called ${relay} now`,
  'relay-left-out': ({ relay, reason }) => `left out the relay ${relay}${because(reason)}`,
  'relay-taken-in': ({ relay }) => `took the relay ${relay} in again`,
  purge: ({ kind, rows }) => `began to purge ${kind}: ${count(rows)}`,
  purged: ({ kind, rows }) => `has purged ${kind}: ${count(rows)}`,
  'run-reset': ({ run, of, reason }) => `had the run ${of} reset in Temporal, as ${run}${because(reason)}`,
  'run-terminated': ({ run, reason }) => `terminated the run ${run} in Temporal${because(reason)}`,
  'rate-refused': ({ why }) => `asked for another rate, which was refused${because(why)}`,
  'resume-refused': ({ why }) => `asked to resume, which was refused${because(why)}`,
  'foreign-signal': ({ signal }) => `sent the run a signal that it does not know: ${signal}`,
  'test-send': ({ mails, variants, to }) =>
    `had ${counted(Number(mails), 'test mail')} sent, of ${list(variants)}, to ${domains(to)}`,
  'test-sent': ({ results }) => `what became of the test mails: ${outcomes(results)}`,
};

function because(reason: unknown): string {
  return typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';
}

function lastLost(heads: unknown[]): string {
  return count(Math.max(...each(heads).map(({ seq }) => Number(seq))));
}

function requestsLeft(standing: unknown[]): string {
  return `${list(standing)} still ${standing.length === 1 ? 'stands' : 'stand'}`;
}

function short(hash: unknown): string {
  return String(hash).slice(0, 12);
}

function count(value: unknown): string {
  return typeof value === 'number' ? number(value) : String(value);
}

function many(customers: unknown): string {
  return typeof customers === 'number' ? counted(customers, 'customer') : 'customers';
}

function states(notices: unknown): string {
  return inWords((notices ?? {}) as Record<string, number>) || 'nobody had to be told';
}

function causeWords({ code, enhanced, skipped }: Detail): string {
  if (skipped !== undefined) return `skipped as ${skipped}`;
  return `refused with ${[code, enhanced].filter((part) => part !== null && part !== undefined).join(' ')}`;
}

/** An entry of an older version does not say how many. */
function mailboxesSoFar({ messages, upTo, again, refused }: Detail): string {
  if (typeof messages !== 'number' || typeof upTo !== 'number') return '';
  const back = Array.isArray(again) ? again.length : 0;
  const not =
    Array.isArray(refused) && refused.length > 0 ? `, and the relay did not take ${list(refused)}` : '';
  return `: ${count(upTo - back)} of ${counted(messages, 'message', 'messages')} so far${not}`;
}

function list(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : 'nothing';
}

function names(files: unknown): string {
  return list(each(files).map((file) => file.name));
}

function domains(to: unknown): string {
  return list(each(to).map(({ domain }) => `an address at ${domain}`));
}

function outcomes(results: unknown): string {
  const counts: Record<string, number> = {};
  for (const { outcome } of each(results)) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return inWords(counts) || 'nothing';
}

/** Somebody may have changed it by hand. */
function each(value: unknown): Detail[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Detail => typeof item === 'object' && item !== null);
}
