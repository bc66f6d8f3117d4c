import type { IncidentRow } from '../books/incident-row';
import { type CompanyFinding, waits } from '../company/inspect/finding';
import { refuseClosed } from './compare-with-row';
import {
  inOrder,
  type LookAround,
  lookAround,
  partStops,
  refusalStops,
  type Surroundings,
} from './look-around';
import type { FaultyIncident } from './prepare-incident';

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

/** Looks at everything else that the run will need, so that one round tells it all; sends nothing and changes nothing. */
export async function dryRunFaulty({ faulty, ...request }: FaultyDryRunRequest): Promise<FaultyDryRun> {
  const { file, problems, company: seen } = faulty;
  const incident = 'unseen' in seen ? null : seen;
  const { company, relay, temporal, row, findings } = await lookAsFarAsItGoes({
    ...request,
    incident,
    countCustomers: true,
  });
  const found = [
    ...('unseen' in seen ? [waits(seen.unseen)] : []),
    ...(row ? startedBefore(faulty, row) : []),
    ...findings,
    ...('problem' in relay ? [partStops(relay.problem)] : []),
    waits('No notice was made from the file: neither its size nor its wording was looked at'),
  ];
  return { file, problems, company, relay, temporal, findings: inOrder(found), ready: false };
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
