import { randomUUID } from 'node:crypto';
import type { BareBooks } from '../books/books';
import { freeSlots, SLOT_SECONDS, slotsOf, takeSlots } from '../books/session-slots';
import type { Incident } from '../incident/incident-schema';
import { openSender, type Sender, type SessionRecord } from '../smtp/open-sender';
import { type RelayMemory, relayMemory } from '../smtp/relay-memory';
import { RFC_TIMEOUTS } from '../smtp/step';
import { failure } from './failure';

/** The SMTP sessions of each lane, at each relay. */
export interface LaneSenders {
  /**
   * The lane's share of a relay's sessions, unless somebody else has any of these open, in another lane, division or worker (C99): for one
   * slice, until `rest`. @returns null: somebody has.
   */
  take(asked: AskedSessions): Promise<LaneSender | null>;
  close(): Promise<void>;
}

export interface AskedSessions {
  books: BareBooks;
  file: Pick<Incident, 'id' | 'relay'>;
  lane: string;
  lanes: number;
  /** Of what it opens. */
  record: SessionRecord;
  relay: {
    name: string;
    url: string;
    /** In the books. */
    number: number;
    /** At once, in all. */
    sessions: number;
    /** Others could do its work meanwhile. */
    isOneOfSeveral: boolean;
  };
}

export interface LaneSender extends Pick<Sender<string>, 'send'> {
  /** They were parted from before the slice was over, since somebody else may have them: take them again. */
  isParted(): boolean;
  /** They are kept for a moment, for the lane's next slice; then they are parted from, and free for another worker. */
  rest(): void;
}

/** The next slice of the lane comes sooner, where it comes to this worker. */
const REST_MILLISECONDS = 250;
const RENEW_MILLISECONDS = 1_000;
/** Not renewed for so long, they are parted from before somebody else may have them. */
const PART_MILLISECONDS = (SLOT_SECONDS - 2) * 1_000;

/** RFC 5321 gives a relay five minutes to greet: behind one that does not, the lane would tell nobody by the others. */
const BESIDE_OTHERS = { ...RFC_TIMEOUTS, greeting: 30_000, command: 30_000 };

interface Held {
  sender: Sender<string>;
  slots: string;
  /** How the file wants the relay used: after an amendment of that they are parted from. */
  relay: string;
  /** Slices that use it. */
  users: number;
  /** It has not been renewed for so long that somebody else may have them soon. */
  isLate(): boolean;
  /** Parts from the relay, then frees the slots. */
  part(): Promise<void>;
  resting: NodeJS.Timeout | undefined;
}

export function laneSenders(): LaneSenders {
  const held = new Map<string, Held>();
  const partings = new Set<Promise<void>>();
  /** Of each incident at each relay: its lanes come and go. What was met at a relay that was used otherwise counts for nothing. */
  const memories = new Map<string, { relay: string; memory: RelayMemory<string> }>();

  function memoryOf({ file, relay }: AskedSessions): RelayMemory<string> {
    const name = `${file.id} ${relay.name}`;
    const known = memories.get(name);
    if (known?.relay === usage(file.relay)) return known.memory;
    const memory = relayMemory<string>();
    memories.set(name, { relay: usage(file.relay), memory });
    return memory;
  }

  function part(name: string, lane: Held): void {
    if (held.get(name) === lane) held.delete(name);
    clearTimeout(lane.resting);
    const parting = lane.part().finally(() => partings.delete(parting));
    partings.add(parting);
  }

  async function hold(name: string, asked: AskedSessions, slots: number[]) {
    const { books, file, record, relay } = asked;
    const own = { relay: relay.number, slots };
    const holder = randomUUID();
    let renewedAt = performance.now();
    if (!(await takeSlots(books, own, holder))) {
      await freeSlots(books, own, holder);
      return null;
    }
    const { messagesPerSession } = file.relay;
    const sender = openSender<string>({
      ...{ smtpUrl: relay.url, sessions: slots.length, messagesPerSession, record },
      memory: memoryOf(asked),
      ...(relay.isOneOfSeveral ? { timeouts: BESIDE_OTHERS } : {}),
    });
    let renewing = false;
    const renew = async () => {
      if (renewing) return;
      renewing = true;
      const askedAt = performance.now();
      try {
        if (await takeSlots(books, own, holder)) renewedAt = askedAt;
      } catch {
        // Not swallowed: what is not renewed in time is parted from.
      } finally {
        renewing = false;
      }
    };
    const lane: Held = {
      ...{ sender, slots: slots.join(), relay: usage(file.relay), users: 0, resting: undefined },
      isLate: () => performance.now() - renewedAt > PART_MILLISECONDS,
      part: async () => {
        await sender.close();
        clearInterval(timer);
        // Where the database is away they are free when their time is over.
        await freeSlots(books, own, holder).catch(() => undefined);
      },
    };
    const timer = setInterval(() => {
      if (held.get(name) === lane && lane.isLate()) part(name, lane);
      else void renew();
    }, RENEW_MILLISECONDS).unref();
    held.set(name, lane);
    return lane;
  }

  function use(name: string, lane: Held): LaneSender {
    clearTimeout(lane.resting);
    lane.users++;
    const isParted = () => held.get(name) !== lane || lane.isLate();
    return {
      send: (...batch) => (isParted() ? Promise.reject(failure('LaneLost')) : lane.sender.send(...batch)),
      isParted,
      rest: () => {
        if (--lane.users > 0 || held.get(name) !== lane) return;
        lane.resting = setTimeout(() => part(name, lane), REST_MILLISECONDS).unref();
      },
    };
  }

  return {
    take: async (asked) => {
      const { file, lane, lanes, relay } = asked;
      const name = `${file.id}/${lane}/${relay.name}`;
      const slots = slotsOf(lane, lanes, relay.sessions);
      const known = held.get(name);
      const isAsAsked = known?.slots === slots.join() && known.relay === usage(file.relay);
      if (known && isAsAsked && !known.isLate()) return use(name, known);
      // The canary's one lane has them all to itself, and must not keep them beside those of the other lanes.
      if (known) part(name, known);
      const taken = await hold(name, asked, slots);
      return taken && use(name, taken);
    },
    close: async () => {
      for (const [name, lane] of [...held]) part(name, lane);
      await Promise.all(partings);
    },
  };
}

function usage(relay: Incident['relay']): string {
  return JSON.stringify(relay);
}
