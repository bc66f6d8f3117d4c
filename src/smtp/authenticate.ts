import type { Capabilities } from './capabilities';
import type { Connection } from './connection';
import { command, openingTrouble, refusedAt } from './dialogue';
import type { Reply } from './reply-parser';

/**
 * AUTH PLAIN, else LOGIN (RFC 4954). Only called where the connection may carry a password (smtp-url.ts).
 * Rejects with SessionRefused, which never shows the credentials.
 */
export async function authenticate(
  connection: Connection,
  { user, password }: { user: string; password: string },
  { auth }: Capabilities,
  milliseconds: number,
): Promise<void> {
  const say = (line: string) => command(connection, line, 'auth', milliseconds);
  let reply: Reply;
  if (auth.has('PLAIN')) {
    reply = await say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
  } else if (auth.has('LOGIN')) {
    reply = await say('AUTH LOGIN');
    if (reply.code === 334) reply = await say(base64(user));
    if (reply.code === 334) reply = await say(base64(password));
  } else {
    const offered = [...auth].join(', ') || 'no AUTH';
    throw openingTrouble('auth', `the relay offers ${offered}; we can do PLAIN and LOGIN`);
  }
  if (reply.code !== 235) throw refusedAt('auth', reply);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
