import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { type Stack, startStack } from '../../scripts/stack/start-stack';
import { environmentOf, resolveAddresses, stackFileOf } from '../../src/operator/parts/addresses';
import { checkReachable } from '../../src/operator/parts/check-reachable';
import { identify, isAlive, type ProcessIdentity } from '../../src/operator/parts/this-machine';
import { until } from '../until';
import { isAnyOf } from './process-group';

const anyPorts = { database: 0, temporal: 0, temporalUi: 0, relay: 0 };
const folders: string[] = [];
const stacks: Stack[] = [];
/** Of processes with children of their own. */
const groups: number[] = [];

// The variables that the test run itself has set are not to replace the parts here.
const { TEMPORAL_ADDRESS: _t, DATABASE_URL: _d, SMTP_URL: _s, ...bare } = process.env;
const withoutTemporal = { ...bare, TEMPORAL_ADDRESS: '127.0.0.1:1', SMTP_URL: 'smtp://127.0.0.1:9' };

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  for (const group of groups.splice(0)) if (isAnyOf(group)) process.kill(-group, 'SIGTERM');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'));
  folders.push(folder);
  return folder;
}

async function start(dir: string, env: NodeJS.ProcessEnv, more: { fresh?: boolean; lines?: string[] } = {}) {
  const say = (line: string) => more.lines?.push(line);
  const stack = await startStack({ dir, env, say, ports: anyPorts, fresh: more.fresh });
  stacks.push(stack);
  return stack;
}

async function ask(url: string, statement: string): Promise<unknown[][]> {
  const connection = await createConnection({ uri: url, rowsAsArray: true });
  try {
    const [rows] = await connection.query<RowDataPacket[][]>(statement);
    return rows;
  } finally {
    await connection.end();
  }
}

function pidsIn(folder: string): Record<string, ProcessIdentity> {
  return JSON.parse(readFileSync(stackFileOf(folder), 'utf8')).pids;
}

test('database, Temporal and relay start, are found through stack.json, and stop leaves none running', async () => {
  const dir = ownFolder();
  const stack = await start(dir, bare);
  const addresses = await resolveAddresses(bare, dir);
  expect(addresses).toEqual(stack.addresses);
  expect(await checkReachable(addresses, bare)).toEqual([]);
  expect(statSync(stackFileOf(dir)).mode & 0o777).toBe(0o600);
  const [[durable, connections, schema]] = (await ask(
    addresses.databaseUrl,
    'SELECT @@innodb_flush_log_at_trx_commit, @@max_connections, DATABASE()',
  )) as [[number, number, string]];
  expect([durable, connections, schema]).toEqual([1, 300, 'shop']);
  const pids = pidsIn(dir);
  expect(Object.keys(pids).sort()).toEqual(['database', 'relay', 'temporal']);
  await Promise.all([stack.stop(), stack.stop()]);
  await stack.stop();
  expect(Object.values(pids).filter(isAlive)).toEqual([]);
  expect(existsSync(stackFileOf(dir))).toBe(false);
  await expect(resolveAddresses(bare, dir)).rejects.toThrow('npm run stack');
});

test('what was stored is there after a restart, and gone after a fresh one', async () => {
  const dir = ownFolder();
  const first = await start(dir, withoutTemporal);
  await ask(first.addresses.databaseUrl, 'CREATE TABLE kept (id INT)');
  await first.stop();
  const second = await start(dir, withoutTemporal);
  expect(await ask(second.addresses.databaseUrl, 'SHOW TABLES')).toEqual([['kept']]);
  await second.stop();
  const third = await start(dir, withoutTemporal, { fresh: true });
  expect(await ask(third.addresses.databaseUrl, 'SHOW TABLES')).toEqual([]);
});

test('an initialisation that was cut off is begun again', async () => {
  const dir = ownFolder();
  const half = join(dir, 'database', 'data.new');
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'ibdata1'), 'half');
  const stack = await start(dir, withoutTemporal);
  expect(await ask(stack.addresses.databaseUrl, 'SHOW TABLES')).toEqual([]);
});

