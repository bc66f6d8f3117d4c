import { parseIncident } from '../../src/incident/parse-incident';
import { exampleWith, placeOf } from './example-incident';

const NOW = new Date('2012-01-16T00:00:00Z');

function problemsOf(file: string) {
  const result = parseIncident(file, { now: NOW });
  return 'problems' in result ? result.problems : [];
}

type Row = [
  name: string,
  changes: [string, string][],
  mark: string,
  path: string,
  found: string,
  wanted: string,
];

const LINK = 'https://www.zappos.test/securityemail';
const OWN_LINK = 'an https:// link to zappos.test or a host below it';
const ALL =
  '{name}, {email}, {choosePassword}, {page}, {phone}, {replyTo}, {breachDate}, {noticeDate}, {contactPoint}, {contactPointAddress}';
const HEADING = 'heading: Notice of Data Breach';

test.each<Row>([
  [
    'a cutoff in the future',
    [['23:00:00Z', '16:00:01-08:00']],
    '2012-01-15T16',
    'cutoff',
    '2012-01-15T16:00:01-08:00, in the future',
    'an instant that has passed (now it is 2012-01-16T00:00:00.000Z): passwords set up to it die',
  ],
  [
    'a link in clear',
    [[LINK, 'http://www.zappos.test/x']],
    'http://www',
    'links.page',
    '"http://www.zappos.test/x", which is not https',
    OWN_LINK,
  ],
  [
    'a link to somebody else',
    [[LINK, 'https://zappos.example/x']],
    'https://zappos.ex',
    'links.page',
    '"https://zappos.example/x", outside the From domain',
    OWN_LINK,
  ],
  [
    'a link to a host that only ends alike',
    [[LINK, 'https://evilzappos.test/x']],
    'https://evil',
    'links.page',
    '"https://evilzappos.test/x", outside the From domain',
    OWN_LINK,
  ],
  [
    'a link that hides its host',
    [[LINK, 'https://zappos.test@evil.test/x']],
    'https://zappos.test@',
    'links.page',
    '"https://zappos.test@evil.test/x", with a name before the host',
    OWN_LINK,
  ],
  [
    'a link with a password alone before its host',
    [[LINK, 'https://:zappos.test@evil.test/x']],
    'https://:zappos.test@',
    'links.page',
    '"https://:zappos.test@evil.test/x", with a name before the host',
    OWN_LINK,
  ],
  [
    'a script that holds a link',
    [[LINK, 'javascript:https://www.zappos.test/x']],
    'javascript:https://',
    'links.page',
    '"javascript:https://www.zappos.test/x", which is not https',
    OWN_LINK,
  ],
  [
    'a link with a backslash',
    [[LINK, 'https://zappos.test\\@evil.test/x']],
    'https://zappos.test\\',
    'links.page',
    '"https://zappos.test\\@evil.test/x", which is no link',
    OWN_LINK,
  ],
  [
    'no link',
    [[LINK, 'www.zappos.test/x']],
    'www.zappos.test/x',
    'links.page',
    '"www.zappos.test/x", which is no link',
    OWN_LINK,
  ],
  [
    'a link with a space',
    [[LINK, 'https://www.zappos.test/a b']],
    'https://www.zappos.test/a',
    'links.page',
    '"https://www.zappos.test/a b", which is no link',
    OWN_LINK,
  ],
  [
    'a script',
    [[LINK, 'javascript:alert(1)']],
    'javascript',
    'links.page',
    '"javascript:alert(1)", which is not https',
    OWN_LINK,
  ],
  [
    'replies to somebody else',
    [['passwordchange@zappos.test', 'passwordchange@zappos.example']],
    'passwordchange@',
    'replyTo',
    '"passwordchange@zappos.example", outside the From domain',
    'an address at zappos.test or below it',
  ],
  [
    'a default language without texts',
    [['defaultLanguage: en', 'defaultLanguage: de']],
    'de\n',
    'defaultLanguage',
    '"de", in which there are no texts',
    'one of en, or its texts below "texts:"',
  ],
  [
    'an unknown placeholder',
    [[HEADING, `${HEADING} {reset_url}`]],
    '{reset_url}',
    'texts.en.heading',
    'the unknown placeholder {reset_url}',
    `one of ${ALL}`,
  ],
  [
    'a misspelt placeholder',
    [['on this page: {page}', 'on this page: {pgae}']],
    '{pgae}',
    'texts.en.moreInformation.text',
    'the unknown placeholder {pgae}',
    '{page}',
  ],
  [
    'a placeholder of another program',
    [['Dear {name},', 'Dear {{name}},']],
    '{{name}}',
    'texts.en.greeting',
    'the unknown placeholder {{name}}',
    '{name}',
  ],
  [
    'a single brace',
    [[HEADING, `${HEADING} }`]],
    '}\n\n    # The second',
    'texts.en.heading',
    'a single }',
    `one of ${ALL}, or no brace`,
  ],
  [
    '{phone} without a phone',
    [['please write to {replyTo}', 'please call {phone}']],
    '{phone}. So',
    'texts.en.moreInformation.text',
    '{phone}, but the incident has no phone',
    'the number after "phone:", or a text without it',
  ],
  [
    '{name} outside the greeting',
    [['neutralGreeting: Dear customer,', 'neutralGreeting: Dear {name},']],
    '{name},\n\n',
    'texts.en.neutralGreeting',
    '{name} outside the greeting',
    'a text without it',
  ],
  [
    '{email} in the subject',
    [['please choose a new password"', 'for {email}"']],
    '{email}"',
    'texts.en.subject',
    '{email} in the subject',
    'a subject that is the same for everybody',
  ],
  [
    '{name} that no column fills',
    [['name: first_name', 'name: null']],
    '{name},',
    'texts.en.greeting',
    '{name}, but database.customers.name is null',
    'the name column there, or a text without it',
  ],
  [
    'a greeting without {name}',
    [['Dear {name},', 'Hello,']],
    'Hello,',
    'texts.en.greeting',
    '"Hello,", without {name}',
    'a greeting such as "Dear {name},"',
  ],
  [
    'a link in a text',
    [['on this page: {page}', 'on http://help.test/x']],
    'http://help',
    'texts.en.moreInformation.text',
    'the link "http://help.test/x"',
    '{page} or {choosePassword}',
  ],
  [
    'one item in both lists',
    [['- your full card number', '- Your phone number']],
    'Your phone number',
    'texts.en.whatInformation.notAffected.0',
    '"Your phone number", which is also in "affected"',
    'it in one of the two lists',
  ],
  [
    'no way to a new password',
    [['Open {choosePassword} or type', 'Type']],
    'expired:',
    'texts.en.whatYouCanDo.expired',
    'no {choosePassword}',
    'a step that says where to choose a new password, such as "Open {choosePassword}"',
  ],
  [
    'a mailbox twice',
    [['care-leads@zappos', 'Notice-Check@zappos']],
    'Notice-Check@',
    'canary.mailboxes.1',
    '"Notice-Check@zappos.test" a second time',
    'each mailbox once',
  ],
  [
    'a table twice',
    [['table: api_tokens', 'table: Sessions']],
    'Sessions\n',
    'database.revoke.1.table',
    '"Sessions" a second time',
    'each table once, or for other rows',
  ],
  [
    'the customers among the tables to empty',
    [['table: api_tokens', 'table: customers']],
    'customers\n      key: customer_id',
    'database.revoke.1.table',
    '"customers", whose rows are customers or passwords',
    'a table whose rows may be deleted, or column and dead',
  ],
  [
    'the customers among the tables to empty, in other letters, whatever the condition',
    [['table: api_tokens', "table: Customers\n      where: 'guest = 1'"]],
    'Customers\n      where',
    'database.revoke.1.table',
    '"Customers", whose rows are customers or passwords',
    'a table whose rows may be deleted, or column and dead',
  ],
  [
    'a column written twice',
    [
      [
        'table: api_tokens\n      key: customer_id\n      createdAt: { column: created_at, as: datetime, zone: UTC }\n      delete: rows',
        'table: customers\n      key: id\n      column: password_hash\n      dead: null',
      ],
    ],
    'password_hash\n      dead: null\n    - table',
    'database.revoke.1.column',
    '"password_hash", which is a password under retire as well',
    'a column of its own, or leave this entry out: it would end passwords chosen after the cutoff, too',
  ],
  [
    'a password that an entry of revoke ends, too, in other letters and under a condition (I5)',
    [
      [
        'table: api_tokens\n      key: customer_id\n      createdAt: { column: created_at, as: datetime, zone: UTC }\n      delete: rows',
        `table: Customers\n      key: id\n      where: "password_hash <> ''"\n      column: Password_Hash\n      dead: ''`,
      ],
    ],
    "Password_Hash\n      dead: ''",
    'database.revoke.1.column',
    '"Password_Hash", which is a password under retire as well',
    'a column of its own, or leave this entry out: it would end passwords chosen after the cutoff, too',
  ],
  [
    'a column written in some rows by one entry, and in all by another',
    [
      [
        '    - table: api_tokens',
        `    - table: customers\n      key: id\n      where: 'country = 1'\n      column: region_token\n      dead: null
    - table: customers\n      key: id\n      column: region_token\n      dead: null\n    - table: api_tokens`,
      ],
    ],
    'region_token\n      dead: null\n    - table: api',
    'database.revoke.2.column',
    '"region_token", which is written by another entry as well',
    'a column of its own: the expiry writes into it',
  ],
  [
    'a column of the table between that is written',
    [
      [
        '    - table: api_tokens',
        `    - table: links\n      key: owner\n      column: Number\n      dead: null
    - table: grants\n      key: link\n      via: { table: links, key: owner, column: number }\n      delete: rows\n    - table: api_tokens`,
      ],
    ],
    'Number\n      dead: null',
    'database.revoke.1.column',
    '"Number", which is the link of an entry as well',
    'a column of its own: the expiry writes into it',
  ],
  [
    'a column read and written',
    [['column: password_hash', 'column: EMAIL']],
    'EMAIL\n',
    'database.retire.0.column',
    '"EMAIL", which is customers.email as well',
    'a column of its own: the expiry writes into it',
  ],
  [
    'a first retry after the last',
    [
      ['forHours: 72', 'forHours: 0.05'],
      ['firstAfterSeconds: 300', 'firstAfterSeconds: 301'],
    ],
    '301',
    'retry.firstAfterSeconds',
    '301 seconds, more than forHours (0.05 h)',
    'a time within it: no notice would be tried again',
  ],
])('%s is refused with its place', (_, changes, mark, path, found, wanted) => {
  const file = exampleWith(...changes);
  expect(problemsOf(file)).toContainEqual({ ...placeOf(file, mark), path, found, wanted });
});

