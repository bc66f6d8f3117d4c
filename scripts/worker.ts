import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { createActivities } from '../src/activities/create-activities';
import { openAnchor } from '../src/books/anchor-head';
import { listRuns } from '../src/books/incident-row';
import { openDatabase } from '../src/books/open-database';
import { type Journals, openJournals } from '../src/journal/journals';
import { relayLogsOf, resolveAddresses } from '../src/operator/parts/addresses';
import { checkPart } from '../src/operator/parts/check-reachable';
import { temporalOptions } from '../src/operator/parts/temporal-server';
import { journalFolder, localFolder } from '../src/operator/parts/this-machine';
import { leftOut as leftOutOf } from '../src/workers/left-out';
import { MOST_STOP_SECONDS, runWorker } from '../src/workers/run-worker';
import { installRuntime } from '../src/workers/temporal-log';
import { untilLedger, untilLedgerGoes } from '../src/workers/watch-ledger';
import { workflowBundle } from '../src/workers/workflow-bundle';
import { shortSocketPath } from './stack/own-folder';

const ONE_SIGNAL_MILLISECONDS = 1_000;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * `npm run worker`: does the work of every run of the ledger that DATABASE_URL leads to, and of no other, until Ctrl-C or SIGTERM.
 * Before there is one it waits for it. Any number of workers may run, on any machine.
 */
async function main(): Promise<void> {
  if (process.argv.length > 2) {
    console.error(`npm run worker takes no arguments; found: ${process.argv.slice(2).join(' ')}
It works where TEMPORAL_ADDRESS, DATABASE_URL and SMTP_URL point, or else for the embedded stack (npm run stack).
RELAY_LOG names the relay's own log (rotated ones too, colons between), which the canary then tries out.
AUDIT_ANCHOR names a file, or a command after |, that gets the head of the audit log at each decision.
ON_HOLD_PROGRAMS names the programs that the incident file may have run (onHold.command), colons between.
STOP_SECONDS says how long it may take to stop: as long as a relay may take to answer, ${MOST_STOP_SECONDS}, if left out.
LOG_LEVEL (debug, info, warn, error) says how much it tells.`);
    process.exitCode = process.argv[2] === '--help' ? 0 : 2;
    return;
  }
  const level = process.env.LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(level)) {
    console.error(`LOG_LEVEL is ${level}: write one of ${LOG_LEVELS.join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const stopSeconds = Number(process.env.STOP_SECONDS || MOST_STOP_SECONDS);
  if (!Number.isInteger(stopSeconds) || stopSeconds < 1 || stopSeconds > MOST_STOP_SECONDS) {
    console.error(
      `STOP_SECONDS is ${process.env.STOP_SECONDS}: write a whole number from 1 to ${MOST_STOP_SECONDS}.`,
    );
    process.exitCode = 2;
    return;
  }
  const output = pino.destination({ dest: 1, sync: true });
  // Pino would end the process: on a full disk the log stays silent, but the books go on.
  output.on('error', () => undefined);
  const log = pino({ level, base: { pid: process.pid } }, output);
  installRuntime(log);
  const addresses = await resolveAddresses(process.env);
  const { temporal, databaseUrl, smtpUrl } = addresses;
  const stop = new AbortController();
  // The next worker of this machine releases what had no dot, by the journal.
  const stopNow = (why: string) => {
    log.warn(
      { why },
      'stopping at once: a message whose dot the relay has not answered is in doubt, one a session at most',
    );
    process.exit(130);
  };
  let toldAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A terminal, systemd and npm each tell this process of the one that they were told of.
      if (stop.signal.aborted && performance.now() - toldAt < ONE_SIGNAL_MILLISECONDS) {
        log.debug({ signal }, 'told once more of the same');
        return;
      }
      if (stop.signal.aborted) stopNow('told so once more');
      toldAt = performance.now();
      log.info(
        { signal, seconds: stopSeconds },
        'stopping: the running slices return what they have done (once more, a second later: stop now)',
      );
      setTimeout(stopNow, stopSeconds * 1000, `the ${stopSeconds} s of STOP_SECONDS are over`).unref();
      stop.abort();
    });
  }
  const cacheFolder = join(localFolder, 'cache');
  const problem = await checkPart('temporal', addresses);
  if (problem !== null) throw new Error(problem);
  const connection = await NativeConnection.connect(temporalOptions(temporal, process.env));
  const database = openDatabase(databaseUrl, { connections: 1 });
  const waits = (what: string) => log.info({ for: what }, 'waiting for a ledger');
  try {
    await workflowBundle(cacheFolder); // takes seconds the first time, which the start of a run need not wait for
    for (;;) {
      const ledger = await untilLedger(database, stop.signal, waits);
      if (ledger === null) break;
      const isOutForGood = await workFor(ledger.id);
      if (isOutForGood) process.exitCode = 1;
      if (isOutForGood || stop.signal.aborted) break;
    }
  } finally {
    await database.close();
    await connection.close();
  }
  log.info('stopped');

  /**
   * Until it is told to stop, or the database does not hold this ledger any more.
   * @returns whether it had better leave all work to others, for good.
   */
  async function workFor(ledgerId: string): Promise<boolean> {
    const id = randomBytes(4).toString('hex');
    const workerName = `${hostname()}:${process.pid}:${id}`;
    const journals = await journalsOf(id, workerName, log);
    const relayLogs = relayLogsOf(addresses, process.env);
    const over = new AbortController();
    const leftOut = leftOutOf(log);
    const work = createActivities({
      ...{ databaseUrl, smtpUrl, relayLogs, workerName, journals, log },
      anchor: openAnchor(process.env.AUDIT_ANCHOR),
      temporal: new Client({ connection, namespace: temporal.namespace }),
      onHoldPrograms: (process.env.ON_HOLD_PROGRAMS ?? '').split(':').filter((program) => program !== ''),
      leave: leftOut.leave,
    });
    const either = AbortSignal.any([stop.signal, over.signal]);
    const watching = untilLedgerGoes(database, ledgerId, either).then((why) => {
      if (why !== null) log.warn({ why }, "stopping to take that ledger's work");
      over.abort();
    });
    try {
      const { namespace, address } = temporal;
      const ready = () =>
        log.info(
          { temporal: address, namespace, ledger: ledgerId, database: database.address },
          'ready for work',
        );
      const { activities, unknown } = work;
      const incidents = () => listRuns(database.db);
      await runWorker(
        {
          ...{
            connection,
            namespace,
            ledgerId,
            activities,
            unknown,
            incidents,
            leftOut,
            log,
            cacheFolder,
            ready,
          },
          identity: workerName,
        },
        either,
      );
    } finally {
      over.abort();
      await watching;
      await work.close();
    }
    return leftOut.isOutForGood();
  }
}

async function journalsOf(id: string, worker: string, log: pino.Logger): Promise<Journals | null> {
  const folder = journalFolder();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await openJournals({ folder, id, worker, socket: shortSocketPath(folder, `${id}.sock`) });
  } catch (error) {
    const why = (error as Error).message;
    log.warn({ why }, 'no dot journal: if this process is killed, whole claims are in doubt');
    return null;
  }
}

main().then(
  () => process.exit(),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
