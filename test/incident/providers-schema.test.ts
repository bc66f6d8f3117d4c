import { faultsWith, holds, type Limit, list, x } from './schema-limits';

/** As long as a domain may be: 253 letters, the last label of 63. */
const LONGEST_DOMAIN = `${x(63)}.${x(63)}.${x(61)}.${x(63)}`;
const DOMAIN: Limit = {
  taken: [
    'gmail.com',
    'mail.co.uk',
    'a.bc',
    '1-2.example',
    'xn--bcher-kva.example',
    'x.xn--p1ai',
    LONGEST_DOMAIN,
  ],
  refused: [
    ...[
      '',
      'localhost',
      'Gmail.com',
      'bücher.example',
      'x.example.',
      '.x.example',
      'x..example',
      'a b.example',
    ],
    ...[
      '-x.example',
      'x-.example',
      'x_y.example',
      'x.e',
      '@x.example',
      'x.example\n',
      '*.x.example',
      7,
      null,
    ],
    ...[`${x(64)}.example`, `x.${x(64)}`, `x${LONGEST_DOMAIN}`, `${x(63)}.${x(63)}.${x(62)}.${x(63)}`],
  ],
};

/** A list of one such item. */
const ofOne = ({ taken, refused }: Limit): Limit => ({
  taken: taken.map((item) => [item]),
  refused: refused.map((item) => [item]),
});

test.each<[string, string, Limit]>([
  ['providers', 'relay.providers', { taken: [undefined, {}], refused: [null, 'google', ['gmail.com']] }],
  ['the domains of one', 'relay.providers.google', list(500, 'gmail.com', 1)],
  ['a domain of one', 'relay.providers.google', ofOne(DOMAIN)],
])('%s: what is within the limits is taken, and no more', (_, path, limit) => holds(path, limit));

test('a provider has a short name of small letters, digits and hyphens', () => {
  const faults = (name: string) => faultsWith('relay.providers', { [name]: ['gmail.com'] });
  for (const name of ['g', '7', 'google', 'g-7', x(63)]) expect([name, faults(name)]).toEqual([name, []]);
  for (const name of ['', '-g', 'Google', 'g_7', 'g 7', 'mail.example', 'é', x(64), 'g\n'])
    expect([name, faults(name).length]).toEqual([name, 1]);
});
