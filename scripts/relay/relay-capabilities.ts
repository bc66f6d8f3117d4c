import type { Session } from './relay-session';

export const MOST_OCTETS = 20_480_000;

/** The EHLO keywords with their parameters, as they hold now: before and after TLS they differ. */
export function capabilities({ relay: { options }, secured }: Session): string[] {
  const all = ['PIPELINING', `SIZE ${MOST_OCTETS}`];
  if (options.tls === 'starttls' && !secured) all.push('STARTTLS');
  // As Postfix with smtpd_tls_auth_only: no password is taken in clear where TLS is a must.
  if (options.user !== null && (secured || !options.requireTls)) all.push('AUTH PLAIN LOGIN');
  all.push('ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8');
  return all.filter((capability) => !options.without.includes(capability.split(' ')[0]!));
}

/** The keywords in an EHLO reply as it went out, a rule's words included: what the client may use from here on. */
export function keywordsIn(reply: string): Set<string> {
  const lines = reply.split('\r\n').slice(1);
  return new Set(lines.map((line) => line.slice(4).split(' ')[0]!.toUpperCase()));
}
