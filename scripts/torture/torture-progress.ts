import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection } from '../../src/company/connect';

/** How far the work is: 0 no password expired, 1 all of them, 2 everybody told, 3 everybody reminded. Cheap also for a million. */
export function workProgress(
  {
    databaseUrl,
    ledgerSchema,
    relayLogs,
  }: { databaseUrl: string; ledgerSchema: string; relayLogs: string[] },
  customers: number,
): () => Promise<number> {
  const accepted = countAppended(relayLogs, 'status=sent');
  const reminders = countAppended(relayLogs, 'message-id=<r');
  let expired = 0;
  return async () => {
    const mailed = accepted();
    const reminded = reminders();
    if (reminded > 0) return 2 + Math.min(1, reminded / (customers * REMINDED));
    if (mailed > 0) return 1 + Math.min(1, mailed / customers);
    expired = await countCohort(databaseUrl, ledgerSchema).catch(() => expired);
    return Math.min(1, expired / customers);
  };
}

/** The share of the customers who have no new password by then: see patient-operator.ts. */
const REMINDED = 0.4;

function countAppended(files: string[], word: string): () => number {
  const counts = files.map((file) => countInFile(file, word));
  return () => counts.reduce((sum, count) => sum + count(), 0);
}

/** How often the word has been appended to the file, by reading only what is new. */
function countInFile(file: string, word: string): () => number {
  let [at, count, rest] = [0, 0, ''];
  const block = Buffer.alloc(1 << 20);
  return () => {
    if (!existsSync(file)) return count;
    const fd = openSync(file, 'r');
    try {
      for (
        let read = readSync(fd, block, 0, block.length, at);
        read > 0;
        read = readSync(fd, block, 0, block.length, at)
      ) {
        at += read;
        const text = rest + block.toString('latin1', 0, read);
        count += text.split(word).length - 1;
        rest = text.slice(-(word.length - 1));
      }
      return count;
    } finally {
      closeSync(fd);
    }
  };
}

async function countCohort(databaseUrl: string, ledgerSchema: string): Promise<number> {
  const connection = await openConnection(databaseUrl, { connectMilliseconds: 2_000 });
  try {
    const [rows] = await connection.query(`SELECT COUNT(*) AS count FROM \`${ledgerSchema}\`.cohort`);
    return Number((rows as { count: string }[])[0]!.count);
  } finally {
    connection.destroy();
  }
}

const LONGEST_WAIT_MILLISECONDS = 15_000;

/** A run that stands still (paused by a breaker, a part that is down) does not stop the torturer for long. */
export async function untilProgress(progress: () => Promise<number>, at: number): Promise<void> {
  let [last, since] = [-1, Date.now()];
  for (;;) {
    const now = await progress();
    if (now >= at) return;
    if (now > last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > LONGEST_WAIT_MILLISECONDS) return;
    await sleep(100);
  }
}

const STANDSTILL_MILLISECONDS = 240_000;

/** @throws Error when nothing has moved for minutes. */
export async function untilQuiet(quiet: () => boolean, progress: () => Promise<number>): Promise<void> {
  let [last, since] = [-1, Date.now()];
  while (!quiet()) {
    const now = await progress();
    if (now > last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > STANDSTILL_MILLISECONDS)
      throw new Error('The run stands still: neither closed nor held for those in doubt.');
    await sleep(300);
  }
}
