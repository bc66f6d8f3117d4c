import { mailFrom, rcptTo } from './relay-envelope';
import { type Answer, capabilities, type Outcome, type Session } from './relay-session';
import { auth } from './sasl';

export const NAME = 'capture.test';

/** What comes of a command line, as strict about the order as Postfix is (RFC 5321 4.1.4). */
export function answerTo(line: string, session: Session): Answer {
  const { sasl } = session;
  if (sasl !== null) return answer('auth', () => sasl(line));
  const [verb = ''] = line.split(/[ :]/, 1);
  const command = COMMANDS[verb.toUpperCase()];
  const given = command ? command(line, session) : '500 5.5.2 Error: command not recognized';
  return typeof given === 'string' ? answer(null, () => ({ say: given })) : given;
}

export function greeting(): Answer {
  return answer('greeting', () => ({ say: `220 ${NAME} ESMTP` }));
}

/** A string is a refusal that no rule changes. */
type Command = (line: string, session: Session) => Answer | string;

const COMMANDS: Record<string, Command> = {
  EHLO: (line, session) => hello(line, session, () => replyOf([NAME, ...capabilities(session)])),
  HELO: (line, session) => hello(line, session, () => `250 ${NAME}`),
  MAIL: mailFrom,
  RCPT: rcptTo,
  DATA: (_, session) => {
    if (session.envelope === null) return '503 5.5.1 Error: need RCPT command';
    const { to } = session.envelope;
    return answer(
      'data',
      () =>
        to.length === 0
          ? { say: '554 5.5.1 Error: no valid recipients' }
          : { say: '354 End data with <CR><LF>.<CR><LF>', next: 'content' },
      to,
    );
  },
  RSET: (_, session) =>
    answer('rset', () => {
      session.envelope = null;
      return { say: '250 2.0.0 Ok' };
    }),
  NOOP: () => answer(null, () => ({ say: '250 2.0.0 Ok' })),
  QUIT: () => answer('quit', () => ({ say: '221 2.0.0 Bye', next: 'close' })),
  STARTTLS: (_, session) => {
    if (session.relay.options.tls !== 'starttls') return '502 5.5.1 Error: command not implemented';
    if (session.secured) return '554 5.5.1 Error: TLS already active';
    return answer('starttls', () => ({ say: '220 2.0.0 Ready to start TLS', next: 'tls' }));
  },
  AUTH: (line, session) => answer('auth', () => auth(line.slice(5), session)),
};

/** Whether the client must hear the reply first: these end a pipelined group (RFC 2920 3.1). */
export function endsGroup(line: string, session: Session): boolean {
  if (session.sasl !== null || !session.offers.has('PIPELINING')) return true;
  return /^(?:EHLO|HELO|DATA|STARTTLS|AUTH|NOOP|VRFY|QUIT)\b/i.test(line);
}

function hello(line: string, session: Session, say: () => string): Answer | string {
  const name = line.slice(5).trim();
  if (name === '') return `501 Syntax: ${line.slice(0, 4).toUpperCase()} hostname`;
  return answer('ehlo', () => {
    session.helo = name;
    session.envelope = null;
    return { say: say() };
  });
}

function replyOf(lines: string[]): string {
  return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
}

function answer(at: Answer['at'], usual: () => Outcome, addresses: string[] = []): Answer {
  return { at, addresses, usual };
}
