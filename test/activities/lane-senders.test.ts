import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { type LaneSender, type LaneSenders, laneSenders } from '../../src/activities/lane-senders';
import { startSlice } from '../../src/activities/slice-clock';
import { openDatabase } from '../../src/books/open-database';
import { slotsOf, takeSlots } from '../../src/books/session-slots';
import { parseRelays } from '../../src/smtp/relay-list';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { commitProxy } from '../company/commit-proxy';
import { testIncident } from '../notice/test-incident';
import { until } from '../until';

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let workers: LaneSenders[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('lanesenders', 1);
  workers = [0, 1].map(() => laneSenders());
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

interface Work {
  lane: string;
  lanes: number;
  sessions: number;
  messagesPerSession?: number;
  /** Of the relay in the books. */
  number?: number;
}
const content = Buffer.from('Subject: x\r\n\r\nx\r\n');
const sent = (sender: LaneSender) =>
  sender.send(
    Array.from({ length: 12 }, (_, i) => ({
      ...{ address: `c${i}@example.test`, from: 'n@shop.test', content, smtputf8: false },
    })),
    () => null,
  );

/** What a slice does with the lane's sessions; null: it did not get them. */
function slice<T>(
  worker: LaneSenders,
  { lane, lanes, sessions, messagesPerSession = 1_000, number = 1 }: Work,
  work: (sender: LaneSender) => Promise<T>,
  { seconds = 60, books = ledger.books } = {},
): Promise<T | null> {
  const file = { ...testIncident(), relay: { sessions, messagesPerSession } };
  const { name, url } = parseRelays(`smtp://127.0.0.1:${relay.port}`)[0]!;
  const asked = {
    books,
    file,
    lane,
    lanes,
    record: async () => undefined,
    relay: { name, url, number, sessions, isOneOfSeveral: false },
  };
  const env = new MockActivityEnvironment();
  return env.run<[], T | null, () => Promise<T | null>>(async () => {
    const clock = startSlice(seconds);
    let sender = await worker.take(asked);
    while (sender === null && !clock.over()) {
      await clock.wait(100);
      sender = await worker.take(asked);
    }
    try {
      return sender && (await work(sender));
    } finally {
      sender?.rest();
      clock.stop();
    }
  });
}
const stats = async () => (await relay.control({ stats: true })) as Record<string, number>;

test.each([1, 3, 10])(
  'two workers, one of which is given the slices of the other, never have more than %i sessions where the file says so (C99)',
  async (sessions) => {
    await slice(workers[0]!, { lane: 'canary', lanes: 1, sessions }, sent);
    await slice(workers[1]!, { lane: 'notify-1', lanes: 1, sessions }, sent);
    const lanes = Math.min(4, sessions);
    for (let round = 0; round < 4; round++) {
      const slices = Array.from({ length: lanes }, (_, i) =>
        slice(workers[(round + i) % 2]!, { lane: `notify-${i + 1}`, lanes, sessions }, sent),
      );
      await Promise.all(slices);
    }
    const { mostConnections, sessions: opened } = await stats();
    expect(mostConnections).toBe(sessions);
    expect(opened).toBeGreaterThan(3 * sessions);
  },
);

test('once the file uses the relay otherwise, the sessions from before are parted from (C103)', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  await slice(workers[0]!, work, sent);
  const { sessions: before } = await stats();
  await slice(workers[0]!, { ...work, messagesPerSession: 7 }, sent);
  const { sessions: after, mostConnections } = await stats();
  // Twelve messages in two sessions of seven at most, all of them new.
  expect(after! - before!).toBeGreaterThanOrEqual(2);
  expect(mostConnections).toBe(2);
});

test('the next slice of a lane at the same worker goes on with its sessions, and without one they are parted from', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  for (let i = 0; i < 3; i++) await slice(workers[0]!, work, sent);
  expect(await stats()).toMatchObject({ sessions: 2 });
  await until('the parting', async () => (await stats()).connections === 0);
});

test('after the canary its lane has its own share, and the others need not wait until it rests', async () => {
  const work = { lane: 'notify-1', lanes: 2, sessions: 2 };
  await slice(workers[0]!, { ...work, lanes: 1 }, sent);
  const beside = () => slice(workers[1]!, { ...work, lane: 'notify-2' }, sent, { seconds: 5 });
  expect(await slice(workers[0]!, work, beside)).not.toBeNull();
});

