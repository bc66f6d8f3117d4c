import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SelfSigned {
  key: Buffer;
  cert: Buffer;
  /** PEM file of the certificate: its own CA. */
  caFile: string;
  keyFile: string;
  remove(): void;
}

/** A key and certificate for `subject` (a subjectAltName such as `DNS:localhost`), made by openssl; null without it. */
export function selfSigned(subject: string): SelfSigned | null {
  const folder = mkdtempSync(join(tmpdir(), 'smtp-tls-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=relay.test'],
    ...['-addext', `subjectAltName=${subject}`, '-keyout', keyFile, '-out', caFile],
  ]);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (made.status === 0)
    return { key: readFileSync(keyFile), cert: readFileSync(caFile), caFile, keyFile, remove };
  remove();
  return null;
}
