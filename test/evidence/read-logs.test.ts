import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pick, type Random, randomFrom, wholeFrom } from '../../scripts/seed/random';
import { BUCKETS } from '../../src/evidence/buckets';
import { openLogFile } from '../../src/evidence/log-file';
import { loggedSessions, sessionSenders } from '../../src/evidence/logged-sessions';
import { fateOf } from '../../src/evidence/message-fate';
import { readLogs } from '../../src/evidence/read-logs';

const folder = mkdtempSync(join(tmpdir(), 'read-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-11-25T02:00:00Z');
let count = 0;
function file(lines: string[], random: Random): string {
  const name = join(folder, `${count++}.log`);
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(name, pick([true, false], random) ? gzipSync(text) : text);
  return name;
}

async function read(files: string[]) {
  return readLogs(await Promise.all(files.map(openLogFile)), {
    nearMs: START,
    whose: (messageId) => /^<?ours(\d+)@/.exec(messageId)?.[1] ?? null,
    // Message n goes out at minute n, by our own clock.
    clockSample: (whose, { readAt }) => {
      const at = START + Number(whose) * 60_000;
      return readAt === null ? null : { from: readAt - at - 1_000, to: readAt - at, firstAttempt: true };
    },
  });
}

/** What became of each message, in words, by these files. */
async function fates(files: string[]): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  const logs = await read(files);
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (const [whose, lives] of logs.messages(bucket)) told[whose] = fateOf(lives);
  logs.close();
  return told;
}

interface Relay {
  host: string;
  zoneHours: number;
  rfc3339: boolean;
}

function stamp(ms: number, { zoneHours, rfc3339 }: Relay): string {
  if (rfc3339) return new Date(ms).toISOString().replace('Z', '+00:00');
  const [day, clock] = new Date(ms + zoneHours * 3_600_000).toISOString().slice(8, 19).split('T');
  return `Nov ${day} ${clock}`;
}

/** A night of two relays in two zones: doubles, filters, bounces, discards, refusals, short ids that come again, strangers. */
function night(random: Random): string[] {
  const relays: Relay[] = [
    { host: 'mx1', zoneHours: 2, rfc3339: false },
    { host: 'mx2', zoneHours: 0, rfc3339: pick([true, false], random) },
  ];
  const lines: string[] = [];
  let ids = 0;
  for (let message = 0; message < 40; message++) {
    const relay = pick(relays, random);
    const at = (seconds: number) => stamp(START + message * 60_000 + seconds * 1000, relay);
    const say = (seconds: number, text: string) => lines.push(`${at(seconds)} ${relay.host} postfix/${text}`);
    const life = (second: number, id: string, end: string) => {
      say(second, `smtpd[7]: ${id}: client=app[10.0.0.5]`);
      say(second, `cleanup[8]: ${id}: message-id=<ours${message}@shop.test>`);
      if (end === 'lost') return;
      if (end === 'refused')
        return say(second, `cleanup[8]: ${id}: milter-reject: END-OF-MESSAGE from x: 5.7.1`);
      if (end === 'discarded') return say(second, `cleanup[8]: ${id}: milter-discard: END-OF-MESSAGE from x`);
      say(second + 1, `qmgr[9]: ${id}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`);
      if (end === 'waiting') return;
      const [status, words] = end.split(' ') as [string, string];
      say(
        second + 2,
        `smtp[9]: ${id}: to=<c${message}@x.test>, relay=y, dsn=2.0.0, status=${status} (${words})`,
      );
      say(second + 2, `qmgr[9]: ${id}: removed`);
    };
    const fresh = () =>
      random() < 0.3 ? `5A6B7C${message % 3}` : `4F1A2B${(ids++).toString(16).toUpperCase()}D`;
    const [first, second] = [fresh(), `3C4D5E${(ids++).toString(16).toUpperCase()}`];
    switch (wholeFrom(0, 8, random)) {
      case 0:
        life(0, first, 'sent ok');
        life(20, second, 'sent ok');
        break;
      case 1:
        life(0, first, `sent queued-as`);
        lines.push(
          ...lines.splice(-5).map((line) => line.replace('queued-as', `250 Ok: queued as ${second}`)),
        );
        life(3, second, 'sent ok');
        break;
      default:
        life(
          0,
          first,
          pick(
            ['sent ok', 'bounced no', 'deferred later', 'refused', 'discarded', 'lost', 'waiting'],
            random,
          ),
        );
    }
    if (random() < 0.3) say(5, `cleanup[8]: ${fresh()}: message-id=<stranger${message}@shop.test>`);
  }
  return lines;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const left = [...values];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(wholeFrom(0, left.length, random), 1));
  return out;
}

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  'a verdict depends on the lines, not on their order in files, nor on a file that is named twice: seed %i',
  async (seed) => {
    const random = randomFrom(seed);
    const lines = night(random);
    const whole = await fates([file(lines, random)]);
    expect(Object.keys(whole)).toHaveLength(40);
    const split: string[][] = Array.from({ length: 5 }, () => []);
    for (const line of lines) pick(split, random).push(line);
    const files = split.map((part) => file(part, random));
    expect(await fates(shuffled(files, random))).toEqual(whole);
    expect(await fates([...shuffled(files, random), files[0]!])).toEqual(whole);
    expect(await fates([file(shuffled(lines, random), random)])).toEqual(whole);
    expect(await fates([file([...lines].reverse(), random), file(lines.slice(0, 60), random)])).toEqual(
      whole,
    );
  },
);

