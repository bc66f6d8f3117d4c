import { readFileSync } from 'node:fs';
import type { KnownToLedger } from '../evidence/doubt-by-logs';
import { dial, type RelayClient } from '../scripts/relay-client';
import { until } from '../until';
import type { OwnPostfix } from './own-postfix';

/** How a session with the relay ends. */
export type Ending =
  | 'quit'
  /** The relay stands still; the dot is in its kernel, with the next envelope after it, and the client is gone. */
  | 'dotted'
  /** So, and the last message of a batch: nothing after the dot. */
  | 'last-dotted'
  /** Gone within the content. */
  | 'half'
  /** Gone before the envelope. */
  | 'unread'
  /** The dot is there, and the connection is torn down (RST) while the relay takes its time over it. */
  | 'torn';

/** Of these endings the relay has taken the message. */
const TAKEN: Ending[] = ['dotted', 'last-dotted', 'torn'];

export interface Talk {
  /** A worker's lane; null: a stranger, who sends other messages from another machine. */
  sender: number | null;
  slot?: number;
  /** Messages whose 250 is heard. */
  messages: number;
  ending: Ending;
  /** Said before EHLO, as by a proxy. */
  first?: string;
  /** Said after EHLO. */
  afterGreeting?: string;
  /** A recipient that the relay refuses, after each message. */
  refused?: string;
}

/** What the ledger would have of it, and whether who is in doubt was taken. */
export interface Told extends KnownToLedger {
  taken: Set<string>;
}

const CAPABLE = /250 (?:SMTPUTF8|CHUNKING)\r\n/;
let made = 0;
const freshMac = () => (++made).toString(16).padStart(8, '0').repeat(5);
const envelope = (to: string) => `MAIL FROM:<care@shop.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
const content = (id: string) => `Message-ID: <${id}>\r\nSubject: x\r\n\r\nHello\r\n`;

/** One session with a door of Postfix, told to `told`. */
export async function talk<Door extends string>(
  postfix: OwnPostfix<Door>,
  door: Door,
  { sender, slot = 0, messages, ending, first, afterGreeting, refused }: Talk,
  told: Told,
): Promise<void> {
  // As the next worker does, the next one comes a while later.
  if (sender !== null && told.opened.length > 0) await nextSecond(Date.now());
  const from = Date.now();
  const client = dial(Number(new URL(postfix.url(door)).port), sender === null ? '127.0.0.3' : undefined);
  if (first !== undefined) client.say(first);
  const heard = listener(client);
  await heard(/220 /);
  if (afterGreeting !== undefined) {
    client.say(afterGreeting);
    await heard(/(?:^|\n)2[25]0 /);
  }
  client.say('EHLO app.shop.test\r\n');
  await heard(CAPABLE);
  if (sender !== null) told.opened.push({ sender, slot, relay: null, opened: { from, to: Date.now() } });
  for (let i = 0; i < messages; i++) {
    const mac = freshMac();
    const began = Date.now();
    client.say(envelope(`c${made}@x.test`));
    await heard(/354 /);
    client.say(`${content(sender === null ? `${mac}@other.test` : `${mac}@shop.test`)}.\r\n`);
    const [, queueId] = await heard(/queued as (\w+)/);
    if (sender !== null)
      told.known.push({ mac, accepted: { from: began, to: Date.now() }, sender, queueId: queueId! });
    if (refused === undefined) continue;
    client.say(`${envelope(refused)}RSET\r\n`);
    await heard(/55\d .*\r\n55\d .*\r\n250 /);
  }
  // As sessions of a run do, it lasts into another second.
  if (sender !== null) await nextSecond(Date.now());
  const mac = freshMac();
  if (ending === 'quit') {
    client.say('QUIT\r\n');
    await client.end();
  } else {
    if (ending !== 'unread') {
      client.say(envelope(`${ending}@x.test`));
      await heard(/354 /);
    }
    const freezes = ending === 'dotted' || ending === 'last-dotted';
    if (freezes) postfix.freeze();
    const said = {
      unread: '',
      half: content(`${mac}@shop.test`),
      torn: `${content(`${mac}@shop.test`)}.\r\n`,
      dotted: `${content(`${mac}@shop.test`)}.\r\n${envelope('next@x.test')}`,
      'last-dotted': `${content(`${mac}@shop.test`)}.\r\n`,
    }[ending];
    await new Promise((resolve) => client.socket.write(said, resolve));
    if (ending === 'torn') client.socket.resetAndDestroy();
    else client.hangUp();
    if (freezes) postfix.thaw();
    if (sender !== null) told.doubtful.push({ mac, sender, span: { from, to: Date.now() } });
    if (TAKEN.includes(ending)) told.taken.add(mac);
  }
  await until(
    'the end of every session and an empty queue',
    async () => isOver(postfix),
    () => logOf(postfix),
  );
}

/** What was not there before. */
function listener(client: RelayClient) {
  let read = 0;
  return async (awaited: RegExp): Promise<RegExpExecArray> => {
    let match: RegExpExecArray | null = null;
    const all = await client.heard({
      test: (text: string) => (match = awaited.exec(text.slice(read))),
    } as unknown as RegExp);
    if (match === null) throw new Error(`The relay hung up; awaited ${awaited}, heard ${all.slice(read)}`);
    read = all.length;
    return match;
  };
}

const logOf = ({ log }: OwnPostfix<string>) => readFileSync(log, 'utf8');

async function isOver<Door extends string>(postfix: OwnPostfix<Door>): Promise<boolean> {
  const times = (words: RegExp) => logOf(postfix).match(words)?.length ?? 0;
  return times(/: connect from/g) === times(/: disconnect from/g) && (await postfix.queueEmpty());
}

/** Its log tells the time in whole seconds: once it has a later one, it has all of that moment. */
export async function logPasses<Door extends string>(
  postfix: OwnPostfix<Door>,
  door: Door,
  ms: number,
): Promise<void> {
  await nextSecond(ms);
  const client = dial(Number(new URL(postfix.url(door)).port));
  await client.heard(/220 /);
  client.hangUp();
  await until('the end of every session', () => isOver(postfix));
}

function nextSecond(ms: number): Promise<void> {
  return until('the next second', () => Math.floor(Date.now() / 1000) > Math.floor(ms / 1000));
}
