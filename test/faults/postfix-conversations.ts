import { readFileSync } from 'node:fs';
import { dial } from '../scripts/relay-client';
import { until } from '../until';

const MAIL = 'MAIL FROM:<care@shop.test>\r\n';
const RCPT_REFUSED = 'RCPT TO:<c7@lists.test>\r\n';

export interface Conversation {
  /** What a client says, and what it waits for before it goes on; without an end it hangs up. */
  steps: [string, RegExp][];
  /** What stands in the log once it is over, in whatever order. */
  over: RegExp[];
}

const GONE = /disconnect from/;
/** Cleanup has a process of its own: it may say what it has read after smtpd has said that the client is gone. */
const READ = /message-id=/;
const DELIVERED = /: removed/;

export const CONVERSATIONS: Record<string, Conversation> = {
  'out of order': {
    steps: [
      ['NOOP\r\n', /250 /],
      ['RCPT TO:<a@x.test>\r\n', /503/],
      ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
      [`${MAIL}MAIL FROM:<b@x.test>\r\nFOO\r\nDATA\r\n`, /554/],
      [
        'RSET\r\nRCPT TO:<a@x.test>\r\nMAIL FROM:<a@x.test> SIZE=x\r\nMAIL FROM:<a@x.test> FOO=1\r\nQUIT\r\n',
        /221/,
      ],
    ],
    over: [GONE],
  },
  'recipients that are none': {
    steps: [
      ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
      [
        `${MAIL}RCPT TO:<a b@x.test>\r\nRCPT TO:<a@x.test, b@x.test>\r\nRCPT TO:<>\r\nRCPT TO:<a@x.test> FOO=1\r\nQUIT\r\n`,
        /221/,
      ],
    ],
    over: [GONE],
  },
  'a refused group, then one of which a part is refused': {
    steps: [
      ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
      [`${MAIL}${RCPT_REFUSED}DATA\r\n`, /554/],
      [`${MAIL}RSET\r\n${MAIL}RCPT TO:<a@x.test>\r\n${RCPT_REFUSED}DATA\r\n`, /354/],
      ['Message-ID: <m1@x.test>\r\n\r\nHello\r\n.\r\n', /queued/],
      ['QUIT\r\n', /221/],
    ],
    over: [GONE, DELIVERED],
  },
  'gone after RCPT': {
    steps: [
      ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
      [`${MAIL}RCPT TO:<a@x.test>\r\n`, /2\.1\.5/],
    ],
    over: [GONE],
  },
  'gone within the message': {
    steps: [
      ['EHLO me\r\n', /SMTPUTF8|CHUNKING/],
      [`${MAIL}RCPT TO:<a@x.test>\r\nDATA\r\n`, /354/],
      ['Message-ID: <m1@x.test>\r\n\r\nHalf\r\n', /354/],
    ],
    over: [GONE, READ],
  },
};

/** Both sides of it: what the client heard, and what the log says when it is over. */
export async function hold(port: number, log: string, { steps, over }: Conversation) {
  const before = readFileSync(log, 'utf8').length;
  const client = dial(port);
  let heard = await client.heard(/^220 /);
  for (const [words, awaited] of steps) {
    client.say(words);
    heard = await client.heard(awaited);
  }
  client.hangUp();
  const lines = () => readFileSync(log, 'utf8').slice(before);
  await until('the end of the conversation', () => over.every((words) => words.test(lines())), lines);
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
