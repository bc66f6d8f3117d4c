import { connect as connectTcp, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { createReplyParser, type Reply } from './reply-parser';

/** Why a connection is no more. */
export interface ConnectionEnd {
  reason: 'closed' | 'error' | 'timeout' | 'protocol';
  text: string;
}

/**
 * One TCP or TLS connection that speaks replies. While a session is being opened, replies are asked for one by one
 * (`nextReply`); afterwards they go straight to a listener, without a promise per command.
 */
export interface Connection {
  readonly localAddress: string;
  /** The next reply; rejects with a ConnectionEnd. Replies that came early wait in order. */
  nextReply(milliseconds: number): Promise<Reply>;
  /** From now on every reply goes to `onReply`, and the end, once, to `onEnd`. */
  listen(onReply: (reply: Reply) => void, onEnd: (end: ConnectionEnd) => void): void;
  write(text: string): void;
  /** Both in one write. */
  writeWith(content: Buffer, text: string): void;
  /** Ends with `timeout` unless called again in time; null: wait for ever. `awaitedEvent` is named in the text. */
  deadline(milliseconds: number | null, awaitedEvent: string): void;
  /** Turns the connection into TLS. Rejects with a ConnectionEnd. */
  startTls(options: ConnectionOptions, milliseconds: number): Promise<void>;
  /** Ends it now, without a word to the relay. No listener hears of it. */
  destroy(): void;
}

/**
 * Resolves when connected (for `tls` options: when the handshake is done). Rejects with a ConnectionEnd.
 * `givingUp` ends it as long as nobody listens.
 */
export async function openConnection(
  target: { host: string; port: number },
  tls: ConnectionOptions | null,
  milliseconds: number,
  givingUp: AbortSignal | null = null,
): Promise<Connection> {
  let socket: Socket;
  let ended: ConnectionEnd | null = null;
  let onReply: ((reply: Reply) => void) | null = null;
  let onEnd: ((end: ConnectionEnd) => void) | null = null;
  const early: Reply[] = [];
  let due = Number.POSITIVE_INFINITY;
  let awaited = '';
  let allowed = 0;

  const parser = createReplyParser((reply) => (onReply === null ? early.push(reply) : onReply(reply)));

  function end(ending: ConnectionEnd): void {
    if (ended !== null) return;
    ended = ending;
    clearInterval(clock);
    givingUp?.removeEventListener('abort', giveUp);
    parser.stop();
    socket.destroy();
    onEnd?.(ending);
  }

  const giveUp = () => end({ reason: 'closed', text: 'we gave up' });
  givingUp?.addEventListener('abort', giveUp);

  // One coarse clock instead of a timer per command.
  const clock = setInterval(() => {
    if (performance.now() < due) return;
    end({ reason: 'timeout', text: `no ${awaited} within ${seconds(allowed)}` });
  }, tickFor(milliseconds));
  clock.unref();

  function attach(fresh: Socket): void {
    socket = fresh;
    socket.on('data', (chunk: Buffer) => {
      const problem = parser.feed(chunk);
      if (problem !== null) end({ reason: 'protocol', text: `the relay sent ${problem}` });
    });
    socket.on('error', (error) => end({ reason: 'error', text: error.message }));
    socket.on('end', () => end({ reason: 'closed', text: 'the relay closed the connection' }));
    socket.on('close', () => end({ reason: 'closed', text: 'the connection is closed' }));
  }

  function setDeadline(ms: number | null, awaitedEvent: string): void {
    awaited = awaitedEvent;
    allowed = ms ?? 0;
    due = ms === null ? Number.POSITIVE_INFINITY : performance.now() + ms;
  }

  /** Until `event` of the socket; whatever ends the connection first rejects. */
  function until(event: string, ms: number, awaitedEvent: string): Promise<void> {
    return new Promise((resolve, reject) => {
      setDeadline(ms, awaitedEvent);
      onEnd = reject;
      socket.once(event, () => {
        onEnd = null;
        due = Number.POSITIVE_INFINITY;
        resolve();
      });
    });
  }

  attach(tls === null ? connectTcp(target) : connectTls({ ...target, ...tls }));
  socket!.setNoDelay(true);
  await until(tls === null ? 'connect' : 'secureConnect', milliseconds, 'connection');

  return {
    localAddress: socket!.localAddress ?? '127.0.0.1',
    nextReply(ms) {
      return new Promise((resolve, reject) => {
        if (ended !== null) return reject(ended);
        const waiting = early.shift();
        if (waiting !== undefined) return resolve(waiting);
        setDeadline(ms, 'reply');
        onEnd = reject;
        onReply = (reply) => {
          onReply = null;
          onEnd = null;
          due = Number.POSITIVE_INFINITY;
          resolve(reply);
        };
      });
    },
    listen(replied, lost) {
      givingUp?.removeEventListener('abort', giveUp);
      onReply = replied;
      onEnd = lost;
      if (ended !== null) lost(ended);
      else if (early.length > 0) end(UNASKED);
    },
    write(text) {
      // A reply that is here before its command would be taken for the answer to it.
      if (early.length > 0) end(UNASKED);
      else socket.write(text);
    },
    writeWith(content, text) {
      socket.cork();
      socket.write(content);
      socket.write(text);
      socket.uncork();
    },
    deadline: setDeadline,
    async startTls(options, ms) {
      if (ended !== null) throw ended;
      const plain = socket;
      plain.removeAllListeners('data').removeAllListeners('end');
      attach(connectTls({ ...options, socket: plain }));
      await until('secureConnect', ms, 'TLS handshake');
    },
    destroy() {
      onEnd = null;
      end({ reason: 'closed', text: 'we closed the connection' });
    },
  };
}

const UNASKED: ConnectionEnd = {
  reason: 'protocol',
  text: 'the relay sent a reply that we had not asked for',
};

/** One tick a second at full scale, finer where the time-outs are shorter. */
function tickFor(connectTimeout: number): number {
  return Math.max(5, Math.min(1_000, connectTimeout / 10));
}

function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1_000)} s`;
}
