import { spawn } from 'node:child_process';
import { Context } from '@temporalio/activity';
import type pino from 'pino';
import type { Call } from '../incident/call';
import type { OnHold } from '../incident/on-hold-schema';
import type { CallInput } from './contract';
import { failure } from './failure';
import type { RunContexts } from './run-context';

const PATIENCE_MILLISECONDS = 20_000;
const HEARTBEAT_MILLISECONDS = 1_000;
/** In the heartbeat, so that another attempt calls nobody twice: the worker may die before Temporal knows that it is done. */
const CALLED = 'called';

/**
 * Calls whom the file names, once. It works where the database is away, too, since that is among what it calls for: by the file as this
 * worker read it last. Whom it calls stays in the worker: the address may be a secret.
 */
export function callSomebody(
  runs: RunContexts,
  { programs, log }: { programs: readonly string[]; log: pino.Logger },
) {
  const onHoldOf = async (incidentId: string) => {
    const run = await runs(incidentId).catch((error) => runs.last?.(incidentId) ?? Promise.reject(error));
    return run.file.onHold;
  };
  return async ({ incidentId, ledgerId: _, auditHead: __, ...told }: CallInput): Promise<void> => {
    const context = Context.current();
    if (context.info.heartbeatDetails === CALLED) return;
    const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
    try {
      const onHold = await onHoldOf(incidentId);
      // Amended meanwhile: nobody is to be called any more.
      if (onHold === undefined) return;
      await place(onHold, { incident: incidentId, ...told }, { programs });
      clearInterval(timer);
      context.heartbeat(CALLED);
      log.info({ kind: told.kind, phase: told.phase }, 'called somebody (onHold)');
    } finally {
      clearInterval(timer);
    }
  };
}

type Told = Call & { incident: string };

/**
 * @param programs that may be run: the file is in the ledger, and whoever can write there must not run what they like on this machine.
 * @throws with why nobody was called, in words of ours: what a program or a server says may hold anything.
 */
export async function place(
  { command, webhook }: OnHold,
  told: Told,
  { programs, patience = PATIENCE_MILLISECONDS }: { programs: readonly string[]; patience?: number },
): Promise<void> {
  if (!command) return post(webhook!, told, patience);
  if (!programs.includes(command[0]!))
    throw failure('CALL_FAILED', 'its command may not be run by this worker (ON_HOLD_PROGRAMS)');
  return run(command as [string, ...string[]], told, patience);
}

async function post(webhook: string, told: Told, patience: number): Promise<void> {
  const answer = await fetch(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(told),
    // It was not named.
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  }).catch((error: Error & { cause?: { code?: string; message?: string } }) => {
    const why = error.name === 'TimeoutError' ? 'has not answered in time' : 'cannot be reached';
    const { code, message } = error.cause ?? {};
    // The standard of fetch has a list of ports that no call goes to, such as those of mail and X11.
    const cause = code ?? (message === 'bad port' ? 'its port is one that no webhook may have' : null);
    throw failure('CALL_FAILED', `its webhook ${why}${cause === null ? '' : ` (${cause})`}`);
  });
  await answer.body?.cancel();
  if (!answer.ok) throw failure('CALL_FAILED', `its webhook answered ${answer.status}`);
}

function run([program, ...options]: [string, ...string[]], told: Told, patience: number): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, options, {
      ...{ shell: false, detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
      env: environmentOf(told),
    });
    const timer = setTimeout(() => {
      end(child.pid);
      failed(failure('CALL_FAILED', 'its command did not end in time'));
    }, patience);
    const settle = (why: string | null) => {
      clearTimeout(timer);
      if (why === null) done();
      else failed(failure('CALL_FAILED', why));
    };
    child.on('error', ({ code }: NodeJS.ErrnoException) => settle(`its command cannot be started (${code})`));
    child.on('exit', (code, signal) =>
      settle(code === 0 ? null : `its command ended with ${code ?? signal}`),
    );
    child.stdin!.on('error', () => undefined); // it may end without reading
    child.stdin!.end(`${JSON.stringify(told)}\n`);
  });
}

/** With whatever it has started. */
function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}

/** The worker's own holds the secrets of database and relay. */
function environmentOf({ incident, phase, kind, reason, next, id }: Told): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TZ } = process.env;
  return {
    ...Object.fromEntries(
      Object.entries({ PATH, HOME, LANG, TZ }).filter(([, value]) => value !== undefined),
    ),
    ...{ BREACH_INCIDENT: incident, BREACH_PHASE: phase, BREACH_KIND: kind },
    ...{ BREACH_REASON: reason, BREACH_NEXT: next, BREACH_CALL: id },
  };
}
