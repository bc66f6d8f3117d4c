import { namedWith, readAskedBy, readConfirm, readFence, UNNAMED } from '../../src/incident/asked-by';
import { holdReason } from '../../src/incident/hold-reason';
import { HOLD_KINDS } from '../../src/incident/run-status';
import { NOT_YET, refuseAmendment, refuseApproval, refuseRate } from '../../src/incident/steering-rules';

test.each([
  [undefined, UNNAMED, ''],
  [null, UNNAMED, ''],
  [7, UNNAMED, ''],
  ['the relay\nlooks odd', UNNAMED, 'the relay looks odd'],
  [{ by: 'Ann', reason: 'lunch' }, 'Ann', 'lunch'],
  [{ by: '', reason: null }, UNNAMED, ''],
  [{ by: { name: 'Ann' } }, UNNAMED, ''],
  [Object.create({ by: 'inherited' }), UNNAMED, ''],
  [{ by: '\ud800\u202eAnn\u0000' }, 'Ann', ''],
])('%j is read as asked by %s because %s', (payload, by, reason) => {
  expect(readAskedBy(payload)).toEqual({ by, reason });
});

test('a long reason is cut, and no character is cut in two', () => {
  const { reason } = readAskedBy('😀'.repeat(100_000));
  expect(reason).toBe('😀'.repeat(300));
});

test.each([
  ['a \t\n b', 'a b'],
  [` ${'x'.repeat(300)}`, 'x'.repeat(300)],
  [`${'x'.repeat(299)} y`, 'x'.repeat(299)],
])('a reason is one line without spaces around it, and cut to what fits: %j', (typed, reason) => {
  expect(readAskedBy(typed).reason).toBe(reason);
});

test.each([
  [{ confirm: true }, true],
  [{ confirm: false }, false],
  [{ confirm: 'true' }, undefined],
  ['confirm', undefined],
  [null, undefined],
])('%j confirms: %s', (payload, confirms) => expect(readConfirm(payload)).toBe(confirms));

test.each([
  [{ fence: 3 }, 3],
  [{ fence: 0 }, 0],
  [{ fence: '3' }, undefined],
  [{ fence: -1 }, undefined],
  [{ fence: 1.5 }, undefined],
  [undefined, undefined],
])('%j names the fence %s', (payload, fence) => expect(readFence(payload)).toBe(fence));

const READ = { hasRead: true };

test('a rate that comes before the run has read anything is for later: a reset may have replayed it', () => {
  expect(refuseRate(7, { hasRead: false })).toContain('try again in a moment');
});

test.each([1, 200, 1_000_000])('the rate %d is sane', (rate) => expect(refuseRate(rate, READ)).toBeNull());

test.each([0, -1, 1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '200', '10/s', null, undefined, {}])(
  'the rate %p is refused with what to write (C51)',
  (rate) => expect(refuseRate(rate, READ)).toContain('whole number from 1 to 1000000'),
);

test('a rate of 0 points to pause, one that is too high does not', () => {
  expect(refuseRate(0, READ)).toContain('pause instead');
  expect(refuseRate(1e9, READ)).not.toContain('pause');
});

test.each([
  ['200', /found "200"\.$/],
  [undefined, /found nothing\.$/],
  [{ rate: 'x'.repeat(99) }, /found \{"rate":"x{31}\.$/],
])('what was found instead of a rate is shown, cut: %p', (rate, words) => {
  expect(refuseRate(rate, READ)).toMatch(words);
});

test('an approval names the exact texts and a person', () => {
  const run = { contentHash: 'abc', version: 2 };
  expect(refuseApproval({ by: 'Jane', contentHash: 'abc', version: 2 }, run)).toBeNull();
  expect(refuseApproval({ by: 'Jane', contentHash: 'abd' }, run)).toContain('would send abc');
  expect(refuseApproval({ by: 'Jane', contentHash: 'abc' }, run)).toContain('this approves version 1');
  expect(refuseApproval({ by: 'Jane', contentHash: 'abc' }, { ...run, version: 1 })).toBeNull();
  expect(refuseApproval({ contentHash: 'abc' }, run)).toContain('by is missing');
  expect(refuseApproval({ by: 'Jane' }, run)).toContain('contentHash is missing');
  expect(refuseApproval({ by: 'Jane', contentHash: '' }, run)).toContain('contentHash is missing');
  expect(refuseApproval({ by: 'Jane', contentHash: 'd'.repeat(99) }, run)).toMatch(/is d{64}, but/);
  expect(refuseApproval(7, run)).toContain('by is missing');
  expect(refuseApproval('abc', run)).toContain('by is missing');
  expect(refuseApproval(null, run)).toContain('by is missing');
  expect(refuseApproval({ by: 'Jane', contentHash: 'abc', version: 2 }, { ...run, contentHash: null })).toBe(
    NOT_YET,
  );
});

test.each(HOLD_KINDS)('the reason of a hold begins with words of its own: %s', (kind) => {
  const openings = HOLD_KINDS.map((other) => holdReason(other, '').trim());
  expect(openings.filter((opening) => holdReason(kind, 'why').startsWith(opening))).toHaveLength(1);
});

const READY = { hasRead: true, underWay: false };
const AMENDMENT = { by: 'Ann', reason: 'a word was wrong', proposal: 7, base: 1 };

test('an amendment names who, why, and a file in the ledger by two numbers', () => {
  expect(refuseAmendment(AMENDMENT, READY)).toBeNull();
  for (const change of [
    ...['by', 'reason', 'proposal', 'base'].map((missing) => ({ [missing]: undefined })),
    ...['proposal', 'base'].flatMap((name) =>
      [0, -1, 1.5, '7', null, 2 ** 53].map((value) => ({ [name]: value })),
    ),
    ...['by', 'reason'].flatMap((name) => ['', '  ', 7].map((value) => ({ [name]: value }))),
  ])
    expect(refuseAmendment({ ...AMENDMENT, ...change }, READY)).toMatch(
      /^An amendment names who, why, and a file/,
    );
  for (const nothing of [null, undefined, 'x'])
    expect(refuseAmendment(nothing, READY)).toMatch(/^An amendment names/);
});

test('an amendment waits until the run has read its incident, and until another one is in effect', () => {
  expect(refuseAmendment(AMENDMENT, { ...READY, hasRead: false })).toBe(NOT_YET);
  expect(refuseAmendment(AMENDMENT, { ...READY, underWay: true })).toMatch(/^Another amendment is under way/);
});

test('who sent a signal stands beside the name that was typed, never in its place', () => {
  expect(namedWith('Ann', '12@desk')).toBe('Ann (through Temporal: 12@desk)');
  expect(namedWith('Ann', '')).toBe('Ann (through Temporal: identity not found)');
  expect(namedWith(UNNAMED, `12@${'d'.repeat(99)}`)).toBe(`unnamed (through Temporal: 12@${'d'.repeat(67)})`);
});
