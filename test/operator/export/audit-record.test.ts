import {
  auditText,
  mayNameCustomer,
  type RecordedEntry,
  withoutReasons,
} from '../../../src/operator/export/audit-record';

const entry = (action: string, detail: object) => ({ action, detail: JSON.stringify(detail) });

test.each<[string, ReturnType<typeof entry>]>([
  ['an address', entry('gate-closed', { reason: 'ann@x.test called' })],
  ['a customer by number', entry('in-doubt-leave', { reason: 'Customer #17 is a lawyer' })],
  ['a long number', entry('in-doubt-leave', { reason: 'as 9007199254740993 said' })],
  ['a Message-ID', entry('in-doubt-leave', { reason: `we found ${'4f'.repeat(20)} at the relay` })],
  ['a queue id', entry('in-doubt-leave', { reason: 'it was queued as 4XyZ12' })],
  [
    'words of a refusal',
    entry('gate-closed', { reason: 'The relay: 550 5.2.2 Quota of Ann Smith exceeded' }),
  ],
  [
    'words without an enhanced code',
    entry('hold', { kind: 'slice-stopped', reason: 'said 452 Ann is full' }),
  ],
  ['what the guard found', entry('gate-closed', { reason: 'a name was not that of customer 3f2a' })],
  [
    'what law enforcement asked, repeated by its release',
    entry('law-enforcement-release', { held: { by: 'Jo', reason: 'BKA, about ann@x.test' } }),
  ],
  ['words further down', entry('reconcile', { journals: [{ note: 'ann@x.test' }] })],
])('%s may name a customer', (_, recorded) => {
  expect(mayNameCustomer(recorded)).toBe(true);
});

test.each<[string, ReturnType<typeof entry>]>([
  [
    'what the canary counted',
    entry('hold', {
      kind: 'canary-done',
      reason: 'Canary done: 499 sent, 1 skipped. The log can be believed: all 499 known messages are in it.',
    }),
  ],
  ['a reason', entry('gate-closed', { reason: 'counsel reads the texts again, until 2026-11-25 18:30' })],
  ['the number of an order', entry('export', { reason: 'order 7 Gs 12/26', login: 'jane' })],
  ['hashes', entry('start', { fileHash: '1'.repeat(64), contentHash: '4f'.repeat(32), perSecond: 100_000 })],
  [
    'the login of whoever began it',
    entry('start', { fileHash: '1'.repeat(64), messageKey: '2f'.repeat(32), login: 'jane as root@build1' }),
  ],
  [
    'a release, which names who wrote the request down',
    entry('law-enforcement-release', {
      ...{ request: 9, reason: 'BKA agreed by phone' },
      held: { by: 'Jo Counsel (login root@build1)', reason: 'BKA, 2026/4711, asks to wait' },
    }),
  ],
  [
    'evidence',
    entry('in-doubt-accepted', {
      customers: 3,
      files: [{ name: '/var/log/mail.log-20261125.gz', sha256: '5'.repeat(64) }],
    }),
  ],
  [
    'a retry',
    entry('retry', {
      customers: 12_345,
      code: 550,
      since: '2026-11-25T10:00:00.000Z',
      reason: 'the block is lifted',
    }),
  ],
  [
    'a test to our own mailbox',
    entry('test-sent', { results: [{ messageId: 'test-1@shop.test', queueId: 'x' }] }),
  ],
])('%s does not', (_, recorded) => {
  expect(mayNameCustomer(recorded)).toBe(false);
});

test('an entry is read out in words, and what a terminal would obey is not', () => {
  const entries: RecordedEntry[] = [
    {
      ...{ entry: 1, at: '2026-01-05 10:00:00.123456', who: 'Ann\u001b[2J', action: 'phase' },
      ...{ detail: '{"phase":"notify"}', prevHash: '0', hash: 'a' },
    },
    {
      ...{ entry: 2, at: '2026-01-05 10:00:01.000000', who: 'Bob', action: 'of-a-newer-version' },
      ...{ detail: '{"howMany":2}', prevHash: 'a', hash: 'b' },
    },
  ];
  const record = {
    incidentId: 'shop-1',
    incident: 1,
    broken: null,
    withheld: 0,
    head: { entry: 2, hash: 'b' },
    entries,
  };
  expect(auditText(record).split('\n')).toEqual([
    '1  2026-01-05 10:00:00 UTC  Ann [2J went to the phase notify',
    '2  2026-01-05 10:00:01 UTC  Bob of-a-newer-version: {"howMany":2}',
    '',
    'THE CHAIN IS WHOLE. It ends with entry 2, hash b',
    '',
  ]);
});

test('an entry that somebody changed by hand into no JSON may name anybody', () => {
  expect(mayNameCustomer({ action: 'hold', detail: 'ann' })).toBe(true);
});

test('what a check quotes of a reason is left out where it may name a customer; which part of the row it is stays', () => {
  const check = (found: string[]) => ({ name: 'the row', holds: false, found });
  expect(
    withoutReasons([
      check([
        "why the gate is as it is: the incident's row says ann@x.test asked, the audit log says nothing",
        "the rate: the incident's row says 7, the audit log says 500",
      ]),
    ]),
  ).toEqual([
    check([
      'why the gate is as it is: what it says may name a customer, and is left out',
      "the rate: the incident's row says 7, the audit log says 500",
    ]),
  ]);
});
