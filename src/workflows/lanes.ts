import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { SliceResult, SliceWork } from '../activities/contract';
import { brakeOn } from '../incident/law-delay';
import { rememberSlice, sliceSeconds } from '../incident/pacer';
import {
  addRanges,
  advanceRange,
  frontierOf,
  leaveRanges,
  planIsDone,
  type RangePlan,
  takeRange,
} from '../incident/range-plan';
import type { HoldKind } from '../incident/run-status';
import type { KeyRange } from '../incident/vocabulary';
import { ask, isExhausted, STOPPED_TELL, scan, short, toldOf } from './activities-of-run';
import { goesByOtherFile, readFileAgain } from './amend';
import { beginHold } from './begin-hold';
import { continueDue, insist, insistUndisturbed, pauseFor, untilMayGo } from './holds';
import { isAsked, whileObeying } from './obey';
import { forgetUnderWay, recount } from './recount';
import { nowIso, type Run } from './run-state';
import { show } from './show';

/** What the lanes do with their ranges. */
export interface LaneWork<Counts> {
  /** Asked anew after each stop: an amendment may have changed how many. */
  lanes(): string[];
  slice(input: SliceWork): Promise<SliceResult<Counts>>;
  /** Adds to the run's counts; returns how many customers that was. */
  count(counts: Counts): number;
}

/** Walks the run's plan to its end, through pauses, holds and continue-as-new. */
export async function walkPlan<Counts>(run: Run, plan: RangePlan, work: LaneWork<Counts>): Promise<void> {
  run.state.plan = plan;
  leaveRanges(plan);
  while (!planIsDone(plan)) {
    await untilMayGo(run);
    const { stop, told } = await whileObeying(run, workLanes(run, plan, work));
    // Whatever stopped them is said before the books are counted, which may take a while.
    if (stop?.kind === 'gate-closed') await lookAtGate(run);
    else if (stop) await beginHold(run, stop.kind, stop.detail);
    if (told) await whileObeying(run, recount(run));
  }
}

/** `told`: they were told to stop, by a word or by what they found; else they have finished, or go on in the next run. */
interface Stopped {
  stop: Stop | null;
  told: boolean;
}

type Stop = { kind: 'gate-closed' } | { kind: HoldKind; detail: string };

/** Until nothing is left, or somebody must look: then every lane returns what it has. */
async function workLanes<Counts>(run: Run, plan: RangePlan, work: LaneWork<Counts>): Promise<Stopped> {
  const scope = new CancellationScope({ cancellable: true });
  const stops: Stop[] = [];
  const stopLanes = (stop?: Stop) => {
    if (stop) stops.push(stop);
    scope.cancel();
  };
  let told = false;
  run.stopLanes = () => {
    told = true;
    stopLanes();
  };
  forgetUnderWay(run);
  run.state.movedAt = nowIso();
  const walk = { back: false, left: false };
  const lanes = scope
    .run(() =>
      Promise.all(work.lanes().map((lane) => workLane(run, { plan, work, lane, scope, stopLanes, walk }))),
    )
    .finally(() => {
      walk.back = true;
    });
  lanes.catch(() => undefined); // told below
  if (patched(STOPPED_TELL)) {
    await condition(() => walk.back || scope.consideredCancelled);
    walk.left = !walk.back && !(await condition(() => walk.back, RETURN_MILLISECONDS));
  }
  if (!walk.left) await lanes;
  run.stopLanes = null;
  leaveRanges(plan);
  const stop = stops.find(({ kind }) => kind !== 'gate-closed') ?? stops[0] ?? null;
  return { stop, told: told || stop !== null };
}

/** A slice may wait ten minutes for the answer to a dot: whoever resumes meanwhile waits for the others alone. */
const RETURN_MILLISECONDS = 10_000;

interface Lane<Counts> {
  plan: RangePlan;
  work: LaneWork<Counts>;
  lane: string;
  scope: CancellationScope;
  stopLanes(stop?: Stop): void;
  /** `left`: its ranges are another walk's by now. */
  walk: { left: boolean };
}

async function workLane<Counts>(run: Run, self: Lane<Counts>): Promise<void> {
  const { plan, lane, scope, stopLanes, walk } = self;
  try {
    while (!scope.consideredCancelled) {
      const range = takeRange(plan, lane);
      if (range) await workSlice(run, self, range);
      else if (plan.ended) return;
      else await planMore(run, plan);
      if (walk.left) return;
      // A range that is not done stays this lane's: let go of it, and take the lowest again.
      for (const openRange of plan.open) if (openRange.lane === lane) openRange.lane = null;
    }
  } catch (error) {
    // What a stopped slice did not report is done again, which changes nothing.
    if (scope.consideredCancelled) return;
    if (!isExhausted(error)) throw error;
    const [kind, detail] = toldOf(error);
    stopLanes({ kind, detail });
  } finally {
    if (walk.left) run.state.askedCount = true;
  }
}

async function workSlice<Counts>(run: Run, self: Lane<Counts>, range: KeyRange): Promise<void> {
  const { plan, work, lane, stopLanes, walk } = self;
  const { state } = run;
  const startedAt = Date.now();
  const seconds = sliceSeconds((startedAt - Date.parse(state.phaseSince)) / 1000);
  const result = await work.slice({ lane, range, sliceSeconds: seconds });
  if (walk.left) return;
  advanceRange(plan, lane, result.at, result.done);
  const endedAt = Date.now();
  const customers = work.count(result.counts);
  if (customers > 0 || result.done || result.at !== range.after) {
    state.movedAt = nowIso();
    state.stepMilliseconds = endedAt - startedAt;
  }
  state.seen = rememberSlice(state.seen, { lane, endedAt, milliseconds: endedAt - startedAt, customers });
  if (result.stop) {
    const { kind, reason } = result.stop;
    stopLanes(kind === 'gate-closed' ? { kind } : { kind: 'lost-commits', detail: reason });
  } else if (continueDue(run)) stopLanes();
  show(run);
}

/** One lane asks, the others wait for what it gets. */
async function planMore(run: Run, plan: RangePlan): Promise<void> {
  if (planning.has(plan)) {
    await condition(() => !planning.has(plan));
    return;
  }
  planning.add(plan);
  try {
    const { of, plannedUpTo: after, size } = plan;
    const input = { of, after, size, count: RANGES_AT_ONCE, frontier: frontierOf(plan) };
    addRanges(plan, await ask(run, scan.planRanges, input, `the next ranges of ${size}`));
  } finally {
    planning.delete(plan);
  }
}

const RANGES_AT_ONCE = 50;
const planning = new WeakSet<RangePlan>();

/** An activity found the gate closed: by whom? When it is open again the lanes go on, not faster than once a second. */
export async function lookAtGate(run: Run): Promise<void> {
  const { state } = run;
  state.gate = await insistUndisturbed(run, () => ask(run, short.readGate, {}, 'who closed the gate?'));
  if (goesByOtherFile(run)) await insist(run, () => readFileAgain(run));
  if (brakeOn(state.gate, state.phase) === null && !isAsked(run)) await pauseFor(run, 1_000);
}
