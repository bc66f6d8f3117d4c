import { nextStep } from '../../src/incident/settle-step';

const NOW = Date.parse('2026-11-25T02:00:00.000Z');
const books = { missing: 0, due: 0, nextRetryAt: null, notices: {} };

test.each([
  ['all terminal', { notices: { sent: 5, failed: 1 } }, null, { kind: 'close' }],
  ['rows missing', { missing: 3, notices: { in_doubt: 1 } }, null, { kind: 'rows-missing', count: 3 }],
  [
    'rows missing, and others to tell: nobody is told before that is looked into',
    { missing: 3, due: 2, notices: { released: 1 } },
    7,
    { kind: 'rows-missing', count: 3 },
  ],
  ['released and due', { due: 2, notices: { released: 1, deferred: 9 } }, 4, { kind: 'pass', tellable: 3 }],
  ['a pass in vain', { notices: { released: 3 } }, 0, { kind: 'no-progress', tellable: 3 }],
  ['claims that run', { notices: { sending: 2 } }, 0, { kind: 'wait', milliseconds: 5_000, retryAt: null }],
  [
    'deferred for ten minutes, and one in doubt',
    { nextRetryAt: '2026-11-25T02:10:00.000Z', notices: { deferred: 1, in_doubt: 1 } },
    0,
    { kind: 'wait', milliseconds: 600_000, retryAt: '2026-11-25T02:10:00.000Z' },
  ],
  [
    'deferred for a day: it looks again before',
    { nextRetryAt: '2026-11-26T02:00:00.000Z', notices: { deferred: 1 } },
    null,
    { kind: 'wait', milliseconds: 900_000, retryAt: '2026-11-26T02:00:00.000Z' },
  ],
  [
    'deferred until now: never at once again and again',
    { nextRetryAt: '2026-11-25T01:59:59.999Z', notices: { deferred: 1 } },
    null,
    { kind: 'wait', milliseconds: 1_000, retryAt: '2026-11-25T01:59:59.999Z' },
  ],
  [
    'deferred, and nobody knows until when',
    { notices: { deferred: 1 } },
    null,
    { kind: 'wait', milliseconds: 1_000, retryAt: null },
  ],
  [
    'only paused receivers are left: it looks again now and then, since a word wakes it',
    { notices: { deferred: 9 }, receivers: [{ state: 'aside' as const }, { state: 'paused' as const }] },
    null,
    { kind: 'wait', milliseconds: 900_000, retryAt: null },
  ],
  ['only doubt left', { notices: { sent: 5, in_doubt: 2 } }, 0, { kind: 'in-doubt', count: 2 }],
])('%s', (_, seen, settled, step) => {
  expect(nextStep({ ...books, ...seen }, NOW, settled)).toEqual(step);
});
