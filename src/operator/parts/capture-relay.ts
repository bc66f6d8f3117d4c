import { openConnection } from '../../smtp/connection';
import { parseRelays } from '../../smtp/relay-list';
import { isLoopback, type SmtpTarget } from '../../smtp/smtp-url';

/** In the greeting of the relay that the stack and the demo start: under .test no relay of anybody's can have it (RFC 6761). */
const GREETING = /^capture\.test\b/;

const MILLISECONDS = 2_000;

/**
 * Whether nobody can be told through these relays: each is the stack's own, which keeps what it takes, or on this machine there is none yet.
 * False where that cannot be known.
 */
export async function deliversToNobody(smtpUrl: string): Promise<boolean> {
  const each = await Promise.all(parseRelays(smtpUrl).map(({ target }) => keepsWhatItTakes(target)));
  return each.every((keeps) => keeps);
}

async function keepsWhatItTakes({ host, port, tls }: SmtpTarget): Promise<boolean> {
  if (!isLoopback(host) || tls === 'implicit') return false;
  const connection = await openConnection({ host, port }, null, MILLISECONDS).catch(() => null);
  if (connection === null) return true;
  try {
    const { code, lines } = await connection.nextReply(MILLISECONDS);
    return code === 220 && GREETING.test(lines[0] ?? '');
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}
