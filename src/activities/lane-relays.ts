import type { Books } from '../books/books';
import { sessionRecord } from '../books/relay-sessions';
import { joinRelays, type KnownRelay, namesOf, type OfferedRelays } from '../books/relays';
import type { Incident } from '../incident/incident-schema';
import { calledInRun, lackingRelays, relayUse } from '../incident/relay';
import type { RelayUrl } from '../smtp/relay-list';
import { failure } from './failure';
import type { LaneSender, LaneSenders } from './lane-senders';
import type { SliceClock } from './slice-clock';
import { type Watch, watchRelays } from './watches';

/** The relays of a lane, for one slice: which take part, and the lane's sessions with each. */
export interface LaneRelays {
  /** All that this worker has. */
  own: readonly string[];
  /** Takes the sessions that the lane lacks, and waits where it has none. @returns false: not before the slice was over. */
  take(clock: Pick<SliceClock, 'over' | 'wait'>): Promise<boolean>;
  /** For the next claim. */
  offered(): OfferedRelays;
  /** @param relay one that was offered. */
  senderOf(relay: string): LaneSender;
  /** Why no dot may go out by this relay; null: it takes part, as the database had it a moment ago. */
  watchOf(relay: string): Pick<Watch, 'objection'>;
  /** It refused or lost sessions: the next claims are for others. @returns false: the lane has no other. */
  avoid(relay: string): boolean;
  /** Rests all sessions. */
  end(): void;
}

export interface AskedRelays {
  relays: readonly RelayUrl[];
  senders: LaneSenders;
  books: Books;
  file: Pick<Incident, 'id' | 'relay'>;
  worker: string;
  lane: string;
  lanes: number;
  /** Of the pool that ends by itself when this process freezes. */
  recordedBy: Books['db'];
}

/** While another lane, division or worker parts from them. */
const ASK_AGAIN_MILLISECONDS = 100;
/** Of a relay whose sessions somebody else has, while there are those with others. */
const ASK_OTHERS_MILLISECONDS = 1_000;

/** After sessions were refused or lost and nothing went out: a relay may restart without tripping the breaker. */
export const RELAY_PAUSE_MILLISECONDS = 5_000;

/** @throws RelayLacking, OtherRelay: this worker's SMTP_URL is not what the run goes by. Then nothing was sent. */
export async function laneRelays(asked: AskedRelays): Promise<LaneRelays> {
  const { senders, books, file, worker, lane, lanes, recordedBy } = asked;
  const named = asked.relays.map(({ name }) => name);
  const [lacking] = lackingRelays(file.relay, named);
  if (lacking !== undefined) throw failure('RelayLacking', lacking, named.join(', '));
  const mine = asked.relays.map(({ name, target }) => ({ name, address: target.display }));
  const known = await joinRelays(books, mine, worker);
  const relays = asked.relays.map((relay, i) => ({
    ...relay,
    name: calledInRun(mine[i]!, mine, namesOf(known)).name,
  }));
  const own = relays.map(({ name }) => name);
  const addresses = relays.map(({ name, target }) => ({ name, address: target.display }));
  const numbers = new Map(known.map(({ relay, number }) => [relay, number]));
  for (const { name, address } of addresses) refuseOther(known, name, address);
  const watch = watchRelays(books, known);
  const taken = new Map<string, LaneSender>();
  const triedAt = new Map<string, number>();
  const avoidedUntil = new Map<string, number>();
  const isAvoided = (name: string) => performance.now() < (avoidedUntil.get(name) ?? 0);

  async function tryTake({ name, url }: RelayUrl): Promise<void> {
    const use = relayUse(file.relay, name);
    const record = sessionRecord({ db: recordedBy, incident: books.incident, worker, lane }, name);
    const isOneOfSeveral = relays.length > 1;
    const relay = { name, url, number: numbers.get(name)!, sessions: use.sessions, isOneOfSeveral };
    triedAt.set(name, performance.now());
    const sender = await senders.take({ books, file, lane, lanes, record, relay });
    if (sender !== null) taken.set(name, sender);
  }

  function letGo(name: string): void {
    taken.get(name)?.rest();
    taken.delete(name);
  }

  return {
    own,
    take: async (clock) => {
      for (;;) {
        // A process that was stopped, or was without the database, for too long; or a relay that is left out.
        for (const [name, sender] of [...taken])
          if (sender.isParted() || watch.stateOf(name) === 'out') letGo(name);
        for (const relay of relays) {
          const { name } = relay;
          const isOften = performance.now() - (triedAt.get(name) ?? 0) < ASK_OTHERS_MILLISECONDS;
          if (taken.has(name) || watch.stateOf(name) === 'out' || (taken.size > 0 && isOften)) continue;
          await tryTake(relay);
        }
        // The claim says that none takes part.
        if (taken.size > 0 || own.every((name) => watch.stateOf(name) === 'out')) return true;
        if (clock.over()) return false;
        await clock.wait(ASK_AGAIN_MILLISECONDS);
      }
    },
    offered: () => {
      const all = [...taken.keys()].map((relay) => ({ relay, weight: relayUse(file.relay, relay).weight }));
      const liked = all.filter(({ relay }) => !isAvoided(relay));
      return { own, ready: liked.length > 0 ? liked : all, at: Math.random() };
    },
    senderOf: (relay) => taken.get(relay)!,
    watchOf: (relay) => ({
      objection: () =>
        watch.stateOf(relay) === 'out' ? 'the relay of the claim is left out' : watch.objection(),
    }),
    avoid: (relay) => {
      avoidedUntil.set(relay, performance.now() + RELAY_PAUSE_MILLISECONDS);
      return [...taken.keys()].some((name) => !isAvoided(name) && watch.stateOf(name) === 'in');
    },
    end: () => {
      for (const name of [...taken.keys()]) letGo(name);
      watch.stop();
    },
  };
}

function refuseOther(known: readonly KnownRelay[], name: string, address: string): void {
  const other = known.find((relay) => relay.relay === name && relay.address !== address);
  if (other !== undefined) throw failure('OtherRelay', name, other.address, address);
}
