import type { LoggedSession } from '../../src/evidence/logged-sessions';
import { type OpenedSession, sessionDoubts } from '../../src/evidence/session-proof';
import type { SessionFlaw } from '../../src/evidence/smtpd-sessions';

const AT = Date.parse('2026-11-25T02:00:00Z');
const [W1, W2] = [1, 2];
const opened = (seconds: number, slot = 0, sender = W1): OpenedSession => ({
  sender,
  slot,
  relay: null,
  opened: { from: AT + seconds * 1000 - 200, to: AT + seconds * 1000 },
});
const logged = (from: number, to: number | null, change: Partial<LoggedSession> = {}): LoggedSession => ({
  host: 'mx',
  client: 'app[10.0.0.5]',
  zoned: false,
  pid: String(from),
  messages: 1,
  senders: new Set([W1]),
  connectedAt: AT + from * 1000,
  endedAt: to === null ? null : AT + to * 1000,
  flaw: to === null ? 'open' : null,
  own: true,
  silence: 9_000,
  ...change,
});
/** Claimed at second 100, by the first of two. */
const claim = { sender: W1, span: { from: AT + 100_000, to: AT + 760_000 } };
const doubt = (recorded: OpenedSession[], log: LoggedSession[], completeSince: number | null = null) =>
  sessionDoubts({ opened: recorded, completeSince }, log)(claim);

test('sessions that the log shows whole leave no doubt', () => {
  expect(doubt([opened(0), opened(1, 1)], [logged(0, 130), logged(1, 131)])).toBeNull();
});

test('a session in which the log is silent for longer than in any other may have a hole', () => {
  const silent = (silence: number) => logged(0, 130, { silence });
  const other = (change: Partial<LoggedSession> = {}) => logged(200, 300, { silence: 60_000, ...change });
  const recorded = [opened(0)];
  expect(doubt(recorded, [silent(20_000)])).toBeNull();
  expect(doubt(recorded, [silent(20_001)])).toMatch(
    /^the log is silent for 20 s in the session .* 20 s at most/,
  );
  const more = [opened(0), opened(200, 1)];
  expect(doubt(more, [silent(60_000), { ...other(), connectedAt: AT + 200_000 }])).toMatch(/silent/);
  const later = { sender: W2, senders: new Set([W2]) };
  expect(doubt(recorded, [silent(60_000), other(later)])).toBeNull();
  expect(doubt(recorded, [silent(60_001), other(later)])).toMatch(/silent for 60 s .* 60 s at most/);
  expect(doubt(recorded, [silent(60_000), other({ ...later, flaw: 'miscounted' })])).toMatch(/silent/);
});

test.each<[string, OpenedSession[], LoggedSession[], RegExp]>([
  ['nothing is on record', [], [logged(0, 130)], /^no session of its worker is on record for that time$/],
  ["only another worker's is on record", [opened(0, 0, W2)], [logged(0, 130)], /no session of its worker/],
  ['the one on record ended long before', [opened(0)], [logged(0, 60)], /no session of its worker/],
  [
    'the log has none of its lines',
    [opened(0)],
    [],
    /lacks the session that its worker opened at 2026-11-25 02:00:00/,
  ],
  ['the log has others, opened at other times', [opened(0)], [logged(20, 130)], /something stands between/],
  [
    'no message that the worker is known to have sent came by the one in the log',
    [opened(0)],
    [logged(0, 130, { senders: new Set() })],
    /lacks the session/,
  ],
  [
    'two were opened at once, the log shows one',
    [opened(0), opened(0, 1)],
    [logged(0, 130)],
    /lacks the session/,
  ],
  [
    "the one in the log is another worker's",
    [opened(0, 0, W2), opened(0)],
    [logged(0, 130, { senders: new Set([W2]) })],
    /lacks the session/,
  ],
  ['its end is not in the log', [opened(0)], [logged(0, null)], /does not show the end of the session/],
  [
    'a message in it is missing',
    [opened(0)],
    [logged(0, 130, { flaw: 'miscounted' })],
    /lacks lines of the session/,
  ],
  ['smtpd did not count', [opened(0)], [logged(0, 130, { flaw: 'uncounted' })], /no count of the session/],
  [
    'it broke off at a dot',
    [opened(0)],
    [logged(0, 130, { flaw: 'unanswered' })],
    /taken its last message without counting it/,
  ],
  [
    'it has messages of others',
    [opened(0)],
    [logged(0, 130, { flaw: 'strangers' })],
    /messages that are not ours in the session/,
  ],
  [
    'a message is missing in it or in one of the same second',
    [opened(0)],
    [logged(0, 130, { flaw: 'miscounted-together' })],
    /or of another that the same smtpd had in the same second/,
  ],
  [
    'one is missing, whose place another did not take: both were open at once',
    [opened(0), opened(20, 1)],
    [logged(20, 130)],
    /lacks the session that its worker opened at 2026-11-25 02:00:00/,
  ],
  [
    'it was opened anew amid the claim, and that one is missing',
    [opened(0), opened(120)],
    [logged(0, 118)],
    /lacks the session that its worker opened at 2026-11-25 02:02:00/,
  ],
  [
    'one before the claim goes on in the log, though another took its place',
    [opened(0), opened(90)],
    [logged(0, 60), logged(90, null)],
    /does not show the end/,
  ],
])('in doubt where %s', (_, recorded, log, expected) => {
  expect(doubt(recorded, log)).toMatch(expected);
});

