import { NOT_STARTED, readAudit } from '../books/audit-chain';
import type { BareBooks } from '../books/books';
import { rowFaults, untoldFacts } from '../books/compare-row-with-audit';
import { versionFaults } from '../books/compare-versions-with-audit';
import { listVersions } from '../books/file-versions';
import { findIncident, type IncidentRow, incidentOf } from '../books/incident-row';
import { chainBreak, headFaults } from '../books/judge-audit';
import type { AuditTable } from '../books/ledger-tables';
import { BEGUN, earlyPurges } from '../books/purge-kept';
import type { AnchorFile, Held } from './held-heads';
import { counted } from './words';

/** One promise, looked at from outside the run. */
export interface Check {
  name: string;
  /** Null: it could not be judged yet. */
  holds: boolean | null;
  /** What breaks it, or why it was not judged. */
  found: string[];
}

export function check(name: string, breaks: string[]): Check {
  return { name, holds: breaks.length === 0, found: breaks };
}

/**
 * Whether anybody has written into the record (I6): each chain in itself, the incident's row beside it, and the heads that are held
 * where who can write into the database cannot.
 * @param books of one moment (snapshot), after the heads were read.
 */
export async function auditChecks(books: BareBooks, row: IncidentRow, held: Held): Promise<Check[]> {
  const { incident_id: incidentId } = row;
  const entries = await readAudit(books);
  const before = await readAudit({ ...books, incident: NOT_STARTED });
  const now = (await findIncident(books.db, incidentId)) ?? row;
  const versions = await listVersions(books);
  const broken = chainBreak(entries, { mayBeEmpty: false });
  const brokenBefore = chainBreak(before, { mayBeEmpty: true });
  return [
    check('the audit log is whole (I6)', broken === null ? [] : [broken]),
    check("the incident's row is what the audit log says (I6)", rowFaults(now, entries)),
    check('each version of the file is what the audit log says (I6)', versionFaults(versions, entries)),
    ...untoldCheck(entries),
    check(
      'the audit log of files before their start is whole (I6)',
      brokenBefore === null ? [] : [brokenBefore],
    ),
    ...purgeChecks(entries, now),
    temporalCheck(entries, held.temporal),
    ...anchorChecks({ entries, before, incidentId }, held.anchors),
  ];
}

/** Only of an incident that an older version started. */
function untoldCheck(entries: AuditTable[]): Check[] {
  const untold = untoldFacts(entries);
  if (untold.length === 0) return [];
  const found = [
    `not compared: ${untold.join(' and ')}; a version of this program wrote the record that did not note it`,
  ];
  return [{ name: "what of the incident's row the audit log does not tell (I6)", holds: null, found }];
}

/** Only where something was purged. A row whose file is no JSON any more is named above. */
function purgeChecks(entries: AuditTable[], row: IncidentRow): Check[] {
  const name = 'nothing was purged before its time (I6)';
  if (!entries.some(({ action }) => action === BEGUN)) return [];
  try {
    return [check(name, earlyPurges(entries, incidentOf(row)))];
  } catch {
    return [{ name, holds: null, found: ["not judged: the file in the incident's row cannot be read"] }];
  }
}

function temporalCheck(entries: AuditTable[], held: Held['temporal']): Check {
  const name = 'the audit log holds every head that Temporal keeps of it (I6)';
  if (typeof held === 'string') return { name, holds: null, found: [`not compared: ${held}`] };
  if (held.length === 0)
    return {
      name,
      holds: null,
      found: ['not compared: Temporal has no run of this ledger any more that holds one'],
    };
  return check(
    name,
    held.flatMap(({ runId, head }) => headFaults(entries, [head], `Temporal (the memo of the run ${runId})`)),
  );
}

interface Chains {
  entries: AuditTable[];
  /** Of files that were not started. */
  before: AuditTable[];
  incidentId: string;
}

function anchorChecks({ entries, before, incidentId }: Chains, anchors: AnchorFile[]): Check[] {
  if (anchors.length === 0)
    return [
      {
        name: 'the audit log holds every head of an anchor (I6)',
        holds: null,
        found: [
          "not compared: verify --anchor FILE names the file that AUDIT_ANCHOR wrote, or a worker's log",
        ],
      },
    ];
  return anchors.map(({ file, heads, unreadable }) => {
    const own = heads.filter(({ incident }) => incident === incidentId);
    const others = heads.filter(({ incident }) => incident === null);
    const faults = [
      ...headFaults(entries, own, file),
      ...headFaults(before, others, `${file}, of files before their start,`),
      ...(own.length === 0
        ? [`${file} has no head of ${incidentId} in this ledger: nothing was compared`]
        : []),
    ];
    const remark = unreadable === 0 ? [] : [`${counted(unreadable, 'line')} of ${file} cannot be read`];
    return {
      ...check(`the audit log holds every head in ${file}: ${counted(own.length, 'head')} (I6)`, faults),
      found: [...faults, ...remark],
    };
  });
}
