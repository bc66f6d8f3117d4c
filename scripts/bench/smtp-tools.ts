import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { findOnPath } from '../../src/operator/parts/this-machine';
import { choosePort } from '../stack/choose-port';
import { type PartProcess, startPart, waitForPart } from '../stack/part-process';

/** Postfix's own generator and sink, the measure of what this machine can do over SMTP. */
export interface SmtpTools {
  source: string;
  sink: string;
}

/** @throws Error with the command that installs them. */
export function findSmtpTools(): SmtpTools {
  const find = (name: string) =>
    findOnPath([name], process.env.PATH, ['/usr/sbin', '/usr/local/sbin', '/usr/libexec/postfix']);
  const source = find('smtp-source');
  const sink = find('smtp-sink');
  if (source === null || sink === null) {
    throw new Error(
      'smtp-source and smtp-sink are not on PATH nor in /usr/sbin: they come with Postfix.\n' +
        'Install them by: sudo apt-get install -y --no-install-recommends postfix   (macOS has them in /usr/libexec/postfix)',
    );
  }
  return { source, sink };
}

/** A new sink on a free port, the same options for everybody. */
export async function startSink(
  { sink }: SmtpTools,
  folder: string,
  started: (part: PartProcess) => void,
): Promise<{ part: PartProcess; url: string; port: number }> {
  const port = await choosePort('smtp-sink', 0, () => undefined);
  // As root it must be told whose rights it gets; nobody's are enough.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const part = startPart({
    name: 'smtp-sink',
    folder,
    command: sink,
    args: [...user, `127.0.0.1:${port}`, '1000'],
    stopSeconds: 5,
  });
  started(part);
  await waitForPart(part, () => listens(port), 10);
  return { part, url: `smtp://127.0.0.1:${port}`, port };
}

/** Sends this very message so many times; the time of the whole process, which is a few milliseconds more than the sending. */
export function runSource(
  { source }: SmtpTools,
  { port, messages, sessions, file }: { port: number; messages: number; sessions: number; file: string },
): Promise<number> {
  const args = ['-d', '-s', String(sessions), '-m', String(messages), '-F', file];
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(source, [...args, '-f', 'a@shop.test', '-t', 'b@mail.test', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint += data;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve((performance.now() - startedAt) / 1000);
      else reject(new Error(`smtp-source ended with ${code}: ${complaint.slice(0, 300)}`));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
