import { MOST_OCTETS } from './capabilities';
import { countFaults } from './content-faults';
import type { Answer, Session } from './session';

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
