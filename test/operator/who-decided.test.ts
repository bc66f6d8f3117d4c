import { hostname, userInfo } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { findIncident } from '../../src/books/incident-row';
import { workflowIdOf } from '../../src/workflows/messages';
import { answeredStatus } from '../answered-status';
import { auditEntries } from '../audit-entries';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';
const HERE = `${userInfo().username}@${hostname()}`;

let desk: OwnOperator;
let file: string;
/** Somebody else with a door to Temporal, such as the Web UI. */
let stranger: Client;
beforeAll(async () => {
  desk = await ownOperator('who', 60);
  stranger = new Client({
    connection: await Connection.connect({ address: process.env.TEMPORAL_ADDRESS! }),
    namespace: desk.env.TEMPORAL_NAMESPACE!,
    identity: 'mallory@elsewhere',
  });
  file = desk.file('incident.yaml', (text) => `${text}\napproval: { people: 2 }\n`);
  expect((await desk.start([file, '--go', '--by', 'Ann'], {})).code).toBe(0);
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
});
afterAll(async () => {
  await stranger.connection.close();
  await desk.end();
});

const row = async () => (await findIncident(desk.database.db, ID))!;
const handle = () => stranger.workflow.getHandle(workflowIdOf(ID));
const whoDid = async (action: string) =>
  (await auditEntries(desk.database.db, { action })).map(({ who }) => who);
/** As the run has seen it: a resume undoes the closing that it knows of. */
const gate = (wanted: string) =>
  until(`the gate ${wanted}`, async () => (await answeredStatus(desk.client, ID)).gate?.gate === wanted);

// One story.

test('whoever starts is on record by the name typed, and beside it login and host (C92)', async () => {
  expect(await whoDid('start')).toEqual([`Ann (login ${HERE})`]);
});

test('what is said through Temporal is on record with who Temporal says that sent it, whatever name was typed (C92)', async () => {
  await desk.cli(['pause', '--by', 'Jo Counsel']);
  await desk.cli(['resume', '--by', 'Jo Counsel']);
  await handle().signal('pause', { by: 'Jo Counsel', reason: 'a trick' });
  await gate('closed');
  await handle().signal('resume');
  await gate('open');
  expect(await whoDid('gate-closed')).toEqual([
    `Jo Counsel (through Temporal: ${HERE})`,
    'Jo Counsel (through Temporal: mallory@elsewhere)',
  ]);
  expect(await whoDid('gate-opened')).toEqual([
    `Jo Counsel (through Temporal: ${HERE})`,
    'unnamed (through Temporal: mallory@elsewhere)',
  ]);
});

test('what is decided past Temporal has login and host beside the name (C92)', async () => {
  await desk.cli(['pause', '--direct', '--by', 'Jo Counsel']);
  expect((await whoDid('gate-closed')).at(-1)).toBe(`Jo Counsel (login ${HERE})`);
  await desk.cli(['pause', '--direct']);
  expect((await whoDid('gate-closed')).at(-1)).toBe(HERE);
  await desk.cli(['resume', '--by', 'Ann']);
});

test('a reset, a signal that is not ours and a terminate in Temporal are on record, with who did it (I6)', async () => {
  await handle().signal('resumee', { by: 'Jo' });
  const mallory = 'unnamed (through Temporal: mallory@elsewhere)';
  await until('the signal', async () => (await whoDid('foreign-signal')).length > 0);
  expect(await whoDid('foreign-signal')).toEqual([mallory]);

  const { events } = await handle().fetchHistory();
  const { runId } = await handle().describe();
  await stranger.workflowService.resetWorkflowExecution({
    namespace: stranger.options.namespace,
    workflowExecution: { workflowId: workflowIdOf(ID), runId },
    workflowTaskFinishEventId: events!.find((event) => event.workflowTaskCompletedEventAttributes)!.eventId,
    requestId: 'once',
    reason: 'to try again',
    identity: 'mallory@elsewhere',
  });
  await until('the reset', async () => (await whoDid('run-reset')).length > 0);
  expect((await desk.cli(['audit'])).out).toContain(`had the run ${runId} reset in Temporal, as`);

  await handle().terminate('a mistake');
  expect((await desk.start([file, '--go', '--by', 'Ann'])).out).toMatch(/^GOES ON/m);
  expect(await whoDid('run-terminated')).toEqual([mallory]);
  expect((await desk.cli(['audit'])).out).toMatch(/terminated the run [0-9a-f-]+ in Temporal: a mistake/);
  expect(await whoDid('foreign-signal')).toContain(mallory);
  expect((await desk.cli(['verify'])).code).toBe(0);
});

test('an approval needs a name', async () => {
  const { code, err } = await desk.cli(['approve', '--content', (await row()).content_hash]);
  expect([code, err]).toEqual([2, expect.stringContaining('Who approves? Write --by "YOUR NAME"')]);
  expect((await row()).approved_at).toBeNull();
});

test('where the file asks for two people, whoever started it cannot approve, by whatever name; and it is said who is missing', async () => {
  const asked = await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jo Counsel']);
  expect([asked.code, asked.err]).toEqual([
    1,
    `REFUSED: An approval did not count: ${HERE} started the incident, and this file asks for 2 people. Somebody else must approve, by another login.\n`,
  ]);
  // As somebody does who goes past the command.
  const past = new Client({ ...stranger.options, connection: stranger.connection, identity: HERE });
  const contentHash = (await row()).content_hash;
  await past.workflow
    .getHandle(workflowIdOf(ID))
    .executeUpdate('approve', { args: [{ by: 'Jo', contentHash }] });
  const said = `${HERE} started the incident, and this file asks for 2 people`;
  await until('the status to say so', async () => (await desk.cli(['status'])).out.includes(said));
  expect((await row()).approved_at).toBeNull();
  expect(await whoDid('approve')).toEqual([]);
});

test("an approval in somebody else's name shows who gave it, in the row, the status and the audit log (C92)", async () => {
  const contentHash = (await row()).content_hash;
  await handle().executeUpdate('approve', { args: [{ by: 'Jo Counsel', contentHash }] });
  await until('the approval', async () => (await row()).approved_at !== null);
  const found = 'Jo Counsel (through Temporal: mallory@elsewhere)';
  expect((await row()).approved_by).toBe(found);
  expect(await whoDid('approve')).toEqual([found]);
  expect((await desk.cli(['status'])).out).toContain(`UTC by ${found}`);
  expect((await desk.cli(['audit'])).out).toContain(`${found} approved the texts`);
  expect((await desk.cli(['verify'])).out).toContain(
    "[ ok ] the incident's row is what the audit log says (I6)",
  );
});
