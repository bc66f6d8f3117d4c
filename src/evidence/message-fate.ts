import type { QueueLife } from './queue-lives';

/** A life of a queue id on one relay, its times in the database's clock. */
export interface RelayLife extends QueueLife {
  host: string;
  queueId: string;
  /** Whether its lines name their zone: the same relay may be logged in two formats. */
  zoned: boolean;
}

/** What became of one message that a relay took responsibility for, over all the queues that it went through. */
export interface Acceptance {
  /** `host/queue id` of each life, the first one first. */
  path: string[];
  at: number;
  fate: Fate;
  recipients: string[];
}

/** `waiting`: no delivery has come to an end that this log knows of. */
export type Fate = 'sent' | 'bounced' | 'thrown-away' | 'held' | 'waiting';

export interface MessageFate {
  acceptances: Acceptance[];
  /** A rule of the relay held it or threw it away before any queue: perhaps taken. */
  withheld: { queueId: string; how: 'held' | 'thrown-away' } | null;
  /** Read by the relay, and then refused or never put into the queue. */
  notTaken: { queueId: string; refused: boolean } | null;
}

/** Two formats of one relay's log may tell of a life in other milliseconds, and calibration is within this. */
const SAME_LIFE_MS = 3_000;

/**
 * What the lives of all queue ids with one Message-ID come to. A content filter, or the next relay, gives the message a queue id of its
 * own: a life whose id another one was handed on under, or that a program on the relay handed in, is the same acceptance (C85). What
 * is left beside that was submitted again.
 */
export function fateOf(lives: readonly RelayLife[]): MessageFate {
  const distinct = withoutCopies([...lives].sort(inOneOrder));
  const taken = distinct.filter(({ queuedAt }) => queuedAt !== null);
  const namedBy = (life: RelayLife) =>
    taken.find((other) => other !== life && other.handedOn.includes(life.queueId));
  const parents = new Map<RelayLife, RelayLife>();
  for (const life of taken) {
    const parent =
      namedBy(life) ?? (life.local ? taken.find((other) => other !== life && !other.local) : undefined);
    if (parent !== undefined && !leadsTo(parents, parent, life)) parents.set(life, parent);
  }
  const acceptances = taken
    .filter((life) => !parents.has(life))
    .map((first) => acceptanceOf([first, ...taken.filter((life) => leadsTo(parents, life, first))]));
  const untaken = distinct.filter(({ queuedAt }) => queuedAt === null);
  const ruled = untaken.find(({ withheld }) => withheld !== null);
  const refused = untaken.find((life) => life.refused) ?? untaken[0];
  return {
    acceptances,
    withheld: ruled === undefined ? null : { queueId: ruled.queueId, how: ruled.withheld! },
    notTaken: refused === undefined ? null : { queueId: refused.queueId, refused: refused.refused },
  };
}

/** Whatever order they were read in. */
function inOneOrder(left: RelayLife, right: RelayLife): number {
  const key = ({ host, queueId, zoned }: RelayLife) => `${host} ${queueId} ${zoned}`;
  return (left.queuedAt ?? 0) - (right.queuedAt ?? 0) || (key(left) < key(right) ? -1 : 1);
}

/** Whether the way back from a life leads to that one. */
function leadsTo(parents: Map<RelayLife, RelayLife>, life: RelayLife, target: RelayLife): boolean {
  for (let at = parents.get(life); at !== undefined; at = parents.get(at)) if (at === target) return true;
  return false;
}

function acceptanceOf(lives: RelayLife[]): Acceptance {
  const path = [...lives].sort((left, right) => left.queuedAt! - right.queuedAt!);
  return {
    path: path.map(({ host, queueId }) => `${host}/${queueId}`),
    at: lives[0]!.queuedAt!,
    fate: worstOf(lives),
    recipients: [...new Set(lives[0]!.recipients)],
  };
}

/** Handed on is not yet an end where the next queue is in the log, too; nor is anything where a recipient of several fared worse. */
function worstOf(lives: RelayLife[]): Fate {
  const goesOn = (life: RelayLife) =>
    lives.some((other) => other !== life && life.handedOn.includes(other.queueId));
  const last = lives.some((life) => !goesOn(life)) ? lives.filter((life) => !goesOn(life)) : lives;
  const ends = new Set(
    last.flatMap((life): Fate[] => (life.ends.length > 0 ? life.ends : [life.withheld ?? 'waiting'])),
  );
  return FROM_BAD_TO_GOOD.find((fate) => ends.has(fate))!;
}

const FROM_BAD_TO_GOOD: Fate[] = ['thrown-away', 'bounced', 'held', 'waiting', 'sent'];

/** A relay logged in two formats, in a journal and in a file, tells of each life twice. */
function withoutCopies(lives: readonly RelayLife[]): RelayLife[] {
  const kept: RelayLife[] = [];
  for (const life of lives) {
    const copy = kept.find(
      (other) =>
        other.host === life.host &&
        other.queueId === life.queueId &&
        other.zoned !== life.zoned &&
        nearby(other.queuedAt, life.queuedAt),
    );
    if (copy === undefined) kept.push(life);
    else kept[kept.indexOf(copy)] = merged(copy, life);
  }
  return kept;
}

function nearby(left: number | null, right: number | null): boolean {
  return left === null || right === null || Math.abs(left - right) <= SAME_LIFE_MS;
}

function merged(one: RelayLife, other: RelayLife): RelayLife {
  const times = [one.queuedAt, other.queuedAt].filter((ms) => ms !== null);
  return {
    ...one,
    zoned: true,
    local: one.local || other.local,
    queuedAt: times.length === 0 ? null : Math.min(...times),
    refused: one.refused || other.refused,
    withheld: one.withheld ?? other.withheld,
    ends: [...new Set([...one.ends, ...other.ends])],
    recipients: [...new Set([...one.recipients, ...other.recipients])],
    handedOn: [...new Set([...one.handedOn, ...other.handedOn])],
  };
}
