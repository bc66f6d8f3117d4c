import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { randomFrom } from '../../scripts/seed/random';
import { judgeRelayLog } from '../judge-relay-log';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
afterAll(() => rmSync(folder, { recursive: true }));

let ids = 0;
function accepted(messageId: string, to: string): string {
  const queueId = `4Qx${ids++}z1`;
  return [
    `Nov 25 03:16:54 mx postfix/smtpd[1]: ${queueId}: client=localhost[127.0.0.1]`,
    `Nov 25 03:16:54 mx postfix/cleanup[1]: ${queueId}: message-id=<${messageId}>`,
    `Nov 25 03:16:54 mx postfix/qmgr[1]: ${queueId}: from=<care@shop.test>, size=9, nrcpt=1 (queue active)`,
    `Nov 25 03:16:54 mx postfix/smtp[1]: ${queueId}: to=<${to}>, relay=a[1.2.3.4]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
    `Nov 25 03:16:54 mx postfix/qmgr[1]: ${queueId}: removed`,
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
    'an address stored with spaces, another that needs quotes',
    [accepted('m1', 'a@x.test'), accepted('m2', '"b..c"@x.test')],
    [' a@x.test\t', 'b..c@x.test'],
    [2, 0, 0, 0],
  ],
  [
    'two customers of one address, three messages',
    [accepted('m1', 'a@x.test'), accepted('m2', 'a@x.test'), accepted('m3', 'a@x.test')],
    ['a@x.test', 'a@x.test'],
    [1, 1, 0, 0],
  ],
  [
    'three customers of one address, one told, one told twice, one never',
    [accepted('m1', 'a@x.test'), accepted('m2', 'a@x.test'), accepted('m1', 'a@x.test')],
    ['a@x.test', 'a@x.test', 'a@x.test'],
    [1, 1, 1, 0],
  ],
  [
    'one Message-ID for two addresses',
    [accepted('m1', 'a@x.test'), accepted('m1', 'b@x.test')],
    ['a@x.test', 'b@x.test'],
    [2, 0, 0, 0],
  ],
  [
    'a domain in another script and case',
    [accepted('m1', 'a@xn--bcher-kva.test'), accepted('m2', 'jörg@x.test')],
    ['a@BÜCHER.test', 'jörg@X.test'],
    [2, 0, 0, 0],
  ],
  [
    // Were they one mailbox, the second message would pass for the other customer's first.
    'a duplicate beside addresses that only a URL would take for the same',
    [accepted('m1', 'a@x.test'), accepted('m2', 'a@x.test')],
    ['a@x.test', 'a@x.test/', 'a@x.test:25', 'a@x%2etest', '"a"@x.test', 'a @x.test'],
    [0, 1, 5, 0],
  ],
  [
    'a number that is no domain, and the machine that a URL makes of it',
    [accepted('m1', "o'a@1.0.0.2")],
    ["o'a@1.2"],
    [0, 0, 1, 1],
  ],
  [
    'a customer told twice and a stranger',
    [accepted('m1', 'a@x.test'), accepted('m1', 'a@x.test'), accepted('m2', 'who@x.test')],
    ['a@x.test'],
    [0, 1, 0, 1],
  ],
  ['nobody', [], [null, '', ' ', 'no address'], [0, 0, 4, 0]],
  ['a stranger', [accepted('m1', 'who@x.test')], ['a@x.test'], [0, 0, 1, 1]],
])('%s', async (_, lines, addresses, expected) => {
  expect(await judge(lines as string[], addresses as string[])).toEqual(expected);
});

test('the judge agrees with plain counting over a thousand customers who share addresses, told at random', async () => {
  const seed = 20120115;
  const next = randomFrom(seed);
  const told = Array.from({ length: 1000 }, () => [0, 1, 1, 1, 2, 3][Math.floor(next() * 6)]!);
  const address = (i: number) => `a${i % 400}@x.test`;
  const lines = told.flatMap((times, i) =>
    Array.from({ length: times }, () => accepted(`m${i}`, address(i))),
  );
  // The ids say who is who, so each count is exact although addresses are shared.
  const expected = [1, 2, 0].map(
    (copies) => told.filter((times) => (copies === 2 ? times > 1 : times === copies)).length,
  );
  const verdict = await judge(
    shuffled(lines, next),
    told.map((_, i) => address(i)),
  );
  expect({ seed, verdict }).toEqual({ seed, verdict: [...expected, 0] });
});

test('mailboxes that are nobody of the customers are left out', async () => {
  expect(await judge([accepted('m1', 'boss@x.test')], ['a@x.test'], ['boss@X.test'])).toEqual([0, 0, 1, 0]);
});

test('a message-id that cleanup logged is no acceptance before the queue has it', async () => {
  const lines = [
    'Nov 25 03:16:54 mx postfix/smtpd[1]: 4Q1B2C: client=localhost[127.0.0.1]',
    'Nov 25 03:16:54 mx postfix/cleanup[1]: 4Q1B2C: message-id=<m1>',
    'Nov 25 03:16:54 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <a@x.test>: unknown; from=<c@x.test> to=<a@x.test> proto=ESMTP helo=<c>',
  ];
  expect(await judge(lines, ['a@x.test'])).toEqual([0, 0, 1, 0]);
});

test('a message in the queue that is not delivered yet counts, by its RFC 3339 log too', async () => {
  const lines = [
    '2026-11-25T03:16:54.000Z mx postfix/cleanup[1]: 4Q2B2C: message-id=<m1>',
    '2026-11-25T03:16:54.000Z mx postfix/qmgr[1]: 4Q2B2C: from=<c@x.test>, size=9, nrcpt=1 (queue active)',
    '2026-11-25T03:16:54.000Z mx postfix/smtp[1]: 4Q2B2C: to=<a@x.test>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (timed out)',
  ];
  expect(await judge(lines, ['a@x.test'])).toEqual([1, 0, 0, 0]);
});

test.each([
  [
    'a short queue id that comes again after an aborted transfer is another message',
    [
      'smtpd 4Q1B2C: client=a',
      'cleanup 4Q1B2C: message-id=<gone>',
      'smtpd 4Q1B2C: client=b',
      ...whole('4Q1B2C', 'm1'),
    ],
    ['m1 a@x.test'],
  ],
  [
    'so it is where the lines of the clients are missing',
    ['cleanup 4Q1B2C: message-id=<gone>', ...whole('4Q1B2C', 'm1')],
    ['m1 a@x.test'],
  ],
  [
    'a message that is never removed, and its queue id again',
    [...whole('4Q1B2C', 'm1').slice(0, -1), 'smtpd 4Q1B2C: client=b', ...whole('4Q1B2C', 'm2')],
    ['m1 a@x.test', 'm2 a@x.test'],
  ],
  [
    'deferred and then sent is one acceptance',
    [
      ...whole('4Q1B2C', 'm1').slice(0, -1),
      'smtp 4Q1B2C: to=<a@x.test>, relay=b, status=sent (250 ok)',
      'qmgr 4Q1B2C: removed',
    ],
    ['m1 a@x.test'],
  ],
  [
    'bounced later was accepted',
    [
      'cleanup 4Q1B2C: message-id=<m1>',
      'smtp 4Q1B2C: to=<a@x.test>, relay=b, status=bounced (550 no)',
      'qmgr 4Q1B2C: removed',
    ],
    ['m1 a@x.test'],
  ],
  [
    'an alias counts as the address that was asked for',
    [
      'cleanup 4Q1B2C: message-id=<m1>',
      'local 4Q1B2C: to=<b@y.test>, orig_to=<a@x.test>, relay=local, status=sent (ok)',
    ],
    ['m1 a@x.test'],
  ],
  [
    'refused after the dot, an id in the log, is no acceptance',
    [
      'smtpd 4Q1B2C: client=a',
      'cleanup 4Q1B2C: message-id=<m1>',
      'smtpd 4Q1B2C: reject: END-OF-MESSAGE from a: 451 later; from=<c@x.test> to=<a@x.test> proto=ESMTP helo=<c>',
    ],
    [],
  ],
  [
    'two messages whose lines are mixed',
    [
      'smtpd 4Q1B2C: client=a',
      'smtpd 4Q2B2C: client=a',
      'cleanup 4Q2B2C: message-id=<m2>',
      'cleanup 4Q1B2C: message-id=<m1>',
      ...whole('4Q2B2C', '')
        .slice(1, -1)
        .map((line) => line.replace('a@x', 'b@x')),
      ...whole('4Q1B2C', '').slice(1),
      'qmgr 4Q2B2C: removed',
    ],
    ['m2 b@x.test', 'm1 a@x.test'],
  ],
  [
    "what others say in their lines is nobody's",
    [
      ...whole('4Q1B2C', 'm1').slice(0, 2),
      'smtpd NOQUEUE: reject: RCPT from a: 550 <postfix/qmgr[1]: 4Q1B2C: removed>; helo=<postfix/qmgr[1]: 4Q1B2C: removed>',
      'smtpd warning: postfix/cleanup[1]: 4Q1B2C: message-id=<m2>',
      'smtpd connect from a; postfix/qmgr[1]: 4Q1B2C: removed',
      ...whole('4Q1B2C', 'm1').slice(2),
    ],
    ['m1 a@x.test'],
  ],
])('%s', async (_, lines, expected) => {
  const log = join(folder, 'log');
  const second = (i: number) => `Nov  5 03:16:${String(i).padStart(2, '0')}`;
  writeFileSync(
    log,
    lines.map((line, i) => `${second(i)} mx postfix/${line.replace(' ', '[1]: ')}\n`).join(''),
  );
  const found = (await acceptancesIn(log)).map(({ messageId, to }) => `${messageId} ${to}`);
  expect(found).toEqual(expected);
});

test('a log that is not there is an error, not a verdict', async () => {
  const customers = async function* () {
    yield { address: 'a@x.test' };
  };
  await expect(judgeRelayLog(join(folder, 'nothing'), customers())).rejects.toThrow(/there is no such file/);
});

/** The lines of one message through the queue, as `program rest`. */
function whole(queueId: string, messageId: string): string[] {
  return [
    `cleanup ${queueId}: message-id=<${messageId}>`,
    `qmgr ${queueId}: from=<c@x.test>, size=9, nrcpt=1 (queue active)`,
    `smtp ${queueId}: to=<a@x.test>, relay=a, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (timed out)`,
    `qmgr ${queueId}: removed`,
  ];
}
function shuffled(lines: string[], next: () => number): string[] {
  return lines
    .map((line) => [next(), line] as const)
    .sort(([left], [right]) => left - right)
    .map(([, line]) => line);
}
