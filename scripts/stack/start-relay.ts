import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { shortSocketPath } from './own-folder';
import { type PartProcess, startPart, waitForPart } from './part-process';

/**
 * The capture relay (scripts/relay.ts) as a process of its own.
 * @param started gets the process at once.
 * @param name of its files in `folder`, and of its machine in its log, for a second one.
 * @returns its addresses, once it listens.
 */
export async function startRelay(
  folder: string,
  port: number,
  started: (part: PartProcess) => void,
  name?: string,
): Promise<{ url: string; log: string; control: string }> {
  const files = name ?? 'relay';
  const log = join(folder, `${files}.log`);
  const control = shortSocketPath(folder, `${files}.sock`);
  rmSync(control, { force: true });
  const stdoutFile = join(folder, `${files}.listening`);
  const script = join(projectFolder, 'scripts', 'relay.ts');
  const part = startPart({
    name: files,
    folder,
    command: process.execPath,
    args: [
      ...['--import', require.resolve('tsx'), script],
      ...['--port', String(port), '--log', log, '--control', control],
      ...(name === undefined ? [] : ['--log-host', name]),
      ...['--keep', receivedFolder(folder), '--keep-first', '200'],
    ],
    stdoutFile,
    logName: `${files}-process.log`,
    stopSeconds: 10,
  });
  started(part);
  let listening: number | null = null;
  await waitForPart(
    part,
    async () => {
      listening = portIn(readFileSync(stdoutFile, 'utf8'));
      return listening !== null;
    },
    30,
  );
  return { url: `smtp://127.0.0.1:${listening}`, log, control };
}

/** The first messages that it accepts, to look at: QUEUE-ID.eml. */
export function receivedFolder(folder: string): string {
  return join(folder, 'received');
}

/** The relay's first line is JSON with the port; null while that line is not there or not whole. */
function portIn(output: string): number | null {
  const [line, ...rest] = output.split('\n');
  if (rest.length === 0 || !line) return null;
  const { port } = JSON.parse(line);
  return Number.isInteger(port) ? port : null;
}
