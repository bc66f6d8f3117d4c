import { surveyNotices } from '../books/balance';
import { countCohort } from '../books/cohort';
import { readGate } from '../books/gate';
import { findIncident } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { keyFromSql } from '../company/key-column';
import { estimateCustomers } from '../company/scan-customers';
import type { AdoptedRun, IncidentRef } from './contract';
import { failure } from './failure';
import { fileView, gateView } from './file-view';
import { tellKey } from './range-ends';
import type { RunContexts } from './run-context';

/** Two lanes are best for expiring (measured on two cores). */
const EXPIRE_LANES = 2;

/** Reads where the incident stands, so that a run adopts and never assumes. Counts scan the books: about 10 s for 24 million. */
export function adoptRun(database: Database, runs: RunContexts) {
  return async ({ incidentId }: IncidentRef): Promise<AdoptedRun> => {
    const { file, books } = await runs(incidentId);
    const { db, companySchema } = database;
    const row = await findIncident(db, incidentId);
    if (!row) throw failure('IncidentLost', incidentId);
    const expiring = row.phase === 'expire';
    const cohort = await countCohort(books);
    const frozen = cohort.expired + cohort.changed_since + cohort.none;
    const survey = expiring ? null : await surveyNotices(books, 'notice');
    const view = await fileView(books, row);
    return {
      ...view,
      phase: row.phase,
      gate: gateView(await readGate(books)),
      hold:
        row.hold_kind !== null && row.hold_reason !== null
          ? { kind: row.hold_kind, reason: row.hold_reason }
          : null,
      frontier: row.frontier === null ? null : await tellKey(books, keyFromSql(row.frontier)),
      total: expiring ? Math.max(frozen, await estimateCustomers(db, companySchema, file.database)) : frozen,
      cohort,
      notices: survey?.notices ?? {},
      reminders: view.reminder?.begun ? (await surveyNotices(books, 'reminder')).notices : {},
      expireLanes: EXPIRE_LANES,
    };
  };
}
