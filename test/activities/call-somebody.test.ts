import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { callSomebody, place } from '../../src/activities/call-somebody';
import type { RunContext, RunContexts } from '../../src/activities/run-context';
import type { Call } from '../../src/incident/call';
import type { OnHold } from '../../src/incident/on-hold-schema';

const folder = mkdtempSync(join(tmpdir(), 'call-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CALL: Call = {
  ...{ id: 'z in-doubt 1', kind: 'in-doubt', phase: 'settle', reason: 'In doubt: 3; "$(touch x)"' },
  next: 'npm run cli -- settle --incident z',
};
const TOLD = { incident: 'z', ...CALL };
const log = pino({ level: 'silent' });

const none = join(folder, 'none');
/** That the worker may run. */
const programs = [none];
let number = 0;
/** A program that appends what it is given to a file. */
function program(lines: string): { command: string[]; heard: () => string } {
  number++;
  const [path, file] = [join(folder, `page-${number}`), join(folder, `heard-${number}`)];
  programs.push(path);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o700 });
  return { command: [path, file], heard: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') };
}

async function webhook(
  status: number,
  headers = {},
): Promise<{ url: string; heard: string[]; close(): void }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      heard.push(`${request.method} ${request.headers['content-type']} ${body}`);
      response.writeHead(status, headers).end('secret words');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/x`, heard, close: () => server.close() };
}

const contexts = (onHold: OnHold | undefined, isAway = () => false): RunContexts => {
  const context = Promise.resolve({ file: { onHold } } as unknown as RunContext);
  return Object.assign(async () => (isAway() ? Promise.reject(new Error('away')) : context), {
    last: () => context,
  });
};
const called = (runs: RunContexts, heartbeatDetails?: unknown) =>
  new MockActivityEnvironment(heartbeatDetails === undefined ? {} : { heartbeatDetails }).run(
    callSomebody(runs, { programs, log }),
    { incidentId: 'z', ledgerId: 'l', auditHead: { seq: 1, hash: 'h' }, ...CALL },
  );

test("a command gets the call whole, on its input and in its environment, and none of the worker's secrets", async () => {
  process.env.DATABASE_URL_OF_TEST = 'mysql://root:secret@x';
  const { command, heard } = program('cat > "$1"; env >> "$1"');
  await place({ command }, TOLD, { programs });
  const [json, ...environment] = heard().split('\n');
  expect(JSON.parse(json!)).toEqual(TOLD);
  expect(environment).toEqual(
    expect.arrayContaining(['BREACH_INCIDENT=z', 'BREACH_KIND=in-doubt', `BREACH_NEXT=${CALL.next}`]),
  );
  expect(heard()).not.toContain('secret');
  delete process.env.DATABASE_URL_OF_TEST;
});

test('no shell reads it', async () => {
  const { command, heard } = program('printf %s "$2" > "$1"');
  await place({ command: [...command, '$(id); `id`'] }, TOLD, { programs });
  expect(heard()).toBe('$(id); `id`');
});

test('a webhook gets the same by POST', async () => {
  const { url, heard, close } = await webhook(204);
  await place({ webhook: url }, TOLD, { programs: [] });
  close();
  expect(heard).toEqual([`POST application/json ${JSON.stringify(TOLD)}`]);
});

test('whatever goes wrong is told in our words, and nothing hangs', async () => {
  const silent = createTcpServer(() => undefined);
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const refusing = await webhook(503);
  const leading = await webhook(302, { location: 'http://127.0.0.1:1/' });
  const { port } = silent.address() as AddressInfo;
  const ways: [OnHold, RegExp][] = [
    [{ command: program('exit 3').command }, /its command ended with 3/],
    [{ command: program('sleep 20 & sleep 20').command }, /its command did not end in time/],
    [{ command: [none] }, /its command cannot be started \(ENOENT\)/],
    [
      { command: ['/bin/sh', '-c', 'exit 0'] },
      /its command may not be run by this worker \(ON_HOLD_PROGRAMS\)/,
    ],
    [{ webhook: refusing.url }, /its webhook answered 503/],
    [{ webhook: leading.url }, /its webhook answered 302/],
    [{ webhook: `http://127.0.0.1:${port}/` }, /its webhook has not answered in time/],
    [
      { webhook: 'http://127.0.0.1:1/' },
      /its webhook cannot be reached \(its port is one that no webhook may have\)/,
    ],
  ];
  for (const [onHold, why] of ways) {
    const failure = await place(onHold, TOLD, { programs, patience: 500 }).catch((error: Error) => error);
    expect(failure).toMatchObject({ type: 'CALL_FAILED', message: expect.stringMatching(why) });
    expect(String(failure)).not.toMatch(/secret|127\.0\.0\.1|page-/);
  }
  silent.close();
  refusing.close();
  leading.close();
});

test('a command that does not end is ended with all that it has started', async () => {
  const { command } = program('(sleep 20; echo alive) > "$1" & sleep 20');
  const pipe = command[1]!;
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  // It ends when nobody has it open any more.
  const heard = readFile(pipe, 'utf8');
  const ours = await open(pipe, 'w');
  await expect(place({ command }, TOLD, { programs, patience: 400 })).rejects.toThrow('did not end in time');
  await ours.close();
  expect(await heard).toBe('');
});

test('another attempt calls nobody whom the first one has called: its worker died before Temporal knew (C111)', async () => {
  const { command, heard } = program('echo once >> "$1"');
  await called(contexts({ command }));
  await called(contexts({ command }), 'called');
  expect(heard()).toBe('once\n');
});

test('it is called where the database is away, and not where the file names nobody any more', async () => {
  const { command, heard } = program('echo called >> "$1"');
  await called(contexts({ command }, () => true));
  expect(heard()).toBe('called\n');
  await called(contexts(undefined));
});
