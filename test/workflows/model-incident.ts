import { ApplicationFailure, Context } from '@temporalio/activity';
import type {
  AdoptedRun,
  FileView,
  GateView,
  RecordHoldInput,
  SliceInput,
} from '../../src/activities/contract';
import type { Activities } from '../../src/activities/create-activities';
import { beating } from '../../src/activities/declare-activity';
import type { AuditHead, AuditSeen } from '../../src/incident/audit-head';
import type { Call } from '../../src/incident/call';
import type { GoesWithout } from '../../src/incident/goes-without';
import type { CustomerId, KeyRange, NoticeState, Phase, Wave } from '../../src/incident/vocabulary';
import { until } from '../until';

/** An incident in memory, which honours the activities' contract: gate, fence, cohort, ledger and relay of a few customers. */
export interface ModelIncident {
  activities: Activities;
  /** What each activity tells of the audit chain; null: the worker is of a version that does not. */
  audit: AuditSeen | null;
  /** Likewise, what the run goes without. */
  without: GoesWithout | null;
  row: ModelRow;
  /** The keys of the company's table; a test adds who comes back. */
  customers: CustomerId[];
  /** How often the relay accepted a message for each customer (I2). */
  accepted: Map<CustomerId, number>;
  notices: Map<CustomerId, NoticeState>;
  /** Of the reminder wave. */
  reminders: Map<CustomerId, NoticeState>;
  /** Who was reminded, and how often. */
  reminded: Map<CustomerId, number>;
  /** Who has a new password by now. */
  chosen: Set<CustomerId>;
  cohort: Set<CustomerId>;
  /** Names of the activities, in the order in which they began. */
  calls: string[];
  /** What the run can be amended to, by number; it is refused where it was made over another version. */
  proposals: Map<number, Partial<Pick<ModelRow, 'contentHash' | 'ratePerSecond' | 'canary'>>>;
  /** Signals of somebody else's, as they were put on record. */
  foreign: string[];
  /** Refused resumes, likewise. */
  refused: { why: string; fence: number | undefined }[];
  /** What somebody was called for. */
  calledFor: Call[];
  /** What each that ended was asked. */
  told: { auditHead?: AuditHead }[];
  /** Begins before the activity does its work; throws to make it fail. */
  before: Partial<Record<keyof Activities, () => void | Promise<void>>>;
  /** Findings of the next verifications, then it is clean. */
  findings: { what: string; count: number; todo: string }[][];
  /** What the relay says to a customer; `sent` when not named. */
  outcome: (id: CustomerId) => 'sent' | 'deferred' | 'failed' | 'in_doubt' | 'released';
  deferredUntil: number;
  /** When the relay took the last notice, as the ledger has it. */
  lastSentAt: string;
  problems: string[][];
  /** Findings of the next closings. */
  alive: { what: string; count: number; todo: string }[][];
  /** Slices stand still at so many until the test raises it: what it does meanwhile falls into the middle, however long it takes. */
  most: { expired: number; told: number; reminded: number };
  /** What a slice tells after its first batch. */
  stopSlice: { kind: 'gate-closed' | 'lost-commits'; reason: string } | null;
}

interface ModelRow {
  phase: Phase;
  gate: Pick<GateView, 'gate' | 'reason' | 'by' | 'since' | 'fence' | 'delay'>;
  ratePerSecond: number;
  approval: AdoptedRun['approval'];
  hold: RecordHoldInput['hold'];
  frontier: CustomerId | null;
  /** Of the file. */
  version: number;
  contentHash: string;
  canary: AdoptedRun['canary'];
  phases: Phase[];
  /** Who entered each, and why. */
  said: { phase: Phase; by: string; reason: string | undefined }[];
}

export interface ModelOptions {
  customers?: number;
  canary?: AdoptedRun['canary'];
  /** Days; none where not named. */
  remindAfter?: number;
  lanes?: number;
  /** Customers a batch, and how long one takes. */
  batch?: number;
  batchMilliseconds?: number;
  /** The worker's activities are those of the version before holds had a kind. */
  older?: boolean;
  /** The file has an onHold. */
  calls?: boolean;
  /** Customers a range: few, so that a few customers make many ranges. */
  rangeKeys?: number;
}

