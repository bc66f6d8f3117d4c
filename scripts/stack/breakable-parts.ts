import { type Addresses, environmentOf, type PartName } from '../../src/operator/parts/addresses';
import type { TemporalServer } from '../../src/operator/parts/temporal-server';
import { choosePort } from './choose-port';
import { findDatabase } from './find-database';
import { findTemporal } from './find-temporal';
import type { PartProcess } from './part-process';
import { startDatabase } from './start-database';
import { startRelay } from './start-relay';
import { startTemporal } from './start-temporal';
import { startWorker } from './start-worker';

export type WorkerName = 'worker-1' | 'worker-2';
export type RelayName = 'relay' | 'relay-2';
/** What can be ended and begun again. */
export type BreakablePart = PartName | WorkerName | RelayName;

export interface Parts {
  databaseUrl: string;
  temporal: TemporalServer;
  /** The first one. */
  relay: BreakableRelay;
  /** All of them; of several each has this name in SMTP_URL. */
  relays: { name: RelayName; relay: BreakableRelay }[];
  /** By which every command finds them. */
  env: NodeJS.ProcessEnv;
  /** Null while it starts again, and while it is not there. */
  pid(name: BreakablePart): number | null;
  /** Ends it, and waits until it is gone. */
  end(name: BreakablePart, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Begins its next life, and waits until it is up. */
  begin(name: BreakablePart): Promise<void>;
  /** Ends it and begins its next life; another deed for it waits until it is up. */
  endAndRestart(name: BreakablePart, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Once this part's next life has begun. */
  up(name: BreakablePart): Promise<unknown>;
  /** Once every part is up. @throws when one could not be started. */
  allUp(): Promise<void>;
}

export interface BreakableRelay {
  url: string;
  log: string;
  control: string;
}

export interface PartsOptions {
  folder: string;
  workers: readonly WorkerName[];
  relays?: readonly RelayName[];
  say(line: string): void;
  /** Called at once with what stops everything, also while it starts. May be called again. */
  started(stop: () => Promise<void>): void;
}

/**
 * Parts to be broken: a stack of its own in `folder`, each part on a port that it keeps, and workers. Whatever the environment says of
 * anybody's real parts is left aside.
 */
export async function startParts({
  folder,
  workers,
  relays: relayNames = ['relay'],
  say,
  started,
}: PartsOptions): Promise<Parts> {
  const running = new Map<BreakablePart, PartProcess>();
  const starting = new Map<BreakablePart, Promise<unknown>>();
  let stopping = false;
  const each = (names: readonly BreakablePart[], work: (part: PartProcess) => Promise<void> | void) =>
    Promise.all(names.map((name) => running.get(name)).map((part) => part?.running() && work(part)));
  started(async () => {
    stopping = true;
    void each(workers, ({ identity }) => void process.kill(identity.pid, 'SIGCONT'));
    await each(workers, (part) => part.stop());
    for (const name of [...relayNames, 'temporal', 'database'] as const)
      await each([name], (part) => part.stop());
    // What was starting has ended with them, or ends in `keep`.
    await Promise.allSettled(starting.values());
  });
  // Should this process end without it, nothing goes on running.
  process.on('exit', () => {
    for (const part of running.values()) if (part.running()) process.kill(part.identity.pid, 'SIGKILL');
  });
  const [database, grpc, ui, mail, mail2] = await Promise.all(
    Array.from({ length: 5 }, () => choosePort('a part', 0, say)),
  );
  const own = forgetRealParts();
  const server = await findDatabase(own, say);
  const program = await findTemporal(own, say);
  const keep = (name: BreakablePart) => (part: PartProcess) => {
    running.set(name, part);
    if (stopping) void part.stop();
  };
  const startOf = {
    database: () => startDatabase(server, folder, database!, keep('database')),
    temporal: () => startTemporal(program, folder, { grpc: grpc!, ui: ui! }, keep('temporal')),
    relay: () => startRelay(folder, mail!, keep('relay')),
    'relay-2': () => startRelay(folder, mail2!, keep('relay-2'), 'relay-2'),
  };
  /** `starting` has it until it is up or has failed. */
  const once = <T>(name: BreakablePart, start: () => Promise<T>): Promise<T> => {
    const up = start().finally(() => {
      if (starting.get(name) === up) starting.delete(name);
    });
    up.catch(() => undefined); // told by who waits for it
    starting.set(name, up);
    return up;
  };
  const [databaseUrl, temporal, ...relays] = await Promise.all([
    once('database', startOf.database),
    once('temporal', startOf.temporal),
    ...relayNames.map(async (name) => ({ name, relay: await once(name, startOf[name]) })),
  ]);
  const [{ relay }] = relays as [(typeof relays)[number]];
  const { log, control } = relay;
  const smtpUrl =
    relays.length === 1 ? relay.url : relays.map((each) => `${each.relay.url}#${each.name}`).join(' ');
  const addresses: Addresses = { databaseUrl, temporal, smtpUrl, relay: { log, control } };
  const env = {
    ...own,
    ...environmentOf(addresses),
    BREACH_RESPONSE_LOCAL: folder,
    RELAY_LOG: relays.map((each) => each.relay.log).join(':'),
  };
  const start = (name: BreakablePart): Promise<unknown> =>
    name === 'worker-1' || name === 'worker-2' ? startWorker(folder, env, keep(name), name) : startOf[name]();
  // A worker that starts while Temporal is down ends by itself: a service manager would start it again.
  const again = (name: BreakablePart, attempt = 1): Promise<unknown> =>
    start(name).catch((error) => {
      if (stopping || attempt >= 20) throw error;
      return again(name, attempt + 1);
    });
  const begin = (name: BreakablePart) => once(name, () => again(name));
  const end: Parts['end'] = async (name, signal) => {
    await starting.get(name);
    const part = running.get(name)!;
    if (part.running()) process.kill(part.identity.pid, signal);
    await part.ended;
  };
  const parts: Parts = {
    databaseUrl,
    temporal,
    relay,
    relays,
    env,
    pid: (name) => {
      const part = running.get(name);
      return part?.running() && !starting.has(name) ? part.identity.pid : null;
    },
    end,
    begin: async (name) => {
      await starting.get(name);
      if (!running.get(name)?.running()) await begin(name);
    },
    endAndRestart: async (name, signal) => {
      await end(name, signal);
      if (!stopping) void begin(name);
    },
    up: async (name) => starting.get(name),
    allUp: async () => {
      while (starting.size > 0) await Promise.all(starting.values());
      for (const name of [...workers, 'database', 'temporal', ...relayNames] as const) {
        if (!running.get(name)!.running()) await begin(name);
      }
    },
  };
  await Promise.all(workers.map((name) => begin(name)));
  return parts;
}

/** What would lead away from the own parts, to somebody's database, relay, Temporal or record. */
export const OF_REAL_PARTS =
  /^(?:DATABASE_URL|SMTP_URL|TEMPORAL_.*|RELAY_LOG|AUDIT_ANCHOR|ON_HOLD_PROGRAMS)$/;

/** Also for this process itself, which starts runs and writes the heads of their audit log. */
function forgetRealParts(): NodeJS.ProcessEnv {
  for (const name of Object.keys(process.env)) if (OF_REAL_PARTS.test(name)) delete process.env[name];
  return process.env;
}
