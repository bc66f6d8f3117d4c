import { ApplicationFailure, Context } from '@temporalio/activity';
import type { AdoptedRun, BreachActivities, GateView, SliceInput } from '../../src/activities/contract';
import type { CustomerId, KeyRange, NoticeState, Phase } from '../../src/incident/vocabulary';

/** An incident in memory, which honours the activities' contract: gate, fence, cohort, ledger and relay of a few customers. */
export interface ModelIncident {
  activities: BreachActivities;
  row: ModelRow;
  /** The keys of the company's table; a test adds who comes back. */
  customers: CustomerId[];
  /** How often the relay accepted a message for each customer (I2). */
  accepted: Map<CustomerId, number>;
  notices: Map<CustomerId, NoticeState>;
  cohort: Set<CustomerId>;
  /** Names of the activities, in the order in which they began. */
  calls: string[];
  /** Begins before the activity does its work; throws to make it fail. */
  before: Partial<Record<keyof BreachActivities, () => void | Promise<void>>>;
  /** Findings of the next verifications, then it is clean. */
  findings: { what: string; count: number; todo: string }[][];
  /** What the relay says to a customer; `sent` when not named. */
  outcome: (id: CustomerId) => 'sent' | 'deferred' | 'failed' | 'in_doubt' | 'released';
  deferredUntil: number;
  problems: string[][];
  /** Findings of the next closings. */
  alive: { what: string; count: number; todo: string }[][];
  /** What a slice tells after its first batch. */
  stopSlice: { kind: 'gate-closed' | 'lost-commits'; reason: string } | null;
}

interface ModelRow {
  phase: Phase;
  gate: Pick<GateView, 'gate' | 'reason' | 'by' | 'since' | 'fence'>;
  ratePerSecond: number;
  approval: AdoptedRun['approval'];
  holdReason: string | null;
  frontier: CustomerId | null;
  phases: Phase[];
}

export interface ModelOptions {
  customers?: number;
  canary?: AdoptedRun['canary'];
  lanes?: number;
  /** Customers a batch, and how long one takes. */
  batch?: number;
  batchMilliseconds?: number;
  /** Customers a range: few, so that a few customers make many ranges. */
  rangeKeys?: number;
}

export const CONTENT_HASH = 'c0ffee';

