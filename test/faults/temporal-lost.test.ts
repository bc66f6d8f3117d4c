import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { choosePort } from '../../scripts/stack/choose-port';
import { findTemporal } from '../../scripts/stack/find-temporal';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startTemporal } from '../../scripts/stack/start-temporal';
import { surveyNotices } from '../../src/books/balance';
import { findIncident } from '../../src/books/incident-row';
import { type OwnOperator, ownOperator } from '../operator/own-operator';
import { EACH_PHASE_ONCE, phasesEntered } from '../phases-entered';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';

const ID = 'zappos-2012';
const folder = mkdtempSync(join(tmpdir(), 'temporal-lost-'));
const silent = () => undefined;
let temporal: PartProcess | undefined;
let desk: OwnOperator | undefined;
afterAll(async () => {
  await desk?.end();
  await temporal?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const row = async () => (await findIncident(desk!.database.db, ID))!;
const told = async () =>
  (await surveyNotices({ db: desk!.database.db, incident: (await row()).incident }, 'notice')).notices;
/** Told when something is waited for in vain. */
const found = async () => [(await row()).phase, (await row()).hold_reason, await told()];

test("Temporal's database is lost altogether: start goes on from the row, asks for no approval, and tells nobody twice (I1, I2)", async () => {
  const program = await findTemporal({ ...process.env, TEMPORAL_ADDRESS: undefined }, silent);
  const [grpc, ui] = await Promise.all([choosePort('grpc', 0, silent), choosePort('ui', 0, silent)]);
  const start = () => startTemporal(program!, folder, { grpc, ui }, (part) => (temporal = part));
  const { address } = await start();
  process.env.TEMPORAL_ADDRESS = address;
  desk = await ownOperator('temporallost', 1_500);
  // Its own namespace dies with the server; this one is made by every server that begins.
  desk.env.TEMPORAL_NAMESPACE = 'default';
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 300').replace('afterwards: hold', 'afterwards: continue'),
  );
  await desk.worker();
  expect((await desk.start([file, '--go', '--by', 'Ann'])).code).toBe(0);
  await until('the approval', async () => (await row()).phase === 'approval', found);
  const { content_hash } = await row();
  await desk.cli(['approve', '--by', 'Jane Doe', '--content', content_hash]);
  await until(
    'the first notices',
    async () => (await row()).phase === 'notify' && ((await told()).sent ?? 0) > 200,
    found,
  );

  process.kill(temporal!.identity.pid, 'SIGKILL');
  await temporal!.ended;
  for (const name of readdirSync(folder)) if (name.startsWith('temporal.db')) rmSync(join(folder, name));
  await start();
  expect((await desk.cli(['status'])).out).toContain('npm start -- FILE --go goes on from the books');
  const again = await desk.start([file, '--go', '--by', 'Ben']);
  expect([again.err, again.code]).toEqual(['', 0]);
  expect(again.out).toMatch(/GOES ON from phase notify/);
  await until('the end', async () => (await row()).phase === 'closed', found);

  const { sent, ...other } = await told();
  expect(Object.keys(other)).toEqual(['skipped']);
  expect(await relayVerdict(desk.database, ID, desk.relay.log)).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
  });
  const asked = await sql<{ action: string; who: string }>`
    SELECT action, who FROM audit WHERE action IN ('start', 'approve') ORDER BY seq`.execute(
    desk.database.db,
  );
  expect(asked.rows).toEqual([
    { action: 'start', who: expect.stringMatching(/^Ann \(login/) },
    { action: 'approve', who: expect.stringMatching(/^Jane Doe \(through/) },
  ]);
  expect(await phasesEntered(desk.database.db)).toEqual(EACH_PHASE_ONCE);
});
