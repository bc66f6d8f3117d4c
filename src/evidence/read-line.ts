import { LOG_TIME, type LogTime } from './log-time';

/** What a line of Postfix says of a message, as far as it proves anything. */
export type LogFact =
  /** smtpd or pickup gave out the queue id: a life of it begins. */
  | { kind: 'begun' }
  /** cleanup read the header; the transfer may yet be refused or aborted. */
  | { kind: 'message-id'; id: string }
  /** In the queue, or a delivery was tried: the relay has taken responsibility, whatever became of it later. */
  | { kind: 'queued' }
  /** Refused after its content was read (a milter, a policy, END-OF-MESSAGE). */
  | { kind: 'refused' }
  /** Put on hold or thrown away by a rule: taken, and yet not on its way. */
  | { kind: 'withheld' }
  | { kind: 'removed' }
  | { kind: 'other' };

export interface LogLine {
  at: LogTime;
  /** As the relay calls itself: queue ids are its own. */
  host: string;
  /** Null where the line is about none (NOQUEUE, connects, warnings). */
  queueId: string | null;
  fact: LogFact;
}

/** `stranger`: another program's line; `lost`: the logger says that it dropped lines; `unreadable`: nothing that we know. */
export type ReadLine = LogLine | 'stranger' | 'unreadable' | { lost: LogTime | null };

/**
 * One line of a relay's log: syslog or RFC 3339, any language, any instance of Postfix (`postfix-out/smtp`,
 * `postfix/submission/smtpd`), also after the prefix of a journal or a container. Never throws: a log holds what strangers sent.
 */
export function readLine(line: string, readTime: (text: string) => LogTime | null): ReadLine {
  const tag = line.includes('postfix') ? TAG.exec(line) : null;
  if (tag === null) return strangerLine(line, readTime);
  const header = headerOf(line.slice(0, tag.index), readTime);
  if (header === null) return 'unreadable';
  const text =
    REPEATED.exec(line.slice(tag.index + tag[0].length))?.[1] ?? line.slice(tag.index + tag[0].length);
  const queued = QUEUE_ID.exec(text);
  if (queued === null) return { ...header, queueId: null, fact: OTHER };
  return { ...header, queueId: queued[1]!, fact: factOf(tag[1]!, text.slice(queued[0].length)) };
}

/** Whether a line cannot be about one of these queue ids: seen without reading it. */
export function isSurelyOfOthers(line: string, queueIds: ReadonlySet<string>): boolean {
  const tagEnd = line.indexOf(']: ', line.indexOf('postfix'));
  const first = line.slice(tagEnd + 3, line.indexOf(':', tagEnd + 3));
  return tagEnd > 0 && WHOLE_QUEUE_ID.test(first) && !queueIds.has(first);
}

const WHOLE_QUEUE_ID = /^[0-9A-Za-z]{6,20}$/;
const TAG = /\bpostfix[\w.-]*(?:\/[\w.-]+)*\/([\w-]+)\[\d+\]: /;
/** syslogd folds equal lines: the message was one all the same (C46). */
const REPEATED = /^message repeated \d+ times: \[ ?(.*?)\]?$/s;
/** Short ones are hexadecimal, long ones have no vowels: no word of a message looks like one. */
const QUEUE_ID = /^([0-9A-F]{6,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{6,20}): /;
const OTHER: LogFact = { kind: 'other' };

/** The relay's own time and name stand right before its tag; what a journal put before them is the journal's (C45). */
function headerOf(
  header: string,
  readTime: (text: string) => LogTime | null,
): Pick<LogLine, 'at' | 'host'> | null {
  const parts = PLAIN_HEADER.exec(header) ?? OWN_HEADER.exec(header) ?? JOURNAL_HEADER.exec(header);
  const at = parts === null ? null : readTime(parts[1]!);
  return at === null ? null : { at, host: parts![2]! };
}

/** Most are: told apart at their first character. */
const PLAIN_HEADER = new RegExp(`^(${LOG_TIME}) (\\S+) $`);
const OWN_HEADER = new RegExp(`(?:^|[^\\p{L}\\d])(${LOG_TIME}) +(\\S+) +$`, 'u');
/** Only a tag may stand between: what another program quotes is no line of Postfix. */
const JOURNAL_HEADER = new RegExp(`(?:^|[^\\p{L}\\d])(${LOG_TIME}) +(\\S+) +[^\\s:]+: +$`, 'u');

function factOf(program: string, text: string): LogFact {
  if (text === 'removed') return { kind: 'removed' };
  if (program === 'cleanup') return cleanupFact(text);
  if (text.startsWith('to=<') || text.startsWith('from=<'))
    return text.endsWith('(queue active)') || /, status=[a-z]/.test(text) ? { kind: 'queued' } : OTHER;
  if (text.startsWith('client=') || text.startsWith('uid=')) return { kind: 'begun' };
  return REFUSED.test(text) ? { kind: 'refused' } : OTHER;
}

function cleanupFact(text: string): LogFact {
  if (text.startsWith('message-id=')) return { kind: 'message-id', id: text.slice('message-id='.length) };
  if (REFUSED.test(text)) return { kind: 'refused' };
  return /^(?:milter-)?(?:hold|discard|quarantine): /.test(text) ? { kind: 'withheld' } : OTHER;
}

const REFUSED = /^(?:milter-)?reject: /;

function strangerLine(line: string, readTime: (text: string) => LogTime | null): ReadLine {
  const at = STARTS.exec(line)?.[1];
  const time = at === undefined ? null : readTime(at);
  if (LOST.test(line)) return { lost: time };
  return time === null ? 'unreadable' : 'stranger';
}

const STARTS = new RegExp(`^(?:<\\d{1,3}>)?(?:[^\\s|]+ +\\| +)?(${LOG_TIME}) `, 'u');
/** How rsyslog, journald and syslog-ng say that they dropped lines. */
const LOST =
  /(?:rsyslogd|systemd-journald?|imjournal|journal|syslog-ng)\b.*(?:\blost \d+ messages|begin to drop messages|messages lost due to rate-limiting|[Ss]uppressed \d+ messages|[Mm]essages? dropped|Missed \d+)/;
