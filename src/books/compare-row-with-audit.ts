import { cutText } from '../incident/cut-text';
import { fileHash } from '../incident/file-hash';
import { HELD_FOR_LAW, type LawRecord } from '../incident/law-delay';
import { AMENDED } from './amend-file';
import { RECONCILE } from './audit-chain';
import { closedAgain } from './gate';
import { type IncidentRow, incidentOf } from './incident-row';
import { detailOf, markOf } from './judge-audit';
import { ASKED, afterEntry, NO_REQUESTS, RELEASED, togetherInRow } from './law-requests';
import type { AuditTable } from './ledger-tables';
import { isoTime, sqlTime, sqlTimeMs } from './rows';

/**
 * What the incident's row says otherwise than its audit chain tells (I6): nobody changes the row but by a decision, which is on record
 * in the same transaction. Who writes an approval, a rate or a phase into the row by hand is found here.
 * @param entries the whole chain, read in one moment with the row. @param about which facts, by their names; left out: all.
 */
export function rowFaults(row: IncidentRow, entries: AuditTable[], about?: ReadonlySet<string>): string[] {
  const told = tellRow(entries);
  const { approval, hold } = told;
  const file = fileIn(row);
  const sameTime = (here: string | null, entry: AuditTable | null) =>
    here !== null && entry !== null && isOfDecision(here, entry) ? entry.at : here;
  const facts: [name: string, here: unknown, audited: unknown][] = [
    ['the id', row.incident_id, file.id],
    ['the title', row.title, file.title],
    ['the hash of the file', row.file_hash, told.fileHash],
    ['the hash of the file as it stands in the row', file.hash, told.fileHash],
    ['the cutoff', row.cutoff.slice(0, 23), file.cutoff],
    ['the hash of the texts', row.content_hash, told.contentHash],
    ['the version of the file', row.version, told.version],
    ['who started it', row.started_by, told.startedBy],
    ['when it was started', sameTime(row.started_at, entries[0] ?? null), entries[0]?.at ?? null],
    ['the phase', row.phase, told.phase],
    ['when it ended', sameTime(row.closed_at, told.end), told.end?.at ?? null],
    ['the gate', row.gate, told.gate],
    ['the key of its Message-IDs', told.messageKey && markOf(row.message_key), told.messageKey],
    ['the server that it is on', told.server && markOf(row.server_identity), told.server],
    ['since when the gate is as it is', gateSince(row, told), told.gateSince],
    ['who moved the gate last', row.gate_by, told.gateBy],
    ['why the gate is as it is', row.gate_reason, told.gateReason],
    ['how often the gate was closed', Number(row.fence), told.fence],
    ['the rate', row.rate_per_second, told.perSecond],
    ['who approved', row.approved_by, approval && cutText(told.approvers.join(' and '), 200)],
    ['the hash of what was approved', row.approved_hash, approval && detailOf(approval).contentHash],
    ['when it was approved', sameTime(row.approved_at, approval), approval?.at ?? null],
    ['who wrote down that law enforcement asked to wait', row.delay_by, told.delay?.by ?? null],
    ['what law enforcement asked', row.delay_reason, told.delay?.reason ?? null],
    ['since when law enforcement asks', delaySince(row, told), told.delay?.since ?? null],
    ['which pauses law enforcement asked before', numberOf(row.delay_fence), told.delay?.fence ?? null],
    ['why it holds', row.hold_reason, hold?.reason ?? null],
    // A version before holds had a kind did not record one.
    ['what it holds for', row.hold_kind, hold === null ? null : (hold.kind ?? row.hold_kind)],
  ];
  return facts
    .filter(([name, here, audited]) => here !== audited && (about?.has(name) ?? true))
    .map(
      ([name, here, audited]) =>
        `${name}: the incident's row says ${words(here)}, the audit log says ${words(audited)}`,
    );
}

/** What a purge goes by: until when something is kept is counted from the end, by the file's periods. */
export const PURGE_FACTS: ReadonlySet<string> = new Set([
  'the hash of the file as it stands in the row',
  'the phase',
  'when it ended',
]);

/** The entry that ended the incident; null: it goes on, or the chain was cut. */
export function endIn(entries: AuditTable[]): AuditTable | null {
  return tellRow(entries).end;
}

/** What of the row no entry tells, since a version wrote them that did not record it: nobody compares it. */
export function untoldFacts(entries: AuditTable[]): string[] {
  const { messageKey, server } = tellRow(entries);
  return [
    ...(messageKey === null ? ['the key of its Message-IDs'] : []),
    ...(server === null ? ['the server that it is on'] : []),
  ];
}

/** What the decisions on record come to. */
interface ToldRow {
  fileHash: unknown;
  contentHash: unknown;
  /** Of the file: one more with each amendment. */
  version: number;
  /** Marks of what the record does not show; null: a version wrote it that did not record them. */
  messageKey: unknown;
  server: unknown;
  startedBy: string | null;
  phase: unknown;
  end: AuditTable | null;
  gate: 'open' | 'closed';
  gateBy: string | null;
  /** ISO 8601. */
  gateSince: string | null;
  gateReason: string;
  fence: number;
  perSecond: unknown;
  /** Who approved, in their order, and the approval that completed it. */
  approvers: string[];
  approval: AuditTable | null;
  hold: { kind?: unknown; reason: unknown } | null;
  /** What law enforcement asked, and what of it stands, as delay.ts writes it. */
  law: LawRecord;
  delay: { by: string; reason: string; since: string; fence: number } | null;
}

