import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { NotifyCounts, SliceResult } from '../../src/activities/contract';
import { type LaneSenders, laneSenders } from '../../src/activities/lane-senders';
import { notifySlice } from '../../src/activities/notify-slice';
import { receiverBreakers } from '../../src/activities/receiver-breakers';
import { type RelayBreakers, relayBreakers } from '../../src/activities/relay-breakers';
import { runContexts } from '../../src/activities/run-context';
import { surveyNotices } from '../../src/books/balance';
import { type Gate, openGate, readGate } from '../../src/books/gate';
import type { Incident } from '../../src/incident/incident-schema';
import type { NoticeState } from '../../src/incident/vocabulary';
import { parseRelays } from '../../src/smtp/relay-list';
import { ownLedger } from '../books/own-ledger';

type Slice = SliceResult<NotifyCounts>;
type Places = Partial<Record<NoticeState, number>>;

/** A frozen cohort, a relay that can be told to misbehave, and the lane that tells the one about the other. */
export interface RelayBench {
  relay: RelayProcess;
  /** Nobody told, the gate open, nothing in the relay's log, new sessions, and a breaker that has seen nothing. */
  begin(url?: string): Promise<void>;
  /** A worker beside the first: sessions and breaker of its own. */
  another(): { slices(most?: number): Promise<Slice>; close(): Promise<void> };
  /** Slices of a third of a second over everybody, until all is done or one was stopped, or so many. */
  slices(most?: number): Promise<Slice>;
  gate(): Promise<Gate>;
  /** An operator resumes. */
  open(): Promise<void>;
  /** The relay behaves, the operator has done what the hold says, and the gate is opened. */
  fix(): Promise<void>;
  states(): Promise<Places>;
  /** As if the deferred had waited so long for the relay, and were due. */
  passTime(seconds: number): Promise<void>;
  /** Until the first deferred is due; null: nobody is deferred. */
  secondsToRetry(): Promise<number | null>;
  /** How often each address was accepted, by the relay's log. */
  accepted(): Promise<Map<string, number>>;
  /** Those in this place, with the relay's words. */
  rows(state: NoticeState): Promise<BenchNotice[]>;
  end(): Promise<void>;
}

export interface BenchNotice {
  customer_id: string;
  reply_code: number | null;
  reply_text: string;
}

export async function relayBench(
  customers: number,
  relayArgs: string[],
  changes: Partial<Incident>,
): Promise<RelayBench> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-faults-'));
  const relay = await startRelayProcess(folder, relayArgs);
  const ledger = await ownLedger('relayfaults', customers, changes);
  const { database, incident } = ledger;
  const { db } = database;
  const runs = runContexts(database);
  const plain = `smtp://127.0.0.1:${relay.port}`;
  const worker = (url: string) => {
    const senders: LaneSenders = laneSenders();
    const breakers: RelayBreakers = relayBreakers();
    const slice = notifySlice({
      ...{
        lanes: database,
        runs,
        relays: parseRelays(url),
        senders,
        breakers,
        workerName: 'test',
        journals: null,
      },
      receivers: receiverBreakers(),
      log: pino({ level: 'silent' }),
    });
    const once = (): Promise<Slice> =>
      new MockActivityEnvironment().run(slice, {
        ...{
          incidentId: 'test',
          ledgerId: ledger.ledgerId,
          lane: 'notify-1',
          lanes: 1,
          wave: 'notice' as const,
        },
        ...{ range: { after: null, upTo: '999999' }, sliceSeconds: 0.3 },
      });
    const slices = async (most = 20) => {
      let last = await once();
      for (let i = 1; i < most && !last.done && last.stop === null; i++) last = await once();
      return last;
    };
    return { slices, close: () => senders.close() };
  };
  let first = worker(plain);
  const bench: RelayBench = {
    relay,
    begin: async (url = plain) => {
      await first.close();
      await relay.control({ clear: true });
      await relay.control({ octetByOctet: false });
      for (const table of ['notices', 'claims', 'lanes']) await sql`DELETE FROM ${sql.id(table)}`.execute(db);
      await sql`UPDATE incidents SET gate = 'open'`.execute(db);
      (await runs('test')).acknowledged.last = null;
      truncateSync(relay.log);
      first = worker(url);
    },
    another: () => worker(plain),
    slices: (most) => first.slices(most),
    gate: () => readGate({ db, incident }),
    fix: async () => {
      await relay.control({ clear: true });
      await relay.control({ octetByOctet: false });
      await first.close();
      first = worker(plain);
      await bench.open();
    },
    open: async () => {
      await openGate({ db, incident }, (await readGate({ db, incident })).fence, 'tester');
    },
    states: async () => (await surveyNotices({ db, incident }, 'notice')).notices,
    passTime: async (seconds) => {
      await sql`UPDATE notices SET retry_at = LEAST(retry_at, UTC_TIMESTAMP(3)),
        first_deferred_at = first_deferred_at - INTERVAL ${seconds} SECOND WHERE state = 'deferred'`.execute(
        db,
      );
    },
    secondsToRetry: async () => {
      const { rows } = await sql<{ seconds: string | null }>`
        SELECT MIN(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), retry_at)) AS seconds FROM notices`.execute(db);
      return rows[0]!.seconds === null ? null : Number(rows[0]!.seconds);
    },
    accepted: async () => {
      const times = new Map<string, number>();
      for (const { to } of await acceptancesIn(relay.log)) times.set(to, (times.get(to) ?? 0) + 1);
      return times;
    },
    rows: async (state) => {
      const { rows } = await sql<BenchNotice>`
        SELECT customer_id, reply_code, reply_text FROM notices WHERE state = ${state} ORDER BY customer_id`.execute(
        db,
      );
      return rows;
    },
    end: async () => {
      await first.close();
      await ledger.drop();
      await relay.stop();
      rmSync(folder, { recursive: true });
    },
  };
  return bench;
}
