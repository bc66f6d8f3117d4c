import { randomUUID } from 'node:crypto';
import type pino from 'pino';
import { MOST_IN_A_CLAIM } from '../books/candidates';
import { type LaneBooks, takeLane } from '../books/claim';
import { readGate } from '../books/gate';
import type { Database } from '../books/open-database';
import { closeWithoutRelay } from '../books/relays';
import { LOST_COMMITS, OTHER_SERVER } from '../incident/hold-reason';
import { receiversBy } from '../incident/receiver';
import { remindAfterSeconds } from '../incident/reminder';
import type { Wave } from '../incident/vocabulary';
import { incidentMark } from '../journal/journal-files';
import type { Journals } from '../journal/journals';
import type { RelayUrl } from '../smtp/relay-list';
import { lostRecord } from './audit-heads';
import type { NotifyCounts, SliceInput, SliceResult } from './contract';
import { decideNotice } from './decide-notice';
import { failure } from './failure';
import { type LaneRelays, laneRelays, RELAY_PAUSE_MILLISECONDS } from './lane-relays';
import type { LaneSenders } from './lane-senders';
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
  /** Of SMTP_URL. */
  relays: readonly RelayUrl[];
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

/** A relay was taken in again a moment ago. */
const NO_SESSION_MILLISECONDS = 100;

/** Claim, send, settle, again and again, until the range is done, the slice is over, or the gate is closed. */
export function notifySlice(dependencies: NotifyDependencies) {
  return async (input: SliceInput & { wave: Wave; lanes: number }): Promise<SliceResult<NotifyCounts>> => {
    const { lanes, runs, relays, senders, breakers, journals, log } = dependencies;
    const { leaseSeconds = LEASE_SECONDS } = dependencies;
    const run = await runs(input.incidentId);
    const notices = await run.notices();
    const journal = journals?.of(incidentMark(run.row.message_key)) ?? null;
    const books: Omit<LaneBooks, 'relays'> = {
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
    const counts: NotifyCounts = { sent: 0, skipped: 0, failed: 0, deferred: 0, in_doubt: 0, released: 0 };
    let at = range.after;
    const clock = startSlice(input.sliceSeconds);
    const gate = watchGate(run.books, run.row.version);
    const shut = watchReceivers(run.books);
    let givenBack: string | null = null;
    clock.say(() => ({ ...range.show(at), ...counts, givenBack }));
    const result = async (stop: SliceResult<NotifyCounts>['stop'] = null) => ({
      at: await range.tell(at),
      done: at === range.upTo,
      counts,
      stop,
    });
    const { lane, lanes: among } = input;
    const { workerName: worker } = dependencies;
    const asked = { relays, senders, books: run.books, file: run.file, worker, lane, lanes: among };
    let own: LaneRelays | null = null;
    try {
      own = await laneRelays({ ...asked, recordedBy: lanes.db });
      // Shown while it waits for these.
      givenBack = 'sessions';
      if (!(await own.take(clock))) {
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
        if (!(await own.take(clock))) break;
        const lease = startLease(leaseSeconds);
        givenBack = null;
        const claiming: LaneBooks = { ...books, relays: own.offered() };
        const claim = await claimSurely(claiming, { after: at, upTo: range.upTo }, clock.retrying);
        if (claim.kind === 'gate-closed') return await result({ kind: 'gate-closed', reason: claim.reason });
        if (claim.kind === 'other-server')
          return await result({ kind: 'lost-commits', reason: OTHER_SERVER });
        if (claim.kind === 'lost-commits')
          return await result({ kind: 'lost-commits', reason: LOST_COMMITS });
        if (claim.kind === 'lane-lost') throw failure('LaneLost');
        // The lane's next slice begins with the new words.
        if (claim.kind === 'amended') return await result();
        if (claim.kind === 'no-relay') {
          const reason = await closeWithoutRelay(run.books, own.own);
          if (reason !== null) return await result({ kind: 'gate-closed', reason });
          // One was taken in a moment ago, or has another name: the lane's next slice knows.
          break;
        }
        if (claim.kind === 'wait' || claim.kind === 'no-session') {
          await clock.wait(claim.kind === 'wait' ? claim.milliseconds : NO_SESSION_MILLISECONDS);
          continue;
        }
        for (const skipped of Object.values(claim.skipped)) counts.skipped += skipped;
        counts.deferred += claim.keptBack;
        const { relay } = claim.relay;
        const met = {
          sender: own.senderOf(relay),
          relay: own.watchOf(relay),
          breaker: breakers.of(run, relay, `${fence} ${claim.relay.fence}`),
          receivers: dependencies.receivers.of(run, relay),
        };
        const sent = await sendClaim(
          {
            ...{ books: claiming, after: at, run, notices, ...met, shut, lease, gate, clock, journal },
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
        if (sent.leftOut !== null)
          log.warn({ relay, reason: sent.leftOut }, 'a relay is left out: npm run cli -- relays');
        // What was released is claimed again by the next scan, which begins where this one did.
        if (!sent.settled.released) at = claim.at;
        if (sent.tripped)
          log.warn({ lane: input.lane, reason: sent.tripped }, 'the gate was closed: breaker or guard');
        if (sent.tripped) return await result({ kind: 'gate-closed', reason: sent.tripped });
        if (sent.relayInTrouble && !own.avoid(relay)) await clock.wait(RELAY_PAUSE_MILLISECONDS);
      }
      return await result();
    } finally {
      own?.end();
      gate.stop();
      shut.stop();
      clock.stop();
    }
  };
}
