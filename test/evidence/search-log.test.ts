import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { disbelief, uncovered } from '../../src/evidence/believe-log';
import { doubtVerdict } from '../../src/evidence/doubt-verdict';
import { knownMessages, tally } from '../../src/evidence/known-messages';
import { searchLog } from '../../src/evidence/search-log';

const folder = mkdtempSync(join(tmpdir(), 'relay-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-11-25T02:00:00Z');
const DOMAIN = 'shop.test';
const mac = (number: number) => number.toString(16).padStart(8, '0').repeat(5);
const id = (number: number) => `${mac(number)}@${DOMAIN}`;
/** Message n of ours goes out at second 10 n; number 50 is in doubt. */
const DOUBTED = 50;
const SPAN = { from: START + 490_000, to: START + 560_000 };
const two = (value: number) => String(value).padStart(2, '0');

/** As the machine writes it, `zoneHours` east of Greenwich. */
function stamp(ms: number, zoneHours: number): string {
  const at = new Date(ms + zoneHours * 3_600_000);
  return `Nov ${at.getUTCDate()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

interface Told {
  zoneHours?: number;
  host?: string;
  /** Which of the hundred messages it has; without it all but the one in doubt. */
  has?: (number: number) => boolean;
  messageId?: (number: number) => string;
  rfc3339?: boolean;
}

const queueId = (number: number) => `A1B2${number.toString(16).toUpperCase().padStart(4, '0')}`;

function log({
  zoneHours = 0,
  host = 'mx',
  has = (number) => number !== DOUBTED,
  messageId = id,
  rfc3339 = false,
}: Told = {}): string[] {
  return Array.from({ length: 100 }, (_, number) => number)
    .filter(has)
    .flatMap((number) => {
      const ms = START + number * 10_000;
      const at = rfc3339 ? new Date(ms).toISOString().replace('Z', '000+00:00') : stamp(ms, zoneHours);
      return [
        `${at} ${host} postfix/smtpd[7]: ${queueId(number)}: client=app[10.0.0.5]`,
        `${at} ${host} postfix/cleanup[8]: ${queueId(number)}: message-id=<${messageId(number)}>`,
        `${at} ${host} postfix/qmgr[9]: ${queueId(number)}: from=<n@${DOMAIN}>, size=9, nrcpt=1 (queue active)`,
        `${at} ${host} postfix/smtp[10]: ${queueId(number)}: to=<c${number}@x.test>, relay=x, dsn=2.0.0, status=sent (ok)`,
        `${at} ${host} postfix/qmgr[9]: ${queueId(number)}: removed`,
      ];
    });
}

let count = 0;
function file(content: string | Buffer): string {
  const name = join(folder, `${count++}.log`);
  writeFileSync(name, content);
  return name;
}

/** Who is in doubt, by these files; all the others are known to be sent. */
async function ask(files: string[]) {
  const known = knownMessages();
  for (let number = 0; number < 100; number++) {
    const at = START + number * 10_000;
    if (number !== DOUBTED) known.add(mac(number), { from: at - 500, to: at + 1_500 }, true);
  }
  const samples = Array.from({ length: 100 }, (_, number) => ({
    mac: mac(number),
    queueId: queueId(number),
  }));
  const sought = { domain: DOMAIN, inDoubt: new Map([[mac(DOUBTED), 0]]), known, nearMs: START };
  const search = await searchLog(
    files,
    sought,
    samples.filter((sample) => sample.mac !== mac(DOUBTED)),
  );
  const doubt = disbelief(search.sound, tally(known, SPAN)) ?? uncovered(search.sound, SPAN);
  const fate = search.fates.get(mac(DOUBTED)) ?? 'unseen';
  return { ...doubtVerdict({ fate, events: [], doubt }), search };
}

const text = (lines: string[], end = '\n') => lines.map((line) => line + end).join('');
const all = () => true;
const older = (lines: string[]) => lines.slice(0, 250);
const newer = (lines: string[]) => lines.slice(250);

// C44, C45, C47: eachLine of log-file.ts, inOrder and the calibration of search-log.ts.
test.each<[string, () => string[]]>([
  ['one file', () => [file(text(log()))]],
  ['RFC 3339', () => [file(text(log({ rfc3339: true })))]],
  ['a machine in Athens', () => [file(text(log({ zoneHours: 2 })))]],
  ['a machine in St. John’s', () => [file(text(log({ zoneHours: -3.5 })))]],
  [
    'a rotated and gzipped one, the newer named first',
    () => [file(text(newer(log()))), file(gzipSync(text(older(log()))))],
  ],
  [
    'gzipped in two members',
    () => [file(Buffer.concat([gzipSync(text(older(log()))), gzipSync(text(newer(log())))]))],
  ],
  ['CRLF', () => [file(text(log(), '\r\n'))]],
  ['CR alone', () => [file(text(log(), '\r'))]],
  ['without an end of its last line', () => [file(log().join('\n'))]],
  ['newest first, as journalctl -r writes', () => [file(text(log().reverse()))]],
  ['the same file twice', () => [file(text(log())), file(text(log()))]],
  [
    'two relays, each in its own zone',
    () => [
      file(text(log({ has: (number) => number !== DOUBTED && number % 2 === 0 }))),
      file(text(log({ host: 'mx2', zoneHours: 2, has: (number) => number % 2 === 1 }))),
    ],
  ],
  [
    'after the prefix of a journal (C45)',
    () => [file(text(log().map((line) => `Nov 25 07:00:00 node docker[1]: ${line}`)))],
  ],
  [
    'a logger that dropped lines in the evening before, by its own clock (C88)',
    () => [
      file(
        text([
          `${stamp(START - 3_600_000, 2)} mx rsyslogd: imjournal: 406 messages lost due to rate-limiting`,
          ...log({ zoneHours: 2 }),
        ]),
      ),
    ],
  ],
  [
    'with a line that cannot be read',
    () => [file(text([...log().slice(0, 9), '\u0000\u0001', ...log().slice(9)]))],
  ],
])('a log that is whole and lacks the one in doubt calls it absent: %s', async (_, files) => {
  const { verdict, why, search } = await ask(files());
  expect([verdict, why]).toEqual(['absent', expect.any(String)]);
  expect(search.unreadable).toBeLessThanOrEqual(1);
});

// Each row is a way not to be whole: none may say `absent`.
test.each<[string, () => string[], RegExp]>([
  ['a hole', () => [file(text(log({ has: (number) => number < 48 || number > 52 })))], /hole/],
  ['one of two relays', () => [file(text(log({ has: (number) => number % 2 === 1 })))], /whole relay/],
  [
    'it ends before the quarantine does',
    () => [file(text(log({ has: (number) => number < 50 })))],
    /of \d+ known messages|ends at/,
  ],
  [
    'the rotated file is not named',
    () => [file(text(log({ has: (number) => number > 50 })))],
    /known message|begins at/,
  ],
  [
    'rewritten Message-IDs (SES)',
    () => [file(text(log({ messageId: (number) => `0100${number}@ses.test` })))],
    /changes Message-IDs/,
  ],
  [
    'another relay',
    () => [file(text(log({ messageId: (number) => `${number}@other.test`, has: (number) => number > 200 })))],
    /none of/,
  ],
  [
    'a log without qmgr',
    () => [file(text(log().filter((line) => /smtpd|cleanup/.test(line))))],
    /lacks what qmgr/,
  ],
  ['a cut .gz', () => [file(gzipSync(text(log())).subarray(0, -40))], /ends in the middle|not in it/],
  [
    'the hour of summer time ends on the way',
    () => [
      file(
        text([
          ...log({ zoneHours: 2, has: (number) => number < 50 }),
          ...log({ zoneHours: 1, has: (number) => number > 50 }),
        ]),
      ),
    ],
    /clock of mx jumps/,
  ],
  [
    'the logger dropped lines',
    () => [
      file(
        text([
          ...log(),
          `${stamp(START + 500_000, 0)} mx rsyslogd: imuxsock lost 9 messages from pid 8 due to rate-limiting`,
        ]),
      ),
    ],
    /dropped lines/,
  ],
  [
    'the logger of a relay in another zone dropped lines, and said it after the loss (C88)',
    () => [
      file(text(log({ has: (number) => number !== DOUBTED && number % 2 === 0 }))),
      file(
        text([
          `${stamp(START + 900_000, 2)} mx2 systemd-journald[9]: Suppressed 97 messages from postfix.service`,
          ...log({ host: 'mx2', zoneHours: 2, has: (number) => number % 2 === 1 }),
        ]),
      ),
    ],
    /dropped lines/,
  ],
  [
    "a logger dropped lines whose clock nobody knows: it may be the relay's (C88)",
    () => [
      file(
        text([
          ...log({ zoneHours: 2 }),
          `${stamp(START + 500_000, 2)} loghost syslog-ng[7]: Destination queue full, dropping message`,
        ]),
      ),
    ],
    /dropped lines/,
  ],
  [
    'a logger dropped lines at a time that cannot be read (C88)',
    () => [file(text([...log(), 'then mx rsyslogd: imjournal: 406 messages lost due to rate-limiting']))],
    /at a time that cannot be read/,
  ],
  ['nothing at all', () => [file('')], /none of/],
  ['another format', () => [file('{"MESSAGE":"x"}\n')], /none of/],
])('a log that is not whole calls nobody absent: %s', async (_, files, expected) => {
  const { verdict, why } = await ask(files());
  expect(verdict).toBe('unknown');
  expect(why).toMatch(expected);
});

const doubted = (...lines: string[]) =>
  lines.map((line) => `${stamp(START + 500_000, 0)} mx postfix/${line}`);
const OWN = `cleanup[8]: 3C4D5E: message-id=<${id(DOUBTED)}>`;

// livesOf, and the second reading of search-log.ts; C46.
test.each<[string, string[], 'accepted' | 'absent']>([
  ['in the queue', doubted(OWN, `qmgr[9]: 3C4D5E: from=<n@x>, size=9, nrcpt=1 (queue active)`), 'accepted'],
  [
    'its delivery was put off',
    doubted(OWN, 'smtp[9]: 3C4D5E: to=<a@x>, relay=none, status=deferred (x)'),
    'accepted',
  ],
  [
    'read, then the client was gone',
    doubted(OWN, 'smtpd[7]: lost connection after DATA (9 bytes) from x'),
    'absent',
  ],
  [
    'refused by a milter',
    doubted(OWN, 'cleanup[8]: 3C4D5E: milter-reject: END-OF-MESSAGE from x: 5.7.1'),
    'absent',
  ],
  [
    "a stranger's message under the same short queue id",
    doubted(
      OWN,
      'smtpd[7]: 3C4D5E: client=x',
      'cleanup[8]: 3C4D5E: message-id=<s@x>',
      'qmgr[9]: 3C4D5E: from=<s@x>, size=1, nrcpt=1 (queue active)',
    ),
    'absent',
  ],
  [
    "folded lines, strangers' ids in encoded words, none at all (C46)",
    doubted(
      'cleanup[8]: 5D6E7F: message-id=<>',
      'cleanup[8]: 6E7F80: message-id==?utf-8?Q?=3C a b =3E?=',
      'smtpd[7]: NOQUEUE: reject: RCPT from x: 554 5.7.1 <a@x>; from=<b@x> to=<a@x>',
      `cleanup[8]: message repeated 2 times: [ 3C4D5E: message-id=<${id(DOUBTED)}>]`,
      'qmgr[9]: 3C4D5E: from=<n@x>, size=9, nrcpt=1 (queue active)',
    ),
    'accepted',
  ],
])(
  'our Message-ID in the log proves acceptance only with its life in the queue: %s',
  async (_, lines, expected) => {
    const normal = log();
    const at = normal.findIndex((line) => line.includes(queueId(51)));
    const { verdict, search } = await ask([
      file(text([...normal.slice(0, at), ...lines, ...normal.slice(at)])),
    ]);
    expect(verdict).toBe(expected);
    expect(search.fates.get(mac(DOUBTED))?.acceptances.length).toBe(expected === 'accepted' ? 1 : 0);
  },
);

// The CR of eachLine in log-file.ts: a line's end is looked at.
test('a line of CRLF ends before its CR', async () => {
  const lines = doubted(OWN, 'qmgr[9]: 3C4D5E: from=<n@x>, size=9, nrcpt=1 (queue active)');
  expect((await ask([file(text(lines, '\r\n'))])).verdict).toBe('accepted');
});

// The key of followQueueIds.
test('the same queue id of another relay is another message', async () => {
  const other = doubted('qmgr[9]: 3C4D5E: from=<n@x>, size=9, nrcpt=1 (queue active)');
  const lines = [...doubted(OWN), ...other.map((line) => line.replace(' mx ', ' mx2 '))];
  const normal = log();
  const at = normal.findIndex((line) => line.includes(queueId(51)));
  expect((await ask([file(text([...normal.slice(0, at), ...lines, ...normal.slice(at)]))])).verdict).toBe(
    'absent',
  );
});

test('the life of a queue id goes on in the next file', async () => {
  const lines = log({ has: all });
  const at = lines.findIndex((line) => line.includes(`message-id=<${id(DOUBTED)}`)) + 1;
  const { verdict } = await ask([file(text(lines.slice(at))), file(gzipSync(text(lines.slice(0, at))))]);
  expect(verdict).toBe('accepted');
});

test.each([['zip', Buffer.from('PK\u0003\u0004ab'), /it is a zip: unpack it first/]])(
  'a file in %s is told, not searched',
  async (_, bytes, expected) => {
    await expect(ask([file(bytes)])).rejects.toThrow(expected);
  },
);

test('a folder is told', async () => {
  await expect(ask([folder])).rejects.toThrow(/it is a folder: name the files in it/);
});
