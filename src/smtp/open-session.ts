import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { authenticate } from './authenticate';
import { type Capabilities, NO_CAPABILITIES, readCapabilities } from './capabilities';
import { type Connection, type ConnectionEnd, openConnection } from './connection';
import { command, nextReply, openingTrouble, refusedAt, SessionRefused } from './dialogue';
import type { SmtpTarget } from './smtp-url';
import type { SmtpTimeouts } from './step';
import { ownTrouble } from './trouble';

export { SessionRefused };

/** A session that is ready for its first MAIL. */
export interface SmtpSession {
  connection: Connection;
  offered: Capabilities;
}

/**
 * Connects, greets, secures and authenticates. Fails closed: where TLS is required nothing but EHLO and STARTTLS is
 * ever said in clear (C02), and what was offered in clear is forgotten (C01, C03). Rejects with SessionRefused.
 */
export async function openSession(
  target: SmtpTarget,
  timeouts: SmtpTimeouts,
  givingUp: AbortSignal | null = null,
): Promise<SmtpSession> {
  const tls = target.tls === 'implicit' ? tlsOptions(target) : null;
  const connection = await openConnection(target, tls, timeouts.connect, givingUp).catch(
    (end: ConnectionEnd) => {
      const kind =
        tls !== null && end.reason === 'error' && !NETWORK_ERROR.test(end.text) ? 'tls' : 'connect';
      throw new SessionRefused(ownTrouble(null, `${target.display}: ${end.text}`, kind));
    },
  );
  try {
    return { connection, offered: await prepare(connection, target, timeouts) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function prepare(
  connection: Connection,
  target: SmtpTarget,
  timeouts: SmtpTimeouts,
): Promise<Capabilities> {
  const greeting = await nextReply(connection, 'greeting', timeouts.greeting);
  if (greeting.code !== 220) throw refusedAt('greeting', greeting);
  let offered = await ehlo(connection, target, timeouts);
  if (target.tls === 'required' || (target.tls === 'optional' && offered.startTls)) {
    await secure(connection, target, offered, timeouts);
    offered = await ehlo(connection, target, timeouts);
  }
  // No EHLO after AUTH: RFC 4954 asks for it only where AUTH brings a security layer, and relays answer it with 503 (C03).
  if (target.credentials !== null) {
    await authenticate(connection, target.credentials, offered, timeouts.command);
  }
  return offered;
}

async function ehlo(
  connection: Connection,
  target: SmtpTarget,
  timeouts: SmtpTimeouts,
): Promise<Capabilities> {
  const name = target.ehloName ?? ownName(connection.localAddress);
  const reply = await command(connection, `EHLO ${name}`, 'ehlo', timeouts.command);
  if (reply.code === 250) return readCapabilities(reply.lines);
  if (![500, 502, 504].includes(reply.code)) throw refusedAt('ehlo', reply);
  const older = await command(connection, `HELO ${name}`, 'ehlo', timeouts.command);
  if (older.code !== 250) throw refusedAt('ehlo', older);
  return NO_CAPABILITIES;
}

async function secure(
  connection: Connection,
  target: SmtpTarget,
  offered: Capabilities,
  timeouts: SmtpTimeouts,
): Promise<void> {
  if (!offered.startTls) {
    const todo =
      'something between us and the relay may have removed it; fix that, or write tls=no to send in clear';
    throw openingTrouble('starttls', `${target.display} offers no STARTTLS: ${todo}`);
  }
  const reply = await command(connection, 'STARTTLS', 'starttls', timeouts.command);
  if (reply.code !== 220) throw refusedAt('starttls', reply);
  await connection.startTls(tlsOptions(target), timeouts.command).catch((end: ConnectionEnd) => {
    throw openingTrouble('starttls', `${target.display}: ${end.text}`);
  });
}

const NETWORK_ERROR = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EACCES/;

/** This machine's full name; a bare one means nothing to the relay, its address does (RFC 5321 4.1.3). */
function ownName(localAddress: string): string {
  const name = hostname();
  if (/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(name)) return name;
  return isIP(localAddress) === 6 ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

/** How this relay's certificate is verified: name or address, against the system's CAs or the private one. */
export function tlsOptions({ host, tls, caFile }: SmtpTarget): ConnectionOptions {
  return {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(caFile === null ? {} : { ca: readCa(caFile) }),
    // Where clear text would do as well, an unverified certificate is no worse.
    rejectUnauthorized: tls !== 'optional',
  };
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw openingTrouble('starttls', `the CA file of SMTP_URL cannot be read (${why}); correct ca=`);
  }
}
