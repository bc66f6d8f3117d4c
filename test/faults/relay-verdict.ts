import { judgeRelayLog, type RelayVerdict } from '../../scripts/judge/judge-relay-log';
import { companyTime } from '../../src/db/company-tables';
import { findKeyColumn } from '../../src/db/find-key-column';
import { findIncident, incidentOf } from '../../src/db/incident-row';
import { listAddresses } from '../../src/db/list-addresses';
import type { Database } from '../../src/db/open-database';

/** Who was told, by the relay's log and the company's own customers. */
export async function relayVerdict(
  { db, companySchema }: Database,
  incidentId: string,
  relayLog: string,
): Promise<RelayVerdict> {
  const { database: mapping, cutoff } = incidentOf((await findIncident(db, incidentId))!);
  const keyColumn = await findKeyColumn(db, companySchema, mapping);
  return judgeRelayLog(
    relayLog,
    listAddresses(db, { companySchema, mapping, keyColumn }, companyTime(cutoff, mapping.timeZone)),
  );
}
