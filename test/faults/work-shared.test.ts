import { sql } from 'kysely';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
afterEach(() => response.end());

// Four lanes of slices of a second: with eager dispatch the worker that has the run's workflow tasks gets every one of them.
test('two workers share the customers of one run', async () => {
  response = await ownResponse('shared', {
    customers: 8_000,
    change: (file) => ({ ...file, pace: { perSecond: 600 } }),
  });
  const { database, begin, worker, untilOver, row, verdict } = response;
  await Promise.all([worker(), worker()]);
  await begin();
  await untilOver();
  expect((await row()).phase).toBe('closed');
  const { rows: shares } = await sql<{ worker: string; claims: number }>`
    SELECT worker, COUNT(*) AS claims FROM claims WHERE incident = ${(await row()).incident} GROUP BY worker`.execute(
    database.db,
  );
  expect(shares).toHaveLength(2);
  const [least, most] = shares.map(({ claims }) => Number(claims)).sort((one, other) => one - other);
  expect(least! / (least! + most!)).toBeGreaterThan(0.15);
  const { customersAcceptedTwiceOrMore, customersNeverAccepted } = await verdict();
  expect([customersAcceptedTwiceOrMore, customersNeverAccepted]).toEqual([
    0,
    (await response.books()).notices.skipped ?? 0,
  ]);
});
