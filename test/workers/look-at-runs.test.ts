import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { type IncidentSeen, lookAtRuns } from '../../src/workers/look-at-runs';

// Of a namespace that is not there each question is refused.
const refused = async (incidents: IncidentSeen[]) => {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
  const lines: Record<string, unknown>[] = [];
  const look = lookAtRuns(new Client({ connection, namespace: 'no-such-namespace' }), {
    ...{ ledgerId: 'L', identity: 'test', incidents: async () => incidents },
    log: pino({}, { write: (line) => lines.push(JSON.parse(line)) }),
  });
  const seen = [await look(), await look()];
  await connection.close();
  expect(lines).toMatchObject([{ why: expect.stringMatching(/^Temporal: .*no-such-namespace/) }]);
  return seen;
};

test('what Temporal says to a worker that looks ends no worker: it looks again, and its log says why, once (I4)', async () => {
  expect(await refused([{ incidentId: 'a', closed: false }])).toEqual([null, null]);
});

test('a server that does not tell who else asks for the work refuses no work: the runs are served all the same (I7)', async () => {
  const all = { runs: [], alone: true };
  expect(await refused([])).toEqual([all, all]);
});

test('nor does what the database says, or a fault of the look itself', async () => {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
  const client = new Client({ connection });
  for (const [error, why] of [
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'the database: ECONNREFUSED'],
    [new TypeError('x of Ann'), 'its look failed (TypeError)'],
  ] as const) {
    const lines: Record<string, unknown>[] = [];
    const look = lookAtRuns(client, {
      ...{ ledgerId: 'L', identity: 'test', incidents: () => Promise.reject(error) },
      log: pino({}, { write: (line) => lines.push(JSON.parse(line)) }),
    });
    expect([await look(), lines.map((line) => line.why)]).toEqual([null, [why]]);
  }
  await connection.close();
});