test('the sessions by which messages of ours came are told, in whichever files their lines are, and of two logs of one relay once', async () => {
  const random = randomFrom(1);
  const at = (second: number, host = 'mx') =>
    `2026-11-25T02:00:${String(second).padStart(2, '0')}Z ${host} postfix/`;
  const life = (second: number, id: string, pid: number, messageId: string, named = true) => [
    `${at(second)}smtpd[${pid}]: ${id}: client=app[10.0.0.5]`,
    ...(named ? [`${at(second)}cleanup[8]: ${id}: message-id=<${messageId}>`] : []),
    `${at(second)}qmgr[9]: ${id}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`,
    `${at(second)}qmgr[9]: ${id}: removed`,
  ];
  const session = (pid: number, data: number, lines: string[]) => [
    `${at(0)}smtpd[${pid}]: connect from app[10.0.0.5]`,
    ...lines,
    `${at(50)}smtpd[${pid}]: disconnect from app[10.0.0.5] ehlo=1 mail=9 data=${data} commands=20`,
  ];
  const lines = [
    ...session(71, 2, [
      ...life(3, '4F1A2B01', 71, 'ours1@shop.test'),
      ...life(4, '4F1A2B02', 71, 'ours2@shop.test'),
    ]),
    ...session(72, 2, [...life(3, '4F1A2B03', 72, 'ours3@shop.test'), ...life(4, '4F1A2B04', 72, '', false)]),
    ...session(73, 1, life(3, '4F1A2B05', 73, 'orders2@shop.test')),
    `${at(51)}smtpd[74]: connect from app[10.0.0.5]`,
    ...life(52, '4F1A2B06', 74, 'ours6@shop.test'),
  ];
  const sessionsIn = async (files: string[]) => {
    const logged = loggedSessions((messageId) => /^<?ours\d+@/.test(messageId));
    const read = await readLogs(await Promise.all(files.map(openLogFile)), {
      nearMs: START,
      whose: () => null,
      sessions: logged,
    });
    read.close();
    return sessionSenders(logged.sessions)
      .sessions()
      .map(({ pid, flaw }) => `${pid} ${flaw}`)
      .sort();
  };
  const expected = ['71 null', '72 miscounted', '74 open'];
  expect(await sessionsIn([file(lines, random)])).toEqual(expected);
  expect(
    await sessionsIn([
      file(
        lines.filter((_, i) => i % 2 === 0),
        random,
      ),
      file(
        lines.filter((_, i) => i % 2 === 1),
        random,
      ),
    ]),
  ).toEqual(expected);
  const onLoghost = lines.map((line) => line.replace(' mx ', ' mx.shop.test '));
  expect(await sessionsIn([file(onLoghost, random), file(lines, random)])).toEqual(expected);
});

test('a filter that holds mail for minutes makes no clock jump', async () => {
  const relay: Relay = { host: 'mx', zoneHours: 0, rfc3339: false };
  const lines = Array.from({ length: 50 }, (_, message) => {
    const minutes = (after: number) => stamp(START + (message + after) * 60_000, relay);
    const life = (after: number, id: string, client: string, end: string) =>
      [
        `smtpd[7]: ${id}: client=${client}`,
        `cleanup[8]: ${id}: message-id=<ours${message}@shop.test>`,
        `qmgr[9]: ${id}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`,
        `smtp[9]: ${id}: to=<a@b.test>, relay=127.0.0.1[127.0.0.1]:10024, status=sent (${end})`,
      ].map((text) => `${minutes(after)} mx postfix/${text}`);
    return [
      ...life(0, `A0${1000 + message}`, 'app[10.0.0.5]', `250 2.0.0 Ok: queued as B0${1000 + message}`),
      ...life(5 + (message % 7), `B0${1000 + message}`, 'localhost[127.0.0.1]', '250 ok'),
    ];
  });
  const logs = await read([file(lines.flat(), randomFrom(1))]);
  logs.close();
  const [clock] = logs.clocks;
  expect(clock).toMatchObject({ host: 'mx', agreeing: 1, byHops: false });
});
