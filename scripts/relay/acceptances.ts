import { BUCKETS } from '../../src/evidence/buckets';
import { bareMessageId } from '../../src/evidence/known-messages';
import { openLogFile } from '../../src/evidence/log-file';
import { fateOf } from '../../src/evidence/message-fate';
import { readLogs } from '../../src/evidence/read-logs';

/** One recipient of a message that a relay took responsibility for. */
export interface Accepted {
  messageId: string;
  /** As the client gave it. */
  to: string;
  queueId: string;
  /** Milliseconds since 1970 by the log's clock, read as UTC where it names no zone. */
  atMs: number;
}

/**
 * Whatever a relay's log shows as taken, whoever it is for: the judges of the torture and of the tests count addresses, and know nothing of
 * our Message-IDs. Several recipients of one message are several.
 * @throws EvidenceError when the file cannot be read.
 */
export async function acceptancesIn(logFile: string): Promise<Accepted[]> {
  const read = await readLogs([await openLogFile(logFile)], { nearMs: Date.now(), whose: bareMessageId });
  const accepted: Accepted[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (const [messageId, lives] of read.messages(bucket))
      for (const { path, at, recipients } of fateOf(lives).acceptances)
        for (const to of recipients)
          accepted.push({ messageId, to, queueId: path[0]!.slice(path[0]!.lastIndexOf('/') + 1), atMs: at });
  read.close();
  // The capture relay's queue ids are given out in their order.
  return accepted.sort(
    (left, right) =>
      left.atMs - right.atMs || (left.queueId < right.queueId ? -1 : left.queueId > right.queueId ? 1 : 0),
  );
}
