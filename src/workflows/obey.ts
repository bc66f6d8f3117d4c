import { condition, patched } from '@temporalio/workflow';
import type { DecidedBy } from '../activities/contract';
import { UNNAMED } from '../incident/asked-by';
import { brakeOn } from '../incident/law-delay';
import type { ReminderWord } from '../incident/reminder';
import type { Asked, RefusedWord } from '../incident/run-status';
import { ask, brief, isExhausted, short, toldOf } from './activities-of-run';
import { amend, goesByOtherFile, readFileAgain } from './amend';
import { beginHold, endHold } from './begin-hold';
import { recount } from './recount';
import { type Foreign, nowIso, type Run } from './run-state';
import { show } from './show';

/** Something was asked for that the loop has not acted on. */
export function isAsked({ state }: Run): boolean {
  return (
    state.asked !== null ||
    state.askedRate !== null ||
    state.askedApproval !== null ||
    Boolean(state.askedAmend) ||
    Boolean(state.askedReminder) ||
    Boolean(state.foreign?.length) ||
    state.askedLook === true ||
    state.askedCount === true
  );
}

/**
 * Waits for the work, and meanwhile acts on what is asked: a pause closes the gate at once, whatever runs. Pauses and
 * resumes are acted on one after the other, never beside each other, so the gate ends as the last one wanted it.
 */
export async function whileObeying<T>(run: Run, work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  for (;;) {
    await condition(() => over || isAsked(run));
    if (over) return work;
    await obey(run);
  }
}

/** Acts on one thing that was asked for. */
export async function obey(run: Run): Promise<void> {
  const { state } = run;
  run.obeyed++;
  try {
    if (state.asked) await obeyWord(run, state.asked);
    else if (state.askedRate) await obeyRate(run);
    else if (state.askedAmend) await amend(run, state.askedAmend);
    else if (state.askedApproval) await obeyApproval(run);
    else if (state.askedReminder) await obeyReminder(run, state.askedReminder);
    else if (state.foreign?.length) await recordForeign(run, state.foreign.shift()!);
    else if (state.askedLook) await look(run);
    else if (state.askedCount) await count(run);
    if (goesByOtherFile(run)) await readFileAgain(run);
  } catch (error) {
    if (!isExhausted(error)) throw error;
    run.stopLanes?.();
    await beginHold(run, ...toldOf(error));
  }
  show(run);
}

async function obeyWord(run: Run, asked: Asked): Promise<void> {
  const { state } = run;
  try {
    const why = asked.kind === 'resume' ? await resume(run, asked) : await close(run, asked, asked.kind);
    state.refused = why ? { word: 'resume', by: asked.by, at: nowIso(), why } : null;
    if (why) await recordRefused(run, asked, { word: 'resume', why });
  } finally {
    // A later word may have taken its place meanwhile.
    if (state.asked === asked) state.asked = null;
  }
}

const CLOSING: Record<Exclude<Asked['kind'], 'resume'>, string> = {
  pause: 'paused',
  cancel: 'cancel was asked for',
  end: 'cancelled for good',
  cancellation: 'cancellation was requested',
};

/** The running slices are told to stop, and see the closed gate themselves. */
async function close(run: Run, asked: Asked, kind: keyof typeof CLOSING): Promise<null> {
  const { state } = run;
  run.stopLanes?.();
  const words = CLOSING[kind];
  const reason = asked.reason ? `${words}: ${asked.reason}` : words;
  run.closing = true;
  try {
    state.gate = await ask(run, short.closeGate, { reason, ...decidedBy(asked) }, `${words} by ${asked.by}`);
  } catch (error) {
    if (!isExhausted(error)) throw error;
    const [, detail] = toldOf(error);
    await beginHold(
      run,
      'gate-not-closed',
      `the run told its slices to stop, but the gate may be open. ${detail}`,
    );
    return null;
  } finally {
    run.closing = false;
  }
  if (kind === 'end') state.ending = asked;
  if (kind === 'cancel') {
    await beginHold(
      run,
      'cancel-asked',
      `by ${asked.by}. The gate is closed. resume goes on; npm run cli -- cancel --yes, or in the Web UI the signal cancel once more, ends the run for good.`,
    );
  }
  if (kind === 'cancellation') {
    await beginHold(
      run,
      'cancellation-requested',
      `${asked.by}. The gate is closed and nothing is lost. resume goes on; the signal cancel, sent twice, ends the run for good.`,
    );
  }
  return null;
}

/**
 * Opens the gate and ends the hold. @returns why not: when somebody closed the gate after the closing that the asker saw, or a reset replays an
 * old word. Law enforcement's delay keeps the gate closed: then the pause ends, the hold too, and the run goes as far as the delay lets it.
 */
