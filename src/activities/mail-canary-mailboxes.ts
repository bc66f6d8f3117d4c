import { randomUUID } from 'node:crypto';
import { MOST_IN_A_CLAIM } from '../books/candidates';
import { takeLane } from '../books/claim';
import { closeGate } from '../books/gate';
import { claimMailboxes, type DueMailboxes, dueMailboxes, recordMailboxes } from '../books/mailboxes';
import type { Database } from '../books/open-database';
import { closeWithoutRelay } from '../books/relays';
import { LOST_COMMITS, OTHER_SERVER } from '../incident/hold-reason';
import { canaryNotices } from '../notice/canary-notices';
import type { CompiledNotice, NoticeSet } from '../notice/compile-notice';
import type { OwnData } from '../notice/guard-message';
import { messageId } from '../notice/message-headers';
import { MADE_UP_NAME, renderNotice } from '../notice/render-notice';
import type { Outcome, Outgoing } from '../smtp/outcome';
import type { RelayUrl } from '../smtp/relay-list';
import { lostRecord } from './audit-heads';
import type { MailboxesMailed, MailMailboxesInput } from './contract';
import { dotChecks } from './dot-checks';
import { failure } from './failure';
import { guardClaim } from './guard-claim';
import { type LaneRelays, laneRelays } from './lane-relays';
import type { LaneSenders } from './lane-senders';
import type { RunContext, RunContexts } from './run-context';
import { startSlice } from './slice-clock';
import { startLease, watchGate } from './watches';

export interface MailboxDependencies {
  /** Short transactions that end by themselves when this process freezes. */
  lanes: Database;
  runs: RunContexts;
  relays: readonly RelayUrl[];
  senders: LaneSenders;
  workerName: string;
}

/** The canary's one lane: with all sessions, at the whole pace. */
const LANE = { lane: 'canary', lanes: 1 };
const LEASE_SECONDS = 60;
/** On record; the hold names five. */
const MOST_NAMED = 20;
/** Of a run of an older version, which does not ask again: all of them. */
const SLICE_SECONDS = 600;
/** A relay was taken in again a moment ago. */
const NO_SESSION_MILLISECONDS = 100;

/**
 * Mails the notices to the company's own mailboxes, before any customer: all in the default language, and in each other the one that
 * most will get. By the gate, the pace and the guard of the customers' notices (C100). They are nobody's notices: not in the ledger, nor
 * in the dot journal, but the audit has how far they are. A worker that dies amid a slice leaves it to be mailed again, since a
 * mailbox that got none would be worse than one that has it twice.
 */
