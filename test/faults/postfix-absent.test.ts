import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pick, type Random, randomFrom, wholeFrom } from '../../scripts/seed/random';
import { verdictsByLogs } from '../evidence/doubt-by-logs';
import { ownPostfix, type PostfixSettings, postfixMissing } from './own-postfix';
import { logPasses, type Talk, type Told, talk } from './postfix-doubts';

const missing = postfixMissing();
if (missing !== null) console.warn(`A real Postfix is not tried: ${missing}.`);
const describeWhereInstalled = missing === null ? describe : describe.skip;

/** Each situation has a door of its own, and so its own processes. */
const AFTER = ['after1', 'after2', 'after3', 'after4'] as const;
const REFUSING = { smtpd_recipient_restrictions: 'check_recipient_access inline:{no@x.test=REJECT}' };

const ABSENT = /^absent: not in the log, which is whole/;
/** It read the header, and not the end. */
const READ = /^absent: the relay read the message as queue id \w+ and never put it into the queue/;
const TAKEN = /^accepted/;
const OURS = { sender: 1, messages: 3 };
const STRANGER: Talk = { sender: null, messages: 2, ending: 'quit' };

interface Scene {
  door?: PostfixSettings;
  talks: Talk[];
  /** What the log says of who is in doubt, one after the other. */
  verdicts: RegExp[];
}

const SCENES: Record<string, Scene> = {
  'gone within the message': { talks: [{ ...OURS, ending: 'half' }], verdicts: [READ] },
  'gone before the envelope': { talks: [{ ...OURS, ending: 'unread' }], verdicts: [ABSENT] },
  'dotted with the next envelope': {
    talks: [{ ...OURS, ending: 'dotted' }],
    verdicts: [TAKEN],
  },
  'dotted, the last one': { talks: [{ ...OURS, ending: 'last-dotted' }], verdicts: [TAKEN] },
  'several sessions of a lane, and strangers between them in the same process': {
    talks: [
      STRANGER,
      { ...OURS, ending: 'quit' },
      STRANGER,
      { ...OURS, messages: 1, ending: 'last-dotted' },
      STRANGER,
      { ...OURS, slot: 1, ending: 'dotted' },
      { ...OURS, slot: 2, ending: 'unread' },
      STRANGER,
    ],
    verdicts: [TAKEN, TAKEN, ABSENT],
  },
  'with the port of the client': {
    door: { smtpd_client_port_logging: 'yes' },
    talks: [{ ...OURS, ending: 'half' }],
    verdicts: [READ],
  },
  'refusals not put off': {
    door: { smtpd_delay_reject: 'no' },
    talks: [{ ...OURS, ending: 'half' }],
    verdicts: [READ],
  },
  'refused recipients, gone within the message': {
    door: REFUSING,
    talks: [{ ...OURS, refused: 'no@x.test', ending: 'half' }],
    verdicts: [READ],
  },
  'refused recipients, gone before the envelope': {
    door: REFUSING,
    talks: [{ ...OURS, refused: 'no@x.test', ending: 'unread' }],
    verdicts: [ABSENT],
  },
  'a filter after the queue': {
    door: { content_filter: 'smtp:[127.0.0.1]:$port_after1' },
    talks: [{ ...OURS, ending: 'half' }],
    verdicts: [READ],
  },
  'a filter after the queue, dotted': {
    door: { content_filter: 'smtp:[127.0.0.1]:$port_after2' },
    talks: [{ ...OURS, ending: 'dotted' }],
    verdicts: [TAKEN],
  },
  'a filter before the queue': {
    door: { smtpd_proxy_filter: '127.0.0.1:$port_after3' },
    talks: [{ ...OURS, messages: 1, ending: 'half' }],
    verdicts: [/^unknown: mx gives messages to a filter before its queue \(smtpd_proxy_filter\)/],
  },
  'a filter before the queue, dotted': {
    door: { smtpd_proxy_filter: '127.0.0.1:$port_after4' },
    talks: [{ ...OURS, messages: 1, ending: 'last-dotted' }],
    verdicts: [TAKEN],
  },
  'behind HAProxy': {
    door: { smtpd_upstream_proxy_protocol: 'haproxy' },
    talks: [{ ...OURS, first: 'PROXY TCP4 127.0.0.2 127.0.0.1 999 25\r\n', ending: 'half' }],
    verdicts: [READ],
  },
  'under another name (XCLIENT)': {
    door: { smtpd_authorized_xclient_hosts: '127.0.0.1' },
    talks: [{ ...OURS, afterGreeting: 'XCLIENT NAME=app.shop.test ADDR=127.0.0.9\r\n', ending: 'half' }],
    verdicts: [/^unknown: the log has no count of the session .*\(XCLIENT\)/],
  },
  'torn down while Postfix takes its time at the dot': {
    // Longer than the ten seconds after which smtpd sends an answer at once.
    door: { smtpd_end_of_data_restrictions: 'check_recipient_access inline:{{torn@x.test=sleep 12}}' },
    talks: [{ ...OURS, ending: 'torn' }],
    verdicts: [TAKEN],
  },
};

