import { type ClockSample, type ThinSamples, thinSamples } from './calibrate';
import { type KnownMessages, ownMac } from './known-messages';
import { eachLine, type LogFile } from './log-file';
import { logTimeReader } from './log-time';
import { readLine } from './read-line';

/** Whom a log is asked about. */
export interface SoughtMessages {
  /** Of the From address, which all our Message-IDs end with. */
  domain: string;
  /** 40 hex digits each: who is in doubt. */
  inDoubt: ReadonlySet<string>;
  known: KnownMessages;
  /** A time of the incident: syslog names no year. */
  nearMs: number;
}

/** What one reading of all the files shows. Times are the logs' own. */
export interface LogSurvey {
  files: SurveyedFile[];
  lines: number;
  unreadable: number;
  /** Of the same content as another: read once. */
  repeated: string[];
  /** By relay and by whether its times name their zone. */
  clocks: Map<string, ClockSeen>;
  lost: number[];
  /** Queue ids that our messages in doubt were seen under, in any of their lives. */
  queueIds: Map<string, Set<string>>;
}

export interface SurveyedFile {
  name: string;
  sha256: string;
  bytes: number;
  lines: number;
  /** The earliest time in it. */
  firstMs: number;
  /** As `journalctl -r` writes. */
  newestFirst: boolean;
  cut: boolean;
}

export interface ClockSeen {
  host: string;
  firstMs: number;
  lastMs: number;
  samples: ThinSamples<ClockSample>;
}

/** Enough to see a clock that jumps. */
const SAMPLES = 4_096;

/** Reads every file once, in any order, in small memory: what must be kept is known beforehand. */
export async function surveyLog(files: LogFile[], sought: SoughtMessages): Promise<LogSurvey> {
  const survey: LogSurvey = {
    files: [],
    lines: 0,
    unreadable: 0,
    repeated: [],
    clocks: new Map(),
    lost: [],
    queueIds: new Map(),
  };
  for (const file of files) {
    const readTime = logTimeReader(sought.nearMs);
    let [lines, firstMs, lastMs, steps] = [0, Number.POSITIVE_INFINITY, Number.NaN, 0];
    const facts = await eachLine(file, (line) => {
      if (line.trim() === '') return;
      lines++;
      const read = readLine(line, readTime);
      if (read === 'unreadable') survey.unreadable++;
      if (typeof read === 'string') return;
      if ('lost' in read) {
        if (read.lost) survey.lost.push(read.lost.ms);
        return;
      }
      const { at, fact, queueId, host } = read;
      firstMs = Math.min(firstMs, at.ms);
      // Mostly downwards; an hour that comes twice is one step.
      if (at.ms !== lastMs) steps += at.ms < lastMs ? -1 : 1;
      lastMs = at.ms;
      const clock = clockOf(survey, clockName(host, at.zoned), host, at.ms);
      if (fact.kind !== 'message-id' || queueId === null) return;
      const mac = ownMac(fact.id, sought.domain);
      if (mac === null) return;
      if (sought.inDoubt.has(mac)) {
        const ids = survey.queueIds.get(mac) ?? new Set();
        survey.queueIds.set(mac, ids.add(queueId));
      }
      const known = sought.known.find(mac);
      if (known < 0) return;
      sought.known.markFound(known);
      const { from, to } = sought.known.accepted(known);
      clock.samples.add({
        from: at.ms - to,
        to: at.ms - from,
        firstAttempt: sought.known.isFirstAttempt(known),
      });
    });
    survey.lines += lines;
    if (lines > 0 && survey.files.some((surveyed) => surveyed.sha256 === facts.sha256))
      survey.repeated.push(file.name);
    survey.files.push({
      name: file.name,
      bytes: file.bytes,
      lines,
      firstMs,
      newestFirst: steps < 0,
      ...facts,
    });
  }
  return survey;
}

export function clockName(host: string, zoned: boolean): string {
  return `${host} ${zoned ? 'with' : 'without'} zone`;
}

function clockOf({ clocks }: LogSurvey, name: string, host: string, ms: number): ClockSeen {
  const clock: ClockSeen = clocks.get(name) ?? {
    host,
    firstMs: ms,
    lastMs: ms,
    samples: thinSamples(SAMPLES),
  };
  clocks.set(name, clock);
  clock.firstMs = Math.min(clock.firstMs, ms);
  clock.lastMs = Math.max(clock.lastMs, ms);
  return clock;
}
