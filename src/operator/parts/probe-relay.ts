import { openSession, SessionRefused } from '../../smtp/open-session';
import { parseSmtpUrl } from '../../smtp/smtp-url';
import { RFC_TIMEOUTS } from '../../smtp/step';
import { VARIABLES } from './addresses';

/** What a relay offers, asked as the run would: greeting, TLS, EHLO, log-in. No mail. */
export type RelayProbe =
  | { display: string; secured: string; loggedIn: boolean; pipelining: boolean; smtputf8: boolean }
  | { problem: string };

/** For each step; all of them together get two seconds more. */
const MILLISECONDS = 8_000;

export async function probeRelay(smtpUrl: string, env: NodeJS.ProcessEnv = process.env): Promise<RelayProbe> {
  const remedy = env[VARIABLES.relay]
    ? 'Start it or fix SMTP_URL; without SMTP_URL the embedded one is used: npm run stack'
    : 'Start it: npm run stack';
  try {
    const target = parseSmtpUrl(smtpUrl);
    const { connection, offered } = await inTime(
      openSession(target, { ...RFC_TIMEOUTS, greeting: MILLISECONDS, command: MILLISECONDS }),
      target.display,
    );
    connection.write('QUIT\r\n');
    connection.destroy();
    return {
      display: target.display,
      secured: SECURED[target.tls],
      loggedIn: target.credentials !== null,
      pipelining: offered.pipelining,
      smtputf8: offered.smtputf8,
    };
  } catch (error) {
    if (!(error instanceof SessionRefused)) return { problem: (error as Error).message };
    const { code, enhanced, text, at } = error.trouble;
    const words = [code, enhanced, text].filter((part) => part !== null && part !== '').join(' ');
    const step = at === null ? '' : ` (at ${at.toUpperCase()})`;
    return { problem: `The mail relay at ${hostOf(smtpUrl)} does not work: ${words}${step}. ${remedy}` };
  }
}

const SECURED = {
  implicit: 'TLS from the start, certificate verified',
  required: 'STARTTLS, certificate verified',
  optional: 'STARTTLS where offered, certificate not verified',
  no: 'in clear',
};

function hostOf(smtpUrl: string): string {
  return parseSmtpUrl(smtpUrl).display;
}

/** Each step has its own limit; all of them together must not keep an operator waiting. */
async function inTime<T extends { connection: { destroy(): void } }>(
  opening: Promise<T>,
  display: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The mail relay at ${display} does not work: not ready within 10 s`)),
      MILLISECONDS + 2_000,
    );
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    opening.then(({ connection }) => connection.destroy()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
