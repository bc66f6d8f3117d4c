import { LOG_TIME, type LogTime } from './log-time';
import type { SessionCount } from './smtpd-sessions';

/** What a line of Postfix says of a message, as far as it proves anything. */
export type LogFact =
  /** smtpd gave out the queue id to the client of that address, or pickup (`local`): a life of it begins. Where it is asked for, by which process; `requeued`: postsuper -r put that one's message into the queue again. */
  | {
      kind: 'begun';
      local: boolean;
      client: string | null;
      pid?: string;
      requeued?: string;
      clientDomain?: string;
    }
  /** cleanup read the header; the transfer may yet be refused or aborted. */
  | { kind: 'message-id'; id: string }
  /** In the queue: the relay has taken responsibility, whatever became of it later. */
  | { kind: 'queued' }
  /** A delivery was tried, so it was in the queue. */
  | {
      kind: 'delivery';
      to: string | null;
      /** To another address than the client gave: a rule's REDIRECT, or an alias of the relay's. */
      elsewhere?: true;
      end: DeliveryEnd | null;
      handedOn: string | null;
      /** The address of the host that took it; null: nobody did, or no host. */
      passedTo: string | null;
      /** Whose host that is. */
      passedToDomain?: string;
      /** Given to a program on the relay (pipe): a content filter hands it in again. */
      piped: boolean;
    }
  /** Refused after its content was read (a milter, a policy, END-OF-MESSAGE). */
  | { kind: 'refused' }
  /** Put on hold or thrown away by a rule: perhaps taken, and yet not on its way. */
  | { kind: 'withheld'; how: 'held' | 'thrown-away' }
  | { kind: 'removed' }
  /** Answered by a filter before the queue (smtpd_proxy_filter), which hands it in again by a session of its own. */
  | { kind: 'proxied'; from: string }
  | SessionFact
  | { kind: 'other' };

/** What smtpd says of a conversation as a whole, without a queue id. */
export type SessionFact =
  | { kind: 'connect'; client: string }
  | { kind: 'broken-off'; client: string }
  /** Postfix counts since 3.0; what comes by BDAT it counts by pieces. */
  | ({ kind: 'disconnect'; client: string } & SessionCount);

/** For good; a delivery that was put off has none. */
export type DeliveryEnd = 'sent' | 'bounced' | 'thrown-away';

export interface LogLine {
  at: LogTime;
  /** As the relay calls itself: queue ids are its own. */
  host: string;
  /** Of the process that wrote it: an smtpd has one conversation at a time. */
  pid: string;
  /** Null where the line is about none (NOQUEUE, connects, warnings). */
  queueId: string | null;
  fact: LogFact;
}

/** `stranger`: another program's line; `lost`: the logger says that it dropped lines; `unreadable`: nothing that we know. */
export type ReadLine = LogLine | 'stranger' | 'unreadable' | { lost: LogTime | null; host: string };

/**
 * One line of a relay's log: syslog or RFC 3339, any language, any instance of Postfix (`postfix-out/smtp`,
 * `postfix/submission/smtpd`), also after the prefix of a journal or a container. Never throws: a log holds what strangers sent.
 */
export function readLine(line: string, readTime: (text: string) => LogTime | null): ReadLine {
  const tag = line.includes('postfix') ? TAG.exec(line) : null;
  if (tag === null) return strangerLine(line, readTime);
  const header = headerOf(line.slice(0, tag.index), readTime);
  if (header === null) return 'unreadable';
  const logged = line.slice(tag.index + tag[0].length).replace(SOLARIS_ID, '');
  const text = REPEATED.exec(logged)?.[1] ?? logged;
  const queued = QUEUE_ID.exec(text);
  const [, program, pid] = tag as unknown as [string, string, string];
  const mayBeOfSession = program === 'smtpd' && (queued === null || text.includes(' after '));
  const ofSession = mayBeOfSession ? sessionFact(text) : OTHER;
  if (queued === null || ofSession !== OTHER) return { ...header, pid, queueId: null, fact: ofSession };
  return { ...header, pid, queueId: queued[1]!, fact: factOf(program, text.slice(queued[0].length)) };
}

