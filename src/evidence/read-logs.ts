import { BUCKETS, type Buckets, buckets } from './buckets';
import type { ClockSample } from './calibrate';
import { decodeEvents, encodeEvent } from './event-code';
import { type ClockCalibration, firstSamples } from './first-samples';
import { isOfDomain } from './known-messages';
import { eachLine, type LogFile } from './log-file';
import { type LogTime, logTimeReader } from './log-time';
import { type SessionReader, transferOf } from './logged-sessions';
import type { RelayLife } from './message-fate';
import { livesOf, type QueueLife } from './queue-lives';
import { readLine } from './read-line';
import type { SessionEvents } from './session-events';

export interface LogQuestion {
  /** A time of the incident: syslog names no year. */
  nearMs: number;
  /** Whose message it is by its Message-ID, in a word; null: nobody's who is asked about. */
  whose(messageId: string): string | null;
  /** What a life of somebody's message tells of its log's clock, where we know when that message went out. */
  clockSample?(whose: string, life: QueueLife, host: string): ClockSample | null;
  /** Their lives are wanted whoever's they are. */
  queueIds?: ReadonlySet<string>;
  /** Where the sessions go that are told of; left out: nobody wants them. */
  sessions?: SessionReader;
  /** Of the senders of ours. */
  domain?: string;
}

/** What any number of logs show: rotated, gzipped, of several relays, in any order, a line in whichever file. */
export interface LogsRead {
  files: FileRead[];
  lines: number;
  unreadable: number;
  /** Of the same content as another. */
  repeated: string[];
  clocks: RelayClock[];
  /**
   * When loggers said that they dropped lines, in the database's time; where a logger's clock is not known, as by each clock that is.
   * Null: at a time that cannot be read.
   */
  lost: (number | null)[];
  /** Of the queue ids asked about. */
  ofQueueIds: RelayLife[];
  /** All lives of each one's messages of a bucket, from 0 to BUCKETS - 1, in the database's time, by whose they are in order; they can be had once. */
  messages(bucket: number): Generator<[whose: string, lives: RelayLife[]]>;
  close(): void;
}

export interface FileRead {
  name: string;
  sha256: string;
  bytes: number;
  lines: number;
  /** Lines of a Postfix among them. */
  ofRelays: number;
  /** Ends in the middle. */
  cut: boolean;
}

/** A relay, and whether its times name their zone: its times in the database's, as known messages calibrate it. */
export interface RelayClock {
  host: string;
  first: number;
  last: number;
  /** The part of its known messages that agrees on how far the clock is off; null: none is among its lines. */
  agreeing: number | null;
  /** Only what another relay, or a filter, had taken before shows it. */
  byHops: boolean;
  /** Messages from our domain went through a filter before its queue. */
  filtered: boolean;
}

interface Clock {
  host: string;
  zoned: boolean;
  firstMs: number;
  lastMs: number;
  filtered: boolean;
}

/** Enough to see a clock that jumps. */
const SAMPLES = 4_096;
/** Messages on their way through a queue at one time, before what is known of them is put aside. */
const MOST_OPEN = 100_000;

/**
 * The one reading of relays' logs. Each line is read once; what it says of a message is put aside under its relay and queue id, and
 * the lives of all queue ids under whose message they are, so memory stays small (buckets.ts).
 * @throws EvidenceError that names the file which cannot be read.
 */