async function resume(run: Run, asked: Asked): Promise<string | null> {
  const { state } = run;
  const { by, fence } = asked;
  if (asked.replayed && patched('refused-resume')) return REPLAYED;
  // It may have been said before the closing that stands now.
  const isStopped = state.gate?.gate === 'closed' || state.hold !== null;
  if (fence === undefined && asked.unseen && isStopped && patched('unseen-resume')) return UNSEEN;
  const undoes = fence ?? state.gate?.fence ?? 0;
  const { opened, ...gate } = await ask(
    run,
    short.openGate,
    { fence: undoes, ...decidedBy(asked) },
    `resumed by ${by}`,
  );
  state.gate = gate;
  if (!opened && brakeOn(gate, state.phase) === 'pause') return CLOSED_LATER;
  if (state.hold?.kind === 'cancellation-requested') run.renew = true;
  await endHold(run, asked);
  return null;
}

const REPLAYED =
  'a reset has given this run an old resume once more, and what that one ended is not what stands now. Nothing was opened. Look at what it waits for; then say resume again';
const AMENDED_SINCE =
  'the file was amended since, and the rate that is set stands: the run did not know it when this was said, or a reset has replayed it. Look at the rate that is set (status); then say set-rate again';
const UNSEEN =
  'it was said before this run had read where it stands, and names no closing of the gate. Nothing was opened. Look at what it waits for; then say resume again';
const CLOSED_LATER =
  'the gate was closed again, later than the closing that this resume was about. It stays closed. Look at who closed it and why; then say resume again';

/** The run can do without this record. */
async function recordRefused(
  run: Run,
  { by, fence, through }: DecidedBy & Pick<Asked, 'fence'>,
  refused: Pick<RefusedWord, 'word' | 'why'>,
): Promise<void> {
  if (through === undefined || !patched('refused-resume')) return;
  try {
    const details = { by, through, ...refused, ...(fence === undefined ? {} : { fence }) };
    await ask(run, brief.recordRefused, details, `the ${refused.word} of ${by} was refused`);
  } catch (error) {
    if (!isExhausted(error)) throw error;
  }
}

/** For the record. */
function decidedBy({ by, through }: DecidedBy): DecidedBy {
  return through === undefined ? { by } : { by, through };
}

/** The run can do without this record. */
async function recordForeign(run: Run, { signal, through }: Foreign): Promise<void> {
  try {
    const summary = `a signal that is not ours: ${signal}`;
    await ask(run, brief.recordForeign, { by: UNNAMED, signal, through }, summary);
  } catch (error) {
    if (!isExhausted(error)) throw error;
  }
}

/** The pace that an amendment has set stands, and so does its file. */
async function refuseRate(run: Run, asked: DecidedBy): Promise<void> {
  run.state.refused = { word: 'set-rate', by: asked.by, at: nowIso(), why: AMENDED_SINCE };
  await recordRefused(run, asked, { word: 'set-rate', why: AMENDED_SINCE });
  await readFileAgain(run);
}

async function obeyRate(run: Run): Promise<void> {
  const { state } = run;
  const asked = state.askedRate!;
  const { perSecond, by } = asked;
  try {
    const answer = await ask(run, short.setRate, { ...asked, by: by! }, `${perSecond} a second, by ${by}`);
    // A worker of an older version answers nothing.
    if (answer?.amended) await refuseRate(run, { ...asked, by: by! });
    else {
      state.ratePerSecond = perSecond;
      if (state.refused?.word === 'set-rate') state.refused = null;
    }
  } finally {
    if (state.askedRate === asked) state.askedRate = null;
  }
}

async function obeyApproval(run: Run): Promise<void> {
  const { state } = run;
  const asked = state.askedApproval!;
  try {
    const answer = await ask(run, brief.recordApproval, asked, `approved by ${asked.by}`);
    const { through: _, ...approval } = asked;
    // A worker of an older version answers nothing, and asks for one person.
    state.approvalMissing = answer?.missing ?? null;
    if (state.approvalMissing === null) state.approval ??= { ...approval, at: nowIso() };
  } finally {
    if (state.askedApproval === asked) state.askedApproval = null;
  }
}

/** It ends the hold; the phase acts on the word (phases.ts). */
async function obeyReminder(run: Run, word: ReminderWord): Promise<void> {
  const { state } = run;
  state.askedReminder = null;
  if (state.hold?.kind !== 'reminder') return;
  state.reminderWord = word;
  await endHold(run, word);
}

/** Where the lanes are at work they tell by themselves. */
async function count(run: Run): Promise<void> {
  run.state.askedCount = false;
  if (run.stopLanes === null) await recount(run);
}

/** Somebody changed the gate in the database itself. */
async function look(run: Run): Promise<void> {
  const { state } = run;
  state.askedLook = false;
  state.gate = await ask(run, short.readGate, {}, 'is the gate open?');
}
