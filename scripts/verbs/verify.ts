import { checkWaves, toldBeforeExpiry } from '../../src/db/check-books';
import type { Company } from '../../src/db/company-tables';
import { findKeyColumn } from '../../src/db/find-key-column';
import { type IncidentRow, incidentOf } from '../../src/db/incident-row';
import type { Database } from '../../src/db/open-database';
import { NOT_STARTED } from '../../src/db/record-not-started';
import { surveyNotices } from '../../src/db/survey-notices';
import { verifyAudit } from '../../src/db/verify-audit';
import { findLeftovers, verifyExpiry } from '../../src/db/verify-expiry';
import { wavesOf } from '../../src/db/waves';
import { problemWords } from '../../src/incident/books';
import { counted } from '../cli/words';

/** One promise, looked at from outside the run. */
export interface Check {
  name: string;
  /** Null: it could not be judged yet. */
  holds: boolean | null;
  /** What breaks it, or why it was not judged. */
  found: string[];
}

export interface Verification {
  incidentId: string;
  phase: string;
  holds: boolean;
  checks: Check[];
}

/** Checks the audit chain (I6), the books (I1, I2, I4) and what is left alive (I3). Reads everything once, changes nothing. */
export async function verify(database: Database, row: IncidentRow): Promise<Verification> {
  const checks = [
    await auditCheck(database, row),
    await notStartedCheck(database),
    await booksCheck(database, row),
    await expiryCheck(database, row),
  ];
  return {
    incidentId: row.incident_id,
    phase: row.phase,
    holds: checks.every(({ holds }) => holds !== false),
    checks,
  };
}

async function auditCheck({ db }: Database, { incident }: IncidentRow): Promise<Check> {
  const broken = await verifyAudit(db, incident);
  return check('the audit log is whole (I6)', broken === null ? [] : [broken]);
}

async function notStartedCheck({ db }: Database): Promise<Check> {
  const broken = await verifyAudit(db, NOT_STARTED);
  return check('the audit log of files before their start is whole (I6)', broken === null ? [] : [broken]);
}

/** While it runs, what is not yet done is no fault; what may never be is one at any time. */
async function booksCheck({ db }: Database, { incident, phase }: IncidentRow): Promise<Check> {
  const waves = await wavesOf(db, incident);
  if (phase === 'closed')
    return check(
      'everybody has one final answer, after the expiry (I1, I4)',
      (await checkWaves(db, incident, waves)).map(problemWords),
    );
  let [strangers, early] = [0, 0];
  for (const wave of waves) {
    strangers += (await surveyNotices(db, incident, wave)).strangers;
    early += await toldBeforeExpiry(db, incident, wave);
  }
  return check('no notice is out of place (I4); the rest is judged when the incident is closed', [
    ...(strangers > 0 ? [`${counted(strangers, 'notice')} for nobody in the cohort`] : []),
    ...(early > 0 ? [`${counted(early, 'notice')} without an expiry that came before`] : []),
  ]);
}

async function expiryCheck({ db, companySchema }: Database, row: IncidentRow): Promise<Check> {
  const name = 'nothing from before the cutoff lets anybody in (I3)';
  if (row.phase === 'expire')
    return { name, holds: null, found: ['not judged: passwords are still being expired'] };
  const { database: mapping, cutoff } = incidentOf(row);
  const company: Company = {
    companySchema,
    mapping,
    keyColumn: await findKeyColumn(db, companySchema, mapping),
  };
  const incident = { incident: row.incident, cutoff };
  const { findings } = await verifyExpiry(db, company, incident);
  if (findings.length === 0) return check(name, []);
  const examples = await findLeftovers(db, company, incident);
  return check(
    name,
    findings.map(({ what, count, todo }) => {
      const ids = examples.find((one) => one.what === what)?.customers.slice(0, 5) ?? [];
      return `${count.toLocaleString('en-US')} ${what}${ids.length > 0 ? ` (customers ${ids.join(', ')})` : ''}: ${todo}`;
    }),
  );
}

function check(name: string, found: string[]): Check {
  return { name, holds: found.length === 0, found };
}
