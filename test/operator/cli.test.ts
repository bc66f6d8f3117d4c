import { createServer, type Server } from 'node:net';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('cli', 20);
});
afterAll(() => desk.end());

const VERBS = [
  'init',
  'map',
  'preview',
  'start',
  'test-send',
  'status',
  'pause',
  'resume',
  'approve',
  'set-rate',
  'cancel',
  'settle',
  'retry',
  'close',
  'lookup',
  'report',
  'export',
  'page',
  'audit',
  'verify',
];

test('--help lists every verb, and every verb explains itself', async () => {
  const help = await desk.cli(['--help']);
  expect(help.code).toBe(0);
  for (const verb of VERBS) expect(help.out).toMatch(new RegExp(`^  ${verb} `, 'm'));
  for (const verb of ['set-rate', 'lookup']) {
    const verbHelp = await desk.cli([verb, '--help']);
    expect([verbHelp.code, verbHelp.out]).toEqual([
      0,
      expect.stringContaining(`Usage: npm run cli -- ${verb}`),
    ]);
  }
});

test.each<[string, string[], string]>([
  ['no verb', [], 'Usage: npm run cli'],
  ['an unknown verb', ['pasue'], "unknown command 'pasue'\n(Did you mean pause?)"],
  ['a missing argument', ['lookup'], "missing required argument 'customer'"],
  ['an unknown option', ['status', '--wacth'], '(Did you mean --watch?)'],
  ['too many arguments', ['verify', 'x'], 'too many arguments'],
  [
    'a rate of nothing',
    ['set-rate', '0'],
    'write a whole number from 1 to 1000000, such as 200/s; to stop the mail, pause',
  ],
  ['a rate below nothing', ['set-rate', '-1'], 'Found "-1", write a whole number from 1 to 1000000'],
  ['a rate beyond all relays', ['set-rate', '1e9'], 'Found "1e9", write a whole number from 1 to 1000000'],
  ['a rate that is no number', ['set-rate', 'NaN'], 'Found "NaN", write a whole number'],
  ['an empty name', ['pause', '--by', ' '], 'Write a name, such as --by "Jane Doe"'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await desk.cli(args);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

test.each([[['status']], [['pause', '--direct']], [['approve', '--content', '12345678']], [['lookup', '1']]])(
  '%s before any start says how to start',
  async (args) => {
    const { code, err } = await desk.cli(args);
    expect(err).toContain(`No incident was ever started on the schema ${desk.companySchema}.`);
    expect(code).toBe(1);
  },
);

describe('a part that does not answer is named, with its address and how to fix it', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as { port: number }).port;
  });
  afterAll(() => silent.close());

  test('nothing set and no stack', async () => {
    const none = { DATABASE_URL: '', TEMPORAL_ADDRESS: '', SMTP_URL: '' };
    const { code, err } = await desk.cli(['status'], none);
    expect(err).toContain('Not running here and not set: DATABASE_URL');
    expect(err).toContain('npm run stack');
    expect(code).toBe(1);
  });

  test('all three refuse', async () => {
    const refusing = {
      DATABASE_URL: 'mysql://u:geheim@127.0.0.1:1/shop',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      SMTP_URL: 'smtp://u:geheim@127.0.0.1:1',
    };
    const { code, out } = await desk.start([desk.file('refused.yaml')], refusing);
    expect(out).toMatch(/The database at 127\.0\.0\.1:1 does not work: .*npm run stack/);
    expect(out).toMatch(/Temporal at 127\.0\.0\.1:1 does not work: .*npm run stack/);
    expect(out).toMatch(/The mail relay at 127\.0\.0\.1:1 does not work: .*npm run stack/);
    expect(out).toMatch(/NOT READY: 3 things stop the start \(above\)\.\n$/);
    expect(out).not.toContain('geheim');
    expect(code).toBe(1);
  });

  test('all three take the connection and say nothing', async () => {
    const mute = {
      DATABASE_URL: `mysql://u@127.0.0.1:${port}/shop`,
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
    };
    const { code, out } = await desk.start([desk.file('mute.yaml')], mute);
    for (const part of ['The database', 'Temporal', 'The mail relay'])
      expect(out).toContain(`${part} at 127.0.0.1:${port} does not work`);
    expect(code).toBe(1);
  });
});