test('a starting server leaves the temporary files of others alone', async () => {
  const dir = ownFolder();
  const foreign = join(tmpdir(), `#sql-temptable-of-another-${process.pid}.MAI`);
  writeFileSync(foreign, '');
  await start(dir, withoutTemporal);
  expect(existsSync(foreign)).toBe(true);
  rmSync(foreign);
});

test('after kill -9 of the one who started it, the next start ends what it left and takes over', async () => {
  const dir = ownFolder();
  const killed = await startInChild(dir);
  const left = pidsIn(dir);
  killed.kill('SIGKILL');
  await new Promise((resolve) => killed.once('exit', resolve));
  expect(Object.values(left).every(isAlive)).toBe(true);
  // They still work: whoever reads stack.json may go on using them.
  expect((await resolveAddresses(withoutTemporal, dir)).databaseUrl).toMatch(/^mysql:/);
  const lines: string[] = [];
  const stack = await start(dir, withoutTemporal, { lines });
  expect(lines).toEqual([
    `The database of an earlier stack still runs (process ${left.database!.pid}): stopping it.`,
  ]);
  expect(Object.values(left).filter(isAlive)).toEqual([]);
  expect(await ask(stack.addresses.databaseUrl, 'SHOW TABLES')).toEqual([]);
});

test('an end without stop() takes the parts along', async () => {
  const dir = ownFolder();
  const child = await startInChild(dir);
  const parts = Object.values(pidsIn(dir));
  child.stdin!.end(); // the child then throws
  await until('the end of the parts', () => !parts.some(isAlive));
});

test('a second stack in the same folder is refused and the first goes on', async () => {
  const dir = ownFolder();
  const stack = await start(dir, withoutTemporal);
  await expect(start(dir, withoutTemporal)).rejects.toThrow(
    `already runs in ${dir} (process ${process.pid})`,
  );
  expect(await ask(stack.addresses.databaseUrl, 'SELECT 1')).toEqual([[1]]);
  expect((await resolveAddresses(withoutTemporal, dir)).databaseUrl).toBe(stack.addresses.databaseUrl);
});

test('a part that dies is told of', async () => {
  const dir = ownFolder();
  const stack = await start(dir, withoutTemporal);
  process.kill(pidsIn(dir).database!.pid, 'SIGKILL');
  expect(await stack.broken).toBe(
    `The embedded database ended by itself (signal SIGKILL): see ${join(dir, 'database.log')}`,
  );
  await expect(resolveAddresses(withoutTemporal, dir)).rejects.toThrow(
    'Not running here and not set: DATABASE_URL',
  );
});

test('a part that cannot start is shown with the end of its log, and the rest is stopped', async () => {
  const dir = ownFolder();
  mkdirSync(join(dir, 'database', 'data'), { recursive: true }); // empty: no system tables
  const starting = start(dir, { ...bare, SMTP_URL: 'smtp://127.0.0.1:9' });
  await expect(starting).rejects.toThrow(/The embedded database ended: [\s\S]*The end of .*database\.log/);
  expect(existsSync(stackFileOf(dir))).toBe(false);
  expect(existsSync(join(dir, 'temporal.pid'))).toBe(false);
});

test('with all three variables set nothing is started', async () => {
  const dir = ownFolder();
  const env = { ...withoutTemporal, DATABASE_URL: 'mysql://u:p@db.test/shop', TEMPORAL_NAMESPACE: 'night' };
  const stack = await start(dir, env);
  expect(pidsIn(dir)).toEqual({});
  expect(stack.addresses).toEqual({
    temporal: { address: '127.0.0.1:1', namespace: 'night', uiUrl: null, embedded: false },
    databaseUrl: 'mysql://u:p@db.test/shop',
    smtpUrl: 'smtp://127.0.0.1:9',
    relay: null,
  });
  expect(environmentOf(stack.addresses)).toEqual({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_NAMESPACE: 'night',
    DATABASE_URL: 'mysql://u:p@db.test/shop',
    SMTP_URL: 'smtp://127.0.0.1:9',
  });
});

