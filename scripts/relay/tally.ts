/** How a conversation's commands fared, in the words of smtpd's last lines. */
export interface Tally {
  /** A command line has come. */
  command(line: string): void;
  /** It has its reply; `data` only with the message behind it. */
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
  const one = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const share = (name: string, goodOnes: number, allOnes: number) =>
    `${name}=${goodOnes === allOnes ? allOnes : `${goodOnes}/${allOnes}`}`;
  return {
    command: (line) => {
      const verb = line.split(/[ :]/, 1)[0]!.toLowerCase();
      step = STEPS.includes(verb) ? verb : 'unknown';
      where = step.toUpperCase();
      one(all, step);
    },
    replied: (at, code) => {
      if (code >= 400) errors++;
      else if (at === 'dot') {
        one(good, 'data');
        errors = 0;
      } else if (code < 300 && step !== null && step !== 'data') one(good, step);
      if (at === 'dot') where = 'END-OF-MESSAGE';
    },
    errors: () => errors,
    where: () => where,
    words: () => {
      const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, n) => total + n, 0);
      const shown = [...STEPS, 'unknown'].filter((name) => all.has(name));
      return [
        ...shown.map((name) => share(name, good.get(name) ?? 0, all.get(name)!)),
        all.size === 0 ? 'commands=0/0' : share('commands', sum(good), sum(all)),
      ].join(' ');
    },
  };
}