const TAG = /\bpostfix[\w.-]*(?:\/[\w.-]+)*\/([\w-]+)\[(\d+)\]: /;
/** Solaris' syslogd numbers each message. */
const SOLARIS_ID = /^\[ID \d+ \w+\.\w+\] /;
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

function sessionFact(text: string): LogFact {
  const from = PROXIED.exec(text)?.[1];
  if (from !== undefined) return { kind: 'proxied', from };
  const brokenOff = BROKEN_OFF.exec(text)?.[1];
  if (brokenOff !== undefined) return { kind: 'broken-off', client: brokenOff };
  const [, how, client, counts] = SESSION.exec(text) ?? [];
  if (how === undefined) return OTHER;
  if (how === 'connect') return { kind: 'connect', client: client! };
  const [, transfers = '0', all = transfers] = TRANSFERS.exec(counts!) ?? [];
  const isCounted = counts!.includes(' commands=') && !counts!.includes(' bdat=');
  return {
    kind: 'disconnect',
    client: client!,
    accepted: isCounted ? Number(transfers) : null,
    uncertain: isCounted && !counts!.includes(' quit=') ? Number(all) - Number(transfers) : 0,
  };
}

/** The client as `name[address]`, with its port where smtpd_client_port_logging says so. */
const SESSION = /^(connect|disconnect) from (\S+)(.*)$/;
/** Good ones, or good ones of all. */
const TRANSFERS = / data=(\d+)(?:\/(\d+))?(?= |$)/;
const PROXIED = /^proxy-accept: END-OF-MESSAGE: .*; from=<([^>]*)> to=/;
/** Since 3.10 with the queue id. After a dot it says nothing of whether that was answered. */
const BROKEN_OFF =
  /^(?:[0-9A-Za-z]+: )?(?:lost connection|timeout|too many errors) after (?!END-OF-MESSAGE)\S+ (?:\(\d+ bytes\) )?from (\S+)$/;

function factOf(program: string, text: string): LogFact {
  // The operator of the relay deleted it: postsuper -d.
  if (text === 'removed' && program === 'postsuper') return { ...UNDELIVERED, end: 'thrown-away' };
  if (text === 'removed') return { kind: 'removed' };
  if (program === 'cleanup') return cleanupFact(text);
  if (text.startsWith('to=<')) return deliveryFact(program, text);
  if (text.startsWith('from=<')) {
    if (text.endsWith('(queue active)')) return { kind: 'queued' };
    const expired = EXPIRED.test(text);
    return expired ? { ...UNDELIVERED, end: 'bounced' } : OTHER;
  }
  if (text.startsWith('client=')) {
    const [, name = '', client = null] = CLIENT.exec(text) ?? [];
    const clientDomain = domainOf(name);
    return { kind: 'begun', local: false, client, ...(clientDomain && { clientDomain }) };
  }
  if (text.startsWith('uid=')) {
    const requeued = ORIGIN.exec(text)?.[1];
    return { kind: 'begun', local: true, client: null, ...(requeued === undefined ? {} : { requeued }) };
  }
  return ruleFact(text);
}

function cleanupFact(text: string): LogFact {
  return text.startsWith('message-id=')
    ? { kind: 'message-id', id: text.slice('message-id='.length) }
    : ruleFact(text);
}

/** What an access table, a header check or a milter did. */
function ruleFact(text: string): LogFact {
  const rule = RULE.exec(text)?.[1];
  if (rule === undefined) return OTHER;
  if (rule === 'reject') return { kind: 'refused' };
  return { kind: 'withheld', how: rule === 'discard' ? 'thrown-away' : 'held' };
}

const RULE = /^(?:milter-)?(reject|hold|discard|quarantine): /;

