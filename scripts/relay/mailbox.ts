import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostfixLog } from './postfix-log';
import { queueIds } from './queue-id';

/** Where accepted messages end: in the log, and the first of them in files. */
export interface Mailbox {
  /** Logs the message and returns its queue id; it counts as accepted from here on. */
  accept(content: Buffer, from: string, to: string): string;
  rejected(recipient: string, from: string, reply: string): void;
  flush(): void;
  stats(): { accepted: number; rejected: number; bytes: number };
}

export function openMailbox(log: PostfixLog, keep: { folder: string; first: number } | null): Mailbox {
  const nextId = queueIds(Date.now(), process.pid);
  const stats = { accepted: 0, rejected: 0, bytes: 0 };
  if (keep) mkdirSync(keep.folder, { recursive: true });
  return {
    accept: (content, from, to) => {
      const queueId = nextId();
      log.accepted({ queueId, messageId: messageIdOf(content), from, to, bytes: content.length });
      if (keep && stats.accepted < keep.first)
        writeFileSync(join(keep.folder, `${queueId}.eml`), withoutStuffing(content));
      stats.accepted++;
      stats.bytes += content.length;
      return queueId;
    },
    rejected: (recipient, from, reply) => {
      stats.rejected++;
      log.rejected(recipient, from, reply);
    },
    flush: () => log.flush(),
    stats: () => ({ ...stats }),
  };
}

const FIELD = '\r\nMessage-ID: <';

function messageIdOf(content: Buffer): string {
  const headerEnd = content.indexOf('\r\n\r\n');
  const header = content.toString('latin1', 0, headerEnd < 0 ? content.length : headerEnd);
  const at = header.indexOf(FIELD);
  if (at >= 0) return header.slice(at + FIELD.length, header.indexOf('>', at + FIELD.length));
  return /^message-id:\s*<([^>]*)>/im.exec(header)?.[1] ?? '';
}

/** RFC 5321 4.5.2: the first dot of a line that begins with one is the sender's. */
function withoutStuffing(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');
}
