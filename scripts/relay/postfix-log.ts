import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** The relay's log, as Postfix writes it through syslog. */
export interface PostfixLog {
  accepted(message: LoggedMessage): void;
  /** A refused recipient, as smtpd logs it. */
  rejected(recipient: string, from: string, reply: string): void;
  /** Everything so far is in the file (and on the disk, where asked for) when this returns. */
  flush(): void;
  close(): void;
}

export interface LoggedMessage {
  queueId: string;
  messageId: string;
  from: string;
  to: string;
  bytes: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOST = 'capture';

export function openPostfixLog(file: string, time: 'syslog' | 'rfc3339', fsync: boolean): PostfixLog {
  const fd = openSync(file, 'a');
  let lines = '';
  let second = 0;
  let stamp = '';
  const now = () => {
    const ms = Date.now();
    if (time === 'rfc3339') return `${new Date(ms).toISOString()} ${HOST}`;
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000);
      stamp = `${syslogTime(new Date(ms))} ${HOST}`;
    }
    return stamp;
  };
  return {
    accepted: ({ queueId, messageId, from, to, bytes }) => {
      const at = now();
      const { pid } = process;
      lines +=
        `${at} postfix/smtpd[${pid}]: ${queueId}: client=localhost[127.0.0.1]\n` +
        `${at} postfix/cleanup[${pid}]: ${queueId}: message-id=<${messageId}>\n` +
        `${at} postfix/qmgr[${pid}]: ${queueId}: from=<${from}>, size=${bytes}, nrcpt=1 (queue active)\n` +
        `${at} postfix/smtp[${pid}]: ${queueId}: to=<${to}>, relay=capture[127.0.0.1]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n` +
        `${at} postfix/qmgr[${pid}]: ${queueId}: removed\n`;
    },
    rejected: (recipient, from, reply) => {
      lines += `${now()} postfix/smtpd[${process.pid}]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: ${reply}; from=<${from}> to=<${recipient}> proto=ESMTP helo=<client>\n`;
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
}

function syslogTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = String(at.getDate()).padStart(2, ' ');
  return `${MONTHS[at.getMonth()]} ${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
