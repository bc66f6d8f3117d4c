import type { LogFact } from '../../src/evidence/read-line';
import { sessionEvents } from '../../src/evidence/session-events';
import type { SessionEvent } from '../../src/evidence/smtpd-sessions';
import { T } from './relay-life';

const CLIENT = 'app[10.0.0.5]';
const HOST = 'mx';

/** What comes out again, process by process, in one order. */
function kept(put: (events: ReturnType<typeof sessionEvents>) => void) {
  const events = sessionEvents();
  put(events);
  const processes = [...events.processes()];
  events.close();
  return processes.sort((one, other) => (`${one.clock} ${one.pid}` < `${other.clock} ${other.pid}` ? -1 : 1));
}
const line = (ms: number, fact: LogFact, pid = '7') => ({
  ...{ host: HOST, pid, queueId: null, fact },
  at: { ms: T + ms, zoned: false },
});

test.each<SessionEvent>([
  { ms: T, kind: 'connect', client: CLIENT },
  { ms: T + 1, nth: 0, kind: 'connect', client: CLIENT },
  { ms: T, nth: 2, kind: 'broken-off', client: CLIENT },
  { ms: T, nth: 0, kind: 'disconnect', client: CLIENT, accepted: 250, uncertain: 0 },
  { ms: T, kind: 'disconnect', client: CLIENT, accepted: 0, uncertain: 3 },
  { ms: T, kind: 'disconnect', client: CLIENT, accepted: null, uncertain: 0 },
  ...[CLIENT, null].flatMap((client) =>
    [true, false].flatMap((own) =>
      [
        { accepted: true, refused: false },
        { accepted: false, refused: true },
        { accepted: false, refused: false },
      ].map((answer) => ({ ms: T, kind: 'transfer' as const, queueId: '4A', client, own, ...answer })),
    ),
  ),
])('%j comes out as it was put in', (event) => {
  expect(kept((events) => events.add('mx -', '7', event))).toEqual([
    { clock: 'mx -', pid: '7', events: [event] },
  ]);
});

test('each process of each clock has its own, in the order in which they came', () => {
  const at = (ms: number): SessionEvent => ({ ms, kind: 'connect', client: CLIENT });
  const processes = kept((events) => {
    events.add('mx', '7', at(2));
    events.add('mx', '8', at(3));
    events.add('mx2', '7', at(4));
    events.add('mx', '7', at(1));
  });
  expect(processes).toEqual([
    { clock: 'mx', pid: '7', events: [at(2), at(1)] },
    { clock: 'mx', pid: '8', events: [at(3)] },
    { clock: 'mx2', pid: '7', events: [at(4)] },
  ]);
});

test('of lines only those of a session as a whole are kept', () => {
  const tellAll = (events: ReturnType<typeof sessionEvents>, facts: LogFact[]) => {
    for (const [i, fact] of facts.entries()) events.tell('mx', line(i, fact));
  };
  const ofMessage: LogFact[] = [{ kind: 'queued' }, { kind: 'removed' }, { kind: 'other' }];
  expect(kept((events) => tellAll(events, ofMessage))).toEqual([]);
  const count = { accepted: 1, uncertain: 0 };
  const ofSession: LogFact[] = [
    { kind: 'connect', client: CLIENT },
    { kind: 'broken-off', client: CLIENT },
    { kind: 'disconnect', client: CLIENT, ...count },
  ];
  expect(kept((events) => tellAll(events, ofSession))).toEqual([
    { clock: 'mx', pid: '7', events: ofSession.map((fact, i) => ({ ...fact, ms: T + i, nth: 0 })) },
  ]);
});

test('equal lines of one second of one file are sessions one after the other; of two files they are one', () => {
  const connect: LogFact = { kind: 'connect', client: CLIENT };
  const other: LogFact = { kind: 'connect', client: 'shop[10.0.0.9]' };
  const places = (put: (tell: (ms: number, fact: LogFact, pid?: string) => void, next: () => void) => void) =>
    kept((events) =>
      put(
        (ms, fact, pid) => events.tell('mx', line(ms, fact, pid)),
        () => events.beginFile(),
      ),
    ).map(({ events }) => events.map(({ nth }) => nth));
  expect(
    places((tell) => [connect, other, connect, connect, other].forEach((fact) => void tell(0, fact))),
  ).toEqual([[0, 0, 1, 2, 1]]);
  // Another second and another process begin anew.
  expect(places((tell) => [0, 0, 1_000, 1_000].forEach((ms) => void tell(ms, connect)))).toEqual([
    [0, 1, 0, 1],
  ]);
  expect(places((tell) => ['7', '8', '7'].forEach((pid) => void tell(0, connect, pid)))).toEqual([
    [0, 1],
    [0],
  ]);
  expect(
    places((tell, next) => {
      tell(0, connect);
      next();
      tell(0, connect);
    }),
  ).toEqual([[0, 0]]);
  const events = sessionEvents();
  for (const clock of ['mx', 'mx2']) events.tell(clock, line(0, connect));
  expect([...events.processes()].flatMap((process) => process.events.map(({ nth }) => nth))).toEqual([0, 0]);
  events.close();
});
