import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RelayCounts } from './counts';
import type { PostfixLog } from './postfix-log';
import { queueIds, shortQueueIds } from './relay-queue-id';
import type { Envelope, Session } from './relay-session';

/** Where messages end: accepted ones in the log, the first of them in files too; the others in what Postfix logs of failures. */
export interface Mailbox {
  /** The same, as one conversation fills it. @param pid of its smtpd, in the log. */
  inProcess(pid: string): Mailbox;
  /** A line about the conversation as a whole (postfix-log.ts). */
  conversation(what: string, afterClient?: string): void;
  /** Gives the message its queue id, with its first recipient as Postfix does. */
  begin(): string;
  /** Logs the message and returns its queue id; it counts as accepted from here on. */
  accept(content: Buffer, envelope: Envelope): string;
  /** @param recipient null: the sender is refused. */
  rejected(
    recipient: string | null,
    envelope: Pick<Envelope, 'from' | 'queueId'>,
    helo: string,
    reply: string,
  ): void;
  /** What is no address is no recipient either. */
  illegal(recipient: string): void;
  /** The dot came, and the message is not taken. */
  refused(content: Buffer, envelope: Envelope, helo: string, reply: string): void;
  /** The client was gone before its dot. */
  aborted(content: Buffer, session: Session): void;
  flush(): void;
}

export function openMailbox(
  log: PostfixLog,
  counts: RelayCounts,
  options: { keep: { folder: string; first: number } | null; queueIds: 'long' | 'short' },
): Mailbox {
  const { keep } = options;
  const nextId = options.queueIds === 'short' ? shortQueueIds() : queueIds(Date.now(), process.pid);
  if (keep) mkdirSync(keep.folder, { recursive: true });
  const mailboxOf = (log: PostfixLog): Mailbox => ({
    inProcess: (pid) => mailboxOf(log.inProcess(pid)),
    conversation: (what, afterClient) => log.conversation(what, afterClient),
    begin: () => {
      const queueId = nextId();
      log.begun(queueId);
      return queueId;
    },
    accept: (content, { from, to, queueId: begun }) => {
      const queueId = begun ?? nextId();
      log.accepted({ queueId, messageId: messageIdOf(content), from, to, octets: content.length });
      if (keep && counts.accepted < keep.first)
        writeFileSync(join(keep.folder, `${queueId}.eml`), withoutStuffing(content));
      counts.accepted++;
      counts.bytes += content.length;
      return queueId;
    },
    rejected: (recipient, { from, queueId }, helo, reply) => {
      if (recipient !== null) counts.rejected++;
      log.rejected({ queueId, recipient, from, helo, reply });
    },
    illegal: (recipient) => {
      counts.rejected++;
      log.illegal(recipient);
    },
    refused: (content, { from, to, queueId }, helo, reply) => {
      counts.refused++;
      log.refused({ queueId: queueId ?? nextId(), messageId: messageIdOf(content), from, to, helo, reply });
    },
    aborted: (content, { envelope }) => {
      counts.aborted++;
      const headerSeen = envelope !== null && content.includes('\r\n\r\n');
      const queueId = envelope?.queueId ?? nextId();
      log.aborted(headerSeen ? { queueId, messageId: messageIdOf(content) } : null, content.length);
    },
    flush: () => log.flush(),
  });
  return mailboxOf(log);
}

/** RFC 5321 4.5.2: the first dot of a line that begins with one is the sender's. */
function withoutStuffing(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');
}

const MOST_HEADER_OCTETS = 102_400;

/** What stands in the Message-ID field, as Postfix's cleanup logs it: `<id>` unfolded; '' where there is none, also when only the body has one. */
export function messageIdOf(content: Buffer): string {
  const value = FIELD.exec(headerOf(content))?.[1];
  if (value === undefined) return '';
  const unfolded = value.replace(/\r?\n/g, '').trim();
  return /^<[^<>]*>$/.test(unfolded) ? unfolded.slice(1, -1) : unfolded.replace(/[<>]/g, '?');
}

const FIELD = /(?:^|\n)message-id[ \t]*:((?:[^\n]|\n[ \t])*)/i;

/** The header, its last line end included (RFC 5322 2.1: up to the first empty line). */
function headerOf(content: Buffer): string {
  if (content[0] === 0x0d && content[1] === 0x0a) return '';
  const end = content.indexOf('\r\n\r\n');
  return content.toString('utf8', 0, Math.min(end < 0 ? content.length : end, MOST_HEADER_OCTETS));
}
