import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { installRuntime, safeFields } from '../../src/workers/temporal-log';
import { buildBundle } from '../../src/workers/workflow-bundle';
import '../long-runs';
import { until } from '../until';

const lines: Record<string, unknown>[] = [];
installRuntime(pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) }));

let connection: NativeConnection;
let client: Client;
let code: string;
beforeAll(async () => {
  const address = process.env.TEMPORAL_ADDRESS!;
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }) });
  ({ code } = await buildBundle(require.resolve('./failing-workflows')));
});
afterAll(async () => {
  await client.connection.close();
  await connection.close();
});

/** Works with this code until this stands in the log. */
async function logged(workflow: string, cause: RegExp, ...codes: string[]): Promise<Record<string, unknown>> {
  const taskQueue = randomBytes(6).toString('hex');
  const handle = await client.workflow.start(workflow, {
    ...{ taskQueue, workflowId: taskQueue, args: [{ name: 'Ann Smith' }] },
  });
  lines.length = 0;
  const found = () => lines.find((line) => cause.test(`${line.cause} ${line.error}`));
  for (const [i, of] of codes.entries()) {
    const worker = await Worker.create({ connection, taskQueue, workflowBundle: { code: of } });
    const isLast = i === codes.length - 1;
    await worker.runUntil(
      until(
        'its word',
        async () => (isLast ? found() !== undefined : (await handle.fetchHistory()).events!.length > 5),
        () => lines,
      ),
    );
  }
  await handle.terminate('the test is over').catch(() => undefined);
  expect(JSON.stringify(lines)).not.toContain('Ann Smith');
  return found()!;
}

test.each<[string, string, RegExp]>([
  ['an error in the code', 'throws', /a defect of the code/],
  [
    'a type that the code does not have',
    'nowhere',
    /Failed to initialize workflow of type 'nowhere': no such function/,
  ],
  [
    'a search attribute that the server does not know',
    'asksForUnknownAttribute',
    /BadSearchAttributes: .*NoSuchAttribute/,
  ],
  [
    'more than the server takes',
    'tellsTooMuch',
    /payloads with size that exceeded the error limit\. \(PayloadsTooLarge\)/,
  ],
])(
  'the log of a worker has the cause of what Temporal says failed, and nothing of what it held: %s',
  async (_, workflow, cause) => {
    await logged(workflow, cause, code);
  },
);

test('a history that other code has made: the log names the marker', async () => {
  const older = code.replace('of-tomorrow', 'of-yesterday');
  expect(older).not.toBe(code);
  const line = await logged(
    'changes',
    /Nondeterminism error: .*of-tomorrow.*\(NonDeterministicError\)/,
    code,
    older,
  );
  expect(line.msg).toBe('Failing workflow task');
});

test('an error of the code is logged with where it was thrown', async () => {
  const line = await logged('throws', /TypeError: a defect of the code/, code);
  expect(line.at).toEqual(expect.arrayContaining([expect.stringContaining('throws (')]));
});

// As core 1.24 printed them, of a server with frontend.namespaceRPS=8 and of one that was ended.
test.each([
  [
    'Status { code: ResourceExhausted, message: "namespace rate limit exceeded", details: b"\\x08", metadata: MetadataMap { headers: {"authorization": "Bearer k"} } }',
    'namespace rate limit exceeded (ResourceExhausted)',
  ],
  [
    'Status { code: Unavailable, message: "tcp connect error", source: None }',
    'tcp connect error (Unavailable)',
  ],
])('of a call that failed the cause alone is kept: %s', (error, cause) => {
  expect(safeFields({ error, payload: 'Ann', sdkComponent: 'core' })).toEqual({ cause });
});
