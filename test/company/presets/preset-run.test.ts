import { randomUUID } from 'node:crypto';
import { takeLane } from '../../../src/books/claim';
import { companyOf } from '../../../src/books/incident-row';
import { createLedger } from '../../../src/books/migrate';
import { openDatabase } from '../../../src/books/open-database';
import { type ExpiryCounts, expireRange } from '../../../src/company/expire-range';
import { findKeyColumn } from '../../../src/company/key-column';
import { planRanges } from '../../../src/company/next-ranges';
import { loadPresets, presetMapping } from '../../../src/company/presets';
import { verifyExpiry } from '../../../src/company/verify-expiry';
import { testIncident } from '../../notice/test-incident';
import { type OwnFixture, ownFixture } from './own-fixture';
import { CUTOFF, PRESET_CASES } from './preset-cases';

const presets = new Map(loadPresets().map((preset) => [preset.id, preset]));
const INCIDENT = 1;

// By the expiry itself, in chunks of two, and by its own verification: what is dead and what is untouched is asked of the fixture.
describe.each(PRESET_CASES)('$id', (presetCase) => {
  const { id, prefix, answers, mustBeDead, mustStay, expected, unprovable = [] } = presetCase;
  let fixture: OwnFixture;
  beforeEach(async () => {
    fixture = await ownFixture(presetCase);
  });
  afterEach(() => fixture.drop());

  test('left alive 0, killed wrongly 0, and a repeat changes nothing (I3, I5)', async () => {
    const mapping = presetMapping(presets.get(id)!, prefix, answers);
    const server = openDatabase(fixture.url, { ledgerExists: false, connections: 1 });
    const keyColumn = await findKeyColumn(server.db, fixture.schema, mapping);
    await server.close();
    await createLedger(fixture.url, keyColumn);
    const database = openDatabase(fixture.url, { connections: 4 });
    try {
      const { db } = database;
      const company = await companyOf(database, { ...testIncident(), cutoff: CUTOFF, database: mapping });
      const expireAll = async () => {
        const sum: ExpiryCounts = { expired: 0, changed_since: 0, none: 0, revoked: 0 };
        const ranges = await planRanges(db, { source: company, keyColumn, after: null, size: 2, count: 1e6 });
        for (const range of ranges) {
          const laneToken = randomUUID();
          await takeLane({ db, incident: INCIDENT }, 'expire-1', laneToken);
          const counts = await expireRange(db, company, {
            incident: INCIDENT,
            lane: 'expire-1',
            laneToken,
            range,
          });
          for (const key of Object.keys(sum) as (keyof ExpiryCounts)[]) sum[key] += counts[key];
        }
        return sum;
      };
      const kept = await Promise.all(mustStay.map(rowsOf));
      const { revoked, ...dispositions } = await expireAll();
      const { expired, changedSince, none } = expected;
      expect(dispositions).toEqual({ expired, changed_since: changedSince, none });
      expect(revoked).toBeGreaterThan(0);
      const alive = await Promise.all(
        Object.entries(mustBeDead).map(async ([what, statement]) => [what, await count(statement)]),
      );
      expect(alive).toEqual(Object.keys(mustBeDead).map((what) => [what, 0]));
      expect(await Promise.all(mustStay.map(rowsOf))).toEqual(kept);
      const verdict = await verifyExpiry(db, company, INCIDENT, Date.now());
      expect(verdict).toEqual({
        clean: true,
        findings: [],
        unprovable: unprovable.map((what) => ({
          count: 1,
          what: expect.stringMatching(what),
          todo: expect.any(String),
        })),
      });
      expect(await expireAll()).toEqual({ expired: 0, changed_since: 0, none: 0, revoked: 0 });
    } finally {
      await database.close();
    }
  });

  async function count(statement: string): Promise<number> {
    const [rows] = await fixture.connection.query(statement);
    return Number(Object.values((rows as Record<string, unknown>[])[0]!)[0]);
  }
  /** In an order that does not depend on the server's. */
  async function rowsOf(statement: string): Promise<string[]> {
    const [rows] = await fixture.connection.query(statement);
    return (rows as unknown[]).map((row) => JSON.stringify(row)).sort();
  }
});
