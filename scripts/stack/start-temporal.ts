import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SEARCH_KEYS } from '../../src/incident/run-status';
import { type TemporalServer, UNCONFIGURED } from '../../src/operator/parts/temporal-server';
import { type PartProcess, startPart, waitForPart } from './part-process';

/** The types of the search attributes, as this server's command line has them. */
const TYPE_WORDS = { KEYWORD: 'Keyword', INT: 'Int' };

const NAMESPACE = 'default';

export interface TemporalPorts {
  grpc: number;
  ui: number;
}

/**
 * The dev server on a file in `folder`, so that runs survive its restart.
 * @param started gets the process at once.
 * @returns its addresses, once namespace and search attributes are there.
 */
export async function startTemporal(
  program: string,
  folder: string,
  ports: TemporalPorts,
  started: (part: PartProcess) => void,
): Promise<TemporalServer & { uiUrl: string }> {
  const attributes = Object.values(SEARCH_KEYS).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${TYPE_WORDS[type]}`,
  ]);
  const part = startPart({
    name: 'temporal',
    folder,
    command: program,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--namespace', NAMESPACE],
      ...['--port', String(ports.grpc), '--ui-port', String(ports.ui)],
      ...['--db-filename', join(folder, 'temporal.db'), '--log-level', 'warn'],
      ...attributes,
    ],
    env: { ...process.env, ...UNCONFIGURED },
    stopSeconds: 15,
  });
  started(part);
  const address = `127.0.0.1:${ports.grpc}`;
  await waitForPart(part, () => isReady(address), 60);
  return { address, namespace: NAMESPACE, uiUrl: `http://127.0.0.1:${ports.ui}`, embedded: true };
}

/** The server answers before its namespace exists and before the attributes are registered. */
async function isReady(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: NAMESPACE,
    });
    return Object.values(SEARCH_KEYS).every(({ name }) => customAttributes?.[name] !== undefined);
  } catch {
    return false; // asked again until the time is over; then its own log tells
  } finally {
    await connection?.close();
  }
}
