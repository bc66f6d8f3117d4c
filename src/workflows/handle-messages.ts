import {
  CancellationScope,
  currentUpdateInfo,
  patched,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type AskedThrough,
  cleanLine,
  readAskedBy,
  readConfirm,
  readFence,
  UNNAMED,
} from '../incident/asked-by';
import { refuseReminderWord } from '../incident/reminder';
import type { Asked } from '../incident/run-status';
import { refuseAmendment, refuseApproval, refuseRate } from '../incident/steering-rules';
import {
  amendUpdate,
  approveUpdate,
  cancelSignal,
  DESCRIPTIONS,
  lookAtGateSignal,
  pauseSignal,
  remindUpdate,
  resumeSignal,
  setRateUpdate,
  statusQuery,
} from './messages';
import { nowIso, type Run } from './run-state';
import { statusOf } from './show';

/**
 * Handlers only set state, at once: one that awaits can lose its signal at continue-as-new. The loop acts (obey.ts).
 * An end that was confirmed is not undone; otherwise the last word wins.
 */
export function handleMessages(run: Run): void {
  const { state } = run;
  const ask = (kind: Asked['kind'], payload: unknown, through?: AskedThrough, fence?: number) => {
    if (state.asked?.kind === 'end' || state.ending) return;
    const more = {
      ...(through ? { through } : {}),
      ...(fence === undefined ? {} : { fence }),
      ...(isReplayed(run) ? { replayed: true } : {}),
    };
    state.asked = { kind, ...readAskedBy(payload), at: nowIso(), ...more };
  };
  const heard = new Map<string, number>();
  const throughSignal = (signal: string): AskedThrough => {
    const nth = (heard.get(signal) ?? 0) + 1;
    heard.set(signal, nth);
    return { runId: workflowInfo().runId, signal, nth };
  };
  const hear = {
    pause: (payload: unknown) => ask('pause', payload, throughSignal('pause')),
    resume: (payload: unknown) =>
      ask('resume', payload, throughSignal('resume'), readFence(payload) ?? lastFence(run)),
    cancel: (payload: unknown) =>
      ask((readConfirm(payload) ?? isAskedBack(run)) ? 'end' : 'cancel', payload, throughSignal('cancel')),
    lookAtGate: () => {
      state.askedLook = true;
    },
  };
  // What came before this run's first task is given to each handler when it is set, all pauses before all resumes, so the last word
  // would not win (a resume undid the last of 500, one storm in ten: C49). This one hears them in their order.
  // It hears also, now and later, what is not ours: somebody meant to steer this run, and it goes on record (I6).
  setDefaultSignalHandler((name, payload) => {
    if (Object.hasOwn(hear, name)) return hear[name as keyof typeof hear](payload);
    if (!patched('foreign-signal')) return;
    state.foreign ??= [];
    if (state.foreign.length < MOST_FOREIGN)
      state.foreign.push({ signal: cleanLine(name, 100), through: throughSignal(name) });
  });
  setHandler(pauseSignal, hear.pause, { description: DESCRIPTIONS.pause });
  setHandler(resumeSignal, hear.resume, { description: DESCRIPTIONS.resume });
  setHandler(cancelSignal, hear.cancel, { description: DESCRIPTIONS.cancel });
  setHandler(lookAtGateSignal, hear.lookAtGate, { description: DESCRIPTIONS.lookAtGate });
  setHandler(
    setRateUpdate,
    ({ perSecond, by }) => {
      const version = state.row?.version;
      state.askedRate = {
        ...{ perSecond, by: cleanLine(by, 100) || UNNAMED, through: throughUpdate() },
        ...(version === undefined ? {} : { version }),
      };
      return { accepted: `${perSecond} a second at most, from the next claim on` };
    },
    {
      description: DESCRIPTIONS.setRate,
      validator: (request) => refuse(refuseRate(request?.perSecond, { hasRead: state.row !== null })),
    },
  );
  setHandler(
    approveUpdate,
    ({ by, contentHash, version = 1 }) => {
      if (state.approval) return { accepted: `approved already, by ${state.approval.by}` };
      state.askedApproval = { by: cleanLine(by, 100), contentHash, version, through: throughUpdate() };
      return { accepted: `approved by ${state.askedApproval.by}` };
    },
    {
      description: DESCRIPTIONS.approve,
      validator: (request) =>
        refuse(
          refuseApproval(request, {
            contentHash: state.row?.contentHash ?? null,
            version: state.row?.version ?? 1,
          }),
        ),
    },
  );
  setHandler(
    amendUpdate,
    ({ by, proposal, base, reason }) => {
      const who = { by: cleanLine(by, 100), reason: cleanLine(reason, 300) };
      state.askedAmend = { ...who, proposal, base, through: throughUpdate() };
      return { accepted: `the file is amended, by ${who.by}` };
    },
    {
      description: DESCRIPTIONS.amend,
      validator: (request) =>
        refuse(
          refuseAmendment(request, { hasRead: state.row !== null, underWay: Boolean(state.askedAmend) }),
        ),
    },
  );
  setHandler(
    remindUpdate,
    ({ by, leave, reason }) => {
      const kind = leave === true ? 'leave' : 'remind';
      state.askedReminder = {
        kind,
        by: cleanLine(by, 100),
        reason: cleanLine(reason, 300),
        through: throughUpdate(),
      };
      return { accepted: kind === 'leave' ? 'nobody is reminded' : 'the reminder goes out' };
    },
    {
      description: DESCRIPTIONS.remind,
      validator: (request) =>
        refuse(
          refuseReminderWord(request, {
            held: state.hold?.kind === 'reminder',
            dueAt: state.reminderDueAt ?? null,
            now: Date.now(),
          }),
        ),
    },
  );
  setHandler(statusQuery, () => statusOf(run), { description: DESCRIPTIONS.status });
  // The Web UI's large button. It must be harmless: it never ends the run.
  CancellationScope.current().cancelRequested.catch(() => ask('cancellation', null));
}

/** Of the last closing that this run knows: a resume that names none undoes that one, the one under way included, and none that comes later. */
function lastFence({ state, closing }: Run): number | undefined {
  const seen = state.gate?.fence;
  return seen !== undefined && closing ? seen + 1 : seen;
}

/**
 * A reset gives the new run the old one's words once more, before it has read anything. A pause may be heard twice; what a resume meant to
 * end then is not what stands now (C102).
 */
function isReplayed({ state, input }: Run): boolean {
  const { runId, firstExecutionRunId } = workflowInfo();
  return state.row === null && input.carried === undefined && runId !== firstExecutionRunId;
}

/** Noted at once; more of them at once tell nothing more. */
const MOST_FOREIGN = 20;

function throughUpdate(): AskedThrough {
  return { runId: workflowInfo().runId, update: currentUpdateInfo()!.id };
}

/** Only what stands on the run's page for whoever says it again: two people who say cancel, or one who gets no answer, have not confirmed it. */
function isAskedBack({ state }: Run): boolean {
  return state.asked === null && state.hold?.kind === 'cancel-asked';
}

function refuse(reason: string | null): void {
  if (reason !== null) throw new Error(reason);
}
