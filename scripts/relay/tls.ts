import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Relay } from './relay-session';

/** The certificate given, or one made now for localhost by the openssl command. */
export function certificate(given: { cert: string | null; key: string | null }): SecureContext {
  if (given.cert !== null && given.key !== null) {
    return createSecureContext({ cert: readFileSync(given.cert), key: readFileSync(given.key) });
  }
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    return createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) });
  } catch {
    throw new Error(
      'TLS needs a certificate: give --cert FILE and --key FILE, or install the openssl command',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The server's side of TLS over this connection. */
export function encrypted(raw: Socket, { secure, counts }: Relay): Socket {
  const socket = new TLSSocket(raw, { isServer: true, secureContext: secure! });
  socket.on('error', () => socket.destroy());
  socket.once('secure', () => counts.secured++);
  return socket;
}