/** Of a delivery (smtp, local, pipe, error, discard ...); where an alias was followed, the address that the client gave. */
function deliveryFact(program: string, text: string): LogFact {
  const status = STATUS.exec(text)?.[1];
  if (status === undefined) return OTHER;
  const [, to = '', asked] = RECIPIENT.exec(text) ?? [];
  const thrownAway =
    status === 'sent' && (program === 'discard' || INTO_NOTHING.test(text) || DISCARDED.test(text));
  const end = thrownAway ? 'thrown-away' : (ENDS[status] ?? null);
  const handedOn = status === 'sent' ? (HANDED_ON.exec(text)?.[1] ?? null) : null;
  const [, name = '', host = null] = status === 'sent' ? (TAKEN_BY.exec(text) ?? []) : [];
  const passedToDomain = domainOf(name);
  const elsewhere = asked !== undefined && asked.toLowerCase() !== to.toLowerCase();
  return {
    kind: 'delivery',
    to: asked ?? to,
    ...(elsewhere ? { elsewhere } : {}),
    end,
    handedOn,
    passedTo: host,
    ...(passedToDomain && { passedToDomain }),
    piped: program === 'pipe',
  };
}

const UNDELIVERED = { kind: 'delivery', to: null, handedOn: null, passedTo: null, piped: false } as const;
/** By postsuper -f before its time, too (Postfix 3.5). */
const EXPIRED = /, status=(?:force-)?expired\b/;
/** As pickup(8) logs what postsuper -r gave it. */
const ORIGIN = / orig_id=([0-9A-Za-z]{6,20})\b/;
/** As smtpd(8) and smtp(8) name a host: `name[address]:port`. */
const CLIENT = /^client=([^\s[]*)\[([^\]]*)\]/;
const TAKEN_BY = /, relay=([^,\s[]*)\[([^\]]*)\]/;

/** Of a host's name; where two labels may be a whole country's (`co.uk`), three. Null: it has none. */
function domainOf(name: string): string | null {
  const labels = name.toLowerCase().split('.');
  if (labels.length < 2 || /^\d*$/.test(labels.at(-1)!)) return null;
  return labels.slice(labels.at(-2)!.length <= 3 ? -3 : -2).join('.');
}

const ENDS: Record<string, DeliveryEnd> = { sent: 'sent', bounced: 'bounced', expired: 'bounced' };
const STATUS = /, status=([a-z]+)/;
const RECIPIENT = /^to=<(.*?)>,(?: orig_to=<(.*?)>,)?/;
/** As Postfix, amavis and most servers answer a dot, and as local(8) follows an alias. */
const HANDED_ON = /\b(?:queued|forwarded) as ([0-9A-Za-z]{6,20})\b/;
/** As local(8) does for an alias of nobody's. */
const INTO_NOTHING = /\(delivered to file: \/dev\/null\)$/;
/** As amavis says that it took a message and keeps it from everybody. */
const DISCARDED = /\bOk[,:] discarded\b/i;

function strangerLine(line: string, readTime: (text: string) => LogTime | null): ReadLine {
  const [, at, host = ''] = STARTS.exec(line) ?? [];
  const time = at === undefined ? null : readTime(at);
  if (LOST.test(line)) return { lost: time, host };
  return time === null || OF_MAIL.test(line) ? 'unreadable' : 'stranger';
}

/** What Postfix says of messages, in a line that has not its form: another syslog_name, no process id, another logger's format. */
const OF_MAIL = /\bmessage-id=|\bstatus=(?:sent|deferred|bounced) |\(queue active\)|\bpostfix\b.*\bclient=/i;

/** After a syslog priority, a container's name or a weekday (journalctl -o short-full). */
const STARTS = new RegExp(
  `^(?:<\\d{1,3}>)?(?:[^\\s|]+ +\\| +)?(?:\\p{L}{2,9},? +)?(${LOG_TIME}) +(\\S+)`,
  'u',
);
/** How rsyslog, journald and syslog-ng say that they dropped lines (C88). Not syslog-ng's statistics: `dropped='...=0'`. */
const LOST =
  /(?:^|[\s#])(?:rsyslogd(?:-\d+)?|systemd-journald?|journal|syslog-ng|syslogd)(?:\[\d+\])?: .*(?:\b(?:lost|drop\w*|discard\w*|suppressed|missed)\b[^;=]*\bmessages?\b|\bmessages?\b[^;=]*\b(?:lost|dropped|dropping|discarded)\b|\bqueue full\b)/i;
