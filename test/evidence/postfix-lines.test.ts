import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictsByLogs } from './doubt-by-logs';

/*
 * Lines that a Postfix 3.7.11 wrote, with its second of classic syslog (test/faults/postfix-absent.test.ts makes such logs anew): one
 * session, in which A and B were heard to be taken, and then C was sent. Addresses are made up.
 */

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

/** Gone within the content of C. */
const HALF = `
06:04:37 smtpd[2117]: connect from app.shop.test[10.0.0.5]
06:04:37 smtpd[2117]: 0A434A26951: client=app.shop.test[10.0.0.5]
06:04:37 cleanup[2120]: 0A434A26951: message-id=<${A}@shop.test>
06:04:37 qmgr[2114]: 0A434A26951: from=<care@shop.test>, size=320, nrcpt=1 (queue active)
06:04:37 smtpd[2117]: 0AAC9A26961: client=app.shop.test[10.0.0.5]
06:04:37 cleanup[2121]: 0AAC9A26961: message-id=<${B}@shop.test>
06:04:37 qmgr[2114]: 0AAC9A26961: from=<care@shop.test>, size=320, nrcpt=1 (queue active)
06:04:38 smtpd[2117]: 0D09BA26951: client=app.shop.test[10.0.0.5]
06:04:38 smtpd[2117]: lost connection after DATA (87 bytes) from app.shop.test[10.0.0.5]
06:04:38 smtpd[2117]: disconnect from app.shop.test[10.0.0.5] ehlo=1 mail=3 rcpt=3 data=2/3 commands=9/10
06:04:38 cleanup[2120]: 0D09BA26951: message-id=<${C}@shop.test>
06:04:39 smtpd[2130]: connect from monitor.shop.test[10.0.0.9]
`;

/** C is taken after twelve seconds; the connection was reset meanwhile. Postfix does not say so, nor count C. */
const TORN = HALF.split('\n').flatMap((line) => {
  if (line.includes('lost connection')) return [];
  if (line.includes(C))
    return [
      `06:04:50 cleanup[2120]: 0D09BA26951: message-id=<${C}@shop.test>`,
      '06:04:50 qmgr[2114]: 0D09BA26951: from=<care@shop.test>, size=321, nrcpt=1 (queue active)',
    ];
  return [line.replace(/06:04:(38)( smtpd\S+ disconnect)/, '06:04:50$2').replace('06:04:39', '06:04:51')];
});

/** A filter after the queue hands A and B in again, B within the second. */
const FILTERED = `${HALF}
06:04:37 smtpd[2140]: connect from localhost[127.0.0.1]
06:04:37 smtpd[2140]: 0C4F1A26981: client=localhost[127.0.0.1]
06:04:37 cleanup[2121]: 0C4F1A26981: message-id=<${A}@shop.test>
06:04:37 qmgr[2114]: 0C4F1A26981: from=<care@shop.test>, size=485, nrcpt=1 (queue active)
06:04:37 smtpd[2140]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
06:04:37 smtp[2141]: 0A434A26951: to=<c31@x.test>, relay=127.0.0.1[127.0.0.1]:10025, delay=0.01, delays=0/0.01/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 0C4F1A26981)
06:04:37 qmgr[2114]: 0A434A26951: removed
`;

/** A filter before the queue hands each in by a session of its own; the first begins with ours. */
const PROXIED = `
06:04:37 smtpd[2150]: connect from app.shop.test[10.0.0.5]
06:04:37 smtpd[2151]: connect from localhost[127.0.0.1]
06:04:37 smtpd[2150]: NOQUEUE: client=app.shop.test[10.0.0.5]
06:04:37 smtpd[2151]: 0A434A26951: client=localhost[127.0.0.1]
06:04:37 cleanup[2120]: 0A434A26951: message-id=<${A}@shop.test>
06:04:37 smtpd[2150]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 0A434A26951; from=<care@shop.test> to=<c25@x.test> proto=ESMTP helo=<app.shop.test>
06:04:37 qmgr[2114]: 0A434A26951: from=<care@shop.test>, size=470, nrcpt=1 (queue active)
06:04:37 smtpd[2151]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
06:04:51 smtpd[2130]: connect from monitor.shop.test[10.0.0.9]
`;

