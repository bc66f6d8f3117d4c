import { parseIncident } from '../../src/incident/parse-incident';
import { exampleWith, placeOf } from './example-incident';

function fileWith(...providers: string[]): string {
  const lines = providers.map((line) => `    ${line}\n`).join('');
  return exampleWith(['relay:\n', `relay:\n  providers:\n${lines}`]);
}

function problemsOf(file: string) {
  const result = parseIncident(file, { now: new Date('2012-01-16T00:00:00Z') });
  return 'problems' in result ? result.problems : [];
}

test('a provider has several domains, and each domain one provider', () => {
  expect(problemsOf(fileWith('google: [gmail.com, googlemail.com]', 'microsoft: [outlook.com]'))).toEqual([]);
});

test.each<[what: string, providers: string[], again: string, path: string, owner: string]>([
  [
    'under two providers',
    ['google: [gmail.com, mail.example]', 'microsoft: [outlook.com, mail.example]', 'apple: [me.com]'],
    'mail.example]\n    apple',
    'relay.providers.microsoft.1',
    'google',
  ],
  [
    'twice under one',
    ['google: [gmail.com, googlemail.com, gmail.com]'],
    'gmail.com]',
    'relay.providers.google.2',
    'google',
  ],
])(
  'a domain %s has no one receiver: it is refused where it stands again',
  (_, providers, again, path, owner) => {
    const file = fileWith(...providers);
    const domain = again.split(']')[0]!;
    expect(problemsOf(file)).toEqual([
      {
        ...placeOf(file, again),
        path,
        found: `${domain}, which stands under ${owner}, too`,
        wanted: 'each domain once',
      },
    ]);
  },
);

test('of a domain that stands three times each later place is told, with the first one', () => {
  const problems = problemsOf(fileWith('a: [x.example]', 'b: [x.example]', 'c: [x.example]'));
  expect(problems.map(({ path, found }) => `${path}: ${found}`)).toEqual([
    'relay.providers.b.0: x.example, which stands under a, too',
    'relay.providers.c.0: x.example, which stands under a, too',
  ]);
});

test('a relay that is no section is told as that, and nothing of its providers', () => {
  const file = exampleWith(['relay:\n  sessions: 8\n  messagesPerSession: null\n', 'relay: 8\n']);
  expect(problemsOf(file).map(({ path }) => path)).toEqual(['relay']);
});
