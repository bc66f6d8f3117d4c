import { bareBooks, findIncident } from '../../src/books/incident-row';
import { joinRelays, leaveOut } from '../../src/books/relays';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

/** C112: what an operator sees of several relays, and types. */
const ID = 'zappos-2012';
let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('relays', 40);
});
afterAll(() => desk.end());

const books = async () => bareBooks(desk.database, (await findIncident(desk.database.db, ID))!);

test.each<[string, [string, ...string[]], string]>([
  ['a relay left out without the reason', ['pause', '--relay', 'one'], '--reason "WHY'],
  ['both at once', ['pause', '--relay', 'one', '--domain', 'a.test', '--reason', 'x'], 'only one of'],
  ['both at once again', ['resume', '--relay', 'one', '--domain', 'a.test'], 'only one of'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await wrongUsage(args);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

// One story: each step leaves what the next one finds.

test('a start asks each relay of SMTP_URL, and wants each that the file names', async () => {
  const url = desk.env.SMTP_URL!;
  const both = { SMTP_URL: `${url}#one ${url.replace('127.0.0.1', 'localhost')}#two` };
  const named = desk.file('named.yaml', (text) =>
    text.replace(
      '  messagesPerSession: null\n',
      '  messagesPerSession: null\n  relays: { two: { weight: 2 } }\n',
    ),
  );
  const lacking = await desk.start([named], { SMTP_URL: `${url}#one` });
  expect(lacking.out + lacking.err).toMatch(
    /relay\.relays tells of two, and SMTP_URL has only one\. Write #NAME after the URL/,
  );
  const dead = await desk.start([named], { SMTP_URL: `${url}#one smtp://127.0.0.1:1#two` });
  expect(dead.out + dead.err).toMatch(/The mail relay at 127\.0\.0\.1:1 does not work/);
  const sound = await desk.start([named], both);
  expect(sound.out).toMatch(/relay +one \(127\.0\.0\.1:\d+\), two \(localhost:\d+\): ready/);
  expect(sound.out).toContain('at most 8 messages at once over all (relay.sessions)');
  expect((await desk.start([named, '--go'], both)).code).toBe(0);
});

test('relays shows what workers send by; one is left out and taken in by its name, on the record', async () => {
  expect((await desk.cli(['relays'])).out).toMatch(/^No worker has sent anything yet/);
  const own = ['one', 'two'].map((name) => ({ name, address: `${name}.test:25` }));
  await joinRelays(await books(), own, 'a worker');
  const unknown = await desk.cli(['pause', '--relay', 'three', '--reason', 'x']);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('There are: one, two.') });
  const left = await desk.cli(['pause', '--relay', 'one', '--reason', 'its disk', '--by', 'Jo']);
  expect(left).toMatchObject({ code: 0, out: expect.stringMatching(/^LEFT OUT one: .*resume --relay one/s) });
  const last = await desk.cli(['pause', '--relay', 'two', '--reason', 'x']);
  expect(last).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^NOT LEFT OUT: no other relay takes part/m),
  });

  const shown = (await desk.cli(['relays'])).out;
  expect(shown).toMatch(
    /^relay +address +weight +sessions +told +in doubt\none +one\.test:25 +1 +8 +0 +0\n {2}LEFT OUT, since .* by Jo.*: its disk\ntwo +two\.test:25 +2 /,
  );
  expect(shown).toContain(`-> to take it in again: npm run cli -- resume --relay one --incident ${ID}`);
  const { relays } = JSON.parse((await desk.cli(['relays', '--json'])).out);
  expect(relays).toMatchObject([
    { relay: 'one', state: 'out', weight: 1, reason: 'its disk' },
    { relay: 'two', state: 'in', weight: 2, sent: 0 },
  ]);

  const taken = await desk.cli(['resume', '--relay', 'one', '--by', 'Jo']);
  expect(taken.out).toMatch(/^TAKEN IN one/);
  expect((await desk.cli(['resume', '--relay', 'one'])).out).toMatch(/^Nothing keeps one out/);
  const audit = (await desk.cli(['audit'])).out;
  for (const words of [
    'began to send by the relay one (one.test:25), one of several',
    'left out the relay one: its disk',
    'took the relay one in again',
  ])
    expect(audit).toContain(words);
});

test('status says which the breaker has left out, and what to type', async () => {
  await leaveOut(
    await books(),
    { relay: 'one', fence: 3 },
    { reason: 'It refuses all: have that put right, then resume.' },
    ['one', 'two'],
  );
  const { out } = await desk.cli(['status']);
  expect(out).toMatch(
    /Relay +one LEFT OUT, since .* by the breaker: It refuses all: have that put right, then resume --relay one\./,
  );
  expect(out).toMatch(/1 relay of 2 left: npm run cli -- relays/);
  const { relays } = JSON.parse((await desk.cli(['status', '--json'])).out);
  expect(relays.map(({ state }: { state: string }) => state)).toEqual(['out', 'in']);
});