/** An earlier session of a monitor ends in the second in which ours begins, in the same process. */
const AFTER_MONITOR = `
06:04:36 smtpd[2117]: connect from monitor.shop.test[10.0.0.9]
06:04:36 smtpd[2117]: 0A000A26951: client=monitor.shop.test[10.0.0.9]
06:04:36 cleanup[2120]: 0A000A26951: message-id=<1@monitor.test>
06:04:36 qmgr[2114]: 0A000A26951: from=<m@shop.test>, size=320, nrcpt=1 (queue active)
06:04:37 smtpd[2117]: disconnect from monitor.shop.test[10.0.0.9] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
${HALF}`;

/** Our own session before it was with the same process, and of the same second: its first line is equal. */
const AGAIN = `
06:04:37 smtpd[2117]: connect from app.shop.test[10.0.0.5]
06:04:37 smtpd[2117]: 0A000A26951: client=app.shop.test[10.0.0.5]
06:04:37 cleanup[2120]: 0A000A26951: message-id=<${'d'.repeat(40)}@shop.test>
06:04:37 qmgr[2114]: 0A000A26951: from=<care@shop.test>, size=320, nrcpt=1 (queue active)
06:04:37 smtpd[2117]: disconnect from app.shop.test[10.0.0.5] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
${HALF.replaceAll(/06:04:37 (\S+: 0AAC9A26961)/g, '06:04:38 $1')}`;

const folder = mkdtempSync(join(tmpdir(), 'postfix-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (clock: string) => Date.parse(`2026-11-30T${clock}Z`);

async function verdictOnC(lines: string | string[], known: string[]): Promise<string> {
  const file = join(folder, 'mail.log');
  const text = (typeof lines === 'string' ? lines.split('\n') : lines).filter((line) => line !== '');
  writeFileSync(file, text.map((line) => `Nov 30 ${line.replace(' ', ' mx postfix/')}\n`).join(''));
  const span = { from: at('06:04:37.010'), to: at('06:04:38.900') };
  const [told] = await verdictsByLogs([file], {
    known: known.map((mac) => ({ mac, accepted: span, sender: 1, queueId: '0A434A26951' })),
    opened: [{ sender: 1, slot: 0, relay: null, opened: { from: span.from, to: span.from + 20 } }],
    doubtful: [{ mac: C, sender: 1, span }],
  });
  return `${told!.verdict}: ${told!.why}`;
}

const READ = /^absent: the relay read the message as queue id 0D09BA26951 and never put it into the queue/;
const withoutC = (lines: string[]) =>
  lines.filter((line) => !line.includes(': 0D09BA26951: ') || line.includes('client='));

test('who went away within the message is absent', async () => {
  expect(await verdictOnC(HALF, [A, B])).toMatch(READ);
});

test('whom Postfix took and did not count is not absent where the log lost their lines (I2, C87)', async () => {
  expect(await verdictOnC(TORN, [A, B])).toMatch(/^accepted/);
  expect(await verdictOnC(withoutC(TORN), [A, B])).toMatch(
    /^unknown: the session .* broke off, and the log does not say where/,
  );
});

test('what a filter after the queue hands in again within the same second came by our session first', async () => {
  expect(await verdictOnC(FILTERED, [A, B])).toMatch(READ);
});

test('behind a filter before the queue whose first session begins with ours nobody is absent (C87)', async () => {
  expect(await verdictOnC(PROXIED, [A])).toMatch(/^unknown: mx gives messages to a filter before its queue/);
});

test('sessions that one process has with us within one second are as many as begin in it', async () => {
  expect(await verdictOnC(AGAIN, [A, B])).toMatch(READ);
  expect(await verdictOnC(AGAIN.replaceAll(/^.*0A000A26951: (?:message-id|from).*$/gm, ''), [A, B])).toMatch(
    /^unknown: .* that the same smtpd had in the same second/,
  );
});

test("another client's session that ends in the second in which ours begins takes nothing from the proof", async () => {
  expect(await verdictOnC(AFTER_MONITOR, [A, B])).toMatch(READ);
});
