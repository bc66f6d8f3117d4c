import { sql } from 'kysely';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
afterEach(() => response.end());

/** Those that have opened sessions, the last one first. */
async function sendingWorkers(): Promise<string[]> {
  const { rows } = await sql<{ worker: string }>`
    SELECT worker FROM relay_sessions GROUP BY worker ORDER BY MAX(session) DESC`.execute(
    response.database.db,
  );
  return rows.map(({ worker }) => worker);
}

// lane-senders.test.ts has slices that go from one worker to the other and back.
test.each([1, 3, 10])(
  'two workers, of which the one at work is killed: from the canary to the end the relay never has more than %i sessions (C99, I2)',
  async (sessions) => {
    response = await ownResponse('sessions', {
      customers: 5_000,
      change: (file) => ({
        ...file,
        relay: { ...file.relay, sessions },
        pace: { perSecond: 500 },
        canary: { mailboxes: ['desk@zappos.test'], customers: 100, afterwards: 'continue' },
      }),
    });
    const { relay } = response;
    const workers = await Promise.all([response.worker(), response.worker()]);
    await response.begin();
    await response.until('a third', async () => ((await response.books()).notices.sent ?? 0) > 1_600);
    const [atWork] = await sendingWorkers();
    const killed = workers.find(({ identity }) => atWork!.includes(`:${identity.pid}:`))!;
    process.kill(killed.identity.pid, 'SIGKILL');
    await killed.ended;
    await response.untilOver();
    expect((await relay.control({ stats: true })).mostConnections).toBe(sessions);
    expect(await sendingWorkers()).toHaveLength(2);
    const { notices, missing } = await response.books();
    expect(missing).toBe(0);
    expect(notices.in_doubt ?? 0).toBeLessThanOrEqual(sessions);
    expect(await response.verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0 });
  },
);
