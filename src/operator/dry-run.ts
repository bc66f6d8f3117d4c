import type { IncidentRow } from '../books/incident-row';
import { type CompanyFinding, waits } from '../company/inspect/finding';
import type { Incident } from '../incident/incident-schema';
import { calledWords } from '../incident/on-hold-schema';
import { mostSessions } from '../incident/relay';
import { type CanaryMail, canaryMail } from './canary-text';
import { compareWithRow, refuseClosed } from './compare-with-row';
import { cohortOf, type DryRunCompany } from './dry-run-company';
import { judgeCopied } from './judge-copied';
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
import { deliversToNobody } from './parts/capture-relay';
import { companyIncident, type FaultyIncident, type PreparedIncident } from './prepare-incident';
import { previewVariants, type VariantPreview } from './preview/preview-variants';
import { counted, number } from './words';

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
  /** On the wire, over all relays: a lane sends by one at a time. */
  messagesAtOnce: number;
  /** Whom the run calls when it waits for a person, in words. */
  calls: string;
  canaryMail: CanaryMail;
  /** Everything found: what stops the run first. */
  findings: CompanyFinding[];
  /** The relay alone stops it: passwords could be expired meanwhile. */
  onlyRelayStops: boolean;
  ready: boolean;
}

export interface DryRunRequest extends Omit<LookAround, 'incident'> {
  prepared: PreparedIncident;
  /** The demo's: nobody real can be told whatever the relay is. */
  madeUpCustomers?: true;
}

/** Looks at everything that the run will need and do; sends nothing and changes nothing. */
export async function dryRun({ prepared, madeUpCustomers, ...request }: DryRunRequest): Promise<DryRun> {
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
  const findings = [
    ...(refusal ? [refusalStops(refusal)] : []),
    ...around.findings,
    ...judgeNotices(variants),
    ...judgeCopied(prepared, {
      toNobody:
        madeUpCustomers === true ||
        isUnknown('relay', request.addresses) ||
        (await deliversToNobody(request.addresses.smtpUrl)),
      started: row !== null,
    }),
  ];
  const othersStop = findings.some(isStop);
  if ('problem' in relay) findings.push(partStops(relay.problem));
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
    messagesAtOnce: mostSessions(incident.relay),
    calls: calledWords(incident.onHold),
    canaryMail: canaryMail(incident, notices),
    findings: inOrder(findings),
    onlyRelayStops: 'problem' in relay && !isUnknown('relay', request.addresses) && !othersStop,
    ready: !findings.some(isStop),
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

/** What would stop a run besides the problems of its file. Plain data. */
export interface FaultyDryRun extends Pick<Surroundings, 'company' | 'relay' | 'temporal'> {
  file: string;
  /** A line each. */
  problems: string[];
  /** What stops the run first, then what was not looked at. */
  findings: CompanyFinding[];
  ready: false;
}

export interface FaultyDryRunRequest extends Omit<LookAround, 'incident' | 'countCustomers'> {
  faulty: FaultyIncident;
}

/** Looks at everything else that the run will need, so that one round shows everything; sends nothing and changes nothing. */
export async function dryRunFaulty({ faulty, ...request }: FaultyDryRunRequest): Promise<FaultyDryRun> {
  const { file, problems, company: seen } = faulty;
  const incident = 'unseen' in seen ? null : seen;
  const around = await lookAsFarAsItGoes({
    ...request,
    incident,
    countCustomers: true,
  });
  const { company, relay, temporal, row } = around;
  const findings = [
    ...('unseen' in seen ? [waits(seen.unseen)] : []),
    ...(row ? startedBefore(faulty, row) : []),
    ...around.findings,
    ...('problem' in relay ? [partStops(relay.problem)] : []),
    waits('No notice was made from the file, so neither its size nor its wording was looked at'),
  ];
  return { file, problems, company, relay, temporal, findings: inOrder(findings), ready: false };
}

/** A contradiction in the file may make the look at the database fail. */
async function lookAsFarAsItGoes(request: LookAround): Promise<Surroundings> {
  try {
    return await lookAround(request);
  } catch (error) {
    if (request.incident === null) throw error;
    const around = await lookAround({ ...request, incident: null });
    const { code, name } = error as Error & { code?: string };
    const unseen = waits(
      `The database could not be looked at (${code ?? name}): once the file is corrected, the dry run says why`,
    );
    return { ...around, findings: [...around.findings, unseen] };
  }
}

function startedBefore(faulty: FaultyIncident, row: IncidentRow): CompanyFinding[] {
  const closed = refuseClosed(faulty, row);
  return [
    closed === null
      ? waits(`The file was not compared with the one that ${row.incident_id} was started with`)
      : refusalStops(closed),
  ];
}

/** What a start shows of its own checks: only what stops the start, and what somebody should look at. */
export function findingLines(findings: CompanyFinding[]): string[] {
  const part = (severity: CompanyFinding['severity'], heading: string) => {
    const ofSeverity = findings.filter((finding) => finding.severity === severity);
    return ofSeverity.length === 0 ? [] : [heading, ...ofSeverity.flatMap(findingLine), ''];
  };
  return [
    ...part('stops', 'STOPS THE START'),
    ...part('waits', 'NOT LOOKED AT until the above is fixed; there may be more'),
    ...part('warns', 'Look at'),
  ];
}

/** The last line: whether the run may start. */
export function verdict({ findings, ready, file, onlyRelayStops, started }: DryRun): string {
  const stops = findings.filter(({ severity }) => severity === 'stops').length;
  if (ready)
    return started
      ? `READY: npm start -- ${file} --go goes on with the run.`
      : `READY: npm start -- ${file} --go starts the run.`;
  const notReady = `NOT READY: ${stops === 1 ? 'one thing stops' : `${number(stops)} things stop`} the start (above).`;
  return onlyRelayStops
    ? `${notReady} To expire the passwords meanwhile: npm start -- ${file} --go --relay-later`
    : notReady;
}

/** For a file whose problems stand above already: what else stands in the way. */
export function faultyText({ file, problems, findings }: FaultyDryRun): string {
  const stops = findings.filter(({ severity }) => severity === 'stops').length;
  const wrong = `${counted(problems.length, 'problem')} in the file`;
  const both =
    {
      0: `${wrong} (above); nothing else stops the start`,
      1: `${wrong}, and one other thing stops the start (above)`,
    }[stops] ?? `${wrong}, and ${number(stops)} other things stop the start (above)`;
  return [
    `Dry run of ${file}, as far as it goes before the file is corrected: nothing is sent, nothing is changed.`,
    '',
    ...findingLines(findings),
    `NOT READY: ${both}. Nothing was done.`,
  ].join('\n');
}

function findingLine({ what, todo }: CompanyFinding): string[] {
  const [first, ...more] = what.split('\n');
  return [`  - ${first}`, ...more.map((line) => `      ${line}`), ...(todo === '' ? [] : [`    -> ${todo}`])];
}
