import {
  afterNotices,
  type ReminderWord,
  refuseReminderWord,
  remindAfterSeconds,
  reminderDetail,
} from '../../src/incident/reminder';

const SENT = '2026-11-25T02:00:00.000Z';
const DUE = '2026-12-09T02:00:00.000Z';
const [BEFORE, AT] = [Date.parse(DUE) - 1, Date.parse(DUE)];
const fresh = { afterDays: 14, begun: false };
const remind: ReminderWord = { kind: 'remind', by: 'Ann', reason: '' };
const leave: ReminderWord = { ...remind, kind: 'leave' };

test.each<[string, Parameters<typeof afterNotices>, ReturnType<typeof afterNotices>]>([
  ['the file has no reminder', [null, SENT, null, AT], { kind: 'close' }],
  ['some are reminded already', [{ ...fresh, begun: true }, SENT, null, BEFORE], { kind: 'remind' }],
  [
    'some are reminded already, and somebody says no',
    [{ ...fresh, begun: true }, SENT, leave, BEFORE],
    { kind: 'remind' },
  ],
  ['nobody has said a word', [fresh, SENT, null, AT], { kind: 'hold', dueAt: DUE, early: false }],
  ['the word comes too early', [fresh, SENT, remind, BEFORE], { kind: 'hold', dueAt: DUE, early: true }],
  ['the word comes in time', [fresh, SENT, remind, AT], { kind: 'remind' }],
  [
    'nobody is to be reminded, which may be said at any time',
    [fresh, SENT, leave, BEFORE],
    { kind: 'close' },
  ],
  ['nobody was told', [fresh, null, remind, BEFORE], { kind: 'remind' }],
  [
    'nobody was told, and nobody has said a word',
    [fresh, null, null, BEFORE],
    { kind: 'hold', dueAt: new Date(BEFORE).toISOString(), early: false },
  ],
])('what follows once every notice has its final answer: %s', (_, seen, expected) => {
  expect(afterNotices(...seen)).toEqual(expected);
});

test("a reminder comes after the file's days, or a part of one; where it names none, at once", () => {
  const reminder = { afterDays: 0.5 };
  expect(remindAfterSeconds({ reminder })).toBe(43_200);
  expect(remindAfterSeconds({ reminder: null })).toBe(0);
});

const held = { held: true, dueAt: DUE, now: AT };

test.each<[string, unknown, typeof held | { held: boolean; dueAt: null; now: number }]>([
  ['by somebody, when it is due', { by: 'Ann' }, held],
  ['at no time in particular', { by: 'Ann' }, { ...held, dueAt: null }],
  [
    'to leave it, with a reason, before it is due',
    { by: 'Ann', leave: true, reason: 'letters went out' },
    { ...held, now: BEFORE },
  ],
])('a word about the reminder is taken: %s', (_, payload, run) => {
  expect(refuseReminderWord(payload, run)).toBeNull();
});

test.each<[string, unknown, Partial<typeof held>, RegExp]>([
  ['from nobody', {}, {}, /^by is missing/],
  ['from a space', { by: ' ' }, {}, /^by is missing/],
  ['from a number', { by: 7 }, {}, /^by is missing/],
  ['nothing at all', null, {}, /^by is missing/],
  ['bare words', 'remind them', {}, /^by is missing/],
  ['while the run does not wait for it', { by: 'Ann' }, { held: false }, /does not wait for the reminder/],
  ['before it is due', { by: 'Ann' }, { now: BEFORE }, /is due at 2026-12-09T02:00:00.000Z/],
  ['to leave it, without a reason', { by: 'Ann', leave: true }, {}, /^reason is missing/],
  ['to leave it, for a space', { by: 'Ann', leave: true, reason: ' ' }, {}, /^reason is missing/],
  ['to leave it in a word that is none', { by: 'Ann', leave: 'yes' }, { now: BEFORE }, /is due at/],
])('a word about the reminder is refused, with what to write: %s', (_, payload, run, why) => {
  expect(refuseReminderWord(payload, { ...held, ...run })).toMatch(why);
});

test('the hold before the reminder says from when on, how many were told, and whether the word came too early', () => {
  const told = reminderDetail(DUE, false, { sent: 24_000_000 });
  expect(told).toMatch(
    /^Everybody has a final answer \(24,000,000 were told\)\. From 2026-12-09 02:00:00 UTC on/,
  );
  expect(reminderDetail(DUE, true, {})).toMatch(/^It is too early .* \(0 were told\)/);
});