export function mailCanaryMailboxes(dependencies: MailboxDependencies) {
  const { lanes, runs, relays, senders, workerName: worker } = dependencies;
  return async ({ incidentId, auditHead, sliceSeconds }: MailMailboxesInput): Promise<MailboxesMailed> => {
    const run = await runs(incidentId);
    const lost = await lostRecord(run.books, { auditHead });
    if (lost !== null) return { sent: 0, refused: [], lost };
    const due = await dueMailboxes(run.books, run.row);
    const mails = mailsOf(run, await run.notices(), due);
    const known = due.progress;
    const progress = known ?? { upTo: 0, again: [], refused: [] };
    const left = [...progress.again, ...mails.keys()].filter(
      (number, i) => i < progress.again.length || number >= progress.upTo,
    );
    // A run that was ended amid them, or asks again, is told of all that the relay has refused.
    if (left.length === 0) return { sent: 0, refused: progress.refused };
    const { acknowledged, identity, books } = run;
    const laneToken = randomUUID();
    const batchLimit = MOST_IN_A_CLAIM;
    const { version } = run.row;
    const paced = { ...books, db: lanes.db, ...LANE, laneToken, batchLimit, identity, acknowledged, version };
    await takeLane(paced, LANE.lane, laneToken);
    const record = async () => {
      const { upTo } = progress;
      const counts = { mailboxes: due.mailboxes.length, messages: mails.length };
      const again = left.filter((number) => number < upTo);
      const recorded = { ...counts, upTo, again, refused: mailed.refused.slice(0, MOST_NAMED), version };
      if (!(await recordMailboxes(paced, recorded))) throw failure('LaneLost');
    };
    const asked = { relays, senders, books, file: run.file, worker, ...LANE, recordedBy: books.db };
    const clock = startSlice(sliceSeconds ?? SLICE_SECONDS);
    const gate = watchGate(books, version);
    const mailed = { sent: 0, refused: [...progress.refused] };
    clock.say(() => ({ ...mailed, refused: mailed.refused.length, left: left.length }));
    let begun = known !== null;
    const stopped = async (stop: Omit<MailboxesMailed, keyof typeof mailed>) => {
      if (begun) await record();
      return { ...mailed, ...stop };
    };
    let own: LaneRelays | null = null;
    try {
      own = await laneRelays(asked);
      if (!(await own.take(clock))) return { ...mailed, more: true };
      while (left.length > 0 && !clock.over()) {
        if (!(await own.take(clock))) break;
        const lease = startLease(LEASE_SECONDS);
        const claim = await claimMailboxes({ ...paced, relays: own.offered() }, left.length);
        if (claim.kind === 'gate-closed') return await stopped({ gateClosed: true });
        if (claim.kind === 'other-server') return { ...mailed, lost: OTHER_SERVER };
        if (claim.kind === 'lost-commits') return { ...mailed, lost: LOST_COMMITS };
        if (claim.kind === 'lane-lost') throw failure('LaneLost');
        if (claim.kind === 'amended') return await stopped({ more: true });
        if (claim.kind === 'no-relay') {
          if ((await closeWithoutRelay(books, own.own)) !== null) return await stopped({ gateClosed: true });
          // One was taken in a moment ago, or has another name: the next slice knows.
          return await stopped({ more: true });
        }
        if (claim.kind === 'wait' || claim.kind === 'no-session') {
          await clock.wait(claim.kind === 'wait' ? claim.milliseconds : NO_SESSION_MILLISECONDS);
          continue;
        }
        // Before anything goes out.
        if (!begun) await record();
        begun = true;
        const batch = left.splice(0, claim.messages);
        const guard = guardClaim(
          new Map(batch.map((number) => [mails[number]!.key, mails[number]!])),
          (key) => `the canary's ${key}`,
        );
        const { relay } = claim.relay;
        const sender = own.senderOf(relay);
        const watched = { lease, sessions: sender, gate, relay: own.watchOf(relay), clock };
        const objectionTo = dotChecks({ ...watched, receivers: null, choices: null, guard, dots: null });
        const sending = batch.map((number) => mails[number]!.outgoing);
        const { outcomes, objection } = await sender.send(sending, objectionTo);
        const isBack = (i: number) => objection !== null && isGivenBack(outcomes[i]!);
        progress.upTo = Math.max(progress.upTo, ...batch.map((number) => number + 1));
        left.unshift(...batch.filter((_, i) => isBack(i)));
        for (const [i, outcome] of outcomes.entries()) {
          if (outcome.kind === 'accepted') mailed.sent++;
          else if (!isBack(i)) mailed.refused.push(`${mails[batch[i]!]!.key}: ${inWords(outcome)}`);
        }
        if (objection?.check === 'guard') await closeGate(books, objection.reason, 'the guard');
      }
      return await stopped({ more: left.length > 0 });
    } finally {
      own?.end();
      gate.stop();
      clock.stop();
    }
  };
}

/** No dot of it went out, and no trouble with a session is why. */
function isGivenBack(outcome: Outcome): boolean {
  return outcome.kind === 'released' && outcome.trouble === null;
}

function inWords(outcome: Outcome): string {
  const said = 'trouble' in outcome ? outcome.trouble : outcome;
  const code = said !== null && 'code' in said ? said.code : null;
  return code === null ? outcome.kind : `${outcome.kind} ${code}`;
}

interface Mail {
  /** For people. */
  key: string;
  /** As in CompiledNotice and OwnData: what it is made of, and what the guard holds it against. */
  notice: CompiledNotice;
  own: OwnData;
  outgoing: Outgoing<string>;
}

/** All that the mailboxes get, always in the same order. */
function mailsOf({ row, file }: RunContext, notices: NoticeSet, due: DueMailboxes): Mail[] {
  const from = file.from.address;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return due.mailboxes.flatMap((address) =>
    canaryNotices(notices, file.defaultLanguage).map((notice): Mail => {
      const key = `${notice.key} to mailbox ${file.canary.mailboxes.indexOf(address) + 1}`;
      // Other words are another message.
      const customerId = `mailbox ${address} ${notice.key}${due.amended ? ` ${notice.hash}` : ''}`;
      const recipient = { incident: file.id, wave: 'notice' as const, customerId, role: 'canary' };
      const own = { name: MADE_UP_NAME, address, messageId: messageId(row.message_key, recipient, domain) };
      const content = () => renderNotice(notice, { ...own, date: Date.now() });
      return { key, notice, own, outgoing: { key, from, address, smtputf8: false, content } };
    }),
  );
}