export async function readLogs(files: LogFile[], question: LogQuestion): Promise<LogsRead> {
  const clocks = new Map<string, Clock>();
  const events = buckets();
  const lives = buckets();
  const samples = firstSamples(SAMPLES);
  const conversations = question.sessions?.events ?? null;
  try {
    const survey = await readFiles(files, question, clocks, { events, conversations });
    const ofQueueIds: ClockedLife[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      for (const life of livesIn(events.take(bucket))) {
        if (question.queueIds?.has(life.queueId)) ofQueueIds.push(life);
        if (life.begun !== undefined && question.sessions) {
          const { events: conversations, hasOwnForm } = question.sessions;
          conversations.add(life.clock, life.begun.pid, transferOf(life, life.begun.ms, hasOwnForm));
        }
        for (const whose of ownersOf(life, question)) {
          const sample = question.clockSample?.(whose, life, clocks.get(life.clock)!.host) ?? null;
          if (sample !== null) samples.add(whose, { clock: life.clock, queueId: life.queueId, life, sample });
          lives.add(whose, JSON.stringify(life));
        }
      }
    const calibrations = samples.calibrations(clocks.keys());
    const shiftOf = (clock: string) => calibrations.get(clock)?.shift ?? 0;
    const inDatabaseTime = (life: ClockedLife) =>
      relayLife(life, clocks.get(life.clock)!, shiftOf(life.clock));
    question.sessions?.read((clock) => ({ ...clocks.get(clock)!, shift: shiftOf(clock) }));
    return {
      ...survey,
      clocks: [...clocks].map(([name, { host, firstMs, lastMs, filtered }]) => ({
        host,
        filtered,
        first: firstMs - shiftOf(name),
        last: lastMs - shiftOf(name),
        agreeing: calibrations.get(name)?.agreeing ?? null,
        byHops: calibrations.get(name)?.byHops ?? false,
      })),
      lost: survey.lost.flatMap((notice) => noticeTimes(notice, calibrations)),
      ofQueueIds: ofQueueIds.map(inDatabaseTime),
      *messages(bucket) {
        for (const [whose, told] of lives.take(bucket))
          yield [whose, told.map((life) => inDatabaseTime(JSON.parse(life) as ClockedLife))];
      },
      close: () => lives.close(),
    };
  } catch (error) {
    lives.close();
    throw error;
  } finally {
    events.close();
    conversations?.close();
  }
}

type FilesRead = Pick<LogsRead, 'files' | 'lines' | 'unreadable' | 'repeated'> & { lost: LossNotice[] };

interface LossNotice {
  lost: LogTime | null;
  host: string;
}

function noticeTimes(
  { lost, host }: LossNotice,
  calibrations: Map<string, ClockCalibration | null>,
): (number | null)[] {
  if (lost === null) return [null];
  const own = calibrations.get(clockName(host, lost.zoned));
  if (own) return [lost.ms - own.shift];
  const shifts = [0, ...[...calibrations.values()].flatMap((calibration) => calibration?.shift ?? [])];
  return [...new Set(shifts)].map((shift) => lost.ms - shift);
}

function clockName(host: string, zoned: boolean): string {
  return `${host} ${zoned ? 'with' : 'without'} zone`;
}

async function readFiles(
  files: LogFile[],
  { nearMs, domain }: LogQuestion,
  clocks: Map<string, Clock>,
  { events, conversations }: { events: Buckets; conversations: SessionEvents | null },
): Promise<FilesRead> {
  const read: FilesRead = { files: [], lines: 0, unreadable: 0, repeated: [], lost: [] };
  const open = new Map<string, string>();
  const putAside = () => {
    for (const [key, told] of open) events.add(key, told);
    open.clear();
  };
  for (const file of files) {
    const readTime = logTimeReader(nearMs);
    conversations?.beginFile();
    let [lines, ofRelays] = [0, 0];
    const { sha256, cut } = await eachLine(file, (line) => {
      if (line.trim() === '') return;
      lines++;
      const told = readLine(line, readTime);
      if (told === 'unreadable') read.unreadable++;
      if (typeof told === 'string') return;
      if ('lost' in told) {
        read.lost.push(told);
        return;
      }
      ofRelays++;
      const { at, host, pid, queueId, fact } = told;
      const name = clockName(host, at.zoned);
      const clock = clocks.get(name) ?? addClock(clocks, name, { host, ...at });
      clock.firstMs = Math.min(clock.firstMs, at.ms);
      clock.lastMs = Math.max(clock.lastMs, at.ms);
      if (fact.kind === 'proxied') clock.filtered ||= domain !== undefined && isOfDomain(fact.from, domain);
      conversations?.tell(name, told);
      if (queueId === null || fact.kind === 'other') return;
      const key = `${queueId} ${name}`;
      const before = open.get(key);
      const event = encodeEvent({
        ms: at.ms,
        fact: conversations && fact.kind === 'begun' ? { ...fact, pid } : fact,
      });
      open.set(key, before === undefined ? event : `${before}\t${event}`);
      if (fact.kind === 'removed') {
        events.add(key, open.get(key)!);
        open.delete(key);
      } else if (open.size > MOST_OPEN) putAside();
    });
    read.lines += lines;
    if (lines > 0 && read.files.some((other) => other.sha256 === sha256)) read.repeated.push(file.name);
    read.files.push({ name: file.name, bytes: file.bytes, lines, ofRelays, sha256, cut });
  }
  putAside();
  return read;
}

function addClock(
  clocks: Map<string, Clock>,
  name: string,
  { host, zoned, ms }: { host: string; zoned: boolean; ms: number },
): Clock {
  const clock: Clock = { host, zoned, firstMs: ms, lastMs: ms, filtered: false };
  clocks.set(name, clock);
  return clock;
}

interface ClockedLife extends QueueLife {
  clock: string;
  queueId: string;
}

function* livesIn(told: Iterable<[key: string, events: string[]]>): Generator<ClockedLife> {
  for (const [key, events] of told) {
    const split = key.indexOf(' ');
    const [queueId, clock] = [key.slice(0, split), key.slice(split + 1)];
    for (const life of livesOf(events.flatMap(decodeEvents))) yield { ...life, clock, queueId };
  }
}

function ownersOf({ messageIds }: QueueLife, { whose }: LogQuestion): Set<string> {
  return new Set(messageIds.map(whose).filter((owner) => owner !== null));
}

function relayLife(
  { clock: _, begun, ...life }: ClockedLife,
  { host, zoned }: Clock,
  shift: number,
): RelayLife {
  const shifted = (ms: number | null) => (ms === null ? null : ms - shift);
  return {
    ...life,
    host,
    zoned,
    readAt: shifted(life.readAt),
    queuedAt: shifted(life.queuedAt),
    ...(begun === undefined ? {} : { begun: { ...begun, ms: begun.ms - shift } }),
  };
}
