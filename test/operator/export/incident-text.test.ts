import type { LawRecord } from '../../../src/incident/law-delay';
import { incidentText } from '../../../src/operator/export/incident-text';
import type { Taken } from '../../../src/operator/export/take';
import { wholeIncident } from '../../incident/example-incident';

const FILE = wholeIncident();
const NOT_ASKED: LawRecord = { standing: [], released: [] };
const ASKED = { by: 'Jo (login jo@a)', reason: 'BKA, about ann@x.test' };
const TIMES: Taken['times'] = {
  ...{ expiredFirst: '2026-01-01 10:00:00.000000', expiredLast: '2026-01-01 10:05:00.000000' },
  ...{ toldFirst: '2026-01-02 08:00:00.000', toldLast: '2026-01-03 09:00:00.000' },
};
const NEVER = { expiredFirst: null, expiredLast: null, toldFirst: null, toldLast: null };

type Versions = Taken['report']['proof']['versions'];
const FIRST = { version: 1, contentHash: 'aa11', since: '2026-01-01T09:00:00.000Z', sent: 7 };

function textOf(
  { times = TIMES, waits = NOT_ASKED, file = FILE }: Partial<Taken>,
  versions: Versions = [FIRST],
): string {
  const row = {
    incident_id: 'shop-1',
    title: 'A breach',
    started_at: '2026-01-01 09:00:00',
    started_by: 'Jo',
  };
  return incidentText({
    row: { ...row, approved_at: null, closed_at: null } as Taken['row'],
    ...{ file, times, waits },
    report: { proof: { versions, relays: [] } } as unknown as Taken['report'],
  });
}

test('it says when passwords were expired and customers told, first and last, and by what means', () => {
  const text = textOf({});
  expect(text).toMatch(
    / Passwords expired +the first on 2026-01-01 10:00:00 UTC, the last on 2026-01-01 10:05:00 UTC\n/,
  );
  expect(text).toMatch(
    / Customers told +by e-mail, the first on 2026-01-02 08:00:00 UTC, the last on 2026-01-03 09:00:00 UTC\n/,
  );
});

test('nobody is told before somebody is', () => {
  const text = textOf({ times: NEVER });
  expect(text).toMatch(/Passwords expired +none\n/);
  expect(text).toMatch(/Customers told +nobody, as far as a time is on record\n/);
});

test('each request of the police to wait has its time and its end, and not the words that may name a customer', () => {
  const waits: LawRecord = {
    standing: [{ ...ASKED, number: 12, since: '2026-01-02T12:00:00.000Z' }],
    released: [
      {
        ...{ ...ASKED, number: 9, since: '2026-01-02T10:00:00.000Z' },
        ...{ releasedBy: 'Al', releasedAt: '2026-01-02T11:00:00.000Z' },
      },
    ],
  };
  const text = textOf({ waits });
  expect(text.split('\n').filter((line) => line.startsWith('  Police asked'))).toEqual([
    expect.stringMatching(
      /from 2026-01-02 10:00:00 UTC \(.* Jo \(login jo@a\), entry 9 .*\) to 2026-01-02 11:00:00 UTC \(released by Al\)$/,
    ),
    expect.stringMatching(/from 2026-01-02 12:00:00 UTC .*entry 12 .* and stands: nobody further is told$/),
  ]);
  expect(text).not.toContain('ann@x.test');
  expect(textOf({})).toMatch(/ Police asked to wait +not by the record\n/);
});

test('what the notice says of a law is there where that law holds somewhere', () => {
  const nowhere = { ...FILE, jurisdictions: { ...FILE.jurisdictions, gdpr: [], massachusetts: [] } };
  const [somewhere, neither] = [textOf({}), textOf({ file: nowhere })];
  for (const words of ['WHAT MAY COME OF IT', 'Where the law of Massachusetts holds'])
    expect([somewhere.includes(words), neither.includes(words)]).toEqual([true, false]);
});

test('where the file was amended each version has its hash, and how many were told in its words (C103)', () => {
  expect(textOf({})).not.toContain('Version 1');
  const second = { version: 2, contentHash: 'bb22', since: '2026-01-02T09:00:00.000Z', sent: 1 };
  const text = textOf({}, [FIRST, second, { version: null, contentHash: null, since: null, sent: 3 }]);
  expect(text.split('\n').filter((line) => line.startsWith('  Version'))).toEqual([
    expect.stringMatching(/Version 1 +in effect from 2026-01-01 09:00:00 UTC; .*: aa11; 7 messages went out/),
    expect.stringMatching(/Version 2 +in effect from 2026-01-02 09:00:00 UTC; .*: bb22; 1 message went out/),
    expect.stringMatching(/Version unknown +3 messages: their record was lost and rebuilt/),
  ]);
});
