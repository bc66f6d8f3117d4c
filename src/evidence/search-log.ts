import type { LogSoundness } from './believe-log';
import { BUCKETS } from './buckets';
import { type KnownMessages, ownMac } from './known-messages';
import { openLogFile } from './log-file';
import { type LoggedSession, loggedSessions, sessionSenders } from './logged-sessions';
import { fateOf, type MessageFate, type RelayLife } from './message-fate';
import { type LogsRead, readLogs } from './read-logs';

/** Whom a log is asked about. */
export interface SoughtMessages {
  /** Of the From address, which all our Message-IDs end with. */
  domain: string;
  /** Who is in doubt, by 40 hex digits each, and who sent it, by a number; NOBODY: more than one may have. */
  inDoubt: ReadonlyMap<string, number>;
  known: KnownMessages;
  /** A time of the incident: syslog names no year. */
  nearMs: number;
}

/** A known message with the queue id of its 250: looked at closely. */
export interface KnownSample {
  mac: string;
  queueId: string;
}

export interface LogSearch extends Pick<LogsRead, 'files' | 'lines' | 'unreadable' | 'repeated'> {
  /** By which messages of ours came, in the database's time, of each log; none where nobody is in doubt. */
  sessions: LoggedSession[];
  sound: LogSoundness;
  /** Of those in doubt, by their 40 hex digits; whoever is not here is not in the log. */
  fates: Map<string, MessageFate>;
}

/**
 * Looks for our messages in the relays' logs, and for what shows whether they can be believed.
 * @param samples known messages, a few of all times. @throws EvidenceError that names the file which cannot be read.
 */
export async function searchLog(
  names: string[],
  { domain, inDoubt, known, nearMs }: SoughtMessages,
  samples: KnownSample[],
): Promise<LogSearch> {
  const logged = loggedSessions((messageId) => ownMac(messageId, domain) !== null);
  const read = await readLogs(await Promise.all(names.map(openLogFile)), {
    nearMs,
    domain,
    whose: (messageId) => {
      const mac = ownMac(messageId, domain);
      return mac !== null && (inDoubt.has(mac) || known.find(mac) >= 0) ? mac : null;
    },
    clockSample: (mac, { readAt }) => {
      const index = known.find(mac);
      if (index < 0 || readAt === null) return null;
      const { from, to } = known.accepted(index);
      return { from: readAt - to, to: readAt - from, firstAttempt: known.isFirstAttempt(index) };
    },
    queueIds: new Set(samples.map(({ queueId }) => queueId)),
    ...(inDoubt.size > 0 ? { sessions: logged } : {}),
  });
  const fates = new Map<string, MessageFate>();
  const senders = sessionSenders(logged.sessions);
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      for (const [mac, lives] of read.messages(bucket)) {
        const index = known.find(mac);
        if (index >= 0) known.markFound(index);
        if (index >= 0 && known.isFirstAttempt(index)) senders.add(lives, known.sender(index));
        const doubted = inDoubt.get(mac);
        if (doubted === undefined) continue;
        fates.set(mac, fateOf(lives));
        senders.add(lives, doubted);
      }
  } finally {
    read.close();
  }
  const { files, lines, unreadable, repeated, clocks, lost, ofQueueIds } = read;
  return {
    files,
    lines,
    unreadable,
    repeated,
    sessions: senders.sessions(),
    sound: {
      clocks,
      lost,
      cut: files.filter(({ cut }) => cut).map(({ name }) => name),
      ...closely(samples, ofQueueIds, domain),
    },
    fates,
  };
}

function closely(
  samples: KnownSample[],
  lives: RelayLife[],
  domain: string,
): Pick<LogSoundness, 'sampled' | 'rewritten' | 'neverQueued'> {
  const byQueueId = new Map<string, RelayLife[]>();
  for (const life of lives) byQueueId.set(life.queueId, [...(byQueueId.get(life.queueId) ?? []), life]);
  let [rewritten, neverQueued] = [0, 0];
  for (const { mac, queueId } of samples) {
    const livesOfId = byQueueId.get(queueId) ?? [];
    const own = livesOfId.filter(({ messageIds }) => messageIds.some((id) => ownMac(id, domain) === mac));
    if (own.length === 0 && livesOfId.some(({ messageIds }) => messageIds.length > 0)) rewritten++;
    if (own.length > 0 && own.every(({ queuedAt }) => queuedAt === null)) neverQueued++;
  }
  return { sampled: samples.length, rewritten, neverQueued };
}