function tellRow(entries: AuditTable[]): ToldRow {
  const told: ToldRow = {
    fileHash: null,
    contentHash: null,
    version: 1,
    messageKey: null,
    server: null,
    startedBy: null,
    phase: null,
    end: null,
    gate: 'open',
    gateBy: null,
    gateSince: null,
    gateReason: '',
    fence: 0,
    perSecond: null,
    approvers: [],
    approval: null,
    hold: null,
    law: NO_REQUESTS,
    delay: null,
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
      Object.assign(told, { messageKey: detail.messageKey ?? null, server: detail.server ?? null });
      told.gateSince = isoTime(entry.at);
      break;
    }
    case 'phase':
      told.phase = detail.phase;
      told.hold = null;
      if (detail.phase === 'cancelled') told.end = entry;
      break;
    case 'gate-closed':
      told.gate = 'closed';
      told.fence++;
      if (detail.again === true) {
        const first = { gate_reason: told.gateReason, gate_by: told.gateBy ?? '' };
        told.gateReason = closedAgain(first, String(detail.reason), who);
        break;
      }
      told.gateBy = who;
      told.gateSince = isoTime(entry.at);
      told.gateReason = cutText(String(detail.reason), 500);
      if (detail.reason === HELD_FOR_LAW) sayDelay(told);
      break;
    case ASKED:
    case RELEASED:
      requestOrRelease(told, entry);
      break;
    case 'pause-ended':
      if (told.delay) told.delay.fence = Number(detail.fence);
      sayDelay(told);
      break;
    case 'gate-opened':
      Object.assign(told, { gate: 'open', gateBy: who, gateReason: '', gateSince: isoTime(entry.at) });
      break;
    case 'rate':
      told.perSecond = detail.perSecond;
      break;
    case AMENDED:
      Object.assign(told, { fileHash: detail.fileHash, contentHash: detail.contentHash });
      told.version++;
      told.perSecond = detail.perSecond ?? told.perSecond;
      if (detail.approvalVoid) Object.assign(told, { approvers: [], approval: null });
      break;
    case 'approve':
      if (told.approval) break;
      told.approvers.push(who);
      if (!detail.missing) told.approval = entry;
      break;
    case RECONCILE:
      told.server = detail.server ?? null;
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
      told.gateSince = isoTime(entry.at);
      told.fence++;
      break;
  }
}

/** As beginDelay and releaseDelay of delay.ts. */
function requestOrRelease(told: ToldRow, entry: AuditTable): void {
  const { delay, gate, fence } = told;
  told.law = afterEntry(told.law, entry);
  const together = togetherInRow(told.law.standing);
  const own = delay?.fence ?? (gate === 'open' ? fence + 1 : fence - 1);
  told.delay = together && { ...together, fence: own };
  if (gate === 'closed' && delay?.fence === fence) sayDelay(told);
}

/** An older version wrote the time of the last request that stands. */
function delaySince({ delay_since: since }: IncidentRow, { delay, law }: ToldRow): string | null {
  if (since === null) return null;
  return isOfRequest(since, law) ? (delay?.since ?? null) : isoTime(since);
}

/** The gate's time is that of the delay whose words it has. */
function gateSince({ gate_since: since }: IncidentRow, { gateSince: told, law }: ToldRow): string | null {
  return (told !== null && isNear(since, told)) || isOfRequest(since, law) ? told : isoTime(since);
}

function isOfRequest(here: string, { standing }: LawRecord): boolean {
  return standing.some(({ since }) => isNear(here, since));
}

function sayDelay(told: ToldRow): void {
  if (told.delay === null) return;
  told.gateReason = cutText(`${HELD_FOR_LAW}: ${told.delay.reason}`, 500);
  told.gateBy = told.delay.by;
  told.gateSince = told.delay.since;
}

function numberOf(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}

/** Somebody may have written anything there. */
function fileIn(row: IncidentRow): Record<'id' | 'title' | 'hash' | 'cutoff', string | null> {
  try {
    const file = incidentOf(row);
    const { id, title } = file;
    return { id, title, hash: fileHash(file), cutoff: sqlTime(Date.parse(file.cutoff)) };
  } catch {
    return { id: null, title: null, hash: null, cutoff: null };
  }
}

/** A row's time is that of the statement that wrote it; its entry's is a little later: after waits for locks of 3 s at most each, on a bad night. */
function isOfDecision(here: string, { at }: AuditTable): boolean {
  return isNear(here, isoTime(at));
}

function isNear(here: string, iso: string): boolean {
  return Math.abs(Date.parse(iso) - sqlTimeMs(here)) <= LONGEST_DECISION_MILLISECONDS;
}

const LONGEST_DECISION_MILLISECONDS = 60_000;

function words(value: unknown): string {
  return value === null || value === undefined || value === '' ? 'nothing' : cutText(String(value), 200);
}