export const CONTENT_HASH = 'c0ffee';

export function modelIncident(options: ModelOptions = {}): ModelIncident {
  const { customers = 200, lanes = 2, batch = 10, batchMilliseconds = 1, rangeKeys = 50 } = options;
  const keys = Array.from({ length: customers }, (_, i) => String(i + 1).padStart(9, '0'));
  const row: ModelRow = {
    phase: 'expire',
    gate: { gate: 'open', reason: '', by: 'start', since: new Date().toISOString(), fence: 0 },
    ratePerSecond: 200,
    approval: null,
    hold: null,
    frontier: null,
    version: 1,
    contentHash: CONTENT_HASH,
    canary: options.canary ?? { mailboxes: 0, customers: 0, afterwards: 'continue' },
    phases: [],
    said: [],
  };
  const model: ModelIncident = {
    row,
    customers: keys,
    accepted: new Map(),
    notices: new Map(),
    reminders: new Map(),
    reminded: new Map(),
    chosen: new Set(),
    cohort: new Set(),
    calls: [],
    proposals: new Map(),
    told: [],
    foreign: [],
    refused: [],
    calledFor: [],
    before: {},
    findings: [],
    outcome: () => 'sent',
    deferredUntil: 0,
    lastSentAt: new Date().toISOString(),
    problems: [],
    alive: [],
    most: {
      expired: Number.POSITIVE_INFINITY,
      told: Number.POSITIVE_INFINITY,
      reminded: Number.POSITIVE_INFINITY,
    },
    stopSlice: null,
    audit: null,
    without: null,
    activities: {} as Activities,
  };
  const inRange = ({ after, upTo }: KeyRange) =>
    keys.filter((key) => (after === null || key > after) && key <= upTo);
  const rowsOf = (wave: Wave) => (wave === 'reminder' ? model.reminders : model.notices);
  const gateView = (): GateView => ({
    ...{ ...row.gate, liveClaims: 0, quietBy: null },
    ...(options.older ? {} : { version: row.version }),
  });
  const fileView = (): FileView => ({
    title: 'Zappos 2012',
    ratePerSecond: row.ratePerSecond,
    contentHash: row.contentHash,
    approval: row.approval,
    reminder:
      options.remindAfter === undefined
        ? null
        : { afterDays: options.remindAfter, begun: model.reminders.size > 0 },
    canary: row.canary,
    notifyLanes: lanes,
    ...(options.older
      ? {}
      : {
          version: row.version,
          calls: options.calls ?? false,
          amended: row.version === 1 ? null : { by: 'Jo', at: row.gate.since, reason: 'a typo' },
        }),
  });
  const countsOf = (wave: Wave) => {
    const counts: Partial<Record<NoticeState, number>> = {};
    for (const state of rowsOf(wave).values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };
  /** Works through the range in batches until told to stop; like the real slices. */
  const slice = async <C>(
    input: SliceInput,
    counts: C,
    work: (id: CustomerId) => void,
    { gated, enough }: { gated: boolean; enough: () => boolean },
  ) => {
    const { cancellationSignal } = Context.current();
    const endsAt = Date.now() + input.sliceSeconds * 1000;
    const { version } = row;
    const left = inRange(input.range);
    let at = input.range.after;
    while (left.length > 0 && !cancellationSignal.aborted && Date.now() < endsAt) {
      if (gated && row.gate.gate === 'closed')
        return { at, done: false, counts, stop: { kind: 'gate-closed' as const, reason: row.gate.reason } };
      if (gated && row.version !== version) return { at, done: false, counts, stop: null };
      const now = enough() ? [] : left.splice(0, batch);
      for (const id of now) work(id);
      at = now.at(-1) ?? at;
      await new Promise((resolve) => setTimeout(resolve, batchMilliseconds));
      Context.current().heartbeat({ at });
      const stop = model.stopSlice;
      model.stopSlice = null;
      if (stop) return { at, done: left.length === 0, counts, stop };
    }
    return { at, done: left.length === 0, counts, stop: null };
  };

  const activities: Activities = {
    async adoptRun() {
      return {
        ...fileView(),
        phase: row.phase,
        gate: gateView(),
        ...(options.older ? { holdReason: row.hold?.reason ?? null } : { hold: row.hold }),
        frontier: row.frontier,
        total: row.phase === 'expire' ? customers : model.cohort.size,
        cohort: { expired: model.cohort.size, changed_since: 0, none: 0 },
        notices: countsOf('notice'),
        reminders: countsOf('reminder'),
        expireLanes: lanes,
      };
    },
    async enterPhase({ phase, by, reason }) {
      if (row.phase === phase || row.phase === 'closed' || row.phase === 'cancelled') return;
      Object.assign(row, { phase, frontier: null, hold: null });
      row.phases.push(phase);
      row.said.push({ phase, by, reason });
    },
    async planRanges({ of, after, count, frontier }) {
      if (frontier !== null) row.frontier = frontier;
      const source = of === 'customers' ? keys : keys.filter((key) => model.cohort.has(key));
      const ranges: KeyRange[] = [];
      for (let from = after; ranges.length < count; from = ranges.at(-1)!.upTo) {
        const next = source.filter((key) => from === null || key > from).slice(0, rangeKeys);
        if (next.length === 0) break;
        ranges.push({ after: from, upTo: next.at(-1)! });
      }
      return ranges;
    },
    async expireSlice(input) {
      const counts = { expired: 0, changed_since: 0, none: 0, revoked: 0 };
      return slice(
        input,
        counts,
        (id) => {
          if (model.cohort.has(id)) return;
          model.cohort.add(id);
          counts.expired++;
        },
        { gated: false, enough: () => model.cohort.size >= model.most.expired },
      );
    },
    async verifyExpiry() {
      const findings = model.findings.shift() ?? [];
      return { clean: findings.length === 0, findings };
    },
    async readGate() {
      return gateView();
    },
    async closeGate({ reason, by }) {
      const { fence, delay } = row.gate;
      row.gate = { gate: 'closed', reason, by, since: new Date().toISOString(), fence: fence + 1 };
      if (delay) row.gate.delay = { ...delay, pausedToo: true };
      return gateView();
    },
    async openGate({ fence, by }) {
      const { delay } = row.gate;
      if (delay) {
        if (row.gate.fence === fence) row.gate.delay = { ...delay, pausedToo: false };
        return { ...gateView(), opened: false };
      }
      const opened = row.gate.fence === fence;
      if (opened && row.gate.gate === 'closed')
        row.gate = { gate: 'open', reason: '', by, since: new Date().toISOString(), fence };
      return { ...gateView(), opened };
    },
    async setRate({ perSecond, version = row.version }) {
      const amended = version !== row.version && row.ratePerSecond !== perSecond;
      if (!amended) row.ratePerSecond = perSecond;
      return { amended };
    },
    async amendFile({ proposal, base }) {
      const change = model.proposals.get(proposal);
      if (change === undefined || base !== row.version) return { refused: null };
      if (change.contentHash !== undefined && change.contentHash !== row.contentHash) row.approval = null;
      Object.assign(row, change, { version: row.version + 1 });
      row.gate = { ...row.gate, fence: row.gate.fence + 1 };
      return { refused: null };
    },
    async readFile() {
      return { file: fileView(), gate: gateView() };
    },
    async recordApproval({ by, contentHash, version = 1 }) {
      if (contentHash !== row.contentHash || version !== row.version) return { missing: 'other texts' };
      row.approval ??= { by, contentHash, at: new Date().toISOString() };
      return { missing: null };
    },
    async recordForeign({ signal }) {
      model.foreign.push(signal);
    },
    async recordRefused({ why, fence }) {
      model.refused.push({ why, fence });
    },
    async callSomebody({ ledgerId: _, auditHead: __, incidentId: ___, ...call }) {
      model.calledFor.push(call);
    },
    async recordHold({ hold }) {
      row.hold = hold;
    },
    async mailCanaryMailboxes() {
      const stop = model.stopSlice;
      model.stopSlice = null;
      if (stop?.kind === 'lost-commits') return { sent: 0, refused: [], lost: stop.reason };
      if (row.gate.gate === 'closed') return { sent: 0, refused: [], gateClosed: true };
      return { sent: 3, refused: [] };
    },
    async checkRelayLog() {
      return { log: 'believable', known: model.accepted.size };
    },
    async canaryRange({ customers: count }) {
      const last = [...model.cohort].sort().slice(0, count).at(-1);
      return last === undefined ? null : { after: null, upTo: last };
    },
    async notifySlice(input) {
      const reminding = input.wave === 'reminder';
      const accepted = reminding ? model.reminded : model.accepted;
      const counts = { sent: 0, skipped: 0, failed: 0, deferred: 0, in_doubt: 0, released: 0 };
      return slice(
        input,
        counts,
        (id) => {
          const rows = rowsOf(input.wave);
          const state = rows.get(id);
          const again = state === 'released' || (state === 'deferred' && Date.now() >= model.deferredUntil);
          if (!model.cohort.has(id) || (state !== undefined && !again)) return;
          const spared = reminding && model.chosen.has(id);
          const outcome = spared ? 'skipped' : model.outcome(id);
          if (outcome === 'sent') accepted.set(id, (accepted.get(id) ?? 0) + 1);
          rows.set(id, outcome);
          counts[outcome]++;
        },
        {
          gated: true,
          enough: () => accepted.size >= (reminding ? model.most.reminded : model.most.told),
        },
      );
    },
    async surveyNotices({ wave }) {
      const notices = countsOf(wave);
      const later = Date.now() < model.deferredUntil;
      return {
        cohort: model.cohort.size,
        notices,
        missing: [...model.cohort].filter((id) => !rowsOf(wave).has(id)).length,
        lastSentAt: notices.sent ? model.lastSentAt : null,
        due: later ? 0 : (notices.deferred ?? 0),
        nextRetryAt: later && notices.deferred ? new Date(model.deferredUntil).toISOString() : null,
      };
    },
    async closeIncident() {
      const problems = model.problems.shift() ?? [];
      if (problems.length > 0) return { closed: false, problems, findings: [] };
      const findings = model.alive.shift() ?? [];
      if (findings.length > 0) return { closed: false, problems: [], findings };
      row.phase = 'closed';
      row.phases.push('closed');
      return { closed: true, problems: [], findings: [] };
    },
  };
  model.activities = watched(model, activities);
  return model;
}

/** Law enforcement's request, and its release, as the books have it. The run hears of either by the signal lookAtGate. */
export function holdForLaw({ row }: ModelIncident, reason: string): void {
  const since = new Date().toISOString();
  const { fence } = row.gate;
  const delay = { by: 'Ann', reason, since, pausedToo: false };
  row.gate = { gate: 'closed', reason: `held: ${reason}`, by: 'Ann', since, fence: fence + 1, delay };
}

export function releaseForLaw({ row }: ModelIncident): void {
  const { fence } = row.gate;
  row.gate = { gate: 'open', reason: '', by: 'Jo', since: new Date().toISOString(), fence, delay: null };
}

/** For `before`: fails in every attempt until it is taken away. */
export function failing(message: string, type: string): () => never {
  return () => {
    throw ApplicationFailure.create({ message, type, nonRetryable: true });
  };
}

/** Keeps each call of this activity at its beginning, until it is let go. */
export function keep(model: ModelIncident, name: keyof Activities) {
  const before = model.calls.length;
  let letGo!: () => void;
  const kept = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  model.before[name] = () => kept;
  return {
    begun: () => until(`${name} to begin`, () => model.calls.indexOf(name, before) >= 0),
    letGo: () => {
      delete model.before[name];
      letGo();
    },
  };
}

function watched(model: ModelIncident, activities: Activities): Activities {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    beating(async (input: never) => {
      model.calls.push(name);
      await model.before[name as keyof Activities]?.();
      const result = await (activity as (input: never) => Promise<unknown>)(input);
      const { audit, without } = model;
      model.told.push(input);
      if (result === null || Array.isArray(result) || (audit === null && without === null)) return result;
      return { ...(result ?? {}), ...(audit ? { audit } : {}), ...(without ? { without } : {}) };
    }),
  ]);
  return Object.fromEntries(entries) as Activities;
}
