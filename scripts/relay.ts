import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificate } from './relay/certificate';
import { listenForCommands } from './relay/control';
import { converse, type Relay } from './relay/conversation';
import { openMailbox } from './relay/mailbox';
import { relayOptions } from './relay/options';
import { openPostfixLog } from './relay/postfix-log';

/**
 * The capture relay: takes mail over real SMTP, delivers it nowhere, and logs it as Postfix does. Says one line of JSON with its
 * port once it listens; ends on SIGTERM. Its options, and how to make it misbehave: relay/options.ts and relay/rules.ts.
 */
function main(): void {
  const options = relayOptions(process.argv.slice(2));
  const log = openPostfixLog(options.log, options.time, options.fsync);
  const mailbox = openMailbox(
    log,
    options.keep === null ? null : { folder: options.keep, first: options.keepFirst },
  );
  const relay: Relay = {
    options,
    rules: options.rules,
    mailbox,
    secure: options.tls === 'none' ? null : certificate(options),
    later: oncePerTurn(() => log.flush()),
  };
  const connections = new Set<Socket>();
  const server = createServer((plain) => {
    const socket =
      options.tls === 'implicit'
        ? new TLSSocket(plain, { isServer: true, secureContext: relay.secure! })
        : plain;
    connections.add(plain);
    plain.on('close', () => connections.delete(plain));
    converse(socket, relay);
  });
  const stats = () => ({ ...mailbox.stats(), connections: connections.size });
  const control = options.control === null ? null : listenForCommands(options.control, relay.rules, stats);
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
}

/** What is to be sent waits for the end of the turn: then one write puts everything accepted in it into the log first. */
function oncePerTurn(before: () => void): (send: () => void) => void {
  let sends: (() => void)[] = [];
  const run = () => {
    const due = sends;
    sends = [];
    before();
    for (const send of due) send();
  };
  return (send) => {
    if (sends.length === 0) setImmediate(run);
    sends.push(send);
  };
}

try {
  main();
} catch (error) {
  console.error(`capture relay: ${error instanceof Error ? error.message : error}`);
  process.exit(2);
}
