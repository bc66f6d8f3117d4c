import type { Outcome, Session } from './relay-session';

/** AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616), with or without the initial response. */
export function auth(argument: string, session: Session): Outcome {
  if (!session.offers.has('AUTH')) return { say: '503 5.5.1 Error: authentication not enabled' };
  if (session.authenticated) return { say: '503 5.5.1 Error: already authenticated' };
  if (session.envelope !== null) return { say: '503 5.5.1 Error: MAIL transaction in progress' };
  const [mechanism = '', initial] = argument.trim().split(/ +/);
  if (/^PLAIN$/i.test(mechanism)) return plain(initial, session);
  if (/^LOGIN$/i.test(mechanism)) return login(initial, session);
  return { say: '535 5.7.8 Error: authentication failed: Invalid authentication mechanism' };
}

function plain(initial: string | undefined, session: Session): Outcome {
  const whole = (text: string) => {
    const [, user = '', password = ''] = text.split('\0');
    return decide(user, password, session);
  };
  return initial === undefined ? ask('334 ', whole, session) : whole(decoded(initial));
}

function login(initial: string | undefined, session: Session): Outcome {
  const named = (user: string) =>
    ask(`334 ${encoded('Password:')}`, (password) => decide(user, password, session), session);
  return initial === undefined ? ask(`334 ${encoded('Username:')}`, named, session) : named(decoded(initial));
}

function ask(say: string, next: (text: string) => Outcome, session: Session): Outcome {
  session.sasl = (line) => {
    session.sasl = null;
    return line === '*' ? { say: '501 5.7.0 Authentication aborted' } : next(decoded(line));
  };
  return { say };
}

function decide(user: string, password: string, session: Session): Outcome {
  const { options } = session.relay;
  session.authenticated = user === options.user && password === options.password;
  return session.authenticated
    ? { say: '235 2.7.0 Authentication successful' }
    : { say: '535 5.7.8 Error: authentication failed' };
}

function decoded(text: string): string {
  return Buffer.from(text === '=' ? '' : text, 'base64').toString('utf8');
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
