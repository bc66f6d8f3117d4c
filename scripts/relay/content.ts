import type { RelayCounts } from './counts';
import { type Answer, MOST_OCTETS, type Session } from './relay-session';

/** What comes of a whole message (RFC 5321 4.1.1.4). */
export function theDot(content: Buffer, session: Session): Answer {
  const { relay, envelope } = session;
  const { mailbox, counts, options } = relay;
  const kept = options.keep !== null && counts.accepted < options.keepFirst;
  if (options.strict || kept) countFaults(content, envelope?.eightBit ?? false, counts);
  session.envelope = null;
  const keepTransaction = () => {
    session.envelope = envelope;
  };
  // A 354 that a rule gave without a recipient: the dot is nobody's.
  if (envelope === null || envelope.to.length === 0)
    return answer(() => ({ say: '554 5.5.1 Error: no valid recipients' }));
  const refused = (reply: string) => mailbox.refused(content, envelope, session.helo, reply);
  if (content.length > MOST_OCTETS) {
    const say = '552 5.3.4 Error: message file too big';
    refused(say);
    return answer(() => ({ say }));
  }
  return {
    at: 'dot',
    addresses: envelope.to,
    usual: () => {
      const queueId = mailbox.accept(content, envelope);
      session.accepted++;
      return { say: `250 2.0.0 Ok: queued as ${queueId}` };
    },
    refused,
    keepTransaction,
  };
}

/** For a rule that steps in before the dot. What it says is then the reply to the dot, too early; the rest is read and forgotten. */
export function firstOctets(session: Session): Answer {
  return {
    at: 'content',
    addresses: session.envelope?.to ?? [],
    usual: () => ({ say: '', next: 'content' }),
  };
}

function answer(usual: Answer['usual']): Answer {
  return { at: 'dot', addresses: [], usual };
}

const MOST_LINE_OCTETS = 998;
const [LF, CR, DOT] = [0x0a, 0x0d, 0x2e];

/** Counts what a message must not hold on the wire (RFC 5321 2.3.8 and 4.5.3.1.6; C11 to C13), as it came, dots doubled. */
export function countFaults(content: Buffer, eightBitAnnounced: boolean, counts: RelayCounts): void {
  let lineStart = 0;
  let eightBit = false;
  for (let at = 0; at < content.length; at++) {
    const octet = content[at]!;
    if (octet > 0x7f) eightBit = true;
    if (octet === CR && content[at + 1] !== LF) counts.bareCr++;
    if (octet !== LF) continue;
    const crlf = content[at - 1] === CR;
    if (!crlf) counts.bareLf++;
    const doubled = content[lineStart] === DOT ? 1 : 0;
    if (at - (crlf ? 1 : 0) - lineStart - doubled > MOST_LINE_OCTETS) counts.longLines++;
    lineStart = at + 1;
  }
  if (eightBit && !eightBitAnnounced) counts.eightBit++;
}
