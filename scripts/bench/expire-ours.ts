import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { createActivities } from '../../src/activities/create-activities';
import { findLedger } from '../../src/books/ledger-identity';
import type { Incident } from '../../src/incident/incident-schema';
import { expireRangeSize } from '../../src/incident/range-plan';
import type { KeyRange } from '../../src/incident/vocabulary';
import { type BenchCompany, beginIncident } from './bench-company';

const LANES = ['expire-1', 'expire-2'];

/**
 * The worker's own activities, planning included, by two lanes as the workflow drives them; outside Temporal, in the SDK's
 * MockActivityEnvironment, which only lends them their Context.
 * @returns seconds.
 */
export async function expireByUs(company: BenchCompany, file: Incident, customers: number): Promise<number> {
  await beginIncident(company.database, file);
  const work = createActivities({
    databaseUrl: company.url,
    smtpUrl: 'smtp://127.0.0.1:9', // nothing is mailed
    workerName: 'bench',
    log: pino({ level: 'silent' }),
  });
  const { planRanges, expireSlice, adoptRun } = work.activities;
  const run = <A, R>(activity: (input: A) => Promise<R>, input: A): Promise<R> =>
    new MockActivityEnvironment().run(activity as never, input);
  const theRun = { incidentId: file.id, ledgerId: (await findLedger(company.database))!.id };
  await run(adoptRun, theRun); // connects and reads the incident, as the workflow's first step does
  // An empty range: the notices are compiled once a worker, before its first customer.
  await run(expireSlice, { ...theRun, lane: LANES[0]!, range: { after: '0', upTo: '0' }, sliceSeconds: 1 });
  const startedAt = performance.now();
  const size = expireRangeSize(customers, LANES.length);
  const ranges: KeyRange[] = [];
  for (;;) {
    const after = ranges.at(-1)?.upTo ?? null;
    const next = await run(planRanges, {
      ...theRun,
      of: 'customers',
      after,
      size,
      count: 50,
      frontier: null,
    });
    if (next.length === 0) break;
    ranges.push(...next);
  }
  await Promise.all(
    LANES.map(async (lane) => {
      for (let range = ranges.shift(); range; range = ranges.shift()) {
        const { done } = await run(expireSlice, { ...theRun, lane, range, sliceSeconds: 600 });
        if (!done) throw new Error(`The slice ${range.upTo} did not end.`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await work.close();
  return seconds;
}
