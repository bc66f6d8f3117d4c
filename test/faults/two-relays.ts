import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { NotifyCounts, SliceResult } from '../../src/activities/contract';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { surveyNotices } from '../../src/books/balance';
import { setRate } from '../../src/books/incident-decisions';
import { readRelays } from '../../src/books/relays';
import { listAddresses } from '../../src/company/scan-customers';
import type { Incident } from '../../src/incident/incident-schema';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { judgeRelayLog, type RelayVerdict } from '../judge-relay-log';

export type RelayName = 'one' | 'two';

/** Two relays, `one` and `two`, a database, and two workers with a lane each: whole slices over real parts. */
export interface TwoRelays {
  relays: Record<RelayName, RelayProcess>;
  ledger: OwnLedger;
  /** What the workers have logged. */
  logged: Record<string, unknown>[];
  /** As both workers have it. */
  smtpUrl: string;
  /** One slice over everybody, in this lane. */
  slice(worker: ActivitySet, lane?: number): Promise<SliceResult<NotifyCounts>>;
  /** Each worker takes the half of its number, until it is done or stopped. @returns why each was stopped. */
  pass(): Promise<(string | null)[]>;
  workers: ActivitySet[];
  worker(name: string, smtpUrl?: string): ActivitySet;
  states(): Promise<Record<string, number>>;
  stateOf(relay: RelayName): Promise<string | undefined>;
  /** By both logs together. */
  verdict(): Promise<RelayVerdict>;
  /** Whom each relay accepted, by its own log. */
  acceptedBy(relay: RelayName): Promise<string[]>;
  /** Whom the books have as told by each relay. */
  bookedBy(relay: RelayName): Promise<string[]>;
  end(): Promise<void>;
}

export async function startTwoRelays(customers: number, changes: Partial<Incident> = {}): Promise<TwoRelays> {
  const folder = mkdtempSync(join(tmpdir(), 'two-relays-'));
  const start = async (name: RelayName) => {
    mkdirSync(join(folder, name));
    const relay = await startRelayProcess(join(folder, name));
    writeFileSync(relay.log, '', { flag: 'a' });
    truncateSync(relay.log);
    return relay;
  };
  const relays = { one: await start('one'), two: await start('two') };
  const ledger = await ownLedger('tworelays', customers, changes);
  const { db } = ledger.books;
  // Claims of 25 and less.
  await setRate(ledger.books, 100, 'tester');
  const smtpUrl = (['one', 'two'] as const)
    .map((name) => `smtp://127.0.0.1:${relays[name].port}#${name}`)
    .join('\n');
  const logged: Record<string, unknown>[] = [];
  const opened: ActivitySet[] = [];
  const worker = (workerName: string, url = smtpUrl) => {
    const activities = createActivities({
      ...{ databaseUrl: ledger.url, smtpUrl: url, workerName },
      log: pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    });
    opened.push(activities);
    return activities;
  };
  const workers = ['first', 'second'].map((name) => worker(name));
  const middle = String(Math.floor(customers / 2) * 10);
  const rangeOf = (lane: number) =>
    lane === 1 ? { after: null, upTo: middle } : { after: middle, upTo: '999999' };
  const run = (
    { activities }: ActivitySet,
    lane: number,
    range: Parameters<ActivitySet['activities']['notifySlice']>[0]['range'],
  ): Promise<SliceResult<NotifyCounts>> =>
    new MockActivityEnvironment().run(activities.notifySlice, {
      ...{ incidentId: 'test', ledgerId: ledger.ledgerId, wave: 'notice' as const, sliceSeconds: 2 },
      ...{ lane: `notify-${lane}`, lanes: 2, range },
    });
  return {
    ...{ relays, ledger, logged, smtpUrl, workers, worker },
    slice: (set, lane = 1) => run(set, lane, { after: null, upTo: '999999' }),
    pass: () =>
      Promise.all(
        workers.map(async (set, i) => {
          let given: { after: string | null; upTo: string } = rangeOf(i + 1);
          for (let slice = 0; slice < 60; slice++) {
            const result = await run(set, i + 1, given);
            if (result.stop !== null) return result.stop.reason;
            if (result.done) return null;
            given = { ...given, after: result.at };
          }
          throw new Error('so many slices, and it was not done');
        }),
      ),
    states: async () => (await surveyNotices(ledger.books, 'notice')).notices,
    stateOf: async (name) => (await readRelays(ledger.books)).find(({ relay }) => relay === name)?.state,
    verdict: () => {
      const both = join(folder, 'both.log');
      writeFileSync(both, '');
      for (const { log } of Object.values(relays)) appendFileSync(both, readFileSync(log));
      return judgeRelayLog(both, listAddresses(db, ledger.books.company, Date.now()));
    },
    acceptedBy: async (name) => (await acceptancesIn(relays[name].log)).map(({ to }) => to).sort(),
    bookedBy: async (name) => {
      const { rows } = await sql<{ address: string }>`
        SELECT n.address FROM notices n JOIN claims c ON c.claim_id = n.claim_id
        WHERE n.state = 'sent' AND c.relay = ${name}`.execute(db);
      return rows.map(({ address }) => address).sort();
    },
    end: async () => {
      for (const set of opened) await set.close();
      await ledger.drop();
      for (const relay of Object.values(relays)) await relay.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
