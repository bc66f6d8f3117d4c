import { randomUUID } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
import { findIncident } from '../../src/books/incident-row';
import { startRun } from '../../src/operator/start-run';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownNamespace, ownOperator } from './own-operator';

const ID = 'zappos-2012';
/** IndexedValueType of temporal.api.enums.v1. */
const KEYWORD = 2;
let desk: OwnOperator;
afterAll(() => desk?.end());

test('a search attribute of another type: the run starts without any, says so on one line, and goes on (C82)', async () => {
  desk = await ownOperator('search', 20);
  const { operatorService } = desk.client.connection as Connection;
  const { namespace } = desk.client.options;
  await operatorService.addSearchAttributes({ namespace, searchAttributes: { BreachPercent: KEYWORD } });
  const { code, out, err } = await desk.start([desk.file('incident.yaml'), '--go']);
  expect([code, err]).toEqual([0, '']);
  const told = out.split('\n').filter((line) => /search attribute/.test(line));
  expect(told).toEqual([
    '  Temporal lists the run without search attributes: BreachPercent is KEYWORD there, not INT',
  ]);
  expect(out).not.toMatch(/^ +at /m);
  await desk.worker();
  const row = () => findIncident(desk.database.db, ID);
  await until('the approval', async () => (await row())?.phase === 'approval');
  const { searchAttributes } = await desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
  expect(Object.keys(searchAttributes).filter((name) => name.startsWith('Breach'))).toEqual([]);
});

test('attributes that the server forgets right before the start: it starts without, and says so (C82)', async () => {
  const { client, namespace } = await ownNamespace('search-gone');
  const { operatorService } = client.connection as Connection;
  let starts = 0;
  const forgetful = new Client({
    connection: client.connection,
    namespace,
    interceptors: {
      workflow: [
        {
          start: async (input, next) => {
            if (starts++ === 0)
              await operatorService.removeSearchAttributes({
                namespace,
                searchAttributes: ['BreachPercent'],
              });
            return next(input);
          },
        },
      ],
    },
  });
  const ledger = { id: randomUUID(), database: 'nowhere' };
  const run = await startRun(forgetful, { incidentId: 'forgotten', title: 'Test', ledger, uiUrl: null });
  expect([starts, run.alreadyRunning]).toEqual([2, false]);
  expect(run.warnings).toEqual([
    expect.stringMatching(/^Temporal lists the run without search attributes: .*BreachPercent[^\n]*$/),
  ]);
  await client.workflow.getHandle(run.workflowId).terminate('the test is over');
  await client.connection.close();
});
