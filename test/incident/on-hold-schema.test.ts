import { calledWords, checkOnHold } from '../../src/incident/on-hold-schema';
import { holds, type Limit, times, x } from './schema-limits';

/** Of a way to call, such a value. */
const within = (way: 'command' | 'webhook', { taken, refused }: Limit): Limit => ({
  taken: taken.map((value) => ({ [way]: value })),
  refused: refused.map((value) => ({ [way]: value })),
});
const PROGRAM = '/usr/bin/page';

test.each<[string, Limit]>([
  ['whom to call', { taken: [undefined, {}], refused: [null, 'page', { program: ['/x'] }] }],
  [
    'a program with its arguments',
    within('command', {
      taken: [undefined, [PROGRAM], [PROGRAM, ...times(49)], ['x'], [x(1_000)]],
      refused: [null, [], PROGRAM, times(51), [''], [x(1_001)], [7]],
    }),
  ],
  [
    'an address',
    within('webhook', {
      taken: [undefined, 'https://x', 'http://x.test/y?z', `https://${x(1_992)}`],
      refused: [
        ...[null, '', 7, 'https://', 'ftp://x.test', 'x.test', ' https://x.test', 'see https://x.test'],
        ...['https://x.test y', 'https://x.test\n', 'https:// x', `https://${x(1_993)}`],
      ],
    }),
  ],
])('%s: what is within the limits is taken, and no more', (_, limit) => holds('onHold', limit));

test('where nobody is to be called nothing is amiss', () => {
  expect(checkOnHold({})).toEqual([]);
});

test.each<[string, object, string | null]>([
  ['a program by its whole path', { command: ['/usr/bin/page', 'x'] }, null],
  ['a bare name', { command: ['page'] }, 'onHold.command.0'],
  ['TLS', { webhook: 'https://alerts.example.com/x' }, null],
  ['this machine', { webhook: 'http://127.0.0.1:9/x' }, null],
  ['this machine in IPv6', { webhook: 'http://[::1]:9/x' }, null],
  ['another machine without TLS', { webhook: 'http://alerts.example.com/x' }, 'onHold.webhook'],
  [
    'another machine behind a user of that name',
    { webhook: 'http://127.0.0.1:9@evil.test/' },
    'onHold.webhook',
  ],
  ['a user before the host', { webhook: 'https://me@alerts.example.com/' }, 'onHold.webhook'],
  ['a password before the host', { webhook: 'https://:s3cret@127.0.0.1/' }, 'onHold.webhook'],
  ['no address', { webhook: 'https://:x' }, 'onHold.webhook'],
  ['both', { command: ['/x'], webhook: 'https://x.test' }, 'onHold'],
  ['neither', {}, 'onHold'],
])('%s is taken or refused where it stands', (_, onHold, path) => {
  expect(checkOnHold({ onHold }).map((finding) => finding.path.join('.'))).toEqual(
    path === null ? [] : [path],
  );
});

test.each<[Parameters<typeof calledWords>[0], string]>([
  [undefined, 'nobody, when the run waits for a person (onHold in the file)'],
  [{ command: ['/usr/bin/page', '--key', 'secret'] }, '/usr/bin/page, on each machine with a worker'],
  [{ webhook: 'https://alerts.example.com/secret' }, 'the webhook at alerts.example.com'],
])('the dry run says who is called, and no secret: %j', (onHold, words) => {
  expect(calledWords(onHold)).toBe(words);
});
