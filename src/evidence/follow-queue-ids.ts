import { ownMac } from './known-messages';
import { eachLine, type LogFile } from './log-file';
import { logTimeReader } from './log-time';
import { livesOf, type QueueEvent, type QueueLife } from './queue-lives';
import { isSurelyOfOthers, readLine } from './read-line';
import { clockName } from './survey-log';

/** A file to be followed; lines of the same second happened in the order in which they stand, or in the other. */
export interface FollowedFile {
  file: LogFile;
  newestFirst: boolean;
}

/** Of a file, for the order of what stands in several. */
const MOST_LINES = 1e12;

/** A life of a queue id on one relay; its Message-IDs reduced to whose they are. */
export interface FollowedLife extends QueueLife {
  clock: string;
  queueId: string;
  /** 40 hex digits each, of those that are ours. */
  macs: string[];
}

/**
 * Everything that the files say of these queue ids, told apart by relay and by life. A second reading, since the lines of a queue
 * id may stand before that of the Message-ID, or in a file that was named before it.
 */
export async function followQueueIds(
  files: FollowedFile[],
  queueIds: ReadonlySet<string>,
  { domain, nearMs }: { domain: string; nearMs: number },
): Promise<FollowedLife[]> {
  if (queueIds.size === 0) return [];
  const events = new Map<string, { clock: string; queueId: string; events: QueueEvent[] }>();
  for (const [i, { file, newestFirst }] of files.entries()) {
    let order = i * MOST_LINES;
    const step = newestFirst ? -1 : 1;
    const readTime = logTimeReader(nearMs);
    await eachLine(file, (line) => {
      if (isSurelyOfOthers(line, queueIds)) return;
      const read = readLine(line, readTime);
      if (typeof read === 'string' || 'lost' in read) return;
      const { at, host, queueId, fact } = read;
      if (queueId === null || fact.kind === 'other' || !queueIds.has(queueId)) return;
      const clock = clockName(host, at.zoned);
      const key = `${clock} ${queueId}`;
      if (!events.has(key)) events.set(key, { clock, queueId, events: [] });
      events.get(key)!.events.push({ ms: at.ms, order, fact });
      order += step;
    });
  }
  return [...events.values()].flatMap(({ clock, queueId, events: all }) =>
    livesOf(all).map((life) => ({
      ...life,
      clock,
      queueId,
      macs: life.messageIds.flatMap((id) => ownMac(id, domain) ?? []),
    })),
  );
}
