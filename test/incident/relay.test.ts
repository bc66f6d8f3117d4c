import { calledInRun, chooseRelay, lackingRelays, mostSessions, relayUse } from '../../src/incident/relay';

const FILE = { sessions: 8, relays: { one: { weight: 3 }, two: { sessions: 4 }, big: { sessions: 20 } } };

test('what the file does not say of a relay holds for all', () => {
  expect(relayUse(FILE, 'one')).toEqual({ weight: 3, sessions: 8 });
  expect(relayUse(FILE, 'two')).toEqual({ weight: 1, sessions: 4 });
  expect(relayUse(FILE, 'constructor')).toEqual({ weight: 1, sessions: 8 });
  expect(relayUse({ sessions: 8 }, 'one')).toEqual({ weight: 1, sessions: 8 });
  expect([mostSessions(FILE), mostSessions({ sessions: 8 })]).toEqual([20, 8]);
});

test('a name of the file that SMTP_URL lacks is told', () => {
  expect(lackingRelays(FILE, ['one', 'two', 'other'])).toEqual(['big']);
  expect(lackingRelays({ sessions: 8 }, [])).toEqual([]);
});

test('each is chosen as often as its weight says', () => {
  const relays = [
    { relay: 'one', weight: 3 },
    { relay: 'two', weight: 1 },
  ];
  const chosen = Array.from({ length: 400 }, (_, i) => chooseRelay(relays, i / 400)!.relay);
  expect(chosen.filter((relay) => relay === 'one')).toHaveLength(300);
  expect(chosen.at(-1)).toBe('two');
  expect(chooseRelay(relays, 0.999999)!.relay).toBe('two');
  expect(chooseRelay([], 0.5)).toBeNull();
});

const relay = (name: string, address = 'a.test:25') => ({ name, address });
const UNNAMED = relay('a.test:25');

test.each<
  [
    string,
    ReturnType<typeof relay>,
    ReturnType<typeof relay>[],
    ReturnType<typeof relay>[],
    string,
    string | null,
  ]
>([
  ['a new one', relay('one'), [], [], 'one', null],
  ['the same again', relay('one'), [], [relay('one')], 'one', null],
  ['one that had no name gets one: its name is taken over', relay('one'), [], [UNNAMED], 'one', 'a.test:25'],
  ['one whose name another worker does not have', UNNAMED, [], [relay('one')], 'one', null],
  ['one without a name, which the run has without a name', UNNAMED, [], [UNNAMED], 'a.test:25', null],
  [
    'of two names for one address, given together, each',
    relay('one'),
    [relay('two')],
    [UNNAMED],
    'one',
    null,
  ],
  ['another address', relay('one'), [], [relay('b.test:25', 'b.test:25')], 'one', null],
  [
    'an address with two names, of which nobody knows which is meant',
    UNNAMED,
    [],
    [relay('one'), relay('two')],
    'a.test:25',
    null,
  ],
  ['another name than somebody gave it', relay('uno'), [], [relay('one')], 'uno', null],
])('how a run calls a relay of a worker: %s', (_, own, others, known, name, was) => {
  expect(calledInRun(own, [own, ...others], known)).toEqual({ name, was });
});
