import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import { BY_BREAKER } from '../incident/goes-without';
import { calledInRun, chooseRelay, type NamedRelay, type RelayState } from '../incident/relay';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { closeIn } from './gate';
import { lockOpenIncident } from './incident-decisions';
import { isNoLedger } from './ledger-identity';
import type { RelaysTable } from './ledger-tables';
import { isoTime, select } from './rows';

/** A relay by which workers of the incident send, or did. `since` is ISO 8601 in UTC. */
export interface KnownRelay extends Pick<RelaysTable, 'relay' | 'number' | 'address' | 'state' | 'reason'> {
  fence: number;
  since: string;
  putBy: string;
}

export async function readRelays({ db, incident }: BareBooks): Promise<KnownRelay[]> {
  return select<Omit<KnownRelay, 'fence'> & { fence: number | string }, KnownRelay>(
    db,
    sql`
      SELECT relay, number, address, state, fence, since, put_by AS putBy, reason FROM relays
      WHERE incident = ${incident} ORDER BY number`,
    { fence: Number, since: isoTime },
  );
}

/** The same of a ledger that may be an older version's, which knows of none. */
export async function readRelaysIfAny(books: BareBooks): Promise<KnownRelay[]> {
  return readRelays(books).catch((error) => {
    if (isNoLedger(error)) return [];
    throw error;
  });
}

/**
 * Puts the relays of a worker into the books, where they are not there yet; those of several are on the record, since customers' addresses go
 * to them (I6). One that is there stays as it is, but for a name that it has got (calledInRun). @returns all that the incident has by then.
 */
export async function joinRelays(
  books: BareBooks,
  own: readonly NamedRelay[],
  worker: string,
): Promise<KnownRelay[]> {
  const lacking = (known: KnownRelay[]) =>
    own
      .map((relay) => ({ ...calledInRun(relay, own, namesOf(known)), address: relay.address }))
      .filter(({ name }) => !known.some(({ relay }) => relay === name));
  const known = await readRelays(books);
  if (lacking(known).length === 0) return known;
  await transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const before = await readRelays(decided);
    const joining = lacking(before);
    let number = Math.max(0, ...before.map((relay) => relay.number));
    for (const { name, address, was } of joining) {
      if (was !== null) {
        await sql`
          UPDATE relays SET relay = ${name}, fence = fence + 1
          WHERE incident = ${decided.incident} AND relay = ${was}`.execute(decided.db);
        await appendAudit(decided, { who: worker, action: 'relay-named', detail: { relay: name, was } });
        continue;
      }
      await sql`
        INSERT INTO relays (incident, relay, number, address, state, fence, since, put_by, reason)
        VALUES (${decided.incident}, ${name}, ${++number}, ${address}, ${IN}, 1, UTC_TIMESTAMP(6), ${cutText(worker, 200)}, '')`.execute(
        decided.db,
      );
      if (before.length + joining.length > 1)
        await appendAudit(decided, { who: worker, action: 'relay-joined', detail: { relay: name, address } });
    }
  });
  return readRelays(books);
}

export function namesOf(known: readonly KnownRelay[]): NamedRelay[] {
  return known.map(({ relay, address }) => ({ name: relay, address }));
}

/** By which relays a worker's lane can send at the moment. */
export interface OfferedRelays {
  /** All that the worker has. */
  own: readonly string[];
  /** Of these, with which the lane has sessions. */
  ready: readonly { relay: string; weight: number }[];
  /** At random, from 0 to less than 1: which of them it will be. */
  at: number;
}

/** The relay of one claim, as the claim found it. */
export interface ClaimRelay {
  relay: string;
  fence: number;
}

/** Within the transaction of a claim, under its lock of the gate: whoever leaves a relay out waits for that lock. */
export async function chooseOpenRelay(
  books: BareBooks,
  { own, ready, at }: OfferedRelays,
): Promise<ClaimRelay | { kind: 'no-relay' | 'no-session' }> {
  const open = (await readRelays(books)).filter(({ relay, state }) => state === IN && own.includes(relay));
  if (open.length === 0) return { kind: 'no-relay' };
  const offered = open.flatMap(({ relay, fence }) => {
    const weight = ready.find((mine) => mine.relay === relay)?.weight;
    return weight === undefined ? [] : [{ relay, fence, weight }];
  });
  const chosen = chooseRelay(offered, at);
  return chosen === null ? { kind: 'no-session' } : { relay: chosen.relay, fence: chosen.fence };
}

/** What the breaker has against a relay. */
export interface RelayTrip {
  /** For people, with what to do. */
  reason: string;
  /** What it said to one customer after the other; left out: it was something else. */
  words?: string | undefined;
}

/** What was done: the gate was closed, for this reason, or the relay is left out. */
export type LeftOut = { kind: 'gate-closed' | 'left-out'; reason: string };

/** Two that say the same within so long: it is what we send. */
const SAME_WORDS_SECONDS = 900;

/**
 * Leaves a relay out, on the record: once this has committed no claim is made for it, since each that is under way holds a share lock on the
 * incident's row, which is locked first here. Closes the gate instead where none of the worker's other relays takes part, or where
 * another one was left out for the same words: then it is the message.
 * @param own all relays of the worker. @returns null: somebody has changed it since the claim, so that nothing is done.
 */
