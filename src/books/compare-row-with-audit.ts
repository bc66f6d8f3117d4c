import { fileHash } from '../incident/file-hash';
import { type IncidentRow, incidentOf } from './incident-row';
import type { AuditTable } from './ledger-tables';
import { sqlTime, sqlTimeMs } from './rows';

/**
 * What the incident's row says otherwise than its audit chain tells (I6): nobody changes the row but by a decision, which is on record
 * in the same transaction. Who writes an approval, a rate or a phase into the row by hand is found here.
 * @param entries the whole chain, read in one moment with the row.
 */
export function rowFaults(row: IncidentRow, entries: AuditTable[]): string[] {
  const told = tellRow(entries);
  const { approval, hold } = told;
  const sameTime = (here: string | null, entry: AuditTable | null) =>
    here !== null && entry !== null && isOfDecision(here, entry) ? entry.at : here;
  const facts: [name: string, here: unknown, audited: unknown][] = [
    ['the hash of the file', row.file_hash, told.fileHash],
    ['the hash of the file as it stands in the row', fileHash(incidentOf(row)), told.fileHash],
    ['the cutoff', row.cutoff.slice(0, 23), sqlTime(Date.parse(incidentOf(row).cutoff))],
    ['the hash of the texts', row.content_hash, told.contentHash],
    ['who started it', row.started_by, told.startedBy],
    ['when it was started', sameTime(row.started_at, entries[0] ?? null), entries[0]?.at ?? null],
    ['the phase', row.phase, told.phase],
    ['when it ended', sameTime(row.closed_at, told.end), told.end?.at ?? null],
    ['the gate', row.gate, told.gate],
    ['who moved the gate last', row.gate_by, told.gateBy],
    ['why the gate is as it is', row.gate_reason, told.gateReason],
    ['how often the gate was closed', Number(row.fence), told.fence],
    ['the rate', row.rate_per_second, told.perSecond],
    ['who approved', row.approved_by, approval && told.approvers.join(' and ').slice(0, 200)],
    ['the hash of what was approved', row.approved_hash, approval && detailOf(approval).contentHash],
    ['when it was approved', sameTime(row.approved_at, approval), approval?.at ?? null],
    ['why it holds', row.hold_reason, hold?.reason ?? null],
    // A version before holds had a kind did not record one.
    ['what it holds for', row.hold_kind, hold === null ? null : (hold.kind ?? row.hold_kind)],
  ];
  return facts
    .filter(([, here, audited]) => here !== audited)
    .map(
      ([name, here, audited]) =>
        `${name}: the incident's row says ${words(here)}, the audit log says ${words(audited)}`,
    );
}

/** What the decisions on record come to. */
interface ToldRow {
  fileHash: unknown;
  contentHash: unknown;
  startedBy: string | null;
  phase: unknown;
  end: AuditTable | null;
  gate: 'open' | 'closed';
  gateBy: string | null;
  gateReason: string;
  fence: number;
  perSecond: unknown;
  /** Who approved, in their order, and the approval that completed it. */
  approvers: string[];
  approval: AuditTable | null;
  hold: { kind?: unknown; reason: unknown } | null;
}

function tellRow(entries: AuditTable[]): ToldRow {
  const told: ToldRow = {
    fileHash: null,
    contentHash: null,
    startedBy: null,
    phase: null,
    end: null,
    gate: 'open',
    gateBy: null,
    gateReason: '',
    fence: 0,
    perSecond: null,
    approvers: [],
    approval: null,
    hold: null,
  };
  for (const entry of entries) obey(told, entry);
  return told;
}

/** As the decision of each action writes the row: incident-row.ts, incident-decisions.ts, gate.ts. */
function obey(told: ToldRow, entry: AuditTable): void {
  const { action, who } = entry;
  const detail = detailOf(entry);
  switch (action) {
    case 'start': {
      const { fileHash: file, contentHash, perSecond } = detail;
      Object.assign(told, { fileHash: file, contentHash, perSecond, startedBy: who, gateBy: who });
      break;
    }
    case 'phase':
      told.phase = detail.phase;
      told.hold = null;
      if (detail.phase === 'cancelled') told.end = entry;
      break;
    case 'gate-closed':
      told.gate = 'closed';
      told.gateBy = who;
      told.gateReason = String(detail.reason).slice(0, 500);
      told.fence++;
      break;
    case 'gate-opened':
      Object.assign(told, { gate: 'open', gateBy: who, gateReason: '' });
      break;
    case 'rate':
      told.perSecond = detail.perSecond;
      break;
    case 'approve':
      if (told.approval) break;
      told.approvers.push(who);
      if (!detail.missing) told.approval = entry;
      break;
    case 'hold':
      told.hold = { kind: detail.kind, reason: detail.reason };
      break;
    case 'resume':
      told.hold = null;
      break;
    case 'close':
      Object.assign(told, { phase: 'closed', hold: null, end: entry });
      Object.assign(told, { gate: 'closed', gateBy: who, gateReason: 'the incident is closed' });
      told.fence++;
      break;
  }
}

/** One that somebody has changed by hand may be no JSON: the chain's own check names it. */
function detailOf({ detail }: AuditTable): Record<string, unknown> {
  try {
    return JSON.parse(detail) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A row's time is that of the statement that wrote it; its entry's is a little later, after waits for locks of 3 s at most each. */
function isOfDecision(here: string, { at }: AuditTable): boolean {
  return Math.abs(sqlTimeMs(at) - sqlTimeMs(here)) <= LONGEST_DECISION_MILLISECONDS;
}

const LONGEST_DECISION_MILLISECONDS = 15_000;

function words(value: unknown): string {
  return value === null || value === undefined || value === '' ? 'nothing' : String(value).slice(0, 200);
}