test('texts that no customer can get, for want of a language column, are refused', () => {
  const english = exampleWith();
  const texts = english.slice(english.indexOf('  en:\n'), english.indexOf('# How to use your mail relay'));
  const file = exampleWith(
    ['language: language', 'language: null'],
    [texts, `${texts}${texts.replace('  en:', '  es:')}`],
  );
  expect(problemsOf(file)).toEqual([
    expect.objectContaining({
      ...placeOf(file, 'es:\n'),
      path: 'texts.es',
      wanted: 'the name of the language column there, or no texts here',
    }),
  ]);
  expect(problemsOf(exampleWith(['language: language', 'language: null']))).toEqual([]);
});

test('which texts a customer can get is judged also where another part of the database section has a fault', () => {
  const file = exampleWith(
    ['    language: language\n', ''],
    ['    name: first_name\n', ''],
    ['      column: password_hash\n', '      column: "???"\n'],
    ['\n# How to use your mail relay', '  es: {}\n\n# How to use your mail relay'],
    ['greeting: Dear {name},', 'greeting: Dear customer,'],
  );
  const problems = problemsOf(file).map(({ path, found }) => `${path}: ${found}`);
  expect(problems).toContain('database.retire.0.column: "???"');
  expect(problems).toContain(
    'texts.es: texts that no customer can get, as database.customers.language is null',
  );
  expect(problems.filter((problem) => problem.startsWith('texts.en'))).toEqual([]);
});

