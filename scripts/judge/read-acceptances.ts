import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Acceptance {
  queueId: string;
  messageId: string;
  /** As on the wire, between the angle brackets of RCPT TO. */
  to: string;
}

const LINE = /postfix[^[\s]*\/(\w+)\[\d+\]: ([0-9A-Za-z]+): (.*)$/;

/**
 * What the relay took responsibility for, from its log in Postfix's format: a queue id with a message-id and a recipient that
 * became active or has a status. Several recipients of one message are several acceptances.
 */
export async function* readAcceptances(logFile: string): AsyncGenerator<Acceptance> {
  const open = new Map<string, { messageId: string | null; active: boolean; to: Set<string> }>();
  for await (const line of createInterface({
    input: createReadStream(logFile),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const found = LINE.exec(line);
    if (!found) continue;
    const [, program, queueId, rest] = found as unknown as [string, string, string, string];
    if (queueId === 'NOQUEUE') continue;
    const mail = open.get(queueId) ?? { messageId: null, active: false, to: new Set<string>() };
    open.set(queueId, mail);
    if (program === 'cleanup') mail.messageId ??= /message-id=<([^>]*)>/.exec(rest)?.[1] ?? null;
    if (program === 'qmgr' && rest.includes('queue active')) mail.active = true;
    const recipient = /^to=<([^>]*)>/.exec(rest)?.[1];
    if (recipient !== undefined && rest.includes('status=')) {
      mail.active = true;
      mail.to.add(recipient);
    }
    if (rest !== 'removed') continue;
    open.delete(queueId);
    yield* acceptancesOf(queueId, mail);
  }
  for (const [queueId, mail] of open) yield* acceptancesOf(queueId, mail);
}

function* acceptancesOf(
  queueId: string,
  { messageId, active, to }: { messageId: string | null; active: boolean; to: Set<string> },
): Generator<Acceptance> {
  if (messageId === null || !active) return;
  for (const recipient of to) yield { queueId, messageId, to: recipient };
}