/** Where somebody was taken. */
const HOLED = Object.keys(SCENES).filter((name) => SCENES[name]!.verdicts.includes(TAKEN));

const folder = mkdtempSync(join(tmpdir(), 'absent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWhereInstalled('the log of a real Postfix', () => {
  const told = new Map<string, Told & { log: string[] }>();
  beforeAll(async () => {
    // A relay has a filter before its queue, or it has none.
    for (const proxied of [false, true]) {
      const scenes = Object.entries(SCENES).filter(
        ([, { door }]) => proxied === (door?.smtpd_proxy_filter !== undefined),
      );
      await take(scenes);
    }
  }, 120_000);

  async function take(scenes: [string, Scene][]): Promise<void> {
    const doors = [
      ...AFTER.map((name): [string, PostfixSettings] => [name, {}]),
      ...scenes.map(([, { door = {} }], i): [string, PostfixSettings] => [`door${i}`, door]),
    ];
    const postfix = await ownPostfix(Object.fromEntries(doors), { settings: { smtpd_tls_loglevel: '2' } });
    try {
      const log: string[] = [];
      for (const [i, [name, { talks }]] of scenes.entries()) {
        const scene: Told = { known: [], opened: [], doubtful: [], taken: new Set() };
        for (const each of talks) await talk(postfix, `door${i}`, each, scene);
        told.set(name, { ...scene, log });
      }
      await logPasses(postfix, 'after1', Date.now());
      log.push(...readFileSync(postfix.log, 'utf8').trimEnd().split('\n'));
    } finally {
      await postfix.end();
    }
  }

  test.each(Object.keys(SCENES))('tells who was taken and who was not: %s', async (name) => {
    const { taken, doubtful, log } = told.get(name)!;
    for (const lines of [log, withMicroseconds(log)]) {
      const words = await verdicts(lines, told.get(name)!);
      expect(words).toEqual(SCENES[name]!.verdicts.map((expected) => expect.stringMatching(expected)));
      for (const [i, { mac }] of doubtful.entries())
        expect([mac, /^accepted/.test(words[i]!)]).toEqual([mac, taken.has(mac)]);
    }
  });

  // Each cutting takes the lines of those who were taken, as a hole around a killed worker does, and others at random.
  test.each(HOLED)('with holes it calls nobody absent who was taken (I2, C87): %s', async (name) => {
    const scene = told.get(name)!;
    for (let seed = 1; seed <= 60; seed++) {
      const lines = cutting(
        seed % 2 === 0 ? scene.log : withMicroseconds(scene.log),
        scene,
        randomFrom(seed),
      );
      const words = await verdicts(lines, scene);
      for (const [i, { mac }] of scene.doubtful.entries())
        if (scene.taken.has(mac))
          expect([seed, words[i]]).toEqual([seed, expect.not.stringMatching(/^absent/)]);
    }
  });
});

async function verdicts(lines: string[], scene: Told): Promise<string[]> {
  const file = join(folder, 'mail.log');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return (await verdictsByLogs([file], scene)).map(({ verdict, why }) => `${verdict}: ${why}`);
}

/** The same lines as rsyslog writes them in RFC 3339: the order of a second is that of its microseconds. */
function withMicroseconds(lines: string[]): string[] {
  let [second, within] = ['', 0];
  return lines.map((line) => {
    if (line.slice(0, 15) !== second) [second, within] = [line.slice(0, 15), 0];
    const at = new Date(`${second} ${new Date().getFullYear()}`).toISOString().slice(0, 19);
    return `${at}.${String(++within * 1000).padStart(6, '0')}+00:00${line.slice(15)}`;
  });
}

function cutting(lines: string[], { taken }: Told, random: Random): string[] {
  const ids = lines.flatMap((line) => {
    const [, id, mac] = /: (\w+): message-id=<(\w+)@/.exec(line) ?? [];
    return mac !== undefined && taken.has(mac) ? [` ${id}: `] : [];
  });
  const gone = new Set<number>();
  const isOf = (line: string) => ids.some((id) => line.includes(id));
  const near = lines.flatMap((line, i) => (isOf(line) ? [i] : []));
  for (const i of near) gone.add(i);
  const around = () => pick(near, random) + wholeFrom(-40, 40, random);
  for (let windows = wholeFrom(0, 3, random); windows > 0; windows--) {
    const from = around();
    for (let i = from; i < from + wholeFrom(1, 30, random); i++) gone.add(i);
  }
  for (let single = wholeFrom(0, 4, random); single > 0; single--) gone.add(around());
  return lines.filter((_, i) => !gone.has(i));
}
