import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeRelayLog } from '../../scripts/judge/judge-relay-log';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
afterAll(() => rmSync(folder, { recursive: true }));

let ids = 0;
function accepted(messageId: string, to: string): string {
  const q = `4Qx${ids++}z1`;
  return [
    `Nov 25 03:16:54 mx postfix/smtpd[1]: ${q}: client=localhost[127.0.0.1]`,
    `Nov 25 03:16:54 mx postfix/cleanup[1]: ${q}: message-id=<${messageId}>`,
    `Nov 25 03:16:54 mx postfix/qmgr[1]: ${q}: from=<care@shop.test>, size=9, nrcpt=1 (queue active)`,
    `Nov 25 03:16:54 mx postfix/smtp[1]: ${q}: to=<${to}>, relay=a[1.2.3.4]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
    `Nov 25 03:16:54 mx postfix/qmgr[1]: ${q}: removed`,
  ].join('\n');
}

async function judge(lines: string[], addresses: (string | null)[], ignore: string[] = []) {
  const log = join(folder, 'log');
  writeFileSync(log, `${lines.join('\n')}\n`);
  async function* customers() {
    for (const address of addresses) yield { address };
  }
  const verdict = await judgeRelayLog(log, customers(), ignore);
  return [
    verdict.customersAcceptedOnce,
    verdict.customersAcceptedTwiceOrMore,
    verdict.customersNeverAccepted,
    verdict.strangers,
  ];
}

test.each([
  ['one message', [accepted('m1', 'a@x.test')], ['a@x.test', 'b@x.test'], [1, 0, 1, 0]],
  [
    'the same message twice',
    [accepted('m1', 'a@x.test'), accepted('m1', 'a@x.test')],
    ['a@x.test'],
    [0, 1, 0, 0],
  ],
  [
    'two messages for one customer',
    [accepted('m1', 'a@x.test'), accepted('m2', 'a@x.test')],
    ['a@x.test'],
    [0, 1, 0, 0],
  ],
  [
    'two customers of one address, both told',
    [accepted('m1', 'a@x.test'), accepted('m2', 'a@x.test')],
    ['a@x.test', 'a@x.test'],
    [2, 0, 0, 0],
  ],
  [
    'two customers of one address, one of them told twice',
    [accepted('m1', 'a@x.test'), accepted('m1', 'a@x.test')],
    ['a@x.test', 'a@x.test'],
    [0, 1, 1, 0],
  ],
  [
    'addresses that differ in the case of the local part',
    [accepted('m1', 'Ann@x.test')],
    ['ann@X.TEST', 'Ann@X.test'],
    [1, 0, 1, 0],
  ],
  [
    'an address stored with blanks, another that needs quotes',
    [accepted('m1', 'a@x.test'), accepted('m2', '"b..c"@x.test')],
    [' a@x.test\t', 'b..c@x.test'],
    [2, 0, 0, 0],
  ],
  ['nobody', [], [null, ''], [0, 0, 2, 0]],
  ['a stranger', [accepted('m1', 'who@x.test')], ['a@x.test'], [0, 0, 1, 1]],
])('%s', async (_, lines, addresses, expected) => {
  expect(await judge(lines as string[], addresses as string[])).toEqual(expected);
});

test('mailboxes that are nobody of the customers are left out', async () => {
  expect(await judge([accepted('m1', 'boss@x.test')], ['a@x.test'], ['boss@X.test'])).toEqual([0, 0, 1, 0]);
});

test('a message-id that cleanup logged is no acceptance before the queue has it', async () => {
  const lines = [
    'Nov 25 03:16:54 mx postfix/smtpd[1]: 4Q1: client=localhost[127.0.0.1]',
    'Nov 25 03:16:54 mx postfix/cleanup[1]: 4Q1: message-id=<m1>',
    'Nov 25 03:16:54 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <a@x.test>: unknown; from=<c@x.test> to=<a@x.test> proto=ESMTP helo=<c>',
  ];
  expect(await judge(lines, ['a@x.test'])).toEqual([0, 0, 1, 0]);
});

test('a message in the queue that is not delivered yet counts, by its RFC 3339 log too', async () => {
  const lines = [
    '2026-11-25T03:16:54.000Z mx postfix/cleanup[1]: 4Q2: message-id=<m1>',
    '2026-11-25T03:16:54.000Z mx postfix/qmgr[1]: 4Q2: from=<c@x.test>, size=9, nrcpt=1 (queue active)',
    '2026-11-25T03:16:54.000Z mx postfix/smtp[1]: 4Q2: to=<a@x.test>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (timed out)',
  ];
  expect(await judge(lines, ['a@x.test'])).toEqual([1, 0, 0, 0]);
});
