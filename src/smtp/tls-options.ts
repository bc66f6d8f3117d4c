import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { openingTrouble } from './dialogue';
import type { SmtpTarget } from './smtp-url';

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
