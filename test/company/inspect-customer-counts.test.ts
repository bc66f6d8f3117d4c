import { inspectNewcomers } from '../../src/company/inspect/inspect-customer-counts';
import { databaseSchema } from '../../src/incident/database-schema';
import { referenceMapping } from './reference-mapping';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-29T12:00:00Z');
const mapping = databaseSchema.parse(referenceMapping());
const undated = { customers: { ...mapping.customers, createdAt: null } };

/** 2,700 accounts, of whom so many were made since. */
function counts(outside: number, all = 2_700) {
  const leftOut = [{ because: 'bots', customers: 100 }];
  const none = all - outside - 100;
  return { expired: 0, changedSince: 0, expiredBefore: 0, none, outside, leftOut, unknownCreation: 0 };
}

test.each([
  ['half of them in nine days', mapping, counts(1_350), 9, true],
  ['a quarter', mapping, counts(675), 9, false],
  ['more than a quarter', mapping, counts(676), 9, true],
  ['more than a quarter of a few', mapping, counts(90, 200), 9, false],
  ['half of them, since a year', mapping, counts(1_350), 365, false],
  ['no column says when', undated, counts(1_350), 9, false],
])('accounts made since the cutoff: %s', (_, file, counted, days, told) => {
  const findings = inspectNewcomers(file, counted, { cutoff: NOW - days * DAY, now: NOW });
  expect(findings.map(({ severity }) => severity)).toEqual(told ? ['warns'] : []);
});

test('the warning says in figures what it means', () => {
  const [found] = inspectNewcomers(mapping, counts(1_620), { cutoff: NOW - 8.5 * DAY, now: NOW });
  expect(found?.what).toBe(
    '1,620 of 2,700 accounts were made after the cutoff, in 9 days, says created_at: their passwords are not expired, and they are not told',
  );
});
