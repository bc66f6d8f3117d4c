import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';

/** What the relay does for one command: says something (CRLF is added), then perhaps something drastic. */
export interface Answer {
  say?: string;
  and?: 'drop' | 'reset' | 'stall' | 'tls';
  afterMs?: number;
}

/** Where the relay stands when it is asked for an answer. Sessions and transactions count from 1. */
export interface Standing {
  session: number;
  secure: boolean;
  authenticated: boolean;
  /** Messages accepted in this session. */
  accepted: number;
}

/** Every hook may return undefined: the polite answer. */
export interface Behaviour {
  greeting?: string | Answer;
  capabilities?: (at: Standing) => string[];
  /** Asked for every command line; `.` is the end of the data. */
  answer?: (line: string, at: Standing) => string | Answer | undefined;
  /** Every octet in its own packet. */
  octetByOctet?: boolean;
  tls?: TLSSocketOptions;
  tlsFromTheStart?: boolean;
}

export interface ScriptedRelay {
  port: number;
  /** `C: line`, `S: line`, `C: (n octets)` for content, `C: (gone)`; one list per session. */
  sessions: string[][];
  /** Accepted messages as the relay keeps them: dots undone. */
  messages: { to: string; from: string; content: string; session: number }[];
  /** Told of the octets of each packet as they come, with the session's number. */
  onOctets: (session: number, text: string) => void;
  /** Does something in that session unasked. */
  act(session: number, answer: Answer): void;
  /** What clients said, over all sessions. */
  said(): string[];
  close(): Promise<void>;
}

/** A real ESMTP server over real sockets, polite until told otherwise. */
export async function scriptedRelay(behaviour: Behaviour = {}): Promise<ScriptedRelay> {
  const sockets = new Set<Socket>();
  const sessions: string[][] = [];
  const actors: ((answer: Answer) => Promise<void>)[] = [];
  const messages: ScriptedRelay['messages'] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const log: string[] = [];
    sessions.push(log);
    const number = sessions.length;
    actors.push(converse(socket, number, log, messages, behaviour, (text) => relay.onOctets(number, text)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: ScriptedRelay = {
    port: (server.address() as AddressInfo).port,
    sessions,
    messages,
    onOctets: () => {},
    act: (session, answer) => void actors[session - 1]!(answer),
    said: () => sessions.flat().flatMap((entry) => (entry.startsWith('C: ') ? [entry.slice(3)] : [])),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;
}

const CAPABILITIES = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'];

function converse(
  raw: Socket,
  session: number,
  log: string[],
  messages: ScriptedRelay['messages'],
  behaviour: Behaviour,
  onOctets: (text: string) => void,
): (answer: Answer) => Promise<void> {
  let socket: Socket = raw;
  let received = '';
  let busy: Promise<void> = Promise.resolve();
  let receiving = false;
  let stalled = false;
  let from = '';
  let to = '';
  const at: Standing = { session, secure: false, authenticated: false, accepted: 0 };
  let loginStep = 0;

  function listenTo(stream: Socket): void {
    socket = stream;
    stream.setNoDelay(true);
    stream.on('error', () => {});
    stream.on('close', () => log.push('C: (gone)'));
    stream.on('data', (chunk) => {
      received += chunk.toString('latin1');
      onOctets(chunk.toString('latin1'));
      busy = busy.then(read);
    });
  }

  async function read(): Promise<void> {
    while (!stalled) {
      if (receiving) {
        const end = received.startsWith('.\r\n') ? 0 : received.indexOf('\r\n.\r\n') + 2;
        if (end === 1) return;
        const content = received.slice(0, end);
        received = received.slice(end + 3);
        receiving = false;
        log.push(`C: (${content.length} octets)`);
        await answer('.', () => {
          if (to === '') return '554 5.5.1 no valid recipients';
          at.accepted++;
          messages.push({ to, from, content: content.replace(/(^|\r\n)\./g, '$1'), session });
          return `250 2.0.0 Ok: queued as ${session}Q${at.accepted}`;
        });
      } else {
        const end = received.indexOf('\r\n');
        if (end < 0) return;
        const line = received.slice(0, end);
        received = received.slice(end + 2);
        await answer(line, () => polite(line));
      }
    }
  }

  async function answer(line: string, otherwise: () => string | Answer): Promise<void> {
    log.push(`C: ${line}`);
    const told = behaviour.answer?.(line, at);
    const given = told === undefined ? otherwise() : told;
    const reply = typeof given === 'string' ? { say: given } : given;
    if (/^DATA/i.test(line)) receiving = reply.say?.startsWith('354') ?? false;
    if (/^RCPT/i.test(line)) to = reply.say?.startsWith('2') ? (/<(.*)>/.exec(line)?.[1] ?? '') : '';
    await act(reply);
  }

  async function act({ say, and, afterMs }: Answer): Promise<void> {
    if (afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, afterMs).unref());
    if (say !== undefined) {
      for (const line of say.split('\r\n')) log.push(`S: ${line}`);
      await write(`${say}\r\n`);
    }
    if (and !== undefined && and !== 'tls') stalled = true;
    if (and === 'drop') socket.end();
    if (and === 'reset') raw.resetAndDestroy();
    if (and === 'tls') {
      raw.removeAllListeners('data');
      at.secure = true;
      listenTo(new TLSSocket(raw, { isServer: true, ...behaviour.tls }));
    }
  }

  async function write(text: string): Promise<void> {
    const pieces = behaviour.octetByOctet ? [...text] : [text];
    for (const piece of pieces) {
      await new Promise((resolve) => socket.write(Buffer.from(piece, 'latin1'), resolve));
      if (behaviour.octetByOctet) await new Promise(setImmediate);
    }
  }

  function polite(line: string): string | Answer {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      const offered = behaviour.capabilities?.(at) ?? CAPABILITIES;
      return ['relay.test', ...offered]
        .map((name, i) => `250${i === offered.length ? ' ' : '-'}${name}`)
        .join('\r\n');
    }
    if (verb === 'MAIL') {
      from = /<(.*?)>/.exec(line)?.[1] ?? '';
      return '250 2.1.0 Ok';
    }
    if (verb === 'RCPT') return '250 2.1.5 Ok';
    if (verb === 'DATA') return to === '' ? '554 5.5.1 no valid recipients' : '354 go on';
    if (verb === 'RSET') return '250 2.0.0 Ok';
    if (verb === 'QUIT') return { say: '221 2.0.0 Bye', and: 'drop' };
    if (verb === 'STAR') return { say: '220 2.0.0 go', and: 'tls' };
    if (line.startsWith('AUTH PLAIN ')) return authenticated();
    if (line === 'AUTH LOGIN') {
      loginStep = 1;
      return '334 VXNlcm5hbWU6';
    }
    if (loginStep === 1) {
      loginStep = 2;
      return '334 UGFzc3dvcmQ6';
    }
    return loginStep === 2 ? authenticated() : '500 5.5.2 what?';
  }

  function authenticated(): string {
    loginStep = 0;
    at.authenticated = true;
    return '235 2.7.0 welcome';
  }

  if (behaviour.tlsFromTheStart) {
    at.secure = true;
    listenTo(new TLSSocket(raw, { isServer: true, ...behaviour.tls }));
  } else listenTo(raw);
  const greeting = behaviour.greeting ?? '220 relay.test ESMTP';
  busy = busy.then(() => act(typeof greeting === 'string' ? { say: greeting } : greeting));
  return act;
}
