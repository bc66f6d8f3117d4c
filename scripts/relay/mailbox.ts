import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RelayCounts } from './counts';
import { messageIdOf } from './message-id';
import type { PostfixLog } from './postfix-log';
import { queueIds } from './queue-id';
import type { Envelope, Session } from './session';

/** Where messages end: accepted ones in the log, the first of them in files too; the others in what Postfix logs of failures. */
export interface Mailbox {
  /** Logs the message and returns its queue id; it counts as accepted from here on. */
  accept(content: Buffer, envelope: Envelope): string;
  rejected(recipient: string, from: string, helo: string, reply: string): void;
  /** The dot came, and the message is not taken. */
  refused(content: Buffer, envelope: Envelope, helo: string, reply: string): void;
  /** The client was gone before its dot. */
  aborted(content: Buffer, session: Session): void;
  disconnected(): void;
  flush(): void;
}

export function openMailbox(
  log: PostfixLog,
  counts: RelayCounts,
  keep: { folder: string; first: number } | null,
): Mailbox {
  const nextId = queueIds(Date.now(), process.pid);
  if (keep) mkdirSync(keep.folder, { recursive: true });
  return {
    accept: (content, { from, to }) => {
      const queueId = nextId();
      log.accepted({ queueId, messageId: messageIdOf(content), from, to, octets: content.length });
      if (keep && counts.accepted < keep.first)
        writeFileSync(join(keep.folder, `${queueId}.eml`), withoutStuffing(content));
      counts.accepted++;
      counts.bytes += content.length;
      return queueId;
    },
    rejected: (recipient, from, helo, reply) => {
      counts.rejected++;
      log.rejected({ recipient, from, helo, reply });
    },
    refused: (content, { from, to }, helo, reply) => {
      counts.refused++;
      log.refused({ queueId: nextId(), messageId: messageIdOf(content), from, to, helo, reply });
    },
    aborted: (content, { envelope }) => {
      counts.aborted++;
      const headerSeen = envelope !== null && content.includes('\r\n\r\n');
      log.aborted(headerSeen ? { queueId: nextId(), messageId: messageIdOf(content) } : null, content.length);
    },
    disconnected: () => log.disconnected(),
    flush: () => log.flush(),
  };
}

/** RFC 5321 4.5.2: the first dot of a line that begins with one is the sender's. */
function withoutStuffing(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');
}
