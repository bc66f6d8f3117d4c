import { companyOf, findIncident, incidentOf } from '../../src/books/incident-row';
import type { Database } from '../../src/books/open-database';
import { listAddresses } from '../../src/company/scan-customers';
import { judgeRelayLog, type RelayVerdict } from '../judge-relay-log';

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
