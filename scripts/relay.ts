import { createServer, type Socket } from 'node:net';
import { listenForCommands } from './relay/control';
import { converse } from './relay/conversation';
import { newCounts } from './relay/counts';
import { openMailbox } from './relay/mailbox';
import { openPostfixLog } from './relay/postfix-log';
import { relayOptions } from './relay/relay-options';
import type { Relay } from './relay/relay-session';
import { certificate } from './relay/tls';

/**
 * The capture relay: takes mail over real SMTP, delivers it nowhere, and logs it as Postfix does. Says one line of JSON with its
 * port once it listens; ends on SIGTERM. Its options, and how to make it misbehave: relay/relay-options.ts and relay/rules.ts.
 */
function main(): void {
  const options = relayOptions(process.argv.slice(2));
  const log = openPostfixLog(options);
  const counts = newCounts();
  const keep = options.keep === null ? null : { folder: options.keep, first: options.keepFirst };
  const relay: Relay = {
    options,
    rules: options.rules,
    counts,
    mailbox: openMailbox(log, counts, { keep, queueIds: options.queueIds }),
    secure: options.tls === 'none' ? null : certificate(options),
    held: [],
    later: oncePerTurn(() => log.flush()),
  };
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    converse(socket, relay);
  });
  const control = options.control === null ? null : listenForCommands(options.control, relay);
  for (const listening of [server, control]) listening?.on('error', complain);
  server.listen(options.port, options.host, () => {
    const { port } = server.address() as { port: number };
    process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`);
  });
  const end = () => {
    server.close();
    control?.close();
    for (const socket of connections) socket.destroy();
    log.flush();
    log.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (options.attached) process.stdin.on('end', end).on('error', end).resume();
}

/** What is to be said waits for the end of the turn: then one write puts everything accepted in it into the log first. */
function oncePerTurn(before: () => void): (run: () => void) => void {
  let waiting: (() => void)[] = [];
  const turnEnds = () => {
    const due = waiting;
    waiting = [];
    try {
      before();
    } catch (error) {
      complain(error); // nothing is accepted that cannot be logged
    }
    for (const run of due) run();
  };
  return (run) => {
    if (waiting.length === 0) setImmediate(turnEnds);
    waiting.push(run);
  };
}

function complain(error: unknown): never {
  console.error(`capture relay: ${error instanceof Error ? error.message : error}`);
  process.exit(2);
}

try {
  main();
} catch (error) {
  complain(error);
}
