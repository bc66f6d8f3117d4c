import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { TLSSocket } from 'node:tls';
import type { Mailbox } from './mailbox';
import type { RelayOptions } from './options';
import { type RelayPhase, type Rule, ruleFor } from './rules';

export interface Relay {
  options: RelayOptions;
  rules: Rule[];
  mailbox: Mailbox;
  secure: SecureContext | null;
  /** Sends what a connection has to say once everything accepted in this turn is in the log. */
  later(send: () => void): void;
}

const END_OF_DATA = Buffer.from('\r\n.\r\n');
const LONE_DOT = Buffer.from('.\r\n');
const MOST_COMMAND_BYTES = 2_048;

/** One SMTP conversation (RFC 5321, pipelining RFC 2920), as strict about the order of commands as Postfix is. */
export function converse(first: Socket, relay: Relay): void {
  const { options, mailbox } = relay;
  let socket = first;
  let pending: Buffer = Buffer.alloc(0);
  /** Where the search for the end of the message goes on. */
  let searched = 0;
  let inData = false;
  let waiting = false;
  let gone = false;
  let out = '';
  let queued = false;
  let secured = options.tls === 'implicit';
  let authenticated = false;
  let authStep: 'none' | 'plain' | 'login-user' | 'login-password' = 'none';
  let loginUser = '';
  let from: string | null = null;
  let to: string | null = null;
  let accepted = 0;

  const say = (reply: string) => {
    out += `${reply}\r\n`;
    if (queued) return;
    queued = true;
    relay.later(() => {
      queued = false;
      const text = out;
      out = '';
      if (!socket.destroyed && text !== '') socket.write(text);
    });
  };
  const reset = () => {
    from = null;
    to = null;
  };
  const drop = () => {
    gone = true;
    relay.later(() => socket.resetAndDestroy());
  };

  /** The usual, unless a rule says otherwise. */
  const act = (phase: RelayPhase, usual: () => void) => {
    const rule = ruleFor(relay.rules, phase, to ?? '', accepted);
    if (!rule) return usual();
    if (rule.delayMs) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        misbehave(rule, phase, usual);
        read();
      }, rule.delayMs);
      return;
    }
    misbehave(rule, phase, usual);
  };
  const misbehave = (rule: Rule, phase: RelayPhase, usual: () => void) => {
    if (rule.action === 'drop') return drop();
    if (rule.action === 'stall') {
      waiting = true;
      return;
    }
    if (rule.action === 'drop-after') {
      usual();
      out = '';
      return drop();
    }
    if (rule.action === 'crash') {
      usual();
      mailbox.flush();
      process.kill(process.pid, 'SIGKILL');
    }
    if (rule.reply === undefined) return usual();
    if (phase === 'rcpt') mailbox.rejected(to ?? '', from ?? '', rule.reply);
    if (phase === 'rcpt') to = null;
    if (phase === 'mail' || phase === 'dot') reset();
    say(rule.reply);
    if (rule.reply.startsWith('421')) {
      gone = true;
      relay.later(() => socket.end());
    }
  };

  const ehlo = () => {
    const offers = ['PIPELINING', 'SIZE 20480000'];
    if (options.tls === 'starttls' && !secured) offers.push('STARTTLS');
    if (options.user !== null) offers.push('AUTH PLAIN LOGIN');
    offers.push('ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8');
    const offered = offers.filter((offer) => !options.without.includes(offer.split(' ')[0]!));
    const lines = ['capture.test', ...offered];
    say(lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n'));
  };

  const startTls = () => {
    say('220 2.0.0 Ready to start TLS');
    relay.later(() => {
      // What a client sent in clear behind its STARTTLS is not believed (RFC 3207).
      pending = Buffer.alloc(0);
      socket.removeAllListeners('data');
      secured = true;
      socket = new TLSSocket(socket, { isServer: true, secureContext: relay.secure! });
      listen();
    });
  };

  const authenticate = (user: string, password: string) => {
    authStep = 'none';
    authenticated = user === options.user && password === options.password;
    say(authenticated ? '235 2.7.0 Authentication successful' : '535 5.7.8 Error: authentication failed');
  };
  const answerAuth = (line: string) => {
    const text = Buffer.from(line, 'base64').toString('utf8');
    if (authStep === 'plain') {
      const [, user = '', password = ''] = text.split('\0');
      return authenticate(user, password);
    }
    if (authStep === 'login-user') {
      loginUser = text;
      authStep = 'login-password';
      return say('334 UGFzc3dvcmQ6');
    }
    return authenticate(loginUser, text);
  };
  const auth = (argument: string) => {
    const [mechanism = '', initial] = argument.split(' ');
    if (mechanism.toUpperCase() === 'PLAIN') {
      authStep = 'plain';
      return initial ? answerAuth(initial) : say('334 ');
    }
    if (mechanism.toUpperCase() !== 'LOGIN') return say('535 5.7.8 Error: no such mechanism');
    authStep = 'login-user';
    return initial ? answerAuth(initial) : say('334 VXNlcm5hbWU6');
  };

  const command = (line: string) => {
    if (authStep !== 'none') return answerAuth(line);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL') {
      if (from !== null) return say('503 5.5.1 Error: nested MAIL command');
      if (options.user !== null && !authenticated) return say('530 5.7.0 Authentication required');
      const address = pathOf(line);
      if (address === null) return say('501 5.5.4 Syntax: MAIL FROM:<address>');
      return act('mail', () => {
        from = address;
        say('250 2.1.0 Ok');
      });
    }
    if (verb === 'RCPT') {
      if (from === null) return say('503 5.5.1 Error: need MAIL command');
      if (to !== null) return say('452 4.5.3 Error: too many recipients');
      const address = pathOf(line);
      if (!address) return say('501 5.5.4 Syntax: RCPT TO:<address>');
      to = address;
      return act('rcpt', () => say('250 2.1.5 Ok'));
    }
    if (verb === 'DATA') {
      if (to === null)
        return say(
          from === null ? '503 5.5.1 Error: need RCPT command' : '554 5.5.1 Error: no valid recipients',
        );
      return act('data', () => {
        inData = true;
        searched = 0;
        say('354 End data with <CR><LF>.<CR><LF>');
      });
    }
    if (verb === 'EHLO' || verb === 'HELO') {
      reset();
      return act('ehlo', verb === 'EHLO' ? ehlo : () => say('250 capture.test'));
    }
    if (verb === 'RSET') {
      reset();
      return say('250 2.0.0 Ok');
    }
    if (verb === 'NOOP') return say('250 2.0.0 Ok');
    if (verb === 'QUIT') {
      gone = true;
      say('221 2.0.0 Bye');
      return relay.later(() => socket.end());
    }
    if (line.toUpperCase() === 'STARTTLS' && options.tls === 'starttls' && !secured)
      return act('starttls', startTls);
    if (verb === 'AUTH' && options.user !== null) return act('auth', () => auth(line.slice(5)));
    return say('502 5.5.2 Error: command not recognized');
  };

  const message = (content: Buffer) =>
    act('dot', () => {
      const queueId = mailbox.accept(content, from!, to!);
      accepted++;
      reset();
      say(`250 2.0.0 Ok: queued as ${queueId}`);
    });

  const readMessage = (): boolean => {
    if (pending.length < LONE_DOT.length) return false;
    const empty = pending.subarray(0, LONE_DOT.length).equals(LONE_DOT);
    const end = empty ? 0 : pending.indexOf(END_OF_DATA, searched);
    if (end < 0) {
      searched = Math.max(0, pending.length - END_OF_DATA.length + 1);
      return false;
    }
    const content = empty ? pending.subarray(0, 0) : pending.subarray(0, end + 2);
    pending = pending.subarray(end + (empty ? LONE_DOT.length : END_OF_DATA.length));
    inData = false;
    message(content);
    return true;
  };
  const readCommand = (): boolean => {
    const end = pending.indexOf('\n');
    if (end < 0) {
      if (pending.length > MOST_COMMAND_BYTES) drop();
      return false;
    }
    const line = pending.toString('utf8', 0, end).replace(/\r$/, '');
    pending = pending.subarray(end + 1);
    command(line);
    return true;
  };
  const read = () => {
    while (!gone && !waiting && (inData ? readMessage() : readCommand()));
  };
  const listen = () => {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      if (gone) return;
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      read();
    });
    socket.on('error', () => {
      gone = true;
    });
    socket.on('close', () => {
      gone = true;
    });
  };

  listen();
  act('greeting', () => say('220 capture.test ESMTP'));
}

/** The address between the angle brackets; null where the command is not of that form. */
function pathOf(line: string): string | null {
  return /^(?:MAIL FROM|RCPT TO):\s*<([^<>]*)>/i.exec(line)?.[1] ?? null;
}