// As Docker and npm's own parents do it: to the first process alone. As a terminal does: to all.
test.each([false, true])(
  'npm run stack: SIGTERM, to its whole group: %s, ends what it has started',
  async (toAll) => {
    const local = ownFolder();
    const npm = spawn('npm', ['run', '--silent', 'stack'], {
      detached: true,
      env: { ...withoutTemporal, BREACH_RESPONSE_LOCAL: local },
    });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (data) => (output += data));
    groups.push(npm.pid!);
    const closed = new Promise((resolve) => npm.once('close', resolve));
    await until(
      'its word',
      () => output.includes('Leave this running'),
      () => output,
    );
    const parts = Object.values(pidsIn(local));
    process.kill(toAll ? -npm.pid! : npm.pid!, 'SIGTERM');
    await closed;
    expect(output).toContain('Stopped.');
    expect(parts.map(isAlive)).toEqual([false]);
    expect(existsSync(stackFileOf(local))).toBe(false);
  },
);

test('the addresses of a dead stack are not believed', async () => {
  const dir = ownFolder();
  const dead = { ...identify(process.pid)!, born: 'before' };
  const pids = { database: dead, temporal: dead, relay: dead };
  writeFileSync(stackFileOf(dir), JSON.stringify({ databaseUrl: 'mysql://x/y', pids }));
  await expect(resolveAddresses({}, dir)).rejects.toThrow('DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL');
});

describe('what cannot be reached is said with its address and the command that fixes it', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined).end('554 go away\r\n'));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as { port: number }).port;
  });
  afterAll(() => silent.close());

  test('embedded, nobody there', async () => {
    const addresses = {
      temporal: { address: '127.0.0.1:1', namespace: 'default', uiUrl: null, embedded: false },
      databaseUrl: 'mysql://root:geheim@127.0.0.1:1/shop',
      smtpUrl: 'smtp://mailer:geheim@127.0.0.1:1',
      relay: null,
    };
    const problems = await checkReachable(addresses, {});
    expect(problems).toEqual([
      expect.stringMatching(/^Temporal at 127\.0\.0\.1:1 does not work: .+\. Start it: npm run stack$/),
      'The database at 127.0.0.1:1 does not work: connect ECONNREFUSED 127.0.0.1:1. Start it: npm run stack',
      'The mail relay at 127.0.0.1:1 does not work: connect ECONNREFUSED 127.0.0.1:1. Start it: npm run stack',
    ]);
    expect(problems.join()).not.toContain('geheim');
  });

  test('real ones, somebody else there', async () => {
    const env = { DATABASE_URL: `mysql://u@127.0.0.1:${port}/shop`, SMTP_URL: `smtp://127.0.0.1:${port}` };
    const problems = await checkReachable(
      {
        temporal: { address: '127.0.0.1:1', namespace: 'default', uiUrl: null, embedded: false },
        databaseUrl: env.DATABASE_URL,
        smtpUrl: env.SMTP_URL,
        relay: null,
      },
      env,
    );
    expect(problems).toHaveLength(3);
    expect(problems[1]).toMatch(
      /fix DATABASE_URL; without DATABASE_URL the embedded one is used: npm run stack$/,
    );
    expect(problems[2]).toContain('it greets with "554 go away". Start it or fix SMTP_URL');
  });
});

/** A process that starts a stack and throws when its standard input ends. */
async function startInChild(dir: string): Promise<ChildProcess> {
  const program = `
    const { startStack } = require('./scripts/stack/start-stack');
    startStack({ dir: process.argv[1], env: process.env, say: () => {}, ports: ${JSON.stringify(anyPorts)} })
      .then(() => console.log('up'));
    process.stdin.on('end', () => { throw new Error('meant to happen'); }).resume();`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program, dir], {
    env: withoutTemporal,
    cwd: join(__dirname, '..', '..'),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the child ended before its stack was up')));
    child.stdout!.once('data', () => resolve());
  });
  child.removeAllListeners('exit');
  return child;
}
