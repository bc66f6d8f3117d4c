import { choosePort } from '../stack/choose-port';
import { findDatabase } from '../stack/find-database';
import { findTemporal } from '../stack/find-temporal';
import type { PartProcess } from '../stack/part-process';
import { startDatabase } from '../stack/start-database';
import { startRelay } from '../stack/start-relay';
import { startTemporal } from '../stack/start-temporal';
import { startWorker } from '../stack/start-worker';
import { RELAYS, type TorturedPart, type TorturedRelay, WORKERS } from './schedule';

export interface Parts {
  databaseUrl: string;
  temporalAddress: string;
  relays: Record<TorturedRelay, { url: string; log: string; control: string }>;
  env: NodeJS.ProcessEnv;
  /** Null while it starts again. */
  pid(name: TorturedPart): number | null;
  /** Ends it and begins its next life; another deed for it waits until it is up. */
  endAndRestart(name: TorturedPart, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Once this part's next life has begun. */
  up(name: TorturedPart): Promise<unknown>;
  /** Once every part is up. @throws when one could not be started. */
  allUp(): Promise<void>;
}

export interface PartsOptions {
  folder: string;
  say(line: string): void;
  /** Called at once with what stops everything, also while it starts. May be called again. */
  started(stop: () => Promise<void>): void;
}

/** A stack of its own in `folder`, each part on a port that it keeps, with two relays and two workers. */
export async function startParts({ folder, say, started }: PartsOptions): Promise<Parts> {
  const running = new Map<TorturedPart, PartProcess>();
  const starting = new Map<TorturedPart, Promise<unknown>>();
  let stopping = false;
  const each = (names: readonly TorturedPart[], work: (part: PartProcess) => Promise<void> | void) =>
    Promise.all(names.map((name) => running.get(name)).map((part) => part?.running() && work(part)));
  started(async () => {
    stopping = true;
    void each(WORKERS, ({ identity }) => void process.kill(identity.pid, 'SIGCONT'));
    await each(WORKERS, (part) => part.stop());
    for (const name of [...RELAYS, 'temporal', 'database'] as const)
      await each([name], (part) => part.stop());
    // What was starting has ended with them, or ends in `keep`.
    await Promise.allSettled(starting.values());
  });
  // Should this process end without it, nothing goes on running.
  process.on('exit', () => {
    for (const part of running.values()) if (part.running()) process.kill(part.identity.pid, 'SIGKILL');
  });
  const [database, grpc, ui, mail1, mail2] = await Promise.all(
    Array.from({ length: 5 }, () => choosePort('a part', 0, say)),
  );
  const own = { ...process.env, DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined, SMTP_URL: undefined };
  const server = await findDatabase(own, say);
  const temporal = await findTemporal(own, say);
  const keep = (name: TorturedPart) => (part: PartProcess) => {
    running.set(name, part);
    if (stopping) void part.stop();
  };
  const startOf = {
    database: () => startDatabase(server, folder, database!, keep('database')),
    temporal: () => startTemporal(temporal!, folder, { grpc: grpc!, ui: ui! }, keep('temporal')),
    'relay-1': () => startRelay(folder, mail1!, keep('relay-1'), 'relay-1'),
    'relay-2': () => startRelay(folder, mail2!, keep('relay-2'), 'relay-2'),
  };
  /** `starting` has it until it is up or has failed. */
  const once = <T>(name: TorturedPart, start: () => Promise<T>): Promise<T> => {
    const up = start().finally(() => {
      if (starting.get(name) === up) starting.delete(name);
    });
    up.catch(() => undefined); // told by who waits for it
    starting.set(name, up);
    return up;
  };
  const [databaseUrl, { address: temporalAddress }, relay1, relay2] = await Promise.all([
    once('database', startOf.database),
    once('temporal', startOf.temporal),
    once('relay-1', startOf['relay-1']),
    once('relay-2', startOf['relay-2']),
  ]);
  const relays = { 'relay-1': relay1, 'relay-2': relay2 };
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    SMTP_URL: RELAYS.map((name) => `${relays[name].url}#${name}`).join(' '),
    BREACH_RESPONSE_LOCAL: folder,
    RELAY_LOG: RELAYS.map((name) => relays[name].log).join(':'),
  };
  const start = (name: TorturedPart): Promise<unknown> =>
    name === 'worker-1' || name === 'worker-2' ? startWorker(folder, env, keep(name), name) : startOf[name]();
  // A worker that starts while Temporal is down ends by itself: a service manager would start it again.
  const again = (name: TorturedPart, attempt = 1): Promise<unknown> =>
    start(name).catch((error) => {
      if (stopping || attempt >= 20) throw error;
      return again(name, attempt + 1);
    });
  const begin = (name: TorturedPart) => once(name, () => again(name));
  const parts: Parts = {
    databaseUrl,
    temporalAddress,
    relays,
    env,
    pid: (name) => {
      const part = running.get(name);
      return part?.running() && !starting.has(name) ? part.identity.pid : null;
    },
    endAndRestart: async (name, signal) => {
      await starting.get(name);
      const part = running.get(name)!;
      if (part.running()) process.kill(part.identity.pid, signal);
      await part.ended;
      if (!stopping) void begin(name);
    },
    up: async (name) => starting.get(name),
    allUp: async () => {
      while (starting.size > 0) await Promise.all(starting.values());
      for (const name of [...WORKERS, 'database', 'temporal', ...RELAYS] as const) {
        if (!running.get(name)!.running()) await begin(name);
      }
    },
  };
  await Promise.all(WORKERS.map((name) => begin(name)));
  return parts;
}