test('a session with one of several relays is told with its name: its log is to be looked at', () => {
  expect(doubt([{ ...opened(0), relay: 'second' }], [])).toMatch(
    /lacks the session with the relay second that its worker opened at 2026-11-25 02:00:00/,
  );
});

test('where several of a lane were opened at once, each must be whole', () => {
  const two = [opened(0), opened(1, 1)];
  expect(doubt(two, [logged(0, 130), logged(1, 140)])).toBeNull();
  expect(doubt(two, [logged(0, 130), logged(1, 140, { flaw: 'miscounted' })])).toMatch(
    /lacks lines of the session/,
  );
  expect(doubt(two, [logged(0, 130), logged(1, null)])).toMatch(/does not show the end/);
  expect(doubt(two, [logged(0, 130), logged(1, 60, { flaw: 'miscounted' })])).toBeNull();
});

test("another worker's sessions, whole or not, prove nothing of this one's", () => {
  const ofBoth = [opened(0), opened(0, 0, W2)];
  const other = (flaw: SessionFlaw | null) => logged(0, 130, { senders: new Set([W2]), flaw });
  expect(doubt(ofBoth, [logged(0, 131), other('miscounted')])).toBeNull();
  expect(doubt(ofBoth, [other(null)])).toMatch(/lacks the session/);
});

test('messages of a worker in sessions that it did not open: something stands between, and no log is believed', () => {
  expect(doubt([opened(0)], [logged(0, 130), logged(50, 51)])).toMatch(/something stands between/);
  expect(doubt([opened(0)], [logged(0, 130, { senders: new Set([W1, W2]) })])).toMatch(
    /something stands between/,
  );
});

test('a session that ended before the claim, and one opened when nothing could be taken any more, are nobody’s matter', () => {
  const later = [opened(800), opened(801, 1)];
  expect(doubt([opened(0), opened(50), ...later], [logged(50, 130)])).toBeNull();
  expect(
    doubt([opened(0), opened(1, 1)], [logged(0, 60, { flaw: 'miscounted' }), logged(1, 131)]),
  ).toBeNull();
});

test('a claim from before the ledger was brought back from a copy is in doubt: sessions may be lost', () => {
  const told = (completeSince: number) => doubt([opened(0)], [logged(0, 130)], completeSince);
  expect(told(claim.span.from)).toMatch(/the ledger had lost commits/);
  expect(told(claim.span.from - 1)).toBeNull();
});

test('the log’s clock may be three seconds off, not four', () => {
  expect(doubt([opened(0)], [logged(3, 130)])).toBeNull();
  expect(doubt([opened(0)], [logged(-3, 130)])).toBeNull();
  // It may have connected when the worker began to open it.
  expect(doubt([opened(0)], [logged(-3.2, 130)])).toBeNull();
  expect(doubt([opened(0)], [logged(4, 130)])).toMatch(/something stands between/);
  expect(doubt([opened(0)], [logged(-4, 130)])).toMatch(/something stands between/);
});

test('which sessions a claim may have been sent by, to the moment', () => {
  const [whole, lacks] = [[logged(0, 130)], /lacks the session/];
  // Opened when a message could still be taken.
  expect(doubt([opened(0), opened(760.2, 1)], whole)).toMatch(lacks);
  expect(doubt([opened(0), opened(760.201, 1)], whole)).toBeNull();
  // Another took its place, by when the claim began.
  expect(doubt([opened(0), opened(100)], [logged(100, 130)])).toBeNull();
  expect(doubt([opened(0), opened(100.001)], [logged(100, 130)])).toMatch(lacks);
  // Of those in the log, as far as its clock may be off.
  const late = (at: number) => doubt([opened(0), opened(761, 1)], [...whole, logged(at, null)]);
  expect(late(763)).toMatch(/does not show the end/);
  expect(late(763.001)).toBeNull();
  const ended = (at: number) =>
    doubt([opened(0), opened(1, 1)], [...whole, logged(1, at, { flaw: 'miscounted' })]);
  expect(ended(97)).toMatch(/lacks lines/);
  expect(ended(96.999)).toBeNull();
});

test('sessions are found again the earliest with the earliest, in whatever order they come', () => {
  expect(doubt([opened(4, 1), opened(0)], [logged(1, 130), logged(5, 130)])).toBeNull();
  expect(doubt([opened(0), opened(4, 1)], [logged(3, 130), logged(0, 130)])).toBeNull();
});

test('a claim of nobody known has no session that would prove anything', () => {
  const judge = sessionDoubts({ opened: [opened(0, 0, 0)], completeSince: null }, [
    logged(0, 130, { senders: new Set([0]) }),
  ]);
  expect(judge({ ...claim, sender: 0 })).toMatch(/no session of its worker/);
});
