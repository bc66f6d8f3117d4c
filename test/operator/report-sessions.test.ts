import type { RelayProof, SessionProof } from '../../src/operator/compare-with-logs';
import { sessionWords } from '../../src/operator/report-sessions';

const GAP = { sessions: 3, from: '2026-11-25T02:00:00.000Z', to: '2026-11-25T02:40:00.000Z', withinLogs: 0 };
const WHOLE: SessionProof = {
  ...{ onRecord: 9, whole: 9, open: 0, uncounted: 0, lacking: null, missing: null },
  ...{ tooRecent: 0, strange: 0, completeSince: null },
};
const relay = (host: string, clockKnown = true) => ({
  ...{ host, clockKnown, clockJumps: false, from: GAP.from, to: GAP.to },
});
const words = (sessions: Partial<SessionProof>, sent = 9) => {
  const relays = [relay('mx1'), relay('mx2'), relay('filter', false)];
  const { lacking, todo, beside } = sessionWords(
    { sessions: { ...WHOLE, ...sessions }, relays } as RelayProof,
    sent,
  );
  return [lacking.join('; '), todo.join(' '), beside];
};

test('of sessions that are in the logs whole nothing is said', () => {
  expect(words({})).toEqual(['', '', '']);
  expect(words({ onRecord: 0, whole: 0 }, 0)).toEqual(['', '', '']);
});

test.each<[string, Partial<SessionProof>, RegExp, RegExp]>([
  [
    'before the first line of every log',
    { missing: GAP },
    /^3 of the 9 sessions by which the run sent are not in these logs \(opened from 2026-11-25 02:00:00 UTC to 2026-11-25 02:40:00 UTC\)$/,
    /^Name the files of that time too, the rotated ones, of mx1 and mx2\.$/,
  ],
  [
    'one, at a time of which the logs have lines',
    { missing: { ...GAP, sessions: 1, to: GAP.from, withinLogs: 1 } },
    /^1 of the 9 sessions by which the run sent is not in these logs \(opened at 2026-11-25 02:00:00 UTC\)$/,
    /^mx1 and mx2 have other lines of the time of 1 of them: name the log of every other relay that took messages too/,
  ],
  [
    'some of either kind',
    { missing: { ...GAP, withinLogs: 1 } },
    /^3 of the 9/,
    /^Name the files .* of 1 of them: /,
  ],
  [
    'with fewer lines than counted',
    { lacking: GAP },
    /^in 3 of the 9 .* counted other messages/,
    /^Lines were dropped/,
  ],
  [
    'that are not on record',
    { strange: 2 },
    /^messages to customers came by 2 sessions that no/,
    /^Something stands/,
  ],
  ['of an older version', { onRecord: 0, whole: 0 }, /^no session of the run is on record/, /^$/],
  [
    'which the ledger may have lost',
    { completeSince: GAP.to },
    /^the ledger had lost .* before 2026-11-25 02:40/,
    /^$/,
  ],
])('sessions %s take the word, and it is said what to name', (_, sessions, lacking, todo) => {
  expect(words(sessions)).toEqual([expect.stringMatching(lacking), expect.stringMatching(todo), '']);
});

test('sessions that nobody counted to the end are told as a number, and take nothing back', () => {
  expect(words({ uncounted: 1_200, onRecord: 2_000, whole: 800 })).toEqual([
    '',
    '',
    expect.stringMatching(/^ In 1,200 of the 2,000 sessions .* nobody counted all that was taken/),
  ]);
  expect(words({ open: 12, uncounted: 1, onRecord: 20, whole: 7 })).toEqual([
    '',
    '',
    expect.stringMatching(
      /^ 12 of the 20 sessions .* have no end .*ask again then.* In 1 of the 20 sessions /,
    ),
  ]);
});
