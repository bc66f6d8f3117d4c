import { checkPlaceholders } from '../../src/incident/check-placeholders';

const FACTS = { hasName: true, hasPhone: true, hasDates: true, hasContactPoint: true };

test.each([
  ['{breachDate}', []],
  ['{replyTo}', []],
  ['{email}', ['{email} in the subject']],
  ['{name}', ['{name} outside the greeting']],
])('a subject is the same for everybody: %s', (mark, found) => {
  const faults = checkPlaceholders(['texts', 'en', 'subject'], `Please read: ${mark}`, FACTS);
  expect(faults.map((fault) => fault.found)).toEqual(found);
});
