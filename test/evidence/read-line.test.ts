import { logTimeReader, monthsOf } from '../../src/evidence/log-time';
import { type LogLine, readLine } from '../../src/evidence/read-line';

const NEAR = Date.parse('2026-11-25T06:00:00Z');
const readTime = logTimeReader(NEAR);
const read = (line: string) => readLine(line, readTime);
const at = (line: string) => {
  const parsed = read(line);
  return typeof parsed === 'string' || 'lost' in parsed ? parsed : new Date(parsed.at.ms).toISOString();
};
const BODY = 'mx postfix/cleanup[12]: 4F1A2B3C: message-id=<a@b.test>';

// Each row guards its own form in LOG_TIME and in read of log-time.ts, or OWN_HEADER and JOURNAL_HEADER of read-line.ts.
test.each([
  ['syslog', `Nov  5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['with a priority', `<22>Nov  5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['short-precise of a journal', `Nov 05 02:06:31.123456 ${BODY}`, '2026-11-05T02:06:31.123Z'],
  ['with a year', `Nov  5 2025 02:06:31 ${BODY}`, '2025-11-05T02:06:31.000Z'],
  ['RFC 3339', `2026-11-05T02:06:31.123456+02:00 ${BODY}`, '2026-11-05T00:06:31.123Z'],
  ['RFC 3339 in UTC', `2026-11-05T02:06:31Z ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['short-iso of a journal', `2026-11-05T02:06:31+0200 ${BODY}`, '2026-11-05T00:06:31.000Z'],
  ['without a zone', `2026-11-05 02:06:31,5 ${BODY}`, '2026-11-05T02:06:31.500Z'],
  ['Greek (C44)', `Νοέ  5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['Greek, in the genitive', `Νοεμβρίου 5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['German', `Okt 25 02:06:31 ${BODY}`, '2026-10-25T02:06:31.000Z'],
  ['Russian, day first', `5 нояб. 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  ['Chinese', `11月  5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  [
    'a journal in another zone before it (C45)',
    `Nov 05 04:06:32 node7 docker[1]: Nov  5 02:06:31 ${BODY}`,
    '2026-11-05T02:06:31.000Z',
  ],
  ['a container before it', `mailserver  | Nov  5 02:06:31 ${BODY}`, '2026-11-05T02:06:31.000Z'],
  [
    'only the time of the journal',
    'Nov 05 04:06:32 node7 docker[1]: postfix/qmgr[3]: 4F1A2B3C: removed',
    '2026-11-05T04:06:32.000Z',
  ],
  ['a month that is none', `Foo  5 02:06:31 ${BODY}`, 'unreadable'],
  ['a day that is none', `Apr 31 02:06:31 ${BODY}`, 'unreadable'],
  ['no time at all', BODY, 'unreadable'],
])('the time of a line is read: %s', (_, line, expected) => {
  expect(at(line)).toBe(expected);
});

// The three years of `read` in log-time.ts.
test.each([
  ['2026-12-31T23:50:00Z', 'Jan  1 00:10:00', '2027-01-01T00:10:00.000Z'],
  ['2027-01-01T00:10:00Z', 'Dec 31 23:50:00', '2026-12-31T23:50:00.000Z'],
  ['2028-02-10T00:00:00Z', 'Feb 29 01:00:00', '2028-02-29T01:00:00.000Z'],
])('a year that is not there is the one nearest to the incident: %s, %s', (near, text, expected) => {
  const read = logTimeReader(Date.parse(near))(text);
  expect(new Date(read!.ms).toISOString()).toBe(expected);
});

// TAG, REPEATED, QUEUE_ID and factOf of read-line.ts.
test.each([
  ['postfix/smtpd[1]: 4F1A2B3C: client=x[10.0.0.1]', '4F1A2B3C', 'begun'],
  ['postfix/submission/smtpd[1]: 4F1A2B3C: client=x[10.0.0.1]', '4F1A2B3C', 'begun'],
  ['postfix/pickup[1]: 4F1A2B3C: uid=0 from=<root>', '4F1A2B3C', 'begun'],
  ['postfix-out/qmgr[1]: 4F1A2B3C: from=<a@b.test>, size=1, nrcpt=1 (queue active)', '4F1A2B3C', 'queued'],
  [
    'postfix-out/smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=x, dsn=2.0.0, status=sent (250 ok)',
    '4F1A2B3C',
    'delivery',
  ],
  [
    'postfix/smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=none, dsn=4.4.1, status=deferred (no)',
    '4F1A2B3C',
    'delivery',
  ],
  ['postfix/qmgr[1]: 4F1A2B3C: from=<a@b.test>, status=expired, returned to sender', '4F1A2B3C', 'delivery'],
  ['postfix/qmgr[1]: 4F1A2B3C: removed', '4F1A2B3C', 'removed'],
  ['postfix/cleanup[1]: 4F1A2B3C: message-id=<a@b.test>', '4F1A2B3C', 'message-id'],
  ['postfix/cleanup[1]: 4F1A2B3C: message-id=<>', '4F1A2B3C', 'message-id'],
  ['postfix/cleanup[1]: 4F1A2B3C: message-id==?utf-8?Q?=3Ca b?= <x y>', '4F1A2B3C', 'message-id'],
  ['postfix/cleanup[1]: 4F1A2B3C: resent-message-id=<a@b.test>', '4F1A2B3C', 'other'],
  ['postfix/cleanup[1]: 4F1A2B3C: milter-reject: END-OF-MESSAGE from x: 5.7.1', '4F1A2B3C', 'refused'],
  ['postfix/smtpd[1]: 4F1A2B3C: reject: END-OF-MESSAGE from x: 454 4.3.0', '4F1A2B3C', 'refused'],
  ['postfix/cleanup[1]: 4F1A2B3C: hold: header Subject: x', '4F1A2B3C', 'withheld'],
  ['postfix/cleanup[1]: 4F1A2B3C: milter-discard: END-OF-MESSAGE', '4F1A2B3C', 'withheld'],
  [
    'postfix/cleanup[1]: message repeated 2 times: [ 4F1A2B3C: message-id=<a@b.test>]',
    '4F1A2B3C',
    'message-id',
  ],
  [
    'postfix/smtpd[1]: NOQUEUE: reject: RCPT from x: 550 5.1.1 <a@b.test>; from=<x> to=<a@b.test>',
    null,
    'other',
  ],
  ['postfix/smtpd[1]: warning: hostname x does not resolve', null, 'other'],
  ['postfix/smtpd[1]: lost connection after DATA (27 bytes) from x[10.0.0.1]', null, 'broken-off'],
  // Lengths seen in the field: 6, 10, 11, 14, 15, 17 and 20 characters (C44).
  ['postfix/qmgr[1]: 1A2B3C: removed', '1A2B3C', 'removed'],
  ['postfix/qmgr[1]: 1A2B3C4D5E: removed', '1A2B3C4D5E', 'removed'],
  ['postfix/qmgr[1]: 1A2B3C4D5E6: removed', '1A2B3C4D5E6', 'removed'],
  ['postfix/qmgr[1]: 3wgNGP57r5zzDN: removed', '3wgNGP57r5zzDN', 'removed'],
  ['postfix/qmgr[1]: 4FTgNqMbKBz6xQ1: removed', '4FTgNqMbKBz6xQ1', 'removed'],
  ['postfix/qmgr[1]: 4FTgNqMbKBz6xQ1bc: removed', '4FTgNqMbKBz6xQ1bc', 'removed'],
  ['postfix/qmgr[1]: 4FTgNqMbKBz6xQ1bcdfg: removed', '4FTgNqMbKBz6xQ1bcdfg', 'removed'],
])('what a line says: %s', (text, queueId, kind) => {
  expect(read(`Nov  5 02:06:31 mx ${text}`)).toMatchObject({ host: 'mx', queueId, fact: { kind } });
});

test.each([
  ['mail-sor-f41.google.com', 'google.com'],
  ['mx1.SHOP.co.uk', 'shop.co.uk'],
  ['shop.test', 'shop.test'],
  ['localhost', undefined],
  ['unknown', undefined],
  ['192.0.2.7', undefined],
])('whose host it is: %s', (name, domain) => {
  const lines = [
    `smtpd[1]: 4F1A2B3C: client=${name}[192.0.2.7]`,
    `smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=${name}[192.0.2.7]:25, status=sent (250 ok)`,
  ];
  const [begun, delivery] = lines.map((line) => (read(`Nov  5 02:06:31 mx postfix/${line}`) as LogLine).fact);
  expect(begun).toEqual({
    kind: 'begun',
    local: false,
    client: '192.0.2.7',
    ...(domain && { clientDomain: domain }),
  });
  expect(delivery).toMatchObject({ passedTo: '192.0.2.7', ...(domain && { passedToDomain: domain }) });
  expect('passedToDomain' in delivery!).toBe(domain !== undefined);
});

test.each([
  ['to=<quarantine@elsewhere.test>, orig_to=<a@red.test>', true],
  ['to=<A@Red.test>, orig_to=<a@red.test>', undefined],
  ['to=<a@red.test>', undefined],
])('whether a delivery went to another address than the client gave: %s', (addresses, elsewhere) => {
  const line = `Nov  5 02:06:31 mx postfix/smtp[1]: 4F1A2B3C: ${addresses}, relay=x, status=sent (250 ok)`;
  const { fact } = read(line) as LogLine;
  expect(fact).toMatchObject({ kind: 'delivery', to: 'a@red.test' });
  expect((fact as { elsewhere?: true }).elsewhere).toBe(elsewhere);
});

test.each([
  ['smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=x, dsn=2.0.0, status=sent (250 ok)', 'sent', null],
  [
    'smtp[1]: 4F1A2B3C: to=<a@b.test>, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9Z8Y7X6W)',
    'sent',
    '9Z8Y7X6W',
  ],
  [
    'smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=127.0.0.1[127.0.0.1]:10024, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4QfDRc0xcrzDr)',
    'sent',
    '4QfDRc0xcrzDr',
  ],
  ['local[1]: 4F1A2B3C: to=<a@b.test>, relay=local, status=sent (forwarded as 5A6B7C8D)', 'sent', '5A6B7C8D'],
  ['smtp[1]: 4F1A2B3C: to=<a@b.test>, status=bounced (host x said: 550 queued as 9Z8Y7X6W)', 'bounced', null],
  ['smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=none, status=deferred (timed out)', null, null],
  ['qmgr[1]: 4F1A2B3C: from=<a@b.test>, status=expired, returned to sender', 'bounced', null],
  ['discard[1]: 4F1A2B3C: to=<a@b.test>, relay=none, status=sent (not wanted)', 'thrown-away', null],
  [
    'smtp[1]: 4F1A2B3C: to=<a@b.test>, status=sent (250 2.7.0 Ok, discarded, id=19231-08 - SPAM)',
    'thrown-away',
    null,
  ],
  ['postsuper[1]: 4F1A2B3C: removed', 'thrown-away', null],
  // As Postfix 3.7 writes them.
  [
    'local[1]: 4F1A2B3C: to=<null@loc.test>, relay=local, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (delivered to file: /dev/null)',
    'thrown-away',
    null,
  ],
  [
    'local[1]: 4F1A2B3C: to=<file@loc.test>, relay=local, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (delivered to file: /var/mail/file)',
    'sent',
    null,
  ],
  [
    'error[1]: 4F1A2B3C: to=<x@err.test>, orig_to=<e@virt.test>, relay=none, delay=0.01, delays=0.01/0/0/0, dsn=5.1.2, status=bounced (no such place)',
    'bounced',
    null,
  ],
  [
    'error[1]: 4F1A2B3C: to=<x@retry.test>, orig_to=<t@virt.test>, relay=none, delay=0.01, delays=0/0.01/0/0.01, dsn=4.0.0, status=deferred (later)',
    null,
    null,
  ],
])('what a delivery came to: %s', (text, end, handedOn) => {
  expect(read(`Nov  5 02:06:31 mx postfix/${text}`)).toMatchObject({
    queueId: '4F1A2B3C',
    fact: { kind: 'delivery', end, handedOn },
  });
});

test.each([
  ['cleanup[1]: 4F1A2B3C: hold: header Subject: x', 'held'],
  ['smtpd[1]: 4F1A2B3C: hold: RCPT from x[10.0.0.1]: <a@b.test>: x', 'held'],
  ['cleanup[1]: 4F1A2B3C: milter-hold: END-OF-MESSAGE from x', 'held'],
  ['cleanup[1]: 4F1A2B3C: discard: header Subject: x', 'thrown-away'],
  ['smtpd[1]: 4F1A2B3C: discard: RCPT from x[10.0.0.1]', 'thrown-away'],
  [
    'cleanup[1]: 4F1A2B3C: milter-discard: END-OF-MESSAGE from x: milter triggers DISCARD action',
    'thrown-away',
  ],
])('what a rule of the relay did: %s', (text, how) => {
  expect(read(`Nov  5 02:06:31 mx postfix/${text}`)).toMatchObject({ fact: { kind: 'withheld', how } });
});

test('the recipient is whom the client named, also where an alias was followed', () => {
  const fact = (text: string) =>
    (read(`Nov  5 02:06:31 mx postfix/smtp[1]: 4F1A2B3C: ${text}`) as LogLine).fact;
  expect(fact('to=<a@b.test>, relay=x, status=sent (ok)')).toMatchObject({ to: 'a@b.test' });
  expect(fact('to=<in@side.test>, orig_to=<a@b.test>, relay=x, status=sent (ok)')).toMatchObject({
    to: 'a@b.test',
  });
});

// JOURNAL_HEADER allows one tag before Postfix's and no more.
test.each([
  ['Nov  5 02:06:31 mx sshd[3]: Invalid user postfix/qmgr[1]: 4F1A2B3C: removed', 'unreadable'],
  ['Nov  5 02:06:31 mx sshd[3]: Connection closed', 'stranger'],
  ['-- Logs begin at Mon --', 'unreadable'],
  ['\u0000\u0000\u0000', 'unreadable'],
  ['{"MESSAGE":"x"}', 'unreadable'],
  ['Nov  5 02:06:31 mx postfix/smtpd: 4F1A2B3C: client=app[10.0.0.5]', 'unreadable'],
  ['Nov  5 02:06:31 mx relay-out/cleanup[1]: 4F1A2B3C: message-id=<a@b.test>', 'unreadable'],
  [
    '2026-11-05T02:06:31Z mx postfix/qmgr 12 - - 4F1A2B3C: from=<a@b.test>, nrcpt=1 (queue active)',
    'unreadable',
  ],
  ['Nov  5 02:06:31 mx mta-out/smtp[1]: 4F1A2B3C: to=<a@b.test>, status=sent (250 ok)', 'unreadable'],
])('other lines are told apart: %s', (line, expected) => {
  expect(read(line)).toBe(expected);
});

test.each([
  'rsyslogd: imuxsock lost 123 messages from pid 77 due to rate-limiting',
  'rsyslogd-2177: imuxsock begins to drop messages from pid 159386 due to rate-limiting',
  'rsyslogd: imuxsock[pid: 57, name: /usr/bin/x] from <mx:x>: begin to drop messages due to rate-limiting',
  'rsyslogd: imjournal: 406 messages lost due to rate-limiting (20000 allowed within 600 seconds)',
  'rsyslogd: message queue full, 9 messages discarded',
  'systemd-journald[9]: Suppressed 2000 messages from postfix.service',
  'systemd-journal[1864]: Suppressed 97 messages from /',
  'journal: Suppressed 7124 messages from /system.slice/postfix.service',
  'systemd-journald[821]: Forwarding to syslog missed 138 messages.',
  'syslog-ng[7]: Destination queue full, dropping message; queue_len=10000',
])('the logger says itself that it dropped lines, in each format of time (C88): %s', (text) => {
  const ms = Date.parse('2026-11-05T02:06:31Z');
  expect(read(`Nov  5 02:06:31 mx ${text}`)).toEqual({ lost: { ms, zoned: false }, host: 'mx' });
  expect(read(`<45>2026-11-05T04:06:31+02:00 mx ${text}`)).toEqual({ lost: { ms, zoned: true }, host: 'mx' });
  expect(read(`Thu 2026-11-05 02:06:31 UTC mx ${text}`)).toEqual({ lost: { ms, zoned: true }, host: 'mx' });
  expect(read(`some day, mx ${text}`)).toMatchObject({ lost: null });
});

test.each([
  "syslog-ng[7]: Log statistics; dropped='dst.file(d_mail#0,/var/log/mail.log)=0', processed='center(queued)=9'",
  'rsyslogd: [origin software="rsyslogd" swVersion="8.2112.0"] rsyslogd was HUPed',
  'systemd-journald[9]: Journal started',
  'shop[3]: order lost: 2 messages',
])('other words of loggers, and like words of others, are no loss: %s', (text) => {
  expect(read(`Nov  5 02:06:31 mx ${text}`)).toBe('stranger');
});

test('a word that is two months in two languages is both, and the nearer one is taken', () => {
  expect(monthsOf('srp').sort()).toEqual([6, 7]);
  expect(monthsOf('Nov')).toEqual([10]);
  expect(monthsOf('xyz')).toEqual([]);
});

test.each<[string, object]>([
  ['connect from app.shop.test[10.0.0.5]', { kind: 'connect', client: 'app.shop.test[10.0.0.5]' }],
  [
    'connect from unknown[IPv6:2001:db8::7]:40222',
    { kind: 'connect', client: 'unknown[IPv6:2001:db8::7]:40222' },
  ],
  [
    'disconnect from app[10.0.0.5] ehlo=1 mail=3 rcpt=3 data=3 quit=1 commands=11',
    { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: 3, uncertain: 0 },
  ],
  [
    'disconnect from app[10.0.0.5] ehlo=2 starttls=1 auth=1 mail=3 rcpt=2/3 data=1/2 commands=9/11',
    { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: 1, uncertain: 1 },
  ],
  [
    'disconnect from app[10.0.0.5] ehlo=1 commands=1',
    { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: 0, uncertain: 0 },
  ],
  [
    'disconnect from app[10.0.0.5] ehlo=1 mail=4 rcpt=2/4 data=2/4 rset=2 quit=1 commands=12/16',
    { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: 2, uncertain: 0 },
  ],
  [
    'disconnect from app[10.0.0.5] ehlo=1 mail=2 rcpt=2 bdat=4 quit=1 commands=10',
    { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: null },
  ],
  [
    'lost connection after DATA (87 bytes) from app[10.0.0.5]:60472',
    { kind: 'broken-off', client: 'app[10.0.0.5]:60472' },
  ],
  [
    '4F1A2B3C4D5E: lost connection after DATA (0 bytes) from app[10.0.0.5]',
    { kind: 'broken-off', client: 'app[10.0.0.5]' },
  ],
  ['NOQUEUE: timeout after RSET from app[10.0.0.5]', { kind: 'broken-off', client: 'app[10.0.0.5]' }],
  ['timeout after END-OF-MESSAGE from app[10.0.0.5]', { kind: 'other' }],
  ['improper command pipelining after DATA from app[10.0.0.5]: RSET\\r\\n', { kind: 'other' }],
  ['disconnect from app[10.0.0.5]', { kind: 'disconnect', client: 'app[10.0.0.5]', accepted: null }],
  ['lost connection after END-OF-MESSAGE from app[10.0.0.5]', { kind: 'other' }],
])('what smtpd says of a session is read: %s', (text, fact) => {
  const line = `Nov 25 02:06:31 mx postfix/submission/smtpd[4711]: ${text}`;
  expect(readLine(line, readTime)).toMatchObject({ pid: '4711', queueId: null, fact });
  expect(readLine(line.replace('smtpd', 'postscreen'), readTime)).toMatchObject({
    fact: { kind: 'other' },
  });
});

test('who handed a message in and who took it is read, by address', () => {
  const factIn = (text: string) => {
    const line = readLine(`Nov 25 02:06:31 mx postfix/${text}`, readTime);
    return typeof line === 'object' && 'fact' in line ? line.fact : line;
  };
  expect(factIn('smtpd[1]: 4F1A2B3C: client=app.shop.test[10.0.0.5]:40222, sasl_method=PLAIN')).toEqual({
    kind: 'begun',
    local: false,
    client: '10.0.0.5',
    clientDomain: 'shop.test',
  });
  expect(factIn('pickup[1]: 4F1A2B3C: uid=0 from=<root>')).toEqual({
    kind: 'begun',
    local: true,
    client: null,
  });
  expect(factIn('pickup[1]: 4F1A2B3C: uid=0 from=<n@shop.test> orig_id=4F1A2B3D')).toEqual({
    kind: 'begun',
    local: true,
    client: null,
    requeued: '4F1A2B3D',
  });
  expect(
    factIn('qmgr[1]: 4F1A2B3C: from=<n@shop.test>, status=force-expired, returned to sender'),
  ).toMatchObject({
    end: 'bounced',
  });
  const delivery = (relay: string, status: string) =>
    factIn(`smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=${relay}, delay=1, dsn=2.0.0, status=${status} (words)`);
  expect(delivery('hop.shop.test[2001:db8::9]:25', 'sent')).toMatchObject({ passedTo: '2001:db8::9' });
  expect(delivery('hop.shop.test[10.0.0.9]:25', 'deferred')).toMatchObject({ passedTo: null });
  expect(delivery('none', 'bounced')).toMatchObject({ passedTo: null });
  expect(delivery('local', 'sent')).toMatchObject({ passedTo: null });
});

test('the number that a Solaris logger gives each message is passed over', () => {
  const line = 'Nov 25 02:06:31 mx postfix/qmgr[1]: [ID 197553 mail.info] 4F1A2B3C: removed';
  expect(readLine(line, readTime)).toMatchObject({ queueId: '4F1A2B3C', fact: { kind: 'removed' } });
});
