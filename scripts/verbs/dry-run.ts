import type { Client } from '@temporalio/client';
import { type CompanyFinding, stops, warns } from '../../src/company/inspect/finding';
import type { IncidentRow } from '../../src/db/incident-row';
import { openDatabase } from '../../src/db/open-database';
import type { Incident } from '../../src/incident/incident-schema';
import { allIncidents } from '../cli/choose-incident';
import { withClient } from '../cli/parts';
import type { Addresses } from '../stack/addresses';
import { checkPart } from '../stack/check-reachable';
import { compareWithRow, type Refusal } from './compare-with-row';
import { countWorkers } from './count-workers';
import { type DryRunCompany, dryRunCompany } from './dry-run-company';
import { judgeNotices } from './judge-notices';
import type { PreparedIncident } from './prepare-incident';
import { previewVariants, type VariantPreview } from './preview-variants';
import { probeRelay, type RelayProbe } from './probe-relay';
import { findOtherRun, type LedgerHere, ledgerHere, otherRunRefusal } from './run-ledger';

/** What a run would do, and what stops it. Plain data. */
export interface DryRun {
  file: string;
  incidentId: string;
  title: string;
  /** ISO 8601, UTC. */
  cutoff: string;
  fileHash: string;
  contentHash: string;
  /** What the file does to the company's tables: its conditions whole, what is stated, what is set aside. */
  mapping: Incident['database'];
  /** Each with the number of who would get it; null: not counted. */
  variants: (VariantPreview & { customers: number | null })[];
  /** Null: the database does not answer, or has not what the file names. */
  company: DryRunCompany | null;
  relay: RelayProbe;
  /** `workers`: that ask for this ledger's work; null: not known, as before its first start. */
  temporal: { address: string; problem: string | null; workers: number | null };
  /** The incident's row, where it was started before. */
  started: { phase: string; startedAt: string; startedBy: string } | null;
  canary: Incident['canary'];
  /** Everything found: what stops the run first. */
  findings: CompanyFinding[];
  /** The relay alone stops it: passwords could be expired meanwhile. */
  onlyRelayStops: boolean;
  ready: boolean;
}

export interface DryRunRequest {
  prepared: PreparedIncident;
  addresses: Addresses;
  /** False: only what may stop the run is looked at. */
  countCustomers: boolean;
  /** Told now and then how many customers were read. */
  progress?: (customers: number) => void;
}

/** Looks at everything that the run will need and do; sends nothing and changes nothing. */
export async function dryRun({
  prepared,
  addresses,
  countCustomers,
  progress,
}: DryRunRequest): Promise<DryRun> {
  const { incident, file, fileHash, notices } = prepared;
  const [relay, temporal, database] = await Promise.all([
    probeRelay(addresses.smtpUrl),
    askTemporal(addresses),
    checkPart('database', addresses),
  ]);
  const found: CompanyFinding[] = [];
  if (database !== null) found.push(partStops(database));
  if (temporal.problem !== null) found.push(partStops(temporal.problem));
  const books = database === null ? await booksOf(addresses.databaseUrl) : null;
  const rows = books?.rows ?? [];
  const { workers, other } =
    temporal.problem === null && books !== null
      ? await withClient(addresses, (client) => runsOf(client, incident.id, books.here))
      : { workers: null, other: null };
  if (other !== null && books !== null) found.push(refusalStops(otherRunRefusal(other, books.here)));
  found.push(...startedBefore(prepared, rows));
  const offersSmtputf8 = 'problem' in relay ? null : relay.smtputf8;
  const row = rows.find((one) => one.incident_id === incident.id);
  // A start looks once more at what no run could mend; going on with one that has begun does not.
  const count = countCustomers ? 'all' : row === undefined ? 'entries' : 'nothing';
  const request = { incident, offersSmtputf8, count, progress } as const;
  const company = database === null ? await dryRunCompany(addresses.databaseUrl, request) : null;
  found.push(...(company?.findings ?? []));
  const byVariant = company?.classification?.byVariant;
  const variants = previewVariants(incident, notices).map((variant) => ({
    ...variant,
    // Who needs a reminder is known only then.
    customers: byVariant && variant.wave === 'notice' ? (byVariant[variant.key] ?? 0) : null,
  }));
  found.push(...judgeNotices(variants));
  const othersStop = found.some(({ severity }) => severity === 'stops');
  if ('problem' in relay) found.push(partStops(relay.problem));
  return {
    file,
    incidentId: incident.id,
    title: incident.title,
    cutoff: new Date(incident.cutoff).toISOString(),
    fileHash,
    contentHash: notices.contentHash,
    mapping: incident.database,
    variants,
    company,
    relay,
    temporal: { ...temporal, workers },
    started: row ? { phase: row.phase, startedAt: row.started_at, startedBy: row.started_by } : null,
    canary: incident.canary,
    findings: inOrder(found),
    onlyRelayStops: 'problem' in relay && !othersStop,
    ready: !found.some(isStop),
  };
}

/** What stops the run first. */
function inOrder(findings: CompanyFinding[]): CompanyFinding[] {
  return (['stops', 'waits', 'warns'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
}

function isStop({ severity }: CompanyFinding): boolean {
  return severity === 'stops';
}

/** The problem of a part says itself what mends it. */
function partStops(problem: string): CompanyFinding {
  return stops(problem, '');
}

async function askTemporal(addresses: Addresses): Promise<Omit<DryRun['temporal'], 'workers'>> {
  return { address: addresses.temporal.address, problem: await checkPart('temporal', addresses) };
}

/** The workers of this ledger, and a run of this incident that belongs to another one. */
async function runsOf(client: Client, incidentId: string, here: LedgerHere) {
  const { id } = here;
  return {
    workers: id === null ? null : await countWorkers(client, id).catch(() => null),
    other: await findOtherRun(client, incidentId, here),
  };
}

function refusalStops({ reason, differences, todo }: Refusal): CompanyFinding {
  return stops([reason, ...differences].join('\n'), todo);
}

async function booksOf(databaseUrl: string): Promise<{ rows: IncidentRow[]; here: LedgerHere }> {
  const database = openDatabase(databaseUrl, { connections: 1 });
  try {
    return { rows: await allIncidents(database), here: await ledgerHere(database) };
  } finally {
    await database.close();
  }
}

function startedBefore(prepared: PreparedIncident, rows: IncidentRow[]): CompanyFinding[] {
  const { id } = prepared.incident;
  const row = rows.find((one) => one.incident_id === id);
  const refusal = row ? compareWithRow(prepared, row) : null;
  const others = rows.filter((one) => one.incident_id !== id && one.closed_at === null);
  return [
    ...(refusal ? [refusalStops(refusal)] : []),
    ...others.map((one) =>
      warns(
        `Another incident is not closed: ${one.incident_id} (${one.phase}), ${one.title}`,
        `see whether it is the same breach under another id: customers would be told twice (npm run cli -- status --incident ${one.incident_id})`,
      ),
    ),
  ];
}
