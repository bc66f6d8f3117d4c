import { readFileSync } from 'node:fs';
import { waitUntil } from '../../src/operator/parts/this-machine';
import { dial } from '../scripts/relay-client';

const MAIL = 'MAIL FROM:<care@shop.test>\r\n';
const RCPT_REFUSED = 'RCPT TO:<c7@lists.test>\r\n';

/** What a client says, and what it waits for before it goes on; without an end it hangs up. */
export const CONVERSATIONS: Record<string, [string, RegExp][]> = {
  'out of order': [
    ['NOOP\r\n', /250 /],
    ['RCPT TO:<a@x.test>\r\n', /503/],
    ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
    [`${MAIL}MAIL FROM:<b@x.test>\r\nFOO\r\nDATA\r\n`, /554/],
    [
      'RSET\r\nRCPT TO:<a@x.test>\r\nMAIL FROM:<a@x.test> SIZE=x\r\nMAIL FROM:<a@x.test> FOO=1\r\nQUIT\r\n',
      /221/,
    ],
  ],
  'recipients that are none': [
    ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
    [
      `${MAIL}RCPT TO:<a b@x.test>\r\nRCPT TO:<a@x.test, b@x.test>\r\nRCPT TO:<>\r\nRCPT TO:<a@x.test> FOO=1\r\nQUIT\r\n`,
      /221/,
    ],
  ],
  'a refused group, then one of which a part is refused': [
    ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
    [`${MAIL}${RCPT_REFUSED}DATA\r\n`, /554/],
    [`${MAIL}RSET\r\n${MAIL}RCPT TO:<a@x.test>\r\n${RCPT_REFUSED}DATA\r\n`, /354/],
    ['Message-ID: <m1@x.test>\r\n\r\nHello\r\n.\r\n', /queued/],
    ['QUIT\r\n', /221/],
  ],
  'gone after RCPT': [
    ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
    [`${MAIL}RCPT TO:<a@x.test>\r\n`, /2\.1\.5/],
  ],
  'gone within the message': [
    ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
    [`${MAIL}RCPT TO:<a@x.test>\r\nDATA\r\n`, /354/],
    ['Message-ID: <m1@x.test>\r\n\r\nHalf\r\n', /354/],
  ],
};

/** Both sides of it: what the client heard, and what the log says when it is over. */
export async function hold(port: number, log: string, conversation: [string, RegExp][]) {
  const before = readFileSync(log, 'utf8').length;
  const client = dial(port);
  let heard = await client.heard(/^220 /);
  for (const [words, awaited] of conversation) {
    client.say(words);
    heard = await client.heard(awaited);
  }
  client.hangUp();
  const lines = () => readFileSync(log, 'utf8').slice(before);
  // A message queued is over when it is removed; where it was not, cleanup may still have something to say.
  const over = () => {
    const log = lines();
    return log.includes('disconnect from') && (!log.includes('message-id') || /removed|lost/.test(log));
  };
  expect(
    await waitUntil(
      () => over() && (!/Half/.test(String(conversation)) || lines().includes('message-id')),
      10,
    ),
  ).toBe(true);
  return { heard: replies(heard), log: shapes(lines()) };
}

/** Without what a relay calls itself and what it offers. */
function replies(heard: string): string[] {
  return heard
    .replace(/^220 .*/, '220')
    .replace(/(?:250-.*\r\n)+250 .*/g, 'EHLO')
    .replace(/queued as \w+/, 'queued')
    .trim()
    .split('\r\n');
}

/** The lines without times, processes and sizes, and queue ids by number. In order of the alphabet: in Postfix several write. */
function shapes(log: string): string[] {
  const ids: string[] = [];
  return log
    .trim()
    .split('\n')
    .filter((line) => !line.includes(' postfix/master['))
    .map((line) => line.replace(/^.* postfix\/(\w+)\[\d+\]: /, '$1 '))
    .map((line) => line.replace(/^(?:discard|smtp) (.* to=<[^>]*>), .* status=sent .*/, 'delivered $1'))
    .map((line) => line.replace(/size=\d+|\(\d+ bytes\)/, 'OCTETS'))
    .map((line) =>
      line.replace(/^(\w+) ([0-9A-Za-z]{10,}):/, (_, program, id) => {
        if (!ids.includes(id)) ids.push(id);
        return `${program} Q${ids.indexOf(id)}:`;
      }),
    )
    .sort();
}