export function modelIncident(options: ModelOptions = {}): ModelIncident {
  const { customers = 200, lanes = 2, batch = 10, batchMilliseconds = 1, rangeKeys = 25 } = options;
  const keys = Array.from({ length: customers }, (_, i) => String(i + 1).padStart(9, '0'));
  const row: ModelRow = {
    phase: 'expire',
    gate: { gate: 'open', reason: '', by: 'start', since: new Date().toISOString(), fence: 0 },
    ratePerSecond: 200,
    approval: null,
    holdReason: null,
    frontier: null,
    phases: [],
  };
  const model: ModelIncident = {
    row,
    customers: keys,
    accepted: new Map(),
    notices: new Map(),
    cohort: new Set(),
    calls: [],
    before: {},
    findings: [],
    outcome: () => 'sent',
    deferredUntil: 0,
    problems: [],
    alive: [],
    stopSlice: null,
    activities: {} as BreachActivities,
  };
  const inRange = ({ after, upTo }: KeyRange) =>
    keys.filter((key) => (after === null || key > after) && key <= upTo);
  const gateView = (): GateView => ({ ...row.gate, liveClaims: 0, quietBy: null });
  const noticeCounts = () => {
    const counts: Partial<Record<NoticeState, number>> = {};
    for (const state of model.notices.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };
  /** Works through the range in batches until told to stop; like the real slices. */
  const slice = async <C>(input: SliceInput, counts: C, work: (id: CustomerId) => void, gated: boolean) => {
    const { cancellationSignal } = Context.current();
    const endsAt = Date.now() + input.sliceSeconds * 1000;
    const left = inRange(input.range);
    let at = input.range.after;
    while (left.length > 0 && !cancellationSignal.aborted && Date.now() < endsAt) {
      if (gated && row.gate.gate === 'closed')
        return { at, done: false, counts, stop: { kind: 'gate-closed' as const, reason: row.gate.reason } };
      const now = left.splice(0, batch);
      for (const id of now) work(id);
      at = now.at(-1)!;
      await new Promise((resolve) => setTimeout(resolve, batchMilliseconds));
      Context.current().heartbeat({ at });
      const stop = model.stopSlice;
      model.stopSlice = null;
      if (stop) return { at, done: left.length === 0, counts, stop };
    }
    return { at, done: left.length === 0, counts, stop: null };
  };

  const activities: BreachActivities = {
    async adoptRun() {
      return {
        title: 'Zappos 2012',
        phase: row.phase,
        gate: gateView(),
        ratePerSecond: row.ratePerSecond,
        contentHash: CONTENT_HASH,
        approval: row.approval,
        holdReason: row.holdReason,
        frontier: row.frontier,
        total: row.phase === 'expire' ? customers : model.cohort.size,
        cohort: { expired: model.cohort.size, changed_since: 0, none: 0 },
        notices: noticeCounts(),
        canary: options.canary ?? { mailboxes: 0, customers: 0, afterwards: 'continue' },
        expireLanes: lanes,
        notifyLanes: lanes,
      };
    },
    async enterPhase({ phase }) {
      if (row.phase === phase || row.phase === 'closed' || row.phase === 'cancelled') return;
      Object.assign(row, { phase, frontier: null, holdReason: null });
      row.phases.push(phase);
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
      const counts = { expired: 0, changed_since: 0, none: 0, credentialsDeleted: 0 };
      return slice(
        input,
        counts,
        (id) => {
          if (model.cohort.has(id)) return;
          model.cohort.add(id);
          counts.expired++;
        },
        false,
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
      row.gate = { gate: 'closed', reason, by, since: new Date().toISOString(), fence: row.gate.fence + 1 };
      return gateView();
    },
    async openGate({ fence, by }) {
      const opened = row.gate.fence === fence;
      if (opened && row.gate.gate === 'closed')
        row.gate = { gate: 'open', reason: '', by, since: new Date().toISOString(), fence };
      return { ...gateView(), opened };
    },
    async setRate({ perSecond }) {
      row.ratePerSecond = perSecond;
    },
    async recordApproval({ by, contentHash }) {
      row.approval ??= { by, contentHash, at: new Date().toISOString() };
    },
    async recordHold({ reason }) {
      row.holdReason = reason;
    },
    async mailCanaryMailboxes() {
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
      const counts = { sent: 0, skipped: 0, failed: 0, deferred: 0, in_doubt: 0, released: 0 };
      return slice(
        input,
        counts,
        (id) => {
          const state = model.notices.get(id);
          const again = state === 'released' || (state === 'deferred' && Date.now() >= model.deferredUntil);
          if (!model.cohort.has(id) || (state !== undefined && !again)) return;
          const outcome = model.outcome(id);
          if (outcome === 'sent') model.accepted.set(id, (model.accepted.get(id) ?? 0) + 1);
          model.notices.set(id, outcome);
          counts[outcome]++;
        },
        true,
      );
    },
    async surveyNotices() {
      const notices = noticeCounts();
      const later = Date.now() < model.deferredUntil;
      return {
        cohort: model.cohort.size,
        notices,
        missing: [...model.cohort].filter((id) => !model.notices.has(id)).length,
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

/** For `before`: fails in every attempt until it is taken away. */
export function failing(message: string, type: string): () => never {
  return () => {
    throw ApplicationFailure.create({ message, type, nonRetryable: true });
  };
}

function watched(model: ModelIncident, activities: BreachActivities): BreachActivities {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    async (input: never) => {
      model.calls.push(name);
      await model.before[name as keyof BreachActivities]?.();
      return (activity as (input: never) => Promise<unknown>)(input);
    },
  ]);
  return Object.fromEntries(entries) as BreachActivities;
}
