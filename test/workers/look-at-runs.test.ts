import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { lookAtRuns } from '../../src/workers/look-at-runs';

test('what Temporal says to a worker that looks ends no worker: it looks again, and its log says why, once (I4)', async () => {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
  const lines: Record<string, unknown>[] = [];
  const look = lookAtRuns(new Client({ connection, namespace: 'no-such-namespace' }), {
    ...{ ledgerId: 'L', identity: 'test', incidents: async () => [] },
    log: pino({}, { write: (line) => lines.push(JSON.parse(line)) }),
  });
  expect([await look(), await look()]).toEqual([null, null]);
  expect(lines).toMatchObject([{ why: expect.stringMatching(/^Temporal: .*no-such-namespace/) }]);
  await connection.close();
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
