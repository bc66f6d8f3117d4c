import { judgeRelayLog, type RelayVerdict } from '../../scripts/judge/judge-relay-log';
import { listAddresses } from '../../src/company/list-addresses';
import { companyOf } from '../../src/db/company-of';
import { findIncident, incidentOf } from '../../src/db/incident-row';
import type { Database } from '../../src/db/open-database';

/** Who was told, by the relay's log and the company's own customers. */
export async function relayVerdict(
  database: Database,
  incidentId: string,
  relayLog: string,
): Promise<RelayVerdict> {
  const { db } = database;
  const company = await companyOf(database, incidentOf((await findIncident(db, incidentId))!));
  return judgeRelayLog(relayLog, listAddresses(db, company, Date.now()));
}
