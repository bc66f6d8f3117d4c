import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readEvents } from '../../src/evidence/read-events';

const folder = mkdtempSync(join(tmpdir(), 'events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAC = 'ab'.repeat(20);
const OURS = `${MAC}@shop.test`;
let count = 0;
async function read(content: string | Buffer) {
  const name = join(folder, `${count++}.txt`);
  writeFileSync(name, content);
  const { accepted, unknown, files } = await readEvents([name], {
    domain: 'shop.test',
    inDoubt: new Set([MAC]),
  });
  return { accepted: accepted.get(MAC) ?? [], messages: accepted.size, unknown, files };
}
const AT = Date.parse('2026-11-25T02:06:31Z');

// FIELDS, eventOf and timeOf of provider-event.ts, eachCsvRecord, objectsOf.
test.each([
  ['CSV', `message_id,event,time\n${OURS},delivered,2026-11-25T02:06:31Z\n`],
  ['with a BOM, CRLF, semicolons', `\uFEFFMessage-ID;Event;Timestamp\r\n<${OURS}>;delivered;1795572391\r\n`],
  ['with tabs and quotes', `"smtp-id"\t"status"\t"ts"\n"<${OURS}>"\t"delivered"\t"1795572391000"`],
  ['CR alone', `messageId,type,date\r${OURS},delivered,2026-11-25 02:06:31\r`],
  [
    'a quoted cell with a line break',
    `note,message_id,event,time\n"a ""b"",\nc",${OURS},delivered,1795572391\n`,
  ],
  [
    'lines of their own between the records, CRLF in a cell, spaces around quotes',
    `\r\nnote , message_id, event , time\r\n\r\n"a\r\nb" , "${OURS}" , "delivered", 1795572391\r\n  \r\n`,
  ],
  ['a bracket in the header', `message_id,event,time,note [x]\n${OURS},delivered,1795572391,y\n`],
  ['an empty cell first', `note,message_id,event,time\n,${OURS},delivered,1795572391\n`],
  ['LF and CR mixed', `message_id,event,time\nx,y,1\r${OURS},delivered,1795572391\r\n`],
  ['JSON lines', `{"message_id":"<${OURS}>","event":"delivered","timestamp":1795572391}\n`],
  ['JSON after spaces', `  {"message_id":"<${OURS}>","event":"delivered","timestamp":1795572391}\n`],
  [
    'JSON after more empty lines than are read at once',
    `${'\n'.repeat(600_000)}{"message_id":"<${OURS}>","event":"delivered","timestamp":1795572391}\n`,
  ],
  ['a webhook array', `[{"smtp-id":"<${OURS}>","event":"delivered","timestamp":1795572391}]`],
  [
    'nested, as Mailgun',
    `{"event":"delivered","timestamp":1795572391.5,"message":{"headers":{"message-id":"${OURS}"}}}`,
  ],
  [
    'nested, as SES, which has an id of its own',
    `{"eventType":"Delivery","mail":{"messageId":"0100-x","timestamp":"2026-11-25T02:06:31Z","headers":[{"name":"Message-ID","value":"<${OURS}>"}]}}`,
  ],
  [
    'as Postmark',
    `{"RecordType":"Delivery","MessageID":"x","DeliveredAt":"2026-11-25T02:06:31Z","Metadata":{"Message-Id":"${OURS}"}}`,
  ],
])('an export of a provider proves that it took the message: %s', async (_, content) => {
  const { accepted } = await read(content);
  expect(accepted).toEqual([{ event: expect.stringMatching(/^deliver(ed|y)$/i), at: expect.any(Number) }]);
  expect(Math.abs(accepted[0]!.at! - AT)).toBeLessThan(1000);
});

// ACCEPTED and NOTHING of provider-event.ts; C47.
test.each([
  ['processed', 1],
  ['Bounce', 1],
  ['hard_bounce', 1],
  ['dropped', 1],
  ['spam_report', 1],
  ['delayed', 0],
  ['DeliveryDelay', 0],
  ['relayed', 0],
  ['expanded', 0],
  ['out-of-office', 0],
  ['rejected', 0],
  ['deferred', 0],
])('the event %s proves acceptance: %s', async (event, proofs) => {
  const { accepted, unknown } = await read(`message_id,event\n${OURS},${event}\n`);
  expect(accepted.length).toBe(proofs);
  expect(unknown).toEqual({});
});

test('words that nobody knows are listed and prove nothing; strangers are harmless', async () => {
  const rows = [
    'message_id,event',
    `${OURS},teleported`,
    `${OURS},teleported`,
    'x@y.test,delivered',
    ',delivered',
  ];
  expect(await read(rows.join('\n'))).toMatchObject({ accepted: [], unknown: { teleported: 2 } });
  const long = `${OURS},${'x'.repeat(99)}\n`;
  const cut = await read(`message_id,event\n${OURS},\n${long}${long}`);
  expect(cut.unknown).toEqual({ ['x'.repeat(40)]: 2 });
});

test('each event of a message is kept, one that names it twice once; nobody else is', async () => {
  const other = `${'cd'.repeat(20)}@shop.test`;
  const json = [
    { event: 'delivered', 'smtp-id': OURS, message_id: `<${OURS}>`, ts: 1795572391 },
    { event: 'opened', message_id: OURS },
    { event: 'delivered', message_id: other },
  ];
  const { accepted, messages } = await read(json.map((event) => JSON.stringify(event)).join('\n'));
  expect(accepted).toEqual([
    { event: 'delivered', at: AT },
    { event: 'opened', at: null },
  ]);
  expect(messages).toBe(1);
});

test('the file is on the record as it was read: name, octets, hash, events; packed or not, after empty lines', async () => {
  const content = gzipSync(
    `\n  \n{"message_id":"x","event":"sent"}\n\n{"message_id":"y","event":"teleported"}\n`,
  );
  const { files } = await read(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(files).toEqual([
    { name: expect.stringMatching(/\.txt$/), bytes: content.length, sha256, events: 2 },
  ]);
});

// The throws of read-events.ts.
test.each([
  [
    'no header',
    'a@b.test,delivered\n',
    /line 1 has no column message_id and event: write a CSV with the header/,
  ],
  ['no event column', 'message_id,when\nx,y\n', /line 1 has no column event/],
  ['a short record', 'message_id,event\nx,y\nx\n', /line 3 has 1 cells and the header 2/],
  ['an open quote', 'message_id,event\n"x,y\n', /the quote that is opened in the record of line 2/],
  [
    'a short record after a cell of two lines and an empty line',
    'message_id,event\r\n"x\r\ny",z\r\n\r\nx\r\n',
    /line 5 has 1 cells and the header 2/,
  ],
  [
    'a quote within quotes',
    'message_id,event\n"x"y",z\n',
    /the record of line 2 a cell goes on after its closing quote/,
  ],
  [
    'a quote open for 1 MB',
    `message_id,event\n"x,y\n${'z\n'.repeat(600_000)}`,
    /the record of line 2 is longer than 1 MB/,
  ],
  ['JSON over several lines', '{\n"message_id":"x"\n}\n', /line 1 is not JSON \(one object a line/],
  ['a number', '{"message_id":"x","event":"y"}\n7\n', /line 2 is not a JSON object/],
  ['JSON without an event', '{"message_id":"x","event":"y"}\n{"message_id":"x"}\n', /line 2 has no event/],
  ['JSON without a Message-ID', '\n{"event":"y"}\n', /line 2 has no message_id: write/],
  ['nothing', '', /has no events/],
  ['a header alone', 'message_id,event\n', /has no events/],
  ['a number among objects', '[{"message_id":"x","event":"y"},7]', /line 1 is not a JSON object/],
  ['a list within a list', '[[]]', /line 1 is not a JSON object/],
  ['nothing in a list', '[null]', /line 1 is not a JSON object/],
  [
    'a .gz without its end',
    gzipSync(`message_id,event\n${'x,y\n'.repeat(99)}`).subarray(0, -9),
    /ends in the middle: name the whole file/,
  ],
  ['a DSN (C47)', 'From: MAILER-DAEMON\nSubject: Delayed\n\nx\n', /has no column message_id/],
])('a bad export is told with its line and what to write: %s', async (_, content, expected) => {
  await expect(read(content)).rejects.toThrow(expected);
});