export async function leaveOut(
  books: BareBooks,
  { relay, fence }: ClaimRelay,
  { reason, words }: RelayTrip,
  own: readonly string[],
): Promise<LeftOut | null> {
  const mark = words === undefined ? null : createHash('sha256').update(words).digest().subarray(0, 8);
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const known = await readRelays(decided);
    // Of a claim from before it had a name.
    const mine = known.find((each) => each.relay === relay) ?? known.find((each) => each.address === relay);
    if (mine !== undefined && (mine.fence !== fence || mine.state === OUT)) return null;
    const close = async (why: string): Promise<LeftOut> => {
      await closeIn(decided, why, BY_BREAKER);
      return { kind: 'gate-closed', reason: why };
    };
    const twin = mark === null ? null : await leftOutFor(decided, mark);
    if (twin !== null)
      return close(`Two relays (${short(twin)}, ${short(relay)}) say the same, so it is the mail. ${reason}`);
    const others = known.filter((each) => each !== mine && each.state === IN && own.includes(each.relay));
    if (mine === undefined || others.length === 0)
      return close(known.length <= 1 ? reason : `Relay ${short(relay)}, the last one. ${reason}`);
    // Resuming the run takes no relay in.
    const why = reason.replace(/\bresume\b/, `resume --relay ${relay}`);
    await changeRelay(decided, relay, { state: OUT, by: BY_BREAKER, reason: why, mark });
    await appendAudit(decided, { who: BY_BREAKER, action: 'relay-left-out', detail: { relay, reason: why } });
    return { kind: 'left-out', reason: why };
  });
}

/** Room is needed for what to do. */
function short(relay: string): string {
  return cutText(relay, 30);
}

/** The other relay that was left out for these words lately. */
async function leftOutFor({ db, incident }: BareBooks, mark: Buffer): Promise<string | null> {
  const { rows } = await sql<{ relay: string }>`
    SELECT relay FROM relays WHERE incident = ${incident} AND state = ${OUT} AND words = ${mark}
      AND since > UTC_TIMESTAMP(6) - INTERVAL ${SAME_WORDS_SECONDS} SECOND ORDER BY since DESC LIMIT 1`.execute(
    db,
  );
  return rows[0]?.relay ?? null;
}

/** Closes the gate where none of a worker's relays takes part: it could tell nobody, and nobody would know why (I7). */
export async function closeWithoutRelay(books: BareBooks, own: readonly string[]): Promise<string | null> {
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const known = await readRelays(decided);
    const mine = known.filter(({ relay }) => own.includes(relay));
    // One that it lacks has another name by now, or is to be joined again: the worker asks anew.
    if (mine.length < own.length || mine.some(({ state }) => state === IN)) return null;
    const names = mine.map(({ relay }) => short(relay)).join(', ');
    const what =
      known.length > mine.length
        ? 'Every relay of a worker (by its SMTP_URL) is left out: '
        : 'Every relay is left out: ';
    const reason = `${what}${cutText(names, 200)}. See why: npm run cli -- relays. Take one in again: npm run cli -- resume --relay NAME, then resume.`;
    await closeIn(decided, reason, BY_BREAKER);
    return reason;
  });
}

/** Somebody leaves a relay out by hand. @returns why not; null: it is left out from when this returns. */
export async function pauseRelay(
  books: BareBooks,
  relay: string,
  { by, reason }: { by: string; reason: string },
): Promise<'last' | null> {
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const known = await readRelays(decided);
    if (known.some((each) => each.relay === relay && each.state === OUT)) return null;
    if (!known.some((each) => each.relay !== relay && each.state === IN)) return 'last';
    await changeRelay(decided, relay, { state: OUT, by, reason, mark: null });
    await appendAudit(decided, { who: by, action: 'relay-left-out', detail: { relay, reason } });
    return null;
  });
}

/** Takes it in again, whoever left it out. @returns whether it was out. */
export async function resumeRelay(books: BareBooks, relay: string, by: string): Promise<boolean> {
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const known = await readRelays(decided);
    if (!known.some((each) => each.relay === relay && each.state === OUT)) return false;
    await changeRelay(decided, relay, { state: IN, by, reason: '', mark: null });
    await appendAudit(decided, { who: by, action: 'relay-taken-in', detail: { relay } });
    return true;
  });
}

const IN: RelayState = 'in';
const OUT: RelayState = 'out';

async function changeRelay(
  { db, incident }: BareBooks,
  relay: string,
  { state, by, reason, mark }: { state: RelayState; by: string; reason: string; mark: Buffer | null },
): Promise<void> {
  await sql`
    UPDATE relays SET fence = fence + 1, state = ${state}, since = UTC_TIMESTAMP(6), put_by = ${cutText(by, 200)},
      reason = ${cutText(reason, 500)}, words = ${mark}
    WHERE incident = ${incident} AND relay = ${relay}`.execute(db);
}

/** What the books say of one relay. Null: of claims that were rebuilt, or that an older version made. */
export interface RelayCounts {
  relay: string | null;
  /** Messages that it took, reminders among them. */
  sent: number;
  inDoubt: number;
}

/** One scan of the notices. What a relay took before it had a name counts for it. */
export async function countByRelay({ db, incident }: BareBooks): Promise<RelayCounts[]> {
  const { rows } = await sql<{ relay: string | null; sent: string; inDoubt: string }>`
    SELECT c.relay, SUM(n.state = 'sent') AS sent, SUM(n.state = 'in_doubt') AS inDoubt
    FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.incident = ${incident} AND n.state IN ('sent','in_doubt') GROUP BY c.relay ORDER BY c.relay`.execute(
    db,
  );
  const known = await readRelays({ db, incident });
  const counts = new Map<string | null, RelayCounts>();
  for (const row of rows) {
    const relay = known.some((each) => each.relay === row.relay)
      ? row.relay
      : (known.find(({ address }) => address === row.relay)?.relay ?? row.relay);
    const { sent, inDoubt } = counts.get(relay) ?? { sent: 0, inDoubt: 0 };
    counts.set(relay, {
      relay,
      sent: sent + Number(row.sent),
      inDoubt: inDoubt + Number(row.inDoubt),
    });
  }
  return [...counts.values()];
}
