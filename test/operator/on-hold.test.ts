import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findIncident } from '../../src/books/incident-row';
import type { Call } from '../../src/incident/call';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
let server: Server | undefined;
afterAll(async () => {
  server?.close();
  await desk?.end();
});

const ID = 'zappos-2012';
const row = async () => (await findIncident(desk.database.db, ID))!;

/** Whole lines alone: it may be just writing one. */
function calls(): (Call & { incident: string })[] {
  const file = join(desk.folder, 'calls');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line));
}
const kinds = () => calls().map(({ kind }) => kind);

test('the file names who is called: once for each wait, also after a kill -9; amended to a webhook that fails, status says so (C111)', async () => {
  desk = await ownOperator('onhold', 150);
  const program = join(desk.folder, 'page');
  writeFileSync(program, '#!/bin/sh\ncat >> "$1"\n', { mode: 0o700 });
  const calling = (onHold: string) => (text: string) => `${text}\nonHold:\n  ${onHold}\n`;
  desk.env.ON_HOLD_PROGRAMS = program;
  const file = desk.file('incident.yaml', calling(`command: [${program}, ${join(desk.folder, 'calls')}]`));
  expect((await desk.start([file, '--go', '--by', 'Ann'])).code).toBe(0);
  const first = await desk.worker();
  await until('the call', () => kinds().includes('approval'), kinds);
  expect(calls()[0]).toMatchObject({
    ...{ incident: ID, phase: 'approval' },
    next: `npm run cli -- approve --incident ${ID}`,
  });
  // One that dies within the call leaves it to the next one, with the same id; from here on it is made.
  await until('its end', async () =>
    /Called +about approval, at [^,]*$/m.test((await desk.cli(['status'])).out),
  );
  process.kill(first.identity.pid, 'SIGKILL');
  await first.ended;
  const second = await desk.worker();
  expect((await desk.cli(['approve', '--by', 'Jo', '--content', (await row()).content_hash])).code).toBe(0);
  await until('the next call', () => kinds().includes('canary-done'), kinds);
  expect(kinds()).toEqual(['approval', 'canary-done']);
  expect((await desk.cli(['status'])).out).toMatch(/Called +about canary-done, at 20/);
  // Each phase and hold is one line of the worker's log.
  const log = readFileSync(second.logFile, 'utf8');
  expect(log.match(/"phase":"canary".*in its next phase/g)).toHaveLength(1);
  expect(log.match(/"kind":"canary-done".*the run holds/g)).toHaveLength(1);

  server = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const amended = desk.file('amended.yaml', calling(`webhook: http://127.0.0.1:${port}/`));
  const by = ['--go', '--by', 'Jo', '--reason', 'the pager is broken'];
  expect((await desk.cli(['amend', amended, ...by])).code).toBe(0);
  await until('the amendment', async () => (await row()).version === 2);
  await desk.relay.control({ add: { at: 'mail', reply: '550 5.7.1 sender blocked' } });
  expect((await desk.cli(['resume', '--by', 'Jo'])).code).toBe(0);
  let said = '';
  await until(
    'the failed call',
    async () => {
      said = (await desk.cli(['status'])).out;
      return /NOT CALLED +about paused, at .*: Nobody was called: its webhook answered 503/.test(said);
    },
    () => said,
  );
  expect(said).toContain('Paused by the breaker');
  expect(readFileSync(second.logFile, 'utf8')).toContain('the gate was closed: breaker or guard');
  expect(kinds()).toEqual(['approval', 'canary-done']);
});
