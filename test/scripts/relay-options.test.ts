import { relayOptions } from '../../scripts/relay/relay-options';
import { queueIds } from '../../scripts/relay/relay-queue-id';

test('what is not said has its default', () => {
  expect(relayOptions(['--log', 'x'])).toMatchObject({
    host: '127.0.0.1',
    port: 0,
    tls: 'none',
    without: [],
    keep: null,
    rules: [],
    strict: false,
  });
});

test.each([
  [[], '--log FILE is missing'],
  [['--port', '70000'], '--port 70000: write a whole number from 0 to 65535'],
  [['--tls', 'yes'], '--tls yes: write one of none, starttls, implicit'],
  [['--cert', 'a'], '--cert FILE and --key FILE go together'],
  [['--user', 'a'], '--user NAME and --password WORD go together'],
  [['--require-tls'], '--require-tls without TLS: write --tls starttls as well'],
  [['--keep-first', 'some'], '--keep-first some: write a whole number'],
  [['--rule', '{"at":"dot","delay":5}'], 'the rule is wrong: ✖ Unrecognized key: "delay"'],
  [['--rule', 'dot'], '--rule dot: '],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('%j is refused, with what is right', (args, words) => {
  expect(() => relayOptions(args.length === 0 ? [] : ['--log', 'x', ...args])).toThrow(words);
});

test('queue ids look like the long ones of Postfix and never come again, also in another life of the relay', () => {
  const lives = [
    queueIds(1_790_000_000_000, 77),
    queueIds(1_790_000_000_001, 77),
    queueIds(1_790_000_000_000, 78),
  ];
  const ids = lives.flatMap((next) => Array.from({ length: 60_000 }, next));
  expect(new Set(ids).size).toBe(180_000);
  expect(
    ids.every((id) =>
      /^[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{12,}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]+$/.test(id),
    ),
  ).toBe(true);
});
