import { aboutExport, exitCodeOfExport, statusLines } from '../../../src/operator/export/common-files';
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
    [
      /^FINISHED: the response to "A breach" \(shop-1\) was closed on 2026-01-05 10:00:00 UTC\. Read on 2026-01-06 00:00:00 UTC\.$/,
    ],
  ],
  [
    'cancelled',
    { phase: 'cancelled', inDoubt: 2 },
    0,
    [
      /^CANCELLED: .* before its end; 2 customers have no final answer, and nobody is told any more\. Read on 2026-01-06 00:00:00 UTC\.$/,
    ],
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

/** The lines of IN SHORT. */
function inShort(proof: object, relay: Record<string, number> | null): string {
  const counts = { cohort: 10, expired: 8, sent: 7, skipped: 1, failed: 1, inDoubt: 0, left: 1 };
  const remarks = { bounced: 0, 'thrown-away': 0, 'taken-in-doubt': 0, ...relay };
  const remarked = Object.fromEntries(
    Object.entries(remarks).map(([remark, customers]) => [remark, { customers }]),
  );
  const blocks = aboutExport(
    {
      ...{ asOf: '2026-01-06T00:00:00.000Z', row: { phase: 'closed' }, file: { from: { name: 'Shop' } } },
      writing: {
        ...{ login: 'jo@a', version: '1.2.3', databaseWords: 'db/shop', ledgerId: 'f00d' },
        hereAt: '2026-01-06T00:00:07.000Z',
      },
      report: { proof: { ...counts, ...proof, relay: relay && { remarks: remarked } } },
    } as unknown as Taken,
    'It is for a test.',
  );
  return blocks.flat().join(' ').replace(/ +/g, ' ');
}

test('by whom, from where, with what and by which clocks it was written', () => {
  expect(inShort({}, null)).toMatch(
    /one moment, 2026-01-06 00:00:00 UTC\..* said 2026-01-06 00:00:07 UTC then\. .*login jo@a, with version 1\.2\.3 .* database db\/shop\..* id f00d\./,
  );
});

test('who is told is not called reached where the log shows that the message came back (I7)', () => {
  expect(inShort({}, { bounced: 2, 'thrown-away': 1 })).toContain(
    ' 3 messages that the mail server took did not arrive',
  );
  for (const relay of [null, {}]) expect(inShort({}, relay)).not.toContain('did not arrive');
});

test.each([
  [null, 1, 'may or may not have been told: only the mail server knows'],
  [{ 'taken-in-doubt': 1 }, 1, "do not know; the mail server's log shows that it took the message "],
  [{ 'taken-in-doubt': 1 }, 2, "do not know; the mail server's log shows that it took the message of 1 "],
])('of whom the books have in doubt it is said what the log knows: %j of %d', (relay, left, words) => {
  expect(`${inShort({ left, failed: 2 - left, cohort: 11 }, relay)} `).toContain(words);
});
