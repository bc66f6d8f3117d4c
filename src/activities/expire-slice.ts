import { randomUUID } from 'node:crypto';
import { keyOf } from '../books/books';
import { takeLane } from '../books/claim';
import { readGate } from '../books/gate';
import { saveFrontier } from '../books/incident-decisions';
import { isOtherServer } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import { expireRange } from '../company/expire-range';
import { nextBoundary, planRanges as planKeyRanges } from '../company/next-ranges';
import { OTHER_SERVER } from '../incident/hold-reason';
import { brakeOn } from '../incident/law-delay';
import { EXPIRE_ROWS_PER_TRANSACTION } from '../incident/range-plan';
import type { KeyRange } from '../incident/vocabulary';
import type { ExpireCounts, PlanInput, SliceInput, SliceResult } from './contract';
import { keyFor, sliceRange, tellRanges } from './range-ends';
import type { RunContexts } from './run-context';
import { startSlice } from './slice-clock';
import type { ReappearanceWatch } from './watch-reappearance';

/** The next ranges of the key space; keeps the frontier on the incident's row, for a run that has lost Temporal. */
export function planRanges(runs: RunContexts) {
  return async (input: PlanInput): Promise<KeyRange[]> => {
    const { books } = await runs(input.incidentId);
    const { db, incident, company } = books;
    const frontier = await keyFor(books, input.frontier);
    if (frontier !== null) await saveFrontier(books, keyOf(books, frontier));
    const ranges = await planKeyRanges(db, {
      source: input.of === 'cohort' ? { cohortOf: incident } : company,
      keyColumn: company.keyColumn,
      after: await keyFor(books, input.after),
      size: input.size,
      count: input.count,
    });
    return tellRanges(books, ranges);
  };
}

export function expireSlice({ db }: Database, runs: RunContexts, reappearance: ReappearanceWatch) {
  return async (input: SliceInput): Promise<SliceResult<ExpireCounts>> => {
    const run = await runs(input.incidentId);
    // What cannot be told must not be begun: the notices are read back and compiled before the first password dies.
    await run.notices();
    const books = { ...run.books, db };
    const { incident, company } = books;
    const range = await sliceRange(books, input.range);
    const laneToken = randomUUID();
    await takeLane(books, input.lane, laneToken);
    const clock = startSlice(input.sliceSeconds);
    const counts: ExpireCounts = { expired: 0, changed_since: 0, none: 0, revoked: 0 };
    let at = range.after;
    clock.say(() => ({ ...range.show(at), ...counts }));
    try {
      while (at !== range.upTo && !clock.over()) {
        const gate = await readGate(books);
        const stopped = async (stop: SliceResult<ExpireCounts>['stop']) => ({
          at: await range.tell(at),
          done: false,
          counts,
          stop,
        });
        if (brakeOn(gate, 'expire') !== null)
          return await stopped({ kind: 'gate-closed', reason: gate.reason });
        if (await isOtherServer(books, run.identity))
          return await stopped({ kind: 'lost-commits', reason: OTHER_SERVER });
        const upTo = await nextBoundary(db, company, {
          after: at,
          upTo: range.upTo,
          size: EXPIRE_ROWS_PER_TRANSACTION,
        });
        const done = await expireRange(db, company, {
          incident,
          lane: input.lane,
          laneToken,
          range: { after: at, upTo },
        });
        for (const key of Object.keys(counts) as (keyof ExpireCounts)[]) counts[key] += done[key];
        reappearance.expired(run);
        at = upTo;
      }
    } finally {
      clock.stop();
    }
    return { at: await range.tell(at), done: at === range.upTo, counts, stop: null };
  };
}
