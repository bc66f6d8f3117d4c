import { sql } from 'kysely';
import type { Receiver, ReceiverOf } from '../incident/receiver';
import { PROBES } from '../incident/receiver-wait';
import { type CustomerId, RECEIVER_REASONS } from '../incident/vocabulary';
import { type BareBooks, keyOf, type WaveBooks } from './books';
import type { Booked } from './candidates';
import type { Decision } from './claim';
import { type KnownReceiver, type Probe, takeTry } from './receivers';
import { affected } from './rows';
import { type KeptBack, movableBy, moveTo, TRANSITIONS } from './transitions';

/** The books as a claim keeps customers back for their receivers. */
export interface ReceiverBooks extends WaveBooks {
  receiverOf: ReceiverOf;
  /** `retry.forHours`. */
  giveUpAfterSeconds: number;
}

export type Decided = Booked & { decision: Decision };

/** The candidates of a claim, by what their receivers let us do. */
export interface ByReceiver<D extends Decided> {
  /** To be sent, or skipped. */
  goesOn: D[];
  keptBack: { customer: D; waits: KeptBack }[];
  /** Of those who go on: a try of a receiver that is aside. */
  probes: Map<CustomerId, Probe>;
}

/**
 * Sorts candidates by their receivers: their addresses are the company's, so no statement of ours could. Of a receiver that is aside and due
 * for a try the first few go on; whoever waits for it already stays as it is, which costs no write. Whose time to wait is over goes on, too:
 * the receiver may have refused others and take this one, and nobody has failed whom it was not asked about.
 */
export async function byReceiver<D extends Decided>(
  books: ReceiverBooks,
  receivers: readonly KnownReceiver[],
  candidates: D[],
): Promise<ByReceiver<D>> {
  const shut = new Map(
    receivers.filter(({ state }) => state !== 'open').map((known) => [known.receiver, known]),
  );
  const sorted: ByReceiver<D> = { goesOn: [], keptBack: [], probes: new Map() };
  if (shut.size === 0) return { ...sorted, goesOn: candidates };
  const tries = triesOf(books, sorted.probes);
  for (const customer of candidates) {
    const { decision, waitsFor, deferredForSeconds } = customer;
    const receiver = 'address' in decision ? shut.get(books.receiverOf(decision.address)) : undefined;
    const isOver = customer.state === 'deferred' && deferredForSeconds >= books.giveUpAfterSeconds;
    if (receiver === undefined || (receiver.isTryDue && (await tries(receiver, customer.customerId))))
      sorted.goesOn.push(customer);
    else if (receiver.state === 'paused') sorted.keptBack.push({ customer, waits: pausedWait(receiver) });
    else if (isOver) sorted.goesOn.push(customer);
    else if (waitsFor !== receiver.receiver)
      sorted.keptBack.push({ customer, waits: asideWait(books, receiver) });
  }
  return sorted;
}

function pausedWait({ receiver }: KnownReceiver): KeptBack {
  return { receiver, reason: RECEIVER_REASONS.paused, giveUpAfterSeconds: null };
}

function asideWait({ giveUpAfterSeconds }: ReceiverBooks, { receiver }: KnownReceiver): KeptBack {
  return { receiver, reason: RECEIVER_REASONS.aside, giveUpAfterSeconds };
}

/** Takes each receiver's try when its first customer comes, and says who may be of it. */
function triesOf(books: BareBooks, probes: Map<CustomerId, Probe>) {
  const taken = new Map<Receiver, { probe: Probe | null; left: number }>();
  return async (known: KnownReceiver, customerId: CustomerId): Promise<boolean> => {
    const { receiver } = known;
    const tried = taken.get(receiver) ?? { probe: await takeTry(books, known), left: PROBES };
    taken.set(receiver, tried);
    if (tried.probe === null || tried.left === 0) return false;
    tried.left--;
    probes.set(customerId, tried.probe);
    return true;
  };
}

/** Books them, within the claim's transaction. @returns false: one of the rows was no longer as it was read. */
export async function bookByReceiver(
  books: ReceiverBooks,
  { keptBack }: Pick<ByReceiver<Decided>, 'keptBack'>,
): Promise<boolean> {
  await insertKeptBack(
    books,
    keptBack.filter(({ customer }) => customer.state === null),
  );
  const kept = keptBack.filter(({ customer }) => customer.state !== null);
  for (const [waits, customers] of alike(kept)) {
    const columns = sql`${moveTo(TRANSITIONS.keptBack, waits)}, claim_id = NULL, reply_code = NULL, reply_text = NULL, queue_id = NULL`;
    if (!(await move(books, customers, columns))) return false;
  }
  return true;
}

/** One statement for those of one receiver. */
function alike(kept: ByReceiver<Decided>['keptBack']): [KeptBack, Decided[]][] {
  const byName = new Map<Receiver, [KeptBack, Decided[]]>();
  for (const { customer, waits } of kept) {
    const [, customers] = byName.get(waits.receiver) ?? [];
    if (customers) customers.push(customer);
    else byName.set(waits.receiver, [waits, [customer]]);
  }
  return [...byName.values()];
}

async function move(
  books: ReceiverBooks,
  customers: Decided[],
  columns: ReturnType<typeof moveTo>,
): Promise<boolean> {
  const rows = customers.map(
    ({ customerId, state }) => sql`(${keyOf(books, customerId)}, ${sql.lit(state!)})`,
  );
  const keys = customers.map(({ customerId }) => keyOf(books, customerId));
  // The keys by themselves for the plan; the pairs, since each row must be as it was read.
  const moved = affected(
    await sql`
      UPDATE notices SET ${columns}
      WHERE incident = ${books.incident} AND wave = ${books.wave} AND address_role = 'primary'
        AND customer_id IN (${sql.join(keys)}) AND (customer_id, state) IN (${sql.join(rows)}) AND ${movableBy(TRANSITIONS.keptBack)}`.execute(
      books.db,
    ),
  );
  return moved === customers.length;
}

async function insertKeptBack(books: ReceiverBooks, kept: ByReceiver<Decided>['keptBack']): Promise<void> {
  if (kept.length === 0) return;
  const { to } = TRANSITIONS.keptBack;
  const values = kept.map(({ customer: { customerId }, waits: { receiver, reason, giveUpAfterSeconds } }) => {
    const retryAt = sql`UTC_TIMESTAMP(3) + INTERVAL ${giveUpAfterSeconds ?? 0} SECOND`;
    return sql`(${books.incident}, ${books.wave}, ${keyOf(books, customerId)}, 'primary', ${sql.lit(to)}, 0, ${reason}, ${receiver},
      UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ${retryAt})`;
  });
  await sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, receiver, settled_at, first_deferred_at, retry_at)
    VALUES ${sql.join(values)}`.execute(books.db);
}
