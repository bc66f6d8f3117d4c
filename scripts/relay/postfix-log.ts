import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { RelayOptions } from './relay-options';

/** The relay's log, as Postfix writes it through syslog. Its lines are in the file once `flush` returns. */
export interface PostfixLog {
  /** The same log, as the smtpd of one conversation writes it: Postfix gives each a process to itself. */
  inProcess(pid: string): PostfixLog;
  /** Of a conversation as a whole: `connect`, `lost connection after RCPT`, with what stands after the client's name. */
  conversation(what: string, afterClient?: string): void;
  /** The first good recipient: from here on the message has its queue id. */
  begun(queueId: string): void;
  accepted(message: LoggedMessage & { from: string; to: readonly string[]; octets: number }): void;
  /** A refused recipient, or sender: then without a recipient. */
  rejected(refusal: {
    queueId: string | null;
    recipient: string | null;
    from: string;
    helo: string;
    reply: string;
  }): void;
  /** What is no address at all: smtpd warns of it. */
  illegal(recipient: string): void;
  /** A message whose dot was refused: cleanup has logged its Message-ID, and yet it is nobody's. */
  refused(
    message: LoggedMessage & { from: string; to: readonly string[]; helo: string; reply: string },
  ): void;
  /** A client gone within the content; with a message where its header was there. */
  aborted(message: LoggedMessage | null, octets: number): void;
  /** Everything so far is in the file (and on the disk, where asked for) when this returns. @throws what write(2) says. */
  flush(): void;
  close(): void;
}

export interface LoggedMessage {
  queueId: string;
  messageId: string;
}

const CLIENT = 'localhost[127.0.0.1]';

export function openPostfixLog({
  log: file,
  logHost,
  time,
  fsync,
}: Pick<RelayOptions, 'log' | 'logHost' | 'time' | 'fsync'>): PostfixLog {
  const fd = openSync(file, 'a+');
  // A relay that died while it wrote: its last line must not swallow our first.
  let lines = endsInMidLine(fd) ? '\n' : '';
  const now = logTime(time);
  const logOf = (pid: string): PostfixLog => {
    const write = (program: string, text: string) => {
      lines += `${now()} ${logHost} postfix/${program}[${program === 'smtpd' ? pid : process.pid}]: ${printable(text)}\n`;
    };
    const named = ({ queueId, messageId }: LoggedMessage) =>
      write('cleanup', `${queueId}: message-id=<${messageId}>`);
    return {
      inProcess: logOf,
      conversation: (what, afterClient = '') => write('smtpd', `${what} from ${CLIENT}${afterClient}`),
      begun: (queueId) => write('smtpd', `${queueId}: client=${CLIENT}`),
      accepted: (message) => {
        const { queueId, from, to, octets } = message;
        named(message);
        write('qmgr', `${queueId}: from=<${from}>, size=${octets}, nrcpt=${to.length} (queue active)`);
        for (const recipient of to)
          write(
            'smtp',
            `${queueId}: to=<${recipient}>, relay=capture[127.0.0.1]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
          );
        write('qmgr', `${queueId}: removed`);
      },
      rejected: ({ queueId, recipient, from, helo, reply }) => {
        const [step, to] = recipient === null ? ['MAIL', ''] : ['RCPT', ` to=<${recipient}>`];
        write(
          'smtpd',
          `${queueId ?? 'NOQUEUE'}: reject: ${step} from ${CLIENT}: ${reply}; from=<${from}>${to} proto=ESMTP helo=<${helo}>`,
        );
      },
      illegal: (recipient) =>
        write('smtpd', `warning: Illegal address syntax from ${CLIENT} in RCPT command: <${recipient}>`),
      refused: (message) => {
        const { queueId, from, to, helo, reply } = message;
        named(message);
        write(
          'smtpd',
          `${queueId}: reject: END-OF-MESSAGE from ${CLIENT}: ${reply}; from=<${from}> to=<${to[0]}> proto=ESMTP helo=<${helo}>`,
        );
      },
      aborted: (message, octets) => {
        if (message !== null) named(message);
        write('smtpd', `lost connection after DATA (${octets} bytes) from ${CLIENT}`);
      },
      flush: () => {
        if (lines === '') return;
        const bytes = Buffer.from(lines, 'utf8');
        lines = '';
        for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
        if (fsync) fsyncSync(fd);
      },
      close: () => closeSync(fd),
    };
  };
  return logOf(String(process.pid));
}

/** As Postfix: what a client sent can end no line of the log and begin none. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '?');
}

function endsInMidLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as syslog writes it: `Nov 25 03:16:54` in the machine's zone, or RFC 3339 in UTC with milliseconds. */
function logTime(form: 'syslog' | 'rfc3339'): () => string {
  if (form === 'rfc3339') return () => new Date().toISOString();
  let second = 0;
  let stamp = '';
  return () => {
    const ms = Date.now();
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000);
      stamp = syslogTime(new Date(ms));
    }
    return stamp;
  };
}

function syslogTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = String(at.getDate()).padStart(2, ' ');
  return `${MONTHS[at.getMonth()]} ${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
