import { SAME_MOMENT_MS } from './calibrate';
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
  /** Whoever it was delivered to handed it in again, for somebody else: a customer's forwarding. */
  cameBack?: true;
}

/** `waiting`: no delivery has come to an end that this log knows of. `elsewhere`: sent, and not to the address that the client gave. */
export type Fate = 'sent' | 'elsewhere' | 'bounced' | 'thrown-away' | 'held' | 'waiting';

export interface MessageFate {
  acceptances: Acceptance[];
  /** A rule of the relay held it or threw it away before any queue: perhaps taken. */
  withheld: { queueId: string; how: 'held' | 'thrown-away' } | null;
  /** How many lives that is true of: each was answered with a 250. */
  timesWithheld: number;
  /** Read by the relay, and then refused or never put into the queue. */
  notTaken: { queueId: string; refused: boolean } | null;
}

/**
 * What the lives of all queue ids with one Message-ID come to. A content filter, or the next relay, gives the message a queue id of its
 * own: a life whose id another one was handed on under, or that the program which it was piped to handed in again, is the same
 * acceptance (C85). Each handing on is one life, the first after it; what is left beside that was submitted again.
 */
export function fateOf(lives: readonly RelayLife[]): MessageFate {
  return fateOfJoined(joinLives(lives));
}

/** All lives of one message, each once, and which of them were handed on from which. */
export interface JoinedLives {
  taken: RelayLife[];
  untaken: RelayLife[];
  parents: Map<RelayLife, RelayLife>;
  /** Handed in again by whoever it was delivered to, for somebody else. */
  cameBack: Set<RelayLife>;
}

export function joinLives(lives: readonly RelayLife[]): JoinedLives {
  const distinct = withoutCopies([...lives].sort(inOneOrder)).map((life, _, all) =>
    heldAfterHandingOn(life, all),
  );
  const taken = distinct.filter(({ queuedAt }) => queuedAt !== null).sort(inOneOrder);
  const parents = new Map<RelayLife, RelayLife>();
  const used = new Set<string>();
  const cameBack = new Set<RelayLife>();
  const isAfter = (other: RelayLife, life: RelayLife) =>
    other !== life && life.queuedAt! >= other.queuedAt! - SAME_MOMENT_MS;
  for (const life of taken) {
    const sent = taken.find(
      (other) => isAfter(other, life) && comesBack(other, life, taken[0]!) && !leadsTo(parents, other, life),
    );
    if (sent === undefined) continue;
    parents.set(life, sent);
    cameBack.add(life);
  }
  for (const life of taken) {
    if (cameBack.has(life)) continue;
    const handing = taken.find(
      (other) =>
        isAfter(other, life) &&
        isHandedOn(other, life, taken) &&
        !used.has(handingOf(other, life)) &&
        !leadsTo(parents, other, life),
    );
    if (handing === undefined) continue;
    parents.set(life, handing);
    used.add(handingOf(handing, life));
  }
  return { taken, untaken: distinct.filter(({ queuedAt }) => queuedAt === null), parents, cameBack };
}

/** Those that a worker handed in, taken or not: no filter and no other relay did. */
export function handedIn({ taken, untaken, parents }: JoinedLives): RelayLife[] {
  const isRefusedHop = ({ client, local }: RelayLife) =>
    local ||
    taken.some((from) => client !== null && client !== from.client && from.passedTo.includes(client));
  return [...taken.filter((life) => !parents.has(life)), ...untaken.filter((life) => !isRefusedHop(life))];
}

export function fateOfJoined({ taken, untaken, parents, cameBack }: JoinedLives): MessageFate {
  const isBack = (life: RelayLife): boolean => {
    const parent = parents.get(life);
    return cameBack.has(life) || (parent !== undefined && isBack(parent));
  };
  const acceptances = taken
    .filter((life) => !parents.has(life))
    .map((first) => acceptanceOf([first, ...taken.filter((life) => leadsTo(parents, life, first))], isBack));
  const allRuled = untaken.filter(({ withheld }) => withheld !== null);
  const ruled = allRuled[0];
  const refused = untaken.find((life) => life.refused) ?? untaken[0];
  return {
    acceptances,
    withheld: ruled === undefined ? null : { queueId: ruled.queueId, how: ruled.withheld! },
    timesWithheld: allRuled.length,
    notTaken: refused === undefined ? null : { queueId: refused.queueId, refused: refused.refused },
  };
}

/**
 * Put into the queue again by postsuper -r; or by the queue id that the next hop named; or a program that it was given to handed it in again; or the host that took it did, where
 * nothing says under which id. Not where it came from the same client as before: that may have submitted it twice.
 */
export function isHandedOn(from: RelayLife, to: RelayLife, all: readonly RelayLife[]): boolean {
  if (from.handedOn.includes(to.queueId)) return true;
  if (to.requeued !== undefined) return to.requeued === from.queueId && isSameHost(from, to);
  if (to.local) return from.piped && isSameHost(from, to);
  const isNamed = all.some(({ queueId }) => from.handedOn.includes(queueId));
  return !isNamed && to.client !== null && to.client !== from.client && from.passedTo.includes(to.client);
}

/**
 * A customer's mailbox that forwards to an address of the company's own: a host that took it, or another one of its domain, hands it in for
 * somebody whom we never sent it to. A worker submits it to the customer; nothing from where the first came is taken for this.
 */
