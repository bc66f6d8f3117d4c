import { randomUUID } from 'node:crypto';
import type pino from 'pino';
import { type LaneBooks, MOST_IN_A_CLAIM, takeLane } from '../books/claim';
import { readGate } from '../books/gate';
import type { Database } from '../books/open-database';
import { sessionRecord } from '../books/relay-sessions';
import { LOST_COMMITS, OTHER_SERVER } from '../incident/hold-reason';
import { receiversBy } from '../incident/receiver';
import { remindAfterSeconds } from '../incident/reminder';
import type { Wave } from '../incident/vocabulary';
import { incidentMark } from '../journal/journal-files';
import type { Journals } from '../journal/journals';
import { lostRecord } from './audit-heads';
import type { NotifyCounts, SliceInput, SliceResult } from './contract';
import { decideNotice } from './decide-notice';
import { failure } from './failure';
import type { LaneSender, LaneSenders } from './lane-senders';
import { isNothingLost } from './nothing-lost';
import { sliceRange } from './range-ends';
import type { ReceiverBreakers } from './receiver-breakers';
import type { RelayBreakers } from './relay-breakers';
import type { RunContexts } from './run-context';
import { sendClaim } from './send-claim';
import { claimSurely } from './settlement';
import { startSlice } from './slice-clock';
import { startLease, watchGate, watchReceivers } from './watches';

export interface NotifyDependencies {
  /** Short transactions that end by themselves when this process freezes. */
  lanes: Database;
  runs: RunContexts;
  senders: LaneSenders;
  breakers: RelayBreakers;
  receivers: ReceiverBreakers;
  workerName: string;
  /** Null: none is kept, and a kill -9 puts whole claims in doubt. */
  journals: Journals | null;
  leaseSeconds?: number | undefined;
  log: pino.Logger;
}

/** No dot of a claim goes out after so long: ten times what a full batch takes on a slow relay. */
const LEASE_SECONDS = 60;
/** After sessions were refused or lost and nothing went out: a relay may restart without tripping the breaker. */
const RELAY_PAUSE_MILLISECONDS = 5_000;

/** Claim, send, settle, again and again, until the range is done, the slice is over, or the gate is closed. */
export function notifySlice(dependencies: NotifyDependencies) {
  return async (input: SliceInput & { wave: Wave; lanes: number }): Promise<SliceResult<NotifyCounts>> => {
    const { lanes, runs, senders, breakers, journals, log } = dependencies;
    const { leaseSeconds = LEASE_SECONDS } = dependencies;
    const run = await runs(input.incidentId);
    const notices = await run.notices();
    const journal = journals?.of(incidentMark(run.row.message_key)) ?? null;
    const books: LaneBooks = {
      ...run.books,
      db: lanes.db,
      identity: run.identity,
      wave: input.wave,
      remindAfterSeconds: remindAfterSeconds(run.file),
      lane: input.lane,
      lanes: input.lanes,
      laneToken: randomUUID(),
      worker: dependencies.workerName,
      leaseSeconds,
      batchLimit: MOST_IN_A_CLAIM,
      receiverOf: receiversBy(run.file.relay.providers),
      giveUpAfterSeconds: Math.floor(run.file.retry.forHours * 3_600),
      decide: (candidate) => decideNotice(notices, input.wave, candidate),
      acknowledged: run.acknowledged,
      version: run.row.version,
    };
    const range = await sliceRange(run.books, input.range);
    await takeLane(books, input.lane, books.laneToken);
    const { fence } = await readGate(run.books);
    const breaker = breakers.of(run, fence);
    const counts: NotifyCounts = { sent: 0, skipped: 0, failed: 0, deferred: 0, in_doubt: 0, released: 0 };
    let at = range.after;
    const clock = startSlice(input.sliceSeconds);
    const gate = watchGate(run.books, run.row.version);
    const shut = watchReceivers(run.books);
    const receivers = dependencies.receivers.of(run);
    let givenBack: string | null = null;
    clock.say(() => ({ ...range.show(at), ...counts, givenBack }));
    const result = async (stop: SliceResult<NotifyCounts>['stop'] = null) => ({
      at: await range.tell(at),
      done: at === range.upTo,
      counts,
      stop,
    });
    const { lane, lanes: among } = input;
    const asked = { books: run.books, file: run.file, lane, lanes: among, record: sessionRecord(books) };
    let sender: LaneSender | null = null;
    try {
      // Shown while it waits for these.
      givenBack = 'sessions';
      sender = await senders.take(asked, clock);
      if (sender === null) {
        log.warn(
          { lane },
          "the lane's sessions with the relay are held by another worker or slice: it waits for them",
        );
        return await result();
      }
      givenBack = null;
      if (!(await isNothingLost(run, journals, { range, wave: input.wave })))
        return await result({ kind: 'lost-commits', reason: LOST_COMMITS });
      const lost = await lostRecord(run.books, input);
      if (lost !== null) return await result({ kind: 'lost-commits', reason: lost });
      while (at !== range.upTo && !clock.over()) {
        // A process that was stopped, or was without the database, for too long.
        if (sender.isParted()) sender = await senders.take(asked, clock);
        if (sender === null) break;
        const lease = startLease(leaseSeconds);
        givenBack = null;
        const claim = await claimSurely(books, { after: at, upTo: range.upTo }, clock.retrying);
        if (claim.kind === 'gate-closed') return await result({ kind: 'gate-closed', reason: claim.reason });
        if (claim.kind === 'other-server')
          return await result({ kind: 'lost-commits', reason: OTHER_SERVER });
        if (claim.kind === 'lost-commits')
          return await result({ kind: 'lost-commits', reason: LOST_COMMITS });
        if (claim.kind === 'lane-lost') throw failure('LaneLost');
        // The lane's next slice begins with the new words.
        if (claim.kind === 'amended') return await result();
        if (claim.kind === 'wait') {
          await clock.wait(claim.milliseconds);
          continue;
        }
        for (const skipped of Object.values(claim.skipped)) counts.skipped += skipped;
        counts.deferred += claim.keptBack;
        const sent = await sendClaim(
          {
            ...{
              books,
              after: at,
              run,
              notices,
              sender,
              breaker,
              receivers,
              shut,
              lease,
              gate,
              clock,
              journal,
            },
            retrying: clock.retrying,
          },
          claim,
        );
        if (sent.objection !== null) {
          // The reason of some may name a customer's key, which may be an address.
          givenBack = sent.objection.check;
          log.info({ check: givenBack, lane: input.lane, ...sent.settled }, 'gave back the rest of a claim');
        }
        for (const key of Object.keys(counts) as (keyof NotifyCounts)[])
          counts[key] += sent.settled[key] ?? 0;
        // Its name may be a person's, where few have that domain.
        for (const { said, customers } of sent.aside)
          log.warn({ said, customers }, 'a receiver is put aside: npm run cli -- domains');
        // What was released is claimed again by the next scan, which begins where this one did.
        if (!sent.settled.released) at = claim.at;
        if (sent.tripped)
          log.warn({ lane: input.lane, reason: sent.tripped }, 'the gate was closed: breaker or guard');
        if (sent.tripped) return await result({ kind: 'gate-closed', reason: sent.tripped });
        if (sent.relayInTrouble) await clock.wait(RELAY_PAUSE_MILLISECONDS);
      }
      return await result();
    } finally {
      sender?.rest();
      gate.stop();
      shut.stop();
      clock.stop();
    }
  };
}
