import type { CompanyFinding } from '../company/inspect/finding';
import type { Incident } from '../incident/incident-schema';
import { compareWithRow } from './compare-with-row';
import { cohortOf, type DryRunCompany } from './dry-run-company';
import { judgeNotices } from './judge-notices';
import {
  inOrder,
  type LookAround,
  lookAround,
  partStops,
  refusalStops,
  type Surroundings,
} from './look-around';
import { isUnknown } from './parts';
import { companyIncident, type PreparedIncident } from './prepare-incident';
import { previewVariants, type VariantPreview } from './preview-variants';

/** What a run would do, and what stops it. Plain data. */
export interface DryRun extends Pick<Surroundings, 'company' | 'relay' | 'temporal'> {
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
  /** Seconds, by the file's pace and a speed of expiry as measured on two cores; null: not everybody was counted. */
  estimate: { expireSeconds: number; notifySeconds: number } | null;
  /** The incident's row, where it was started before. */
  started: { phase: string; startedAt: string; startedBy: string } | null;
  canary: Incident['canary'];
  /** Everything found: what stops the run first. */
  findings: CompanyFinding[];
  /** The relay alone stops it: passwords could be expired meanwhile. */
  onlyRelayStops: boolean;
  ready: boolean;
}

export interface DryRunRequest extends Omit<LookAround, 'incident'> {
  prepared: PreparedIncident;
}

/** Looks at everything that the run will need and do; sends nothing and changes nothing. */
export async function dryRun({ prepared, ...request }: DryRunRequest): Promise<DryRun> {
  const { incident, file, fileHash, notices } = prepared;
  const around = await lookAround({ ...request, incident: companyIncident(incident) });
  const { company, relay, temporal, row } = around;
  const refusal = row && compareWithRow(prepared, row);
  const byVariant = company?.classification?.byVariant;
  const variants = previewVariants(incident, notices).map((variant) => ({
    ...variant,
    // Who needs a reminder is known only then.
    customers: byVariant && variant.wave === 'notice' ? (byVariant[variant.key] ?? 0) : null,
  }));
  const found = [...(refusal ? [refusalStops(refusal)] : []), ...around.findings, ...judgeNotices(variants)];
  const othersStop = found.some(isStop);
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
    estimate: company && estimateOf(company, incident),
    relay,
    temporal,
    started: row ? { phase: row.phase, startedAt: row.started_at, startedBy: row.started_by } : null,
    canary: incident.canary,
    findings: inOrder(found),
    onlyRelayStops: 'problem' in relay && !isUnknown('relay', request.addresses) && !othersStop,
    ready: !found.some(isStop),
  };
}

function isStop({ severity }: CompanyFinding): boolean {
  return severity === 'stops';
}

function estimateOf({ counts, classification }: DryRunCompany, { pace }: Incident): DryRun['estimate'] {
  if (counts === null || classification === null) return null;
  return {
    expireSeconds: cohortOf(counts) / CUSTOMERS_EXPIRED_PER_SECOND,
    notifySeconds: classification.told / pace.perSecond,
  };
}

const CUSTOMERS_EXPIRED_PER_SECOND = 50_000;
