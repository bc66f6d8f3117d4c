import type { IncidentRow } from '../../src/books/incident-row';
import { otherIncidents } from '../../src/operator/look-around';

const row = (incidentId: string, change: Partial<IncidentRow> = {}) =>
  ({
    incident_id: incidentId,
    title: 'A breach',
    phase: 'cancelled',
    closed_at: '2026-11-25 02:00:00.000000',
    fence: 1,
    delay_fence: null,
    delay_since: null,
    ...change,
  }) as IncidentRow;

const HELD = {
  delay_by: 'Jo Counsel',
  delay_reason: 'FBI 1',
  delay_since: '2026-11-25 01:00:00.000000',
  delay_fence: 1,
} as unknown as Partial<IncidentRow>;

const told = (...rows: IncidentRow[]) => otherIncidents(rows, 'new-2012').map(({ what }) => what);

test('an incident that is over, and the own one, are nobody’s matter', () => {
  expect(told(row('old-2012'), row('new-2012', { closed_at: null, ...HELD }))).toEqual([]);
});

test('another that goes on is named: it may be the same breach under another id', () => {
  expect(told(row('old-2012', { closed_at: null, phase: 'notify' }))).toEqual([
    'Another incident is not closed: old-2012 (notify), A breach',
  ]);
});

test('a request of law enforcement that stands in another one, over or not, is named before anybody is told (I7)', () => {
  const words =
    'Law enforcement asked that nobody is told of old-2012 (cancelled): FBI 1, written down by Jo Counsel. It does not hold new-2012';
  expect(told(row('old-2012', HELD))).toEqual([words]);
  expect(told(row('old-2012', { ...HELD, closed_at: null }))).toHaveLength(2);
});
