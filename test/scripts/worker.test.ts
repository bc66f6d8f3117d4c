import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitFor } from '../workflows/wait-for';

const root = join(__dirname, '..', '..');
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

function worker(env: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, [join(root, 'scripts', 'run.mjs'), 'worker', ...args], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: 'mysql://root@127.0.0.1:9/nowhere',
      SMTP_URL: 'smtp://127.0.0.1:9',
      ...env,
    },
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit, said: () => said };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the worker says when it is ready, and %s ends it well',
  async (signal) => {
    const { child, exit, said } = worker({});
    await waitFor(() => said().includes('ready for work'), said);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(said()).toContain('stopped');
  },
);

test('a Temporal that is not there is named with its address, within 15 seconds', async () => {
  const { exit, said } = worker({ TEMPORAL_ADDRESS: '127.0.0.1:9' });
  expect(await exit).toBe(1);
  expect(said()).toContain('127.0.0.1:9');
  expect(said()).toContain('npm run stack');
}, 20_000);

test('arguments are refused with what is right', async () => {
  const { exit, said } = worker({}, ['now']);
  expect(await exit).toBe(2);
  expect(said()).toContain('takes no arguments; found: now');
});

test('a log level that there is not is refused', async () => {
  const { exit, said } = worker({ LOG_LEVEL: 'loud' });
  expect(await exit).toBe(2);
  expect(said()).toContain('LOG_LEVEL is loud: write one of');
});
