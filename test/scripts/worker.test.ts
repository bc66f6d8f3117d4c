import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findLedger } from '../../src/books/ledger-identity';
import { createLedger } from '../../src/books/migrate';
import { openDatabase } from '../../src/books/open-database';
import { bigintKey } from '../books/own-ledger';
import { type OwnSchema, ownSchema } from '../own-schema';
import { until } from '../until';
import { isAnyOf } from './process-group';

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
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit, output: () => output };
}

/** It never answers. `asked`: somebody has connected. */
async function silentDatabase() {
  const silent = createServer().unref();
  const { port } = await new Promise<AddressInfo>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve(silent.address() as AddressInfo));
  });
  const asked = new Promise((resolve) => silent.once('connection', resolve));
  return { url: `mysql://root@127.0.0.1:${port}/silent`, asked };
}

let schema: OwnSchema;
beforeAll(async () => {
  schema = await ownSchema('worker');
});
afterAll(() => schema.drop());

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the worker says once what it waits for, and %s ends it well',
  async (signal) => {
    const { child, exit, output } = worker({});
    await until('its word', () => output().includes('"waiting for a ledger"'), output);
    expect(output()).toContain('the database at 127.0.0.1:9/nowhere does not answer as it should');
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(output()).toContain('stopped');
    expect(output().match(/waiting for a ledger/g)).toHaveLength(1);
    expect(output()).not.toContain('ready for work');
  },
);

test('a second SIGTERM ends the worker at once, whatever it waits for', async () => {
  const { url, asked } = await silentDatabase();
  const { child, exit, output } = worker({ DATABASE_URL: url, LOG_LEVEL: 'debug' });
  await asked;
  child.kill('SIGTERM');
  await until('its end', () => output().includes('stopping'), output);
  // One that comes within a second is the first one, passed on by somebody else.
  child.kill('SIGTERM');
  await until('its second word', () => output().includes('told once more of the same'), output);
  let isOver = false;
  void exit.then(() => {
    isOver = true;
  });
  await until('the end of its patience', () => isOver || !child.kill('SIGTERM'), output);
  expect(await exit).toBe(130);
  expect(output()).not.toContain('"stopped"');
});

// As Docker does it: to the first process alone. As systemd does: to each. As a terminal that closes: SIGHUP to each.
test.each<[NodeJS.Signals, boolean]>([
  ['SIGTERM', false],
  ['SIGTERM', true],
  ['SIGINT', true],
  ['SIGHUP', true],
])(
  'npm run worker: %s, to its whole group: %s, ends the worker well, and nothing of it goes on',
  async (signal, toAll) => {
    const npm = spawn('npm', ['run', '--silent', 'worker'], {
      cwd: root,
      detached: true,
      env: {
        ...process.env,
        DATABASE_URL: 'mysql://root@127.0.0.1:9/nowhere',
        SMTP_URL: 'smtp://127.0.0.1:9',
      },
    });
    children.push(npm);
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (output += chunk));
    const closed = new Promise((resolve) => npm.once('close', resolve));
    await until(
      'its word',
      () => output.includes('"waiting for a ledger"'),
      () => output,
    );
    process.kill(toAll ? -npm.pid! : npm.pid!, signal);
    // Of its output, too: nobody holds it any more.
    await closed;
    expect(output).toContain('"stopped"');
    await until(
      'the end of all',
      () => !isAnyOf(npm.pid!),
      () => output,
    );
  },
);

test('the worker waits for the ledger, and asks for its work; when another is made in its place, for that one', async () => {
  const { child, exit, output } = worker({ DATABASE_URL: schema.url });
  const database = openDatabase(schema.url, { connections: 1 });
  await until('its word', () => output().includes('"waiting for a ledger"'), output);
  expect(output()).toContain(`${database.address} has no ledger yet`);
  for (const times of [1, 2]) {
    await createLedger(schema.url, bigintKey);
    const { id } = (await findLedger(database))!;
    await until('its work', () => output().match(/ready for work/g)?.length === times, output);
    const last = output().trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ msg: 'ready for work', ledger: id });
    await sql`DROP DATABASE ${sql.id(database.ledgerSchema)}`.execute(database.db);
    await until(
      'the end of the ledger',
      () => output().includes(`the ledger ${id} is gone from ${database.address}`),
      output,
    );
  }
  await database.close();
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('a Temporal that is not there is named with its address, and the worker ends', async () => {
  const { exit, output } = worker({ TEMPORAL_ADDRESS: '127.0.0.1:9' });
  expect(await exit).toBe(1);
  expect(output()).toContain('127.0.0.1:9');
  expect(output()).toContain('npm run stack');
});

test('arguments are refused with what is right', async () => {
  const { exit, output } = worker({}, ['now']);
  expect(await exit).toBe(2);
  expect(output()).toContain('takes no arguments; found: now');
});

// A server that never answers holds it up, as a relay does.
test('a worker whose time to stop is over ends, and says what that means', async () => {
  const { url, asked } = await silentDatabase();
  const { child, exit, output } = worker({ DATABASE_URL: url, STOP_SECONDS: '1' });
  await asked;
  child.kill('SIGTERM');
  expect(await exit).toBe(130);
  expect(output()).toContain('the 1 s of STOP_SECONDS are over');
  expect(output()).toContain('is in doubt, one a session at most');
});

test.each(['0', '661', 'soon'])('%s for STOP_SECONDS is refused with what is right', async (STOP_SECONDS) => {
  const { exit, output } = worker({ STOP_SECONDS });
  expect(await exit).toBe(2);
  expect(output()).toContain('write a whole number from 1 to 660');
});

test('a log level that there is not is refused', async () => {
  const { exit, output } = worker({ LOG_LEVEL: 'loud' });
  expect(await exit).toBe(2);
  expect(output()).toContain('LOG_LEVEL is loud: write one of');
});