function comesBack(from: RelayLife, to: RelayLife, first: RelayLife): boolean {
  if (to.client === null || to.client === first.client || from.handedOn.includes(to.queueId)) return false;
  if (first.elsewhere !== undefined || from.elsewhere !== undefined) return false;
  const known = new Set(first.recipients.map((recipient) => recipient.toLowerCase()));
  const isForOthers =
    known.size > 0 &&
    to.recipients.length > 0 &&
    to.recipients.every((other) => !known.has(other.toLowerCase()));
  const isOfItsDomain =
    to.clientDomain !== undefined &&
    to.clientDomain !== first.clientDomain &&
    (from.passedToDomains ?? []).includes(to.clientDomain);
  return isForOthers && (from.passedTo.includes(to.client) || isOfItsDomain);
}

/** What the next hop puts on hold, or throws away by a rule, never comes into its queue; it was taken all the same, by the first. */
function heldAfterHandingOn(life: RelayLife, all: readonly RelayLife[]): RelayLife {
  const isNext = life.queuedAt === null && life.withheld !== null && life.readAt !== null;
  const isHanded = all.some((other) => other.queuedAt !== null && other.handedOn.includes(life.queueId));
  return isNext && isHanded ? { ...life, queuedAt: life.readAt } : life;
}

/** Whose it is, and by which name: each is one. */
function handingOf(from: RelayLife, to: RelayLife): string {
  const name = from.handedOn.includes(to.queueId) ? to.queueId : to.local ? 'by pipe' : to.client;
  return `${from.host} ${from.queueId} ${from.queuedAt} ${name}`;
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

function acceptanceOf(lives: RelayLife[], isBack: (life: RelayLife) => boolean): Acceptance {
  const path = [...lives].sort((left, right) => left.queuedAt! - right.queuedAt!);
  return {
    path: path.map(({ host, queueId }) => `${host}/${queueId}`),
    at: lives[0]!.queuedAt!,
    // What became of the copy that came back is not the customer's matter.
    fate: worstOf(lives.filter((life) => !isBack(life))),
    recipients: [...new Set(lives[0]!.recipients)],
    ...(lives.some(isBack) ? { cameBack: true } : {}),
  };
}

/** Handed on is not yet an end where the next queue is in the log, too; nor is anything where a recipient of several fared worse. */
function worstOf(lives: RelayLife[]): Fate {
  const goesOn = (life: RelayLife) => lives.some((other) => other !== life && isHandedOn(life, other, lives));
  const last = lives.some((life) => !goesOn(life)) ? lives.filter((life) => !goesOn(life)) : lives;
  const ends = new Set(
    last.flatMap((life): Fate[] => [
      ...(life.ends.length > 0 ? life.ends : ([life.withheld ?? 'waiting'] as const)),
      // An archive's copy that was sent does not tell of the customer's.
      ...(life.putOff.length > 0 ? (['waiting'] as const) : []),
    ]),
  );
  if (lives.some(({ elsewhere }) => elsewhere !== undefined)) ends.add('elsewhere');
  return FROM_BAD_TO_GOOD.find((fate) => ends.has(fate))!;
}

const FROM_BAD_TO_GOOD: Fate[] = ['thrown-away', 'bounced', 'held', 'waiting', 'elsewhere', 'sent'];

/**
 * A relay logged twice, in a journal and in a file, here and on a loghost, with or without its zone or its domain, tells of each life
 * twice. No relay gives out one queue id twice within seconds.
 */
function withoutCopies(lives: readonly RelayLife[]): RelayLife[] {
  const kept: RelayLife[] = [];
  for (const life of lives) {
    const copy = kept.find(
      (other) =>
        other.queueId === life.queueId && isSameHost(other, life) && nearby(timeOf(other), timeOf(life)),
    );
    if (copy === undefined) kept.push(life);
    else kept[kept.indexOf(copy)] = merged(copy, life);
  }
  return kept;
}

/** `mx` and `mx.shop.test` are one: a loghost adds the domain. */
export function isSameHost(left: { host: string }, right: { host: string }): boolean {
  const name = ({ host }: { host: string }) => host.split('.', 1)[0]!.toLowerCase();
  return name(left) === name(right);
}

function timeOf({ queuedAt, readAt }: RelayLife): number | null {
  return queuedAt ?? readAt;
}

function nearby(left: number | null, right: number | null): boolean {
  return left !== null && right !== null && Math.abs(left - right) <= SAME_MOMENT_MS;
}

function merged(one: RelayLife, other: RelayLife): RelayLife {
  const times = [one.queuedAt, other.queuedAt].filter((ms) => ms !== null);
  const elsewhere = bothKnow(one, other, 'elsewhere');
  return {
    ...one,
    local: one.local || other.local,
    queuedAt: times.length === 0 ? null : Math.min(...times),
    refused: one.refused || other.refused,
    withheld: one.withheld ?? other.withheld,
    ends: [...new Set([...one.ends, ...other.ends])],
    recipients: [...new Set([...one.recipients, ...other.recipients])],
    // What one log knows to be put off still, or to have gone to another address only, the other may have seen come to its end.
    putOff: bothKnow(one, other, 'putOff'),
    elsewhere: elsewhere.length > 0 ? elsewhere : undefined,
    piped: one.piped || other.piped,
    client: one.client ?? other.client,
    clientDomain: one.clientDomain ?? other.clientDomain,
    passedToDomains: [...new Set([...(one.passedToDomains ?? []), ...(other.passedToDomains ?? [])])],
    handedOn: [...new Set([...one.handedOn, ...other.handedOn])],
    passedTo: [...new Set([...one.passedTo, ...other.passedTo])],
  };
}

/** Recipients of whom both logs say it, or one, and the other has no line of them. */
function bothKnow(one: RelayLife, other: RelayLife, what: 'putOff' | 'elsewhere'): string[] {
  const [ofOne, ofOther] = [one[what] ?? [], other[what] ?? []];
  return [
    ...ofOne.filter((to) => ofOther.includes(to) || !other.recipients.includes(to)),
    ...ofOther.filter((to) => !one.recipients.includes(to)),
  ];
}
