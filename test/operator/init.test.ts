import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { WHOLE_EXAMPLE } from '../incident/example-incident';
import { filled } from '../incident/filled-draft';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('init', 40);
});
afterAll(() => desk.end());

const HEAD = {
  'id: ???': 'id: harbour-2012',
  'title: ???': 'title: Customer table read',
  'cutoff: ???': 'cutoff: 2012-01-15T23:00:00Z',
  'from:\n  name: ???': 'from:\n  name: Harbour Shop',
  'address: ???': 'address: care@harbour.shop',
  'replyTo: ???': 'replyTo: care@harbour.shop',
  'choosePassword: ???': 'choosePassword: https://harbour.shop/new',
  'page: ???': 'page: https://harbour.shop/notice',
  'breach: ???': 'breach: 2012-01-15',
  'notice: ???': 'notice: 2012-01-16',
  'name: ???': 'name: Data Office',
  '- ???\n  customers': '- check@harbour.shop\n  customers',
  'database: ???\n': WHOLE_EXAMPLE.slice(WHOLE_EXAMPLE.indexOf('\ndatabase:') + 1),
};

test('a file of init is refused at each ???; filled, the dry run is READY', async () => {
  const path = `${desk.folder}/my.yaml`;
  const made = await desk.cli([
    'init',
    '--languages',
    'en,es,nb',
    '--laws',
    'GDPR,California',
    '--out',
    path,
  ]);
  expect([made.code, made.out]).toEqual([
    0,
    expect.stringMatching(/^WRITTEN: .*my\.yaml; \d+ lines to fill/),
  ]);
  const open = await desk.start([path]);
  expect(open.code).toBe(2);
  expect(open.err).toMatch(
    /my\.yaml:\d+:\d+ texts\.en\.whatInformation\.affected\.0: found "\?\?\? what may have been seen", write/,
  );
  expect(open.out).toMatch(/NOT READY/);
  const again = await desk.cli(['init', '--languages', 'en', '--out', path]);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('exists already')]);
  writeFileSync(path, filled(readFileSync(path, 'utf8'), HEAD).replace('massachusetts: [US-MA]', ''));
  const ready = await desk.start([path]);
  expect([ready.err, ready.out]).toEqual(['', expect.stringMatching(/\nREADY: /)]);
  expect(ready.out).not.toContain('says what the example says');
});

test('without --out the file is on stdout, and what comes next on stderr', async () => {
  const { code, out, err } = await desk.cli(['init', '--languages', 'de']);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/^# yaml-language-server[\s\S]*\ndatabase: \?\?\?\n$/),
  ]);
  expect(err).toContain('npm run cli -- map');
});

test.each([
  [['--languages', 'english'], 'Found "english": write codes of two or three letters'],
  [['--languages', ','], 'Write at least one'],
  [['--languages', 'en', '--laws', 'gpdr'], 'Found "gpdr": write gdpr'],
  [[], "required option '--languages <codes>' not specified"],
])('wrong usage: %j', async (args, words) => {
  const { code, err } = await desk.cli(['init', ...args]);
  expect([code, err]).toEqual([2, expect.stringContaining(words)]);
});

/** Answers as a relay that delivers would. */
function otherRelay(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mx.harbour.shop ESMTP\r\n');
    socket.on('data', (data) => {
      const [verb = ''] = data.toString().split(/[ \r]/);
      socket.write(
        verb === 'EHLO' ? '250-mx.harbour.shop\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n' : '221 2.0.0 Bye\r\n',
      );
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('a copy of the example (C109)', () => {
  const line = (text: string, words: string) =>
    text.split('\n').findIndex((each) => each.includes(words)) + 1;

  test('with another title: each sentence is told by language and line, it is not READY, and --go refuses', async () => {
    const text = WHOLE_EXAMPLE.replace(/^title: .*$/m, 'title: Our breach');
    const file = desk.file('copy.yaml', () => text);
    const dry = await desk.start([file]);
    expect(dry.code).toBe(1);
    expect(dry.out).toMatch(/\nNOT READY: \d+ things stop/);
    for (const [language, words] of [
      ['en', 'Someone broke into part of our computer'],
      ['es', 'Alguien entró en una parte de nuestra red.'],
      ['de', 'Jemand ist über einen unserer Server'],
    ] as const) {
      expect(dry.out).toContain(
        `texts.${language} still says what the example says of another shop's breach`,
      );
      expect(dry.out).toMatch(new RegExp(`line ${line(text, words)}, texts\\.${language}\\.\\S+: "${words}`));
    }
    const go = await desk.start([file, '--go']);
    expect([go.code, go.out]).toEqual([1, expect.stringContaining('was not started')]);
    expect(await desk.ledgerExists()).toBe(false);
  });

  test('that is the example still, by title and sender, is an exercise here; where a relay delivers it is refused, its domains too', async () => {
    const file = desk.file('exercise.yaml');
    const here = await desk.start([file]);
    expect([here.code, here.out]).toEqual([
      0,
      expect.stringContaining('This is the example, under its own title and sender: an exercise'),
    ]);
    const relay = await otherRelay();
    const { port } = relay.address() as { port: number };
    const there = await desk.start([file], { SMTP_URL: `smtp://127.0.0.1:${port}` });
    relay.close();
    expect(there.code).toBe(1);
    expect(there.out).toContain("texts.en still says what the example says of another shop's breach");
    expect(there.out).toMatch(
      /domains that nobody can have[\s\S]*line \d+, from\.address: "care@zappos\.test"/,
    );
  });
});