test('sessions that the relay takes its time to part from are free only then', async () => {
  await relay.control({ add: { at: 'quit', delayMs: 700 } });
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  for (const i of [0, 1, 0, 1]) await slice(workers[i]!, work, sent);
  expect((await stats()).mostConnections).toBe(2);
});

test('lanes that are more than the sessions take turns, and all come to send', async () => {
  const work = (lane: string) => ({ lane, lanes: 3, sessions: 1 });
  const lanes = ['notify-1', 'notify-2', 'notify-3'].map((lane) => slice(workers[0]!, work(lane), sent));
  expect(await Promise.all(lanes)).not.toContain(null);
  expect((await stats()).mostConnections).toBe(1);
});

test('a lane that is at work keeps its sessions: nobody else gets them before it rests', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 1 };
  const { db } = ledger.database;
  await slice(workers[0]!, work, async (sender) => {
    await sent(sender);
    await sql`UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6) + INTERVAL 1 SECOND`.execute(db);
    await until('a renewal', async () => {
      const { rows } = await sql<{ seconds: string }>`
        SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_send_at) AS seconds FROM lanes`.execute(db);
      return Number(rows[0]!.seconds) > 2;
    });
    expect(await slice(workers[1]!, work, sent, { seconds: 0 })).toBeNull();
  });
  expect(await slice(workers[1]!, work, sent)).not.toBeNull();
});

test('the sessions of a worker that was killed are free once it has not asked for them for six seconds', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  await takeSlots(ledger.books, { relay: 1, slots: [0, 1] }, '00000000-0000-4000-8000-000000000000');
  expect(await slice(workers[0]!, work, sent, { seconds: 0 })).toBeNull();
  await sql`UPDATE lanes SET next_send_at = next_send_at - INTERVAL 6 SECOND`.execute(ledger.database.db);
  expect(await slice(workers[0]!, work, sent, { seconds: 0 })).not.toBeNull();
});

test('slots from before a clock was set back are free: nobody could have them for so long', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  await takeSlots(ledger.books, { relay: 1, slots: [0, 1] }, '00000000-0000-4000-8000-000000000000');
  const holdFor = (seconds: number) =>
    sql`UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6) + INTERVAL ${seconds} SECOND`.execute(
      ledger.database.db,
    );
  await holdFor(10);
  expect(await slice(workers[0]!, work, sent, { seconds: 0 })).toBeNull();
  await holdFor(3_600);
  expect(await slice(workers[0]!, work, sent, { seconds: 0 })).not.toBeNull();
});

test('a worker that stood still may not send when it wakes, before any timer of it has run', async () => {
  const work = { lane: 'notify-1', lanes: 1, sessions: 1 };
  const wakes = async (sender: LaneSender) => {
    const before = sender.isParted();
    // As SIGSTOP, or a machine that swaps: nothing of this process runs.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_100);
    const after = sender.isParted();
    await expect(sent(sender)).rejects.toMatchObject({ type: 'LaneLost' });
    return [before, after];
  };
  expect(await slice(workers[0]!, work, wakes)).toEqual([false, true]);
});

test('a worker that the database has left parts from its sessions, before another one may have them', async () => {
  const wire = await commitProxy(ledger.url);
  const database = openDatabase(wire.url, { connections: 2 });
  const work = { lane: 'notify-1', lanes: 1, sessions: 2 };
  const parted = async (sender: LaneSender) => {
    await sent(sender);
    wire.leave();
    const isParted = () =>
      sent(sender).then(
        () => false,
        () => true,
      );
    await until('the parting', isParted);
    await until('its end', async () => (await stats()).connections === 0);
  };
  try {
    await slice(workers[0]!, work, parted, { books: { ...ledger.books, db: database.db } });
  } finally {
    await workers[0]!.close();
    await database.close();
    await wire.close();
  }
});

test('the lanes share all sessions, each has its own, and where they are more than these some share one', () => {
  for (const [lanes, sessions] of [
    [1, 8],
    [4, 10],
    [3, 3],
    [4, 64],
  ] as const) {
    const shares = Array.from({ length: lanes }, (_, i) => slotsOf(`notify-${i + 1}`, lanes, sessions));
    const all = shares.flat().sort((left, right) => left - right);
    expect(all).toEqual(Array.from({ length: sessions }, (_, slot) => slot));
    const sizes = shares.map((share) => share.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
  expect(slotsOf('notify-4', 4, 1)).toEqual([0]);
});
