import type { Incident } from '../../incident/incident-schema';
import { lackingRelays } from '../../incident/relay';
import { openSession, SessionRefused } from '../../smtp/open-session';
import { parseRelays, type RelayUrl } from '../../smtp/relay-list';
import { RFC_TIMEOUTS } from '../../smtp/step';
import { VARIABLES } from './addresses';

/** What a relay offers, asked as the run would: greeting, TLS, EHLO, log-in. No mail. */
export type RelayProbe = Ready | { problem: string };

interface Ready {
  display: string;
  secured: string;
  loggedIn: boolean;
  pipelining: boolean;
  smtputf8: boolean;
  /** Of SMTP_URL, ready or not. */
  relays: number;
  /** What is the matter with others of several: these do without them. */
  lacking: string[];
}

/** For each step; all of them together get two seconds more. */
const MILLISECONDS = 8_000;

/** @param smtpUrl of several relays each is asked: what one lacks, they lack together. A problem: none of them is ready. */
export async function probeRelay(smtpUrl: string, env: NodeJS.ProcessEnv = process.env): Promise<RelayProbe> {
  const relays = relaysOf(smtpUrl);
  if ('problem' in relays) return relays;
  const probes = await Promise.all(relays.map((relay) => probeOne(relay, env)));
  const lacking = probes.flatMap((probe) => ('problem' in probe ? [probe.problem] : []));
  const ready = probes.flatMap((probe, i) =>
    'problem' in probe ? [] : [{ ...probe, name: relays[i]!.name }],
  );
  return ready.length === 0 ? { problem: lacking.join('; ') } : together(ready, lacking);
}

/** What a file tells of relays that SMTP_URL lacks: a worker with that SMTP_URL sends nothing; null: it lacks none. */
export function lackingWords(smtpUrl: string, relay: Incident['relay']): string | null {
  const names = parseRelays(smtpUrl).map(({ name }) => name);
  const lacking = lackingRelays(relay, names);
  return lacking.length === 0
    ? null
    : `relay.relays tells of ${lacking.join(', ')}, and SMTP_URL has only ${names.join(', ')}. Write #NAME after the URL of each there, for the workers, too, or take it out of the file`;
}

function relaysOf(smtpUrl: string): RelayUrl[] | { problem: string } {
  try {
    return parseRelays(smtpUrl);
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function together(probes: (Ready & { name: string })[], lacking: string[]): Ready {
  const nameOf = ({ display, name }: Ready & { name: string }) =>
    name === display || probes.length + lacking.length === 1 ? display : `${name} (${display})`;
  return {
    lacking,
    relays: probes.length + lacking.length,
    display: probes.map(nameOf).join(', '),
    secured: [...new Set(probes.map(({ secured }) => secured))].join('; '),
    loggedIn: probes.every(({ loggedIn }) => loggedIn),
    pipelining: probes.every(({ pipelining }) => pipelining),
    smtputf8: probes.every(({ smtputf8 }) => smtputf8),
  };
}

async function probeOne({ target }: RelayUrl, env: NodeJS.ProcessEnv): Promise<RelayProbe> {
  const remedy = env[VARIABLES.relay]
    ? 'Start it or fix SMTP_URL; without SMTP_URL the embedded one is used: npm run stack'
    : 'Start it: npm run stack';
  try {
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
      relays: 1,
      lacking: [],
    };
  } catch (error) {
    if (!(error instanceof SessionRefused)) return { problem: (error as Error).message };
    const { code, enhanced, text, at } = error.trouble;
    const words = [code, enhanced, text].filter((part) => part !== null && part !== '').join(' ');
    const step = at === null ? '' : ` (at ${at.toUpperCase()})`;
    return { problem: `The mail relay at ${target.display} does not work: ${words}${step}. ${remedy}` };
  }
}

const SECURED = {
  implicit: 'TLS from the start, certificate verified',
  required: 'STARTTLS, certificate verified',
  optional: 'STARTTLS where offered, certificate not verified',
  no: 'in clear',
};

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
