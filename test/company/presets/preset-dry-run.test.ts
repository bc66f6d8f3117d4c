import { claimStatements } from '../../../src/books/candidates';
import { openDatabase } from '../../../src/books/open-database';
import { readCatalog } from '../../../src/company/catalog';
import { NO_FINGERPRINT_KEY, readCompany } from '../../../src/company/company';
import { countAll } from '../../../src/company/count/count-all';
import { inspectCompany } from '../../../src/company/inspect/inspect-company';
import { inspectCounts } from '../../../src/company/inspect/inspect-counts';
import { loadPresets, presetMapping } from '../../../src/company/presets';
import { ownFixture } from './own-fixture';
import { CUTOFF, PRESET_CASES } from './preset-cases';

const presets = new Map(loadPresets().map((preset) => [preset.id, preset]));

test.each(PRESET_CASES)(
  '$id: the dry run finds nothing wrong with the shipped mapping',
  async (presetCase) => {
    const { id, prefix, answers, ofTheApplication, unknownKeys = [], expected } = presetCase;
    const fixture = await ownFixture(presetCase);
    const database = openDatabase(fixture.url, { ledgerExists: false, connections: 1 });
    try {
      const { db, companySchema, ledgerSchema } = database;
      const mapping = presetMapping(presets.get(id)!, prefix, answers);
      const now = Date.now();
      const inspected = { companySchema, ledgerSchema, mapping, claims: claimStatements };
      const { findings } = await inspectCompany(db, inspected, CUTOFF, now);
      const company = await readCompany(
        db,
        companySchema,
        { database: mapping, cutoff: CUTOFF },
        NO_FINGERPRINT_KEY,
      );
      const catalog = await readCatalog(db, companySchema);
      const counts = await countAll(db, company, { now, earlier: null, catalog, emailIndexed: false });
      const judged = inspectCounts(mapping, counts, { companySchema, expiredBy: [] });
      // What the application itself added only the company can judge.
      const stops = [...findings, ...judged].filter(({ severity }) => severity === 'stops');
      expect(stops.map(({ what }) => what)).toEqual([
        ...ofTheApplication.map((name) =>
          expect.stringMatching(new RegExp(`^${name.replace('.', '\\.')} looks like`)),
        ),
        ...unknownKeys,
      ]);
      const { expired, changedSince, none, outside, leftOut } = counts.customers;
      const left = leftOut.reduce((sum, { customers }) => sum + customers, 0);
      expect({ expired, changedSince, none, younger: outside, leftOut: left }).toEqual(expected);
      for (const { ended } of counts.revoke) expect(ended).toBeGreaterThan(0);
    } finally {
      await database.close();
      await fixture.drop();
    }
  },
);
