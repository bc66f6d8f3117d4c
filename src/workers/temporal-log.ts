import { DefaultLogger, Runtime } from '@temporalio/worker';
import type pino from 'pino';

/**
 * Once in a process, before its first worker: Temporal's own words go into our log, of their fields only those that hold no
 * payload; and the program that owns the process decides what its signals mean.
 */
export function installRuntime(log: pino.Logger): void {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const fields = safeFields(meta ?? {});
    if (level === 'ERROR') log.error(fields, message);
    else if (level === 'WARN') log.warn(fields, message);
    else log.debug(fields, message);
  });
  const logging = { filter: { core: 'WARN', other: 'WARN' }, forward: {} } as const;
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}

const KEPT = ['activityType', 'attempt', 'workflowId', 'workflowType', 'runId', 'taskQueue', 'state'];

function safeFields(meta: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of KEPT) if (meta[name] !== undefined) fields[name] = meta[name];
  const { error } = meta;
  if (error instanceof Error) fields.error = `${error.name}: ${error.message}`;
  return fields;
}
