import type { LogSoundness } from './believe-log';
import { calibrate } from './calibrate';
import type { Sighting } from './doubt-verdict';
import { type FollowedFile, type FollowedLife, followQueueIds } from './follow-queue-ids';
import { type LogFile, openLogFile } from './log-file';
import { type LogSurvey, type SoughtMessages, surveyLog } from './survey-log';

/** A known message with the queue id of its 250: looked at closely. */
export interface KnownSample {
  mac: string;
  queueId: string;
}

export interface LogSearch {
  files: Pick<LogSurvey['files'][number], 'name' | 'sha256' | 'bytes' | 'lines'>[];
  lines: number;
  unreadable: number;
  repeated: string[];
  sound: LogSoundness;
  /** Of those in doubt, by their 40 hex digits. */
  sightings: Map<string, Sighting[]>;
}

/**
 * Looks for our messages in a relay's log: any number of files, of several relays, rotated, gzipped, in any order.
 * @param samples known messages, a few of all times. @throws Error that names the file which cannot be read.
 */
export async function searchLog(
  names: string[],
  sought: SoughtMessages,
  samples: KnownSample[],
): Promise<LogSearch> {
  const files = await Promise.all(names.map(openLogFile));
  const survey = await surveyLog(files, sought);
  const queueIds = new Set(samples.map(({ queueId }) => queueId));
  for (const ids of survey.queueIds.values()) for (const id of ids) queueIds.add(id);
  const lives = await followQueueIds(oldestFirst(files, survey), queueIds, sought);
  const shifts = new Map([...survey.clocks].map(([name, { samples }]) => [name, calibrate(samples.samples)]));
  const shiftOf = (clock: string) => shifts.get(clock)?.shift ?? 0;
  return {
    files: survey.files.map(({ name, sha256, bytes, lines }) => ({ name, sha256, bytes, lines })),
    lines: survey.lines,
    unreadable: survey.unreadable,
    repeated: survey.repeated,
    sound: {
      clocks: [...survey.clocks].map(([name, { host, firstMs, lastMs }]) => ({
        host,
        first: firstMs - shiftOf(name),
        last: lastMs - shiftOf(name),
        agreeing: shifts.get(name)?.agreeing ?? null,
      })),
      lost: survey.lost.map((ms) => ms - commonShift([...shifts.values()])),
      cut: survey.files.filter(({ cut }) => cut).map(({ name }) => name),
      ...closely(samples, lives),
    },
    sightings: sightingsOf(survey, lives, shiftOf),
  };
}

/** The life of a queue id may go on in the next file: the older one first, whatever order they were named in; copies once. */
function oldestFirst(files: LogFile[], survey: LogSurvey): FollowedFile[] {
  return files
    .map((file, i) => ({ file, ...survey.files[i]! }))
    .filter(({ name }) => !survey.repeated.includes(name))
    .sort((left, right) => left.firstMs - right.firstMs)
    .map(({ file, newestFirst }) => ({ file, newestFirst }));
}

/** The logger's own lines bear no relay's name: it is the same machine's clock where there is one. */
function commonShift(shifts: (ReturnType<typeof calibrate> | null)[]): number {
  return shifts.find((shift) => shift !== null)?.shift ?? 0;
}

function closely(
  samples: KnownSample[],
  lives: FollowedLife[],
): Pick<LogSoundness, 'sampled' | 'rewritten' | 'neverQueued'> {
  const byQueueId = new Map<string, FollowedLife[]>();
  for (const life of lives) byQueueId.set(life.queueId, [...(byQueueId.get(life.queueId) ?? []), life]);
  let [rewritten, neverQueued] = [0, 0];
  for (const { mac, queueId } of samples) {
    const livesOfId = byQueueId.get(queueId) ?? [];
    const own = livesOfId.filter(({ macs }) => macs.includes(mac));
    if (own.length === 0 && livesOfId.some(({ messageIds }) => messageIds.length > 0)) rewritten++;
    if (own.length > 0 && own.every(({ queuedAt }) => queuedAt === null)) neverQueued++;
  }
  return { sampled: samples.length, rewritten, neverQueued };
}

function sightingsOf(
  survey: LogSurvey,
  lives: FollowedLife[],
  shiftOf: (clock: string) => number,
): Map<string, Sighting[]> {
  const sightings = new Map<string, Sighting[]>();
  for (const { macs, clock, queueId, queuedAt, refused, withheld } of lives) {
    for (const mac of macs) {
      if (!survey.queueIds.has(mac)) continue;
      const at = queuedAt === null ? null : queuedAt - shiftOf(clock);
      const sightingsBefore = sightings.get(mac) ?? [];
      sightings.set(mac, [...sightingsBefore, { queueId, queuedAt: at, refused, withheld }]);
    }
  }
  return sightings;
}
