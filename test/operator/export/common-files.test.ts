import { exitCodeOfExport, statusLines } from '../../../src/operator/export/common-files';
import type { Taken } from '../../../src/operator/export/take';

/** As far as the first lines look at it. */
function taken(of: {
  phase?: string;
  closedAt?: string | null;
  inDoubt?: number;
  toCome?: number;
  problems?: string[];
  holds?: boolean;
  relay?: object | null;
  isCopy?: boolean;
}): Taken {
  const {
    phase = 'closed',
    closedAt = '2026-01-05 10:00:00.000000',
    inDoubt = 0,
    toCome = 0,
    problems = [],
  } = of;
  const { holds = true, relay = {}, isCopy = false } = of;
  const counts = { sending: 0, released: 0, deferred: 0, toCome, inDoubt, cohort: toCome };
  return {
    asOf: '2026-01-06T00:00:00.000Z',
    row: { incident_id: 'shop-1', title: 'A breach', phase, closed_at: closedAt },
    report: { problems, proof: { ...counts, finished: closedAt !== null, relay } },
    verification: { holds },
    isCopy,
  } as unknown as Taken;
}

test.each<[string, Parameters<typeof taken>[0], 0 | 1 | 3, RegExp[]]>([
  [
    'finished',
    {},
    0,
    [/^FINISHED: the response to "A breach" \(shop-1\) was closed on 2026-01-05 10:00:00 UTC\.$/],
  ],
  [
    'cancelled',
    { phase: 'cancelled', inDoubt: 2 },
    0,
    [/^CANCELLED: .* before its end; 2 customers have no final answer, and nobody is told any more\.$/],
  ],
  [
    'under way',
    { phase: 'settle', closedAt: null, inDoubt: 1 },
    3,
    [
      /^NOT FINISHED: .* goes on, and 1 customer has no final answer yet\. This is how it stood on 2026-01-06 00:00:00 UTC/,
    ],
  ],
  [
    'at its expiry',
    { phase: 'expire', closedAt: null, toCome: 1_200 },
    3,
    [
      / goes on, and passwords are being expired: of 1,200 customers so far, .* nobody is told before all are expired\. /,
    ],
  ],
  [
    'waiting for its approval',
    { phase: 'approval', closedAt: null, toCome: 1_200 },
    3,
    [/ goes on, and nobody is told yet of 1,200 customers\. This is how/],
  ],
  [
    'about to be closed',
    { phase: 'close', closedAt: null },
    3,
    [/ goes on, and every customer has a final answer by now\. This is how/],
  ],
  [
    'cancelled at its very end',
    { phase: 'cancelled' },
    0,
    [/before its end; every customer of the cohort has a final/],
  ],
  ['in itself at odds', { problems: ['x'] }, 1, [/^FINISHED/, /^IT DOES NOT ADD UP: 1 finding, /]],
  ['under way and at odds', { closedAt: null, problems: ['x'] }, 1, [/^NOT FINISHED/, /^IT DOES NOT ADD UP/]],
  ['with a check that fails', { holds: false }, 1, [/^FINISHED/, /^A CHECK FAILS/]],
  [
    'without a log',
    { relay: null },
    0,
    [/^FINISHED/, /^WITHOUT THE MAIL RELAY'S LOG: .* was not looked at\.$/],
  ],
  ['read from a copy', { isCopy: true }, 0, [/^FINISHED/, /^READ FROM A COPY/]],
])('what is said first of a response that is %s', (_, of, exitCode, lines) => {
  expect(statusLines(taken(of))).toEqual(lines.map((line) => expect.stringMatching(line)));
  expect(exitCodeOfExport(taken(of))).toBe(exitCode);
});
