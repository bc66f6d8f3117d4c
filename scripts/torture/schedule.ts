import { pick, type Random, randomFrom, wholeFrom } from '../seed/random';
import type { BreakablePart, RelayName, WorkerName } from '../stack/breakable-parts';

export const WORKERS = ['worker-1', 'worker-2'] as const;
export const RELAYS = ['relay', 'relay-2'] as const;

/** One thing that is done to the run. */
export type Deed =
  | { kind: 'kill'; part: BreakablePart }
  /** SIGTERM: it returns what it has. */
  | { kind: 'end'; part: WorkerName }
  /** SIGSTOP, and SIGCONT so much later. */
  | { kind: 'freeze'; part: WorkerName; seconds: number }
  /** Pauses, resumes, rates and approvals as fast as they can be said; the last word is resume. */
  | { kind: 'storm'; words: ('pause' | 'resume' | 'rate' | 'approve')[]; perSecond: number }
  /** A relay misbehaves for a while (relay/rules.ts). */
  | { kind: 'misbehave'; part: RelayName; rule: Record<string, unknown> }
  /** One receiver refuses its customers for a while, by whichever relay they come. */
  | { kind: 'receiver'; rule: Record<string, unknown> }
  /** Somebody leaves a relay out, or pauses a receiver; the patient operator takes them in again. */
  | { kind: 'aside'; args: ['--relay', RelayName] | ['--domain', string] }
  /** The incident file changes: its words, which need a new approval, or only how they are sent. */
  | { kind: 'amend'; words: boolean };

export interface Blow {
  /** Where in the work it is done: from 0 (no password expired) over 1 (all expired) and 2 (everybody told) to 3 (everybody reminded). */
  at: number;
  deed: Deed;
}

export interface ScheduleOptions {
  kills: number;
  seed: number;
}

/** What happens, in order: a pure function of the seed. `kills` counts the deeds `kill` and `end`. */
export function schedule({ kills, seed }: ScheduleOptions): Blow[] {
  const random = randomFrom(seed);
  const between = (from: number, to: number) => from + random() * (to - from);
  const deeds: Deed[] = [];
  for (let i = 0; i < kills; i++) deeds.push(killed(random));
  for (let i = 0; i < Math.ceil(kills / 8); i++)
    deeds.push({ kind: 'freeze', part: pick(WORKERS, random), seconds: Math.round(between(1, 4) * 10) / 10 });
  // Beyond the heartbeat's time-out, so that its work is done by others meanwhile; in a long run beyond the lease too.
  if (kills >= 10)
    deeds.push({ kind: 'freeze', part: pick(WORKERS, random), seconds: kills >= 200 ? 75 : 13 });
  for (let i = 0; i < Math.ceil(kills / 5); i++) {
    const words = Array.from({ length: wholeFrom(4, 16, random) }, () => pick(WORDS, random));
    deeds.push({ kind: 'storm', words, perSecond: Math.round(between(200, 20_000)) });
  }
  for (let i = 0; i < Math.ceil(kills / 2); i++)
    deeds.push({ kind: 'misbehave', part: pick(RELAYS, random), rule: pick(MISBEHAVIOUR, random) });
  for (let i = 0; i < Math.ceil(kills / 3); i++) {
    deeds.push({ kind: 'receiver', rule: pick(REFUSALS, random) });
    deeds.push({ kind: 'aside', args: pick(ASIDE, random) });
    deeds.push({ kind: 'amend', words: random() < 0.6 });
  }
  for (let i = deeds.length - 1; i > 0; i--) {
    const other = wholeFrom(0, i + 1, random);
    [deeds[i], deeds[other]] = [deeds[other]!, deeds[i]!];
  }
  return deeds
    .map((deed) => ({ at: place(between(...spanOf(deed))), deed }))
    .sort((blow, next) => blow.at - next.at);
}

function spanOf({ kind }: Deed): [from: number, to: number] {
  // The reminder goes out so fast that a correction amid it comes too late more often than not.
  if (kind === 'amend') return [0.2, 2.1];
  return [OF_THE_MAIL.has(kind) ? 1 : 0.2, 2.6];
}

/** While expiring, which is fast, only few; then until nineteen of twenty are told; then while the reminder goes out. */
function place(at: number): number {
  const spread = at < 1 ? at * 0.9 : at < 1.95 ? at : at + 0.1;
  return Math.round(spread * 10_000) / 10_000;
}

function killed(random: Random): Deed {
  const share = random();
  if (share < 0.5) return { kind: 'kill', part: pick(WORKERS, random) };
  if (share < 0.6) return { kind: 'end', part: pick(WORKERS, random) };
  return { kind: 'kill', part: pick(['database', 'temporal', pick(RELAYS, random)] as const, random) };
}

/** Of one customer in ten. */
export const BIG_RECEIVER = 'big.test';
/** Before there is mail they do nothing. */
const OF_THE_MAIL: ReadonlySet<Deed['kind']> = new Set(['misbehave', 'receiver', 'aside']);
const ASIDE: Extract<Deed, { kind: 'aside' }>['args'][] = [
  ['--relay', 'relay'],
  ['--relay', 'relay-2'],
  ['--domain', BIG_RECEIVER],
];
const WORDS = ['pause', 'resume', 'rate', 'approve'] as const;

/** Each ends by itself. */
const MISBEHAVIOUR: Record<string, unknown>[] = [
  { at: 'greeting', reply: '421 4.3.2 Service shutting down', times: 3 },
  { at: 'greeting', reply: '554 5.3.2 Not now', times: 2 },
  { at: 'ehlo', reply: '451 4.3.0 Try again later', times: 3 },
  { at: 'mail', reply: '451 4.3.0 Temporary lookup failure', times: 4 },
  { at: 'mail', reply: '452 4.4.5 Too many messages in this session', acceptedInSession: 20, times: 8 },
  { at: 'mail', action: 'drop', times: 2 },
  { at: 'rcpt', reply: '450 4.2.0 Greylisted', every: 7, times: 25 },
  { at: 'rcpt', reply: '550 5.1.1 User unknown', every: 40, times: 5 },
  { at: 'rcpt', reply: '421 4.3.2 Closing', times: 2 },
  { at: 'data', reply: '451 4.3.0 Queue file write error', every: 5, times: 5 },
  { at: 'dot', reply: '454 4.3.0 Try again later', every: 3, times: 5 },
  { at: 'dot', reply: '421 4.3.2 Closing', times: 2 },
  { at: 'dot', reply: '554 5.6.0 Content rejected', times: 2 },
  { at: 'dot', delayMs: 2_500, times: 6 },
  { at: 'dot', action: 'drop', times: 2 },
  { at: 'dot', action: 'drop-after', times: 2 },
  { at: 'dot', action: 'reply-and-drop', times: 3 },
];

const OF_BIG_RECEIVER = `@${BIG_RECEIVER.replace('.', '\\.')}$`;
/** Each ends by itself. */
const REFUSALS: Record<string, unknown>[] = [
  { at: 'rcpt', match: OF_BIG_RECEIVER, reply: '550 5.7.1 Blocked by our policy', times: 40 },
  { at: 'rcpt', match: OF_BIG_RECEIVER, reply: '450 4.7.1 Too much mail from you', times: 40 },
  { at: 'rcpt', match: OF_BIG_RECEIVER, reply: '421 4.7.28 Unusual rate of mail', times: 15 },
  { at: 'dot', match: OF_BIG_RECEIVER, reply: '554 5.7.1 Message refused', times: 25 },
];