test.each([
  ['the From domain itself', [LINK, 'https://zappos.test/x']],
  ['a host below it, whatever its case', [LINK, 'https://Help.ZAPPOS.test:8443/x?a=1&copy=2&lt=3#ü']],
  ['replies below it', ['passwordchange@zappos.test', 'care@mail.zappos.test']],
  ['a mailbox elsewhere, to see how it looks there', ['care-leads@zappos.test', 'seed@mail.example']],
  ['a phone', ['# phone: +1', 'phone: +1']],
  [
    'no name column and no name in the greeting',
    ['greeting: Dear {name},', 'greeting: Dear customer,'],
    ['name: first_name', 'name: null'],
  ],
  ['the address as key', ['    key: id\n    email', '    key: email\n    email']],
  ['a cutoff of this very moment', ['2012-01-15T23:00:00Z', '2012-01-16T00:00:00Z']],
] as [string, ...[string, string][]][])('%s is fine', (_, ...changes) => {
  expect(problemsOf(exampleWith(...changes))).toEqual([]);
});

test.each([
  ['a name that is null', '    name: null\n'],
  ['no name', ''],
])(
  'a greeting without {name} is as it should be where there is %s, whatever else is wrong with the section',
  (_, name) => {
    const file = exampleWith(
      ['    key: id\n    email: email\n', '    email: email\n'],
      ['    name: first_name\n', name],
      ['greeting: Dear {name},', 'greeting: Dear customer,'],
    );
    const paths = problemsOf(file).map(({ path }) => path);
    expect(paths).toContain('database.customers.key');
    expect(paths.filter((path) => path.startsWith('texts'))).toEqual([]);
  },
);

test('nothing is said of {name} where the file does not say who the customers are', () => {
  for (const greeting of ['Dear customer,', 'Dear {name},']) {
    const file = exampleWith(
      ['  customers:\n', '  clients:\n'],
      ['greeting: Dear {name},', `greeting: ${greeting}`],
    );
    expect(problemsOf(file).filter(({ path }) => path.startsWith('texts'))).toEqual([]);
  }
});
