import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredTemporal, environmentOfTemporal, type TemporalServer } from './temporal-server';
import { isAlive, type ProcessIdentity, stackFolder } from './this-machine';

/** Where the three parts are, embedded or real. */
export interface Addresses {
  temporal: TemporalServer;
  /** mysql://user:password@host:port/SCHEMA, `SCHEMA` being the company's. */
  databaseUrl: string;
  /** smtp:// or smtps:// */
  smtpUrl: string;
  /** Of the embedded capture relay; null with a real one. */
  relay: { log: string; control: string } | null;
}

/** What the embedded stack leaves in its folder while it runs. */
export interface StackFile extends Addresses {
  /** Of the embedded parts only. */
  pids: Partial<Record<PartName, ProcessIdentity>>;
}

export type PartName = 'database' | 'temporal' | 'relay';

/** The environment variable that puts a real one in a part's place. */
export const VARIABLES: Record<PartName, string> = {
  database: 'DATABASE_URL',
  temporal: 'TEMPORAL_ADDRESS',
  relay: 'SMTP_URL',
};

/**
 * Each address from its variable, or else from the embedded stack that runs in `folder`; Temporal's, where neither has it, from its own
 * configuration file.
 * @throws Error naming what is missing and the command that starts it.
 */
export async function resolveAddresses(
  env: NodeJS.ProcessEnv,
  folder: string = stackFolder,
): Promise<Addresses> {
  const stack = readStackFile(folder);
  const missing = (Object.keys(VARIABLES) as PartName[]).filter((part) => {
    const identity = stack?.pids[part];
    if (env[VARIABLES[part]] || (identity !== undefined && isAlive(identity))) return false;
    return part !== 'temporal' || configuredTemporal(env) === null;
  });
  if (missing.length > 0) {
    const variables = missing.map((part) => VARIABLES[part]).join(', ');
    throw new Error(
      `Not running here and not set: ${variables}.\n` +
        `Start the embedded ${missing.join(', ')} by: npm run stack\nor set ${variables} to a real one.`,
    );
  }
  const isOurs = stack?.pids.temporal !== undefined && isAlive(stack.pids.temporal);
  return addressesFrom(env, stack && { ...stack, temporal: isOurs ? stack.temporal : undefined });
}

/** The variables win over `embedded`, which must hold the parts that have none; of Temporal so must its configuration. */
export function addressesFrom(
  env: NodeJS.ProcessEnv,
  embedded: { [Part in keyof Addresses]?: Addresses[Part] | undefined } | null,
): Addresses {
  return {
    temporal: (env.TEMPORAL_ADDRESS ? null : embedded?.temporal) ?? configuredTemporal(env)!,
    databaseUrl: env.DATABASE_URL || embedded!.databaseUrl!,
    smtpUrl: env.SMTP_URL || embedded!.smtpUrl!,
    relay: env.SMTP_URL ? null : embedded!.relay!,
  };
}

/** For a child process (a worker) that is to use these addresses whatever its own folder is. */
export function environmentOf(addresses: Addresses): Record<string, string> {
  return {
    ...environmentOfTemporal(addresses.temporal),
    DATABASE_URL: addresses.databaseUrl,
    SMTP_URL: addresses.smtpUrl,
    ...(addresses.relay === null ? {} : { RELAY_LOG: addresses.relay.log }),
  };
}

/** The relay's own logs, with the rotated ones: RELAY_LOG has them with colons between, or the embedded relay writes one. */
export function relayLogsOf({ relay }: Addresses, env: NodeJS.ProcessEnv): string[] {
  const named = (env.RELAY_LOG ?? '').split(':').filter((file) => file !== '');
  return named.length > 0 || relay === null ? named : [relay.log];
}

export function stackFileOf(folder: string): string {
  return join(folder, 'stack.json');
}

function readStackFile(folder: string): StackFile | null {
  const file = stackFileOf(folder);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
