/** What the relay has seen since it started; `stats` on the control socket answers with it. */
export interface RelayCounts {
  /** Connections ever taken. */
  sessions: number;
  /** Connections open now. */
  connections: number;
  /** Most of them at once. */
  mostConnections: number;
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
  /** Times that a client spoke before it may: after EHLO, DATA, STARTTLS or AUTH, or at all where PIPELINING is not offered. */
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
    mostConnections: 0,
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

/** How a conversation's commands fared, in the words of smtpd's last lines. */
export interface Tally {
  /** A command line has come. */
  command(line: string): void;
  /** It has its reply; `data` only with the message after it. */
  replied(at: string | null, code: number): void;
  /** Errors since the last message that was accepted (smtpd_hard_error_limit). */
  errors(): number;
  /** As in `lost connection after RCPT`. */
  where(): string;
  /** As in `ehlo=1 mail=2/3 commands=3/4`: good ones, and all where some were not. */
  words(): string;
}

const STEPS = ['helo', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'rset', 'noop', 'vrfy', 'quit'];

export function newTally(): Tally {
  const all = new Map<string, number>();
  const good = new Map<string, number>();
  let step: string | null = null;
  let where = 'CONNECT';
  let errors = 0;
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const share = (name: string, goodOnes: number, allOnes: number) =>
    `${name}=${goodOnes === allOnes ? allOnes : `${goodOnes}/${allOnes}`}`;
  return {
    command: (line) => {
      const verb = line.split(/[ :]/, 1)[0]!.toLowerCase();
      step = STEPS.includes(verb) ? verb : 'unknown';
      where = step.toUpperCase();
      count(all, step);
    },
    replied: (at, code) => {
      if (code >= 400) errors++;
      else if (at === 'dot') {
        count(good, 'data');
        errors = 0;
      } else if (code < 300 && step !== null && step !== 'data') count(good, step);
      if (at === 'dot') where = 'END-OF-MESSAGE';
    },
    errors: () => errors,
    where: () => where,
    words: () => {
      const sum = (counts: Map<string, number>) =>
        [...counts.values()].reduce((total, commands) => total + commands, 0);
      const shown = [...STEPS, 'unknown'].filter((name) => all.has(name));
      return [
        ...shown.map((name) => share(name, good.get(name) ?? 0, all.get(name)!)),
        all.size === 0 ? 'commands=0/0' : share('commands', sum(good), sum(all)),
      ].join(' ');
    },
  };
}
