import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { sql } from 'kysely';
import { openDatabase } from '../../books/open-database';
import { DatabaseUrlError, parseDatabaseUrl } from '../../company/database-url';
import { relayUrls } from '../../smtp/relay-list';
import { type Addresses, type PartName, VARIABLES } from './addresses';
import { askTemporal, RemediedError } from './ask-temporal';

/** All three are asked at the same time, so this bounds the whole. */
const SECONDS = 10;

/**
 * Asks each part whether it is there.
 * @returns what is wrong, one text per part, each with its address and how to fix it; no password in it. Empty: all is well.
 */
export async function checkReachable(
  addresses: Addresses,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
  const parts: PartName[] = ['temporal', 'database', 'relay'];
  const checks = parts.map((part) => checkPart(part, addresses, env));
  return (await Promise.all(checks)).filter((problem) => problem !== null);
}

/** Asks one part; null: it is there. */
export function checkPart(part: PartName, addresses: Addresses, env: NodeJS.ProcessEnv = process.env) {
  const { temporal, databaseUrl, smtpUrl } = addresses;
  if (part === 'temporal')
    return check(part, `Temporal at ${temporal.address}`, () => askTemporal(temporal, env), env);
  if (part === 'database') return checkDatabase(databaseUrl, env);
  return checkRelays(smtpUrl, env);
}

/** What is the matter with any of them: SMTP_URL may name several. */
async function checkRelays(smtpUrl: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const problems = await Promise.all(
    relayUrls(smtpUrl).map((url) =>
      check('relay', `The mail relay at ${hostOf(url)}`, () => askRelay(url), env),
    ),
  );
  const broken = problems.filter((problem) => problem !== null);
  return broken.length === 0 ? null : broken.join('\n');
}

async function checkDatabase(url: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { display } = parseDatabaseUrl(url);
    return await check('database', `The database at ${display}`, () => askDatabase(url), env);
  } catch (error) {
    if (error instanceof DatabaseUrlError) return error.message;
    throw error;
  }
}

async function check(
  part: PartName,
  subject: string,
  ask: () => Promise<void>,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${SECONDS} s`)), SECONDS * 1000);
  });
  try {
    await Promise.race([ask(), late]);
    return null;
  } catch (error) {
    const variable = VARIABLES[part];
    if (error instanceof RemediedError) return `${subject} does not work: ${error.message}. ${error.remedy}`;
    const remedy = env[variable]
      ? `Start it or fix ${variable}; without ${variable} the embedded one is used: npm run stack`
      : 'Start it: npm run stack';
    return `${subject} does not work: ${wordsOf(error)}. ${remedy}`;
  } finally {
    clearTimeout(timer);
  }
}

async function askDatabase(url: string): Promise<void> {
  const database = openDatabase(url, { connections: 1, ledgerExists: false });
  try {
    const schemata = await sql`
      SELECT 1 FROM information_schema.schemata WHERE schema_name = ${database.companySchema}
    `.execute(database.db);
    if (schemata.rows.length === 0)
      throw new Error(`it has no schema ${database.companySchema}, or this user may not see it`);
  } finally {
    await database.close();
  }
}

/** Only whether something greets as a mail server: what it offers is the mail session's affair. */
function askRelay(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'smtps:'
        ? connectTls({ host, port: Number(port) || 465, servername: host })
        : connect({ host, port: Number(port) || 25 });
    socket.setTimeout(SECONDS * 1000, () => socket.destroy(new Error('it does not greet')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it hung up without a greeting')));
    socket.once('data', (data) => {
      const greeting = data.toString('latin1').split('\r\n')[0]!.slice(0, 200);
      if (greeting.startsWith('220')) resolve();
      else reject(new Error(`it greets with "${greeting.replaceAll(/[^\x20-\x7e]/g, '?')}"`));
      socket.end('QUIT\r\n');
      socket.destroySoon();
    });
  });
}

function hostOf(url: string): string {
  try {
    const { hostname, port, protocol } = new URL(url);
    return `${hostname}:${port || (protocol === 'smtps:' ? 465 : 25)}`;
  } catch {
    return 'an address that is not a URL';
  }
}

/** The cause's words; a driver's message names user and host, never the password. */
function wordsOf(error: unknown): string {
  const { message, code, details } = error as { message?: string; code?: unknown; details?: string };
  return details || message || String(code ?? error);
}
