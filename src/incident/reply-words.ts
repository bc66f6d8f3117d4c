/** The codes of a relay's reply. */
export interface ReplyCodes {
  code: number;
  /** Such as `5.2.2` (RFC 3463); null where the relay gives none. */
  enhanced: string | null;
}

/**
 * A reply for gate, holds, audit, Temporal and logs: its codes, and what these mean in our words. The relay's own may hold a customer's name
 * or address in any spelling (`Quota of Ann Smith (ann at x.test) exceeded`), so they stay in that customer's row of the ledger (C93).
 */
export function replyWords({ code, enhanced }: ReplyCodes): string {
  const meaning = enhanced === null ? undefined : MEANINGS[enhanced.slice(2)];
  return [enhanced === null ? `${code}` : `${code} ${enhanced}`, ...(meaning ? [meaning] : [])].join(', ');
}

/** Subject and detail of the enhanced code: RFC 3463, 4954, 7372, 7505, the IANA registry; 4.5 and 7.28 as big providers use them. */
const MEANINGS: Record<string, string> = {
  '1.1': 'no such mailbox',
  '1.2': 'no such domain',
  '1.3': 'the address is malformed',
  '1.6': 'the mailbox has moved',
  '1.7': 'our sender address is malformed',
  '1.8': 'the domain of our sender address is not accepted',
  '1.10': 'the domain takes no mail',
  '2.1': 'the mailbox is disabled',
  '2.2': 'the mailbox is full',
  '2.3': 'too long for the mailbox',
  '3.1': "the relay's disk is full",
  '3.2': 'the relay takes no mail now',
  '3.4': 'too big for the relay',
  '4.1': "no answer from the receiver's host",
  '4.2': "a bad connection to the receiver's host",
  '4.3': 'a directory or the DNS fails',
  '4.4': 'no way to the receiver',
  '4.5': 'congestion, or a limit on how much is sent',
  '4.6': 'a loop',
  '4.7': 'too long under way',
  '5.1': 'a command that it does not take',
  '5.3': 'too many recipients, or messages',
  '6.7': 'an address that is not ASCII',
  '7.0': 'a security rule',
  '7.1': 'not allowed',
  '7.8': 'the log-in is refused',
  '7.9': 'the log-in is too weak',
  '7.11': 'encryption is needed',
  '7.20': 'no valid DKIM signature',
  '7.23': 'SPF fails',
  '7.25': "this machine's address has no valid name",
  '7.26': 'the checks of the sender (SPF, DKIM, DMARC) fail',
  '7.28': 'too much mail at once',
};
