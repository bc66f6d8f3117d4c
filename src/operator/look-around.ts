import type { Client } from '@temporalio/client';
import { delayOf } from '../books/delay';
import type { IncidentRow } from '../books/incident-row';
import { openDatabase } from '../books/open-database';
import { type CompanyFinding, stops, waits, warns } from '../company/inspect/finding';
import type { Refusal } from './compare-with-row';
import { type DryRunCompany, dryRunCompany } from './dry-run-company';
import { allIncidents } from './incident-command';
import { isUnknown, missingPart, withClient } from './parts';
import type { Addresses } from './parts/addresses';
import { checkPart } from './parts/check-reachable';
import { lackingWords, probeRelay, type RelayProbe } from './parts/probe-relay';
import type { CompanyIncident } from './prepare-incident';
import { findOtherRun, type LedgerHere, ledgerHere, otherRunRefusal } from './run-ledger';
import { countWorkers } from './start-run';

/** What a run would find as of now, whatever its texts say. Plain data. */
export interface Surroundings {
  relay: RelayProbe;
  /** `address`: null where it is not known. `workers`: how many ask for this ledger's work; null: not known, as before its first start. */
  temporal: { address: string | null; problem: string | null; workers: number | null };
  /** The incident's row, where it was started before. */
  row: IncidentRow | null;
  /** Null: it was not looked at; `findings` says so. */
  company: DryRunCompany | null;
  /** But for the relay: without it passwords could be expired meanwhile. */
  findings: CompanyFinding[];
}

export interface LookAround {
  addresses: Addresses;
  /** Null: there is nothing yet to look at the company's database with. */
  incident: CompanyIncident | null;
  /** False: only what may stop the run is looked at. */
  countCustomers: boolean;
  /** Told now and then how many customers were read. */
  progress?: ((customers: number) => void) | undefined;
}

/** Asks relay, Temporal and database; sends nothing and changes nothing. */
export async function lookAround(request: LookAround): Promise<Surroundings> {
  const { addresses, incident, countCustomers, progress } = request;
  const [relay, temporal, database] = await Promise.all([
    askRelay(addresses, incident),
    askTemporal(addresses),
    problemOf('database', addresses),
  ]);
  const findings = [database, temporal.problem].flatMap((problem) =>
    problem === null ? [] : [partStops(problem)],
  );
  if (!('problem' in relay))
    for (const problem of relay.lacking)
      findings.push(warns(problem, 'the others go on without it: where it fails in the run it is left out'));
  const around = { relay, temporal: { ...temporal, workers: null }, row: null, company: null, findings };
  if (incident === null || database !== null || temporal.problem !== null) findings.push(waits(UNASKED));
  if (incident === null) return around;
  if (database !== null) {
    findings.push(
      waits('The database was not looked at: neither what the file names in it nor its customers'),
    );
    return around;
  }
  const books = await booksOf(addresses.databaseUrl);
  const row = books.rows.find(({ incident_id: id }) => id === incident.id) ?? null;
  const { workers, other } =
    temporal.problem === null
      ? await withClient(addresses, (client) => runsOf(client, incident.id, books.here))
      : { workers: null, other: null };
  if (other !== null) findings.push(refusalStops(otherRunRefusal(other, books.here)));
  findings.push(...otherIncidents(books.rows, incident.id));
  // A start looks once more at what no run could fix; going on with a run that has begun does not.
  const count = countCustomers ? 'all' : row === null ? 'entries' : 'nothing';
  const offersSmtputf8 = 'problem' in relay ? null : relay.smtputf8;
  const company = await dryRunCompany(addresses.databaseUrl, { incident, offersSmtputf8, count, progress });
  findings.push(...company.findings);
  return { relay, temporal: { ...temporal, workers }, row, company, findings };
}

const UNASKED =
  'Temporal was not asked whether it has a run of this incident that belongs to another database';

/** The problem of a part already says how to fix it. */
export function partStops(problem: string): CompanyFinding {
  return stops(problem, '');
}

export function refusalStops({ reason, differences, todo }: Refusal): CompanyFinding {
  return stops([reason, ...differences].join('\n'), todo);
}

/** What stops the run first. */
export function inOrder(findings: CompanyFinding[]): CompanyFinding[] {
  return (['stops', 'waits', 'warns'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
}

/** Also whether SMTP_URL has each relay that the file tells of: it would be used otherwise than somebody wrote down. */
async function askRelay(addresses: Addresses, incident: CompanyIncident | null): Promise<RelayProbe> {
  if (isUnknown('relay', addresses)) return { problem: missingPart('relay') };
  const probe = await probeRelay(addresses.smtpUrl);
  const file = incident?.relay ?? null;
  if ('problem' in probe || file === null) return probe;
  const problem = lackingWords(addresses.smtpUrl, file);
  return problem === null ? probe : { problem };
}

async function problemOf(part: 'database' | 'temporal', addresses: Addresses): Promise<string | null> {
  return isUnknown(part, addresses) ? missingPart(part) : checkPart(part, addresses);
}

async function askTemporal(addresses: Addresses): Promise<Omit<Surroundings['temporal'], 'workers'>> {
  const address = isUnknown('temporal', addresses) ? null : addresses.temporal.address;
  return { address, problem: await problemOf('temporal', addresses) };
}

/** The workers of this ledger, and a run of this incident that belongs to another one. */
async function runsOf(client: Client, incidentId: string, here: LedgerHere) {
  const { id } = here;
  return {
    workers: id === null ? null : await countWorkers(client, id).catch(() => null),
    other: await findOtherRun(client, incidentId, here),
  };
}

async function booksOf(databaseUrl: string): Promise<{ rows: IncidentRow[]; here: LedgerHere }> {
  const database = openDatabase(databaseUrl, { connections: 1 });
  try {
    return { rows: await allIncidents(database), here: await ledgerHere(database) };
  } finally {
    await database.close();
  }
}

/** What of other incidents in this ledger somebody should know before this one tells anybody. */
export function otherIncidents(rows: IncidentRow[], id: string): CompanyFinding[] {
  return rows
    .filter((row) => row.incident_id !== id)
    .flatMap((row) => {
      const { incident_id: other, phase, title } = row;
      const delay = delayOf(row);
      return [
        ...(row.closed_at === null
          ? [
              warns(
                `Another incident is not closed: ${other} (${phase}), ${title}`,
                `check that this is not the same breach under another id: customers would be told twice (npm run cli -- status --incident ${other})`,
              ),
            ]
          : []),
        ...(delay === null
          ? []
          : [
              warns(
                `Law enforcement asked that nobody is told of ${other} (${phase}): ${delay.reason}, written down by ${delay.by}. It does not hold ${id}`,
                `if it is the same breach, write the request down for ${id}, too: npm run cli -- hold-for-law-enforcement --incident ${id} --by "YOUR NAME" --reason "WHO ASKED"`,
              ),
            ]),
      ];
    });
}
