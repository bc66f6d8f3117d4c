/** What the relay has seen since it started; `stats` on the control socket answers with it. */
export interface RelayCounts {
  /** Connections ever taken. */
  sessions: number;
  /** Connections open now. */
  connections: number;
  /** Sessions that TLS protected. */
  secured: number;
  accepted: number;
  /** Recipients refused, for good or for now. */
  rejected: number;
  /** Messages whose dot got no 250 because a rule or their size said so. */
  refused: number;
  /** Messages whose sender was gone before their dot. */
  aborted: number;
  /** Octets of accepted messages. */
  bytes: number;
  /** MAIL commands that declared SMTPUTF8 (C14). */
  smtputf8: number;
  /** Times that a client spoke before it may: behind EHLO, DATA, STARTTLS or AUTH, or at all where PIPELINING is not offered. */
  earlyTalk: number;
  /** Line ends without their CR: in commands always, in messages with --strict or where they are kept. */
  bareLf: number;
  /** So too: CRs without their LF in messages. */
  bareCr: number;
  /** So too: lines of messages over 998 octets (RFC 5321 4.5.3.1.6). */
  longLines: number;
  /** So too: messages with 8-bit octets that neither BODY=8BITMIME nor SMTPUTF8 announced (C13). */
  eightBit: number;
}

export function newCounts(): RelayCounts {
  return {
    sessions: 0,
    connections: 0,
    secured: 0,
    accepted: 0,
    rejected: 0,
    refused: 0,
    aborted: 0,
    bytes: 0,
    smtputf8: 0,
    earlyTalk: 0,
    bareLf: 0,
    bareCr: 0,
    longLines: 0,
    eightBit: 0,
  };
}
