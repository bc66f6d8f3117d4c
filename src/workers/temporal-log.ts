import { isNativeError } from 'node:util/types';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type pino from 'pino';
import { framesOf } from '../activities/declare-activity';
import { cutText } from '../incident/cut-text';

/**
 * Once in a process, before its first worker: Temporal's own words go into our log, of their fields only those that hold no
 * payload; and the program that owns the process decides what its signals mean.
 */
export function installRuntime(log: pino.Logger): void {
  const told = new Map<string, number>();
  const logger = new DefaultLogger('INFO', ({ level, message: given, meta }) => {
    // Each worker of this process asks for one of them alone: shares.ts.
    if (/^No (activities|workflows) registered/.test(given)) return;
    const [message, ...printed] = given.split(/: (?=Status \{)/);
    const fields = safeFields({ ...meta, ...(printed.length > 0 ? { failure: printed.join(': ') } : {}) });
    // A server that is away is told of by each of some dozen pollers, several times a second.
    const words = JSON.stringify([level, message, fields]);
    if (Date.now() - (told.get(words) ?? 0) < REPEATED_MILLISECONDS) return;
    if (told.size > MOST_TOLD) told.clear();
    told.set(words, Date.now());
    if (level === 'ERROR') log.error(fields, message);
    else if (level === 'WARN') log.warn(fields, message);
    else log.debug(fields, message);
  });
  const logging = { filter: { core: 'WARN', other: 'WARN' }, forward: {} } as const;
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}

const REPEATED_MILLISECONDS = 10_000;
const MOST_TOLD = 100;

const KEPT = [
  'activityType',
  'attempt',
  'workflowId',
  'workflowType',
  'runId',
  'taskQueue',
  'state',
  'size',
  'limit',
];
/** Where the SDK's core puts what went wrong, as its language prints a value. */
const PRINTED = ['failure', 'error', 'err'];

/** Of Temporal's fields those that hold no payload, with the cause of what went wrong: without it nobody knows what to do (17.14). */
export function safeFields(meta: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of KEPT) if (meta[name] !== undefined) fields[name] = meta[name];
  const { error } = meta;
  // Of the workflow's realm, or of this one.
  if (isNativeError(error)) {
    fields.error = `${error.name}: ${error.message}`;
    if (isNativeError(error.cause)) fields.cause = error.cause.message;
    const at = framesOf(error);
    if (at.length > 0) fields.at = at;
  }
  for (const name of PRINTED) {
    const printed = meta[name];
    if (typeof printed === 'string') fields.cause ??= causeIn(printed);
  }
  return fields;
}

/** `Failure { ... message: "...", ... force_cause: NonDeterministicError }`: the first message, and the kind where it is named. */
function causeIn(printed: string): string {
  const message = /message: "((?:[^"\\]|\\.)*)"/.exec(printed)?.[1]?.replaceAll(/\\(["'\\])/g, '$1');
  const kind = /force_cause: (\w+)/.exec(printed)?.[1] ?? /code: '?([\w ]+)/.exec(printed)?.[1];
  const isNamed = kind !== undefined && kind !== 'Unspecified';
  return cutText(`${message ?? printed}${isNamed ? ` (${kind})` : ''}`, 500);
}
