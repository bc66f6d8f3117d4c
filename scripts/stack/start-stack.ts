import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../../src/company/database-url';
import {
  type Addresses,
  addressesFrom,
  type PartName,
  type StackFile,
  stackFileOf,
  VARIABLES,
} from '../../src/operator/parts/addresses';
import { choosePort } from './choose-port';
import { findDatabase } from './find-database';
import { findTemporal } from './find-temporal';
import { ownFolder } from './own-folder';
import { type PartProcess, stopLeftover } from './part-process';
import { startDatabase } from './start-database';
import { startRelay } from './start-relay';
import { startTemporal } from './start-temporal';

export interface StackOptions {
  /** Data, logs and stack.json go here; one stack at a time. */
  dir: string;
  /** TEMPORAL_ADDRESS, DATABASE_URL, SMTP_URL: the part whose variable is set is not started. */
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  /** Throw away the data of earlier times first. */
  fresh?: boolean;
  /** Preferred ones; 0: any free one. */
  ports?: StackPorts;
}

export interface StackPorts {
  database: number;
  temporal: number;
  temporalUi: number;
  relay: number;
}

export interface Stack {
  addresses: Addresses;
  /** Settles, in words, when an embedded part ends without being asked. */
  broken: Promise<string>;
  /** Ends exactly what was started: relay, Temporal, database, each waited for. May be called again. */
  stop(): Promise<void>;
}

export const PREFERRED_PORTS: StackPorts = { database: 33306, temporal: 7233, temporalUi: 8233, relay: 2525 };

/** Relay and Temporal first: what they still do may need the database. */
const STOP_ORDER: PartName[] = ['relay', 'temporal', 'database'];

/** What `fresh` throws away. */
const STATE = ['database', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'relay.log', 'received'];

/**
 * Starts the embedded parts that no variable replaces, and leaves their addresses in `dir`/stack.json.
 * @throws Error with the command that fixes it; what was started by then is stopped.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, env, say } = options;
  if (env[VARIABLES.database]) parseDatabaseUrl(env[VARIABLES.database]!);
  mkdirSync(dir, { recursive: true });
  const release = ownFolder(dir);
  const parts = new Map<PartName, PartProcess>();
  const terminateAll = () => {
    for (const part of inStopOrder(parts)) process.kill(part.identity.pid, 'SIGTERM');
  };
  // When this process ends without stop() (a bug, process.exit somewhere), nothing may go on running.
  process.on('exit', terminateAll);
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      for (const part of inStopOrder(parts)) await part.stop();
      process.off('exit', terminateAll);
      rmSync(stackFileOf(dir), { force: true });
      release();
    })();
    return stopping;
  };
  try {
    for (const name of STOP_ORDER) await stopLeftover(dir, name, say);
    if (options.fresh) for (const name of STATE) rmSync(join(dir, name), { recursive: true, force: true });
    const embedded = await startParts(options, parts);
    const addresses = addressesFrom(env, embedded);
    const pids = Object.fromEntries([...parts].map(([name, part]) => [name, part.identity]));
    const file: StackFile = { ...addresses, pids };
    writeFileSync(stackFileOf(dir), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 }); // passwords of real parts
    const endings = [...parts.values()].map(async (part) => {
      const how = await part.ended;
      return `The embedded ${part.name} ended by itself (${how}): see ${part.logFile}`;
    });
    return { addresses, broken: Promise.race(endings), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: StackOptions,
  parts: Map<PartName, PartProcess>,
): Promise<Partial<Addresses>> {
  const { dir, env, say } = options;
  const ports = options.ports ?? PREFERRED_PORTS;
  const embedded: Partial<Addresses> = {};
  const wanted = (name: PartName) => !env[VARIABLES[name]];
  // What has to be fetched is fetched before anything runs.
  const server = wanted('database') ? await findDatabase(env, say) : null;
  const temporal = wanted('temporal') ? await findTemporal(env, say) : null;
  const starts: Promise<void>[] = [];
  if (server !== null) {
    const port = await choosePort('the database', ports.database, say);
    starts.push(
      startDatabase(server, dir, port, (part) => parts.set('database', part)).then((url) => {
        embedded.databaseUrl = url;
      }),
    );
  }
  if (temporal !== null) {
    const grpc = await choosePort('Temporal', ports.temporal, say);
    const ui = await choosePort('the Temporal Web UI', ports.temporalUi, say);
    starts.push(
      startTemporal(temporal, dir, { grpc, ui }, (part) => parts.set('temporal', part)).then((address) => {
        embedded.temporal = address;
      }),
    );
  }
  if (wanted('relay')) {
    const port = await choosePort('the capture relay', ports.relay, say);
    starts.push(
      startRelay(dir, port, (part) => parts.set('relay', part)).then(({ url, log, control }) => {
        embedded.smtpUrl = url;
        embedded.relay = { log, control };
      }),
    );
  }
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return embedded;
}

function inStopOrder(parts: Map<PartName, PartProcess>): PartProcess[] {
  return STOP_ORDER.flatMap((name) => parts.get(name) ?? []).filter((part) => part.running());
}
