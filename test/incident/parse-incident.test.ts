import { formatProblems } from '../../src/incident/incident-problem';
import { parseIncident } from '../../src/incident/parse-incident';
import { EXAMPLE, exampleWith, placeOf } from './example-incident';

const NOW = new Date('2012-01-16T00:00:00Z');

function problemsOf(file: string | Uint8Array) {
  const result = parseIncident(file, { now: NOW });
  return 'problems' in result ? result.problems : [];
}

test('the example has no fault, and stays fit to be copied', () => {
  const result = parseIncident(EXAMPLE, { now: NOW });
  expect(result).toMatchObject({
    incident: {
      id: 'zappos-2012',
      cutoff: '2012-01-15T23:00:00Z',
      pace: { perSecond: 500 },
      canary: { afterwards: 'hold' },
      database: { customers: { name: 'first_name' }, retire: [{ column: 'password_hash' }] },
    },
  });
});

test("what the file leaves out gets defaults, but for the tables: a name of ours must not be taken for the company's", () => {
  const relay = EXAMPLE.indexOf('# How to use your mail relay');
  const tables = EXAMPLE.indexOf('# Your tables and columns');
  const short = exampleWith([EXAMPLE.slice(relay, tables), '']);
  const result = parseIncident(short, { now: NOW });
  expect(result).toMatchObject({
    incident: {
      pace: { perSecond: 200 },
      breaker: { sameRefusals: 20 },
      database: { customers: { table: 'customers', leaveOut: [] }, stated: [], ignored: [] },
    },
  });
  expect(problemsOf(exampleWith([EXAMPLE.slice(relay), '']))).toEqual([
    expect.objectContaining({ path: 'database', found: 'nothing' }),
  ]);
});

type Row = [
  name: string,
  from: string,
  to: string,
  mark: string,
  path: string,
  found: string,
  wanted: string,
];

const LINE = 'one line of text, 300 characters at most';
const ID = 'lower-case letters, digits and inner hyphens, 64 at most, such as zappos-2012';
const INSTANT = 'an instant with its zone, such as 2012-01-15T23:00:00Z or 2012-01-15T15:00:00-08:00';
const QUOTES = 'the whole text in quotes, "...", or on its own lines below a "|"';
const IN_FULL = 'the whole text in quotes, or what was meant in full';
const MAILBOX = 'one plain address, such as care@example.com';
const COLUMN = 'the name of a table or column as the server has it, without quotes around it';

test.each<Row>([
  // Keys
  [
    'an unknown key',
    '\npace:',
    '\ncolour: red\npace:',
    'colour: red',
    'colour',
    'the unknown key "colour"',
    'one of id, title, cutoff, from, replyTo, links, phone, dates, contactPoint, jurisdictions, approval, reminder, defaultLanguage, texts, relay, pace, canary, breaker, retry, onHold, retention, database, or nothing',
  ],
  [
    'a misspelt key',
    '    subject:',
    '    subjct:',
    'subjct:',
    'texts.en.subjct',
    'the unknown key "subjct"',
    'subject',
  ],
  [
    'a key in another spelling',
    '\nreplyTo:',
    '\nreply_to:',
    'reply_to:',
    'reply_to',
    'the unknown key "reply_to"',
    'replyTo',
  ],
  [
    'a missing key',
    'title: Customer database read, January 2012\n',
    '',
    EXAMPLE.slice(0, 5),
    'title',
    'nothing',
    `the key "title": ${LINE}`,
  ],
  [
    'a missing key of a section',
    '  address: care@zappos.test\n',
    '',
    'from:\n',
    'from.address',
    'nothing',
    `the key "address": ${MAILBOX}`,
  ],
  [
    'a key without a value',
    'title: Customer database read, January 2012',
    'title:',
    'title:',
    'title',
    'nothing',
    LINE,
  ],
  [
    'a key twice',
    'title: Customer',
    'id: again\ntitle: Customer',
    'id: again',
    'id',
    'the key "id" a second time',
    'it once',
  ],
  [
    'a key twice, deep down',
    '      heading: What happened\n',
    '      heading: What happened\n      heading: Once more\n',
    'heading: Once',
    'texts.en.whatHappened.heading',
    'the key "heading" a second time',
    'it once',
  ],
  ['a language in capitals', '  en:\n', '  EN:\n', 'EN:', 'texts.EN', 'the key "EN"', 'en'],
  [
    'a language with a region',
    '  en:\n',
    '  en-US:\n',
    'en-US:',
    'texts.en-US',
    'the key "en-US"',
    'a language code of two or three small letters, such as en',
  ],
  // Types
  [
    'a number for a text',
    'id: zappos-2012',
    'id: 2012',
    '2012\ntitle',
    'id',
    '2012, which YAML reads as a number',
    `it in quotes, "2012" (${ID})`,
  ],
  [
    'yes or no for a text',
    'title: Customer database read, January 2012',
    'title: true',
    'true',
    'title',
    'true, which YAML reads as yes or no',
    `it in quotes, "true" (${LINE})`,
  ],
  [
    'a placeholder that YAML takes for a section',
    'heading: Notice of Data Breach',
    'heading: {email}',
    '{email}\n\n    # The second',
    'texts.en.heading',
    '{email}, which YAML reads as a section',
    'it in quotes, "{email}"',
  ],
  [
    'a text for a number',
    'perSecond: 500',
    'perSecond: 500/s',
    '500/s',
    'pace.perSecond',
    '"500/s"',
    'a whole number from 1 to 1000000',
  ],
  [
    'a number too large',
    'perSecond: 500',
    'perSecond: 1e9',
    '1e9',
    'pace.perSecond',
    '1000000000',
    'a whole number from 1 to 1000000',
  ],
  [
    'half a message',
    'perSecond: 500',
    'perSecond: 0.5',
    '0.5\n',
    'pace.perSecond',
    '0.5',
    'a whole number from 1 to 1000000',
  ],
  [
    'no number',
    'perSecond: 500',
    'perSecond: .nan',
    '.nan',
    'pace.perSecond',
    'NaN',
    'a whole number from 1 to 1000000',
  ],
  [
    'a text for a section',
    'pace:\n  perSecond: 500',
    'pace: 500',
    '500\n\n# Whom',
    'pace',
    '500',
    'a section with the keys perSecond',
  ],
  [
    'a section for a list',
    '    - notice-check@zappos.test\n    - care-leads@zappos.test',
    '      one: a@x.test',
    'mailboxes:',
    'canary.mailboxes',
    'a section with one',
    'a list, each item after a hyphen',
  ],
  [
    'a word that is none of the choices',
    'afterwards: hold',
    'afterwards: stop',
    'stop',
    'canary.afterwards',
    '"stop"',
    'hold or continue',
  ],
  // Texts
  [
    'an empty step',
    '          - We send you a message with a link. Open that link.',
    '          - ""',
    '""',
    'texts.en.whatYouCanDo.expired.steps.2',
    'an empty text',
    LINE,
  ],
  [
    'a step that is not there',
    '          - We send you a message with a link. Open that link.',
    '          -',
    '\n          - Choose',
    'texts.en.whatYouCanDo.expired.steps.2',
    'nothing',
    LINE,
  ],
  [
    'a text too long',
    'id: zappos-2012',
    `id: zappos-${'2'.repeat(70)}`,
    'zappos-22',
    'id',
    `a text of 77 characters ("zappos-${'2'.repeat(53)}...")`,
    ID,
  ],
  [
    'an empty list',
    '        - your full card number\n        - other payment details',
    '        []',
    '[]',
    'texts.en.whatInformation.notAffected',
    'an empty list',
    'at least one item, after a hyphen',
  ],
  [
    'a table name longer than a server takes',
    '    table: customers',
    `    table: ${'a'.repeat(65)}`,
    'a'.repeat(65),
    'database.customers.table',
    `a text of 65 characters ("${'a'.repeat(60)}...")`,
    COLUMN,
  ],
  [
    'a DATETIME without its zone',
    'setAt: { column: password_set_at, as: datetime, zone: UTC }',
    'setAt: { column: password_set_at, as: datetime }',
    '{ column: password_set_at, as: datetime }',
    'database.retire.0.setAt',
    'a section with column, as',
    'zone with "as: datetime", and only with it: a TIMESTAMP and a number name an instant without one',
  ],
  [
    'a zone that nobody knows',
    'createdAt: { column: created_at, as: datetime, zone: UTC }\n    # Accounts',
    'createdAt: { column: created_at, as: datetime, zone: Europe/Berlyn }\n    # Accounts',
    'Europe/Berlyn',
    'database.customers.createdAt.zone',
    '"Europe/Berlyn"',
    'a time zone by its name or offset, such as Europe/Berlin, UTC or "-08:00"',
  ],
  [
    'a condition that would end the statement',
    '      delete: rows\n    - table: api_tokens',
    '      delete: rows\n      where: "1 = 1; DROP TABLE customers"\n    - table: api_tokens',
    '"1 = 1;',
    'database.revoke.0.where',
    '"1 = 1; DROP TABLE customers"',
    'one expression, without ;',
  ],
  [
    'an address with a name',
    'replyTo: passwordchange@zappos.test',
    'replyTo: Care <care@zappos.test>',
    'Care <',
    'replyTo',
    '"Care <care@zappos.test>"',
    MAILBOX,
  ],
  [
    'an address with a control character',
    'replyTo: passwordchange@zappos.test',
    'replyTo: "ca\\u0001re@zappos.test"',
    '"ca\\u0001',
    'replyTo',
    '"ca\\u0001re@zappos.test"',
    MAILBOX,
  ],
  [
    'a cutoff without its zone',
    'cutoff: 2012-01-15T23:00:00Z',
    'cutoff: 2012-01-15 23:00',
    '2012-01-15 23',
    'cutoff',
    '"2012-01-15 23:00"',
    INSTANT,
  ],
  [
    'a cutoff that is no day',
    'cutoff: 2012-01-15T23:00:00Z',
    'cutoff: 2011-02-29T23:00:00Z',
    '2011-02',
    'cutoff',
    '"2011-02-29T23:00:00Z"',
    INSTANT,
  ],
  [
    'a table without an owner',
    '    - table: api_tokens\n      key: customer_id\n',
    '    - table: api_tokens\n',
    'table: api_tokens',
    'database.revoke.1',
    'a section with table, createdAt, delete',
    "key or email, one of them: how a row is known to be the customer's",
  ],
  // YAML
  [
    'a tab in front',
    '\npace:\n  perSecond',
    '\npace:\n\tperSecond',
    '\tperSecond',
    '',
    'a tab in front of the text',
    'spaces: YAML takes no tabs there',
  ],
  [
    'an anchor where a text begins with &',
    'title: Customer',
    'title: &copy Customer',
    '&copy',
    '',
    'the YAML anchor &copy',
    IN_FULL,
  ],
  [
    'an alias',
    'title: Customer database read, January 2012',
    'title: *title',
    '*title',
    '',
    'the YAML alias *title',
    IN_FULL,
  ],
  ['a tag', 'title: Customer', 'title: !!str Customer', '!!str', '', 'the YAML tag !!str', IN_FULL],
  [
    'a tag of somebody else',
    'title: Customer',
    'title: !js/function Customer',
    '!js',
    '',
    'the YAML tag !js/function',
    IN_FULL,
  ],
  [
    'a text that begins with a placeholder',
    'greeting: Dear {name},',
    'greeting: {name}, hello',
    ', hello',
    '',
    '", hello" after the end of the value',
    QUOTES,
  ],
  [
    'a colon in a text',
    'title: Customer database',
    'title: Notice: customer database',
    'Notice: customer',
    '',
    'a colon and a space within a text',
    QUOTES,
  ],
  [
    'a text that begins with @',
    'title: Customer',
    'title: @Customer',
    '@Customer',
    '',
    'a text that begins with "@"',
    QUOTES,
  ],
  [
    'a section as a key',
    '\npace:',
    '\n? [pace]\n:',
    '[pace]',
    '',
    'a section or nothing as a key',
    'a word, a colon and a space',
  ],
  [
    'a second document',
    '\npace:',
    '\n---\npace:',
    '---\npace',
    '',
    'a second document after "---"',
    'one incident in a file',
  ],
])('%s is told with its place', (_, from, to, mark, path, found, wanted) => {
  const file = exampleWith([from, to]);
  expect(problemsOf(file)).toContainEqual({ ...placeOf(file, mark), path, found, wanted });
});

test('what stands below a key that is wrong is judged as well', () => {
  const file = exampleWith(
    ['  en:\n', '  EN:\n'],
    ['    subject:', '    subjct:'],
    ['Dear {name},', 'Dear {nam},'],
  );
  expect(problemsOf(file).map(({ path, wanted }) => `${path}: ${wanted}`)).toEqual([
    'texts.EN: en',
    'texts.EN.subjct: subject',
    'texts.EN.greeting: {name}',
  ]);
});

test('of a section that stands twice nobody knows which is meant: nothing of it is relied on, and all else is', () => {
  const result = parseIncident(exampleWith(['\npace:', '\npace:\n  perSecond: 7\npace:']), { now: NOW });
  if (!('parts' in result)) throw new Error('the file has no fault');
  expect(result.problems.map(({ path }) => path)).toEqual(['pace']);
  expect(result.parts).not.toHaveProperty('pace');
  expect(result.parts).toHaveProperty('canary');
});

test('a quote that is never closed is told', () => {
  expect(
    problemsOf(exampleWith(['title: Customer', 'title: "Customer'])).map(({ found }) => found),
  ).toContain('a quote that is never closed');
});

test('all is told at once, in the order of the file', () => {
  const file = exampleWith(
    ['title: Customer', 'titel: Customer'],
    ['cutoff: 2012', 'cutoff: 2031'],
    ['  choosePassword: https://www.zappos.test', '  choosePassword: https://zappos-help.test'],
    ['greeting: Dear {name},', 'greeting: Dear {nmae},'],
    ['      expired:', '      expird:'],
    ['care-leads@', 'notice-check@'],
    ['table: api_tokens', 'table: sessions'],
    ['  customers: 100', '  customers: 100 # \u0007'],
  );
  expect(formatProblems('incident.yaml', problemsOf(file)).split('\n')).toEqual([
    expect.stringMatching(/^incident\.yaml:3:1 titel: found the unknown key "titel", write title$/),
    expect.stringMatching(/^incident\.yaml:7:9 cutoff: found 2031-01-15T23:00:00Z, in the future, write /),
    expect.stringMatching(
      /^incident\.yaml:\d+:19 links\.choosePassword: found .*, outside the From domain, write /,
    ),
    expect.stringMatching(
      /^incident\.yaml:\d+:20 texts\.en\.greeting: found the unknown placeholder \{nmae\}, write \{name\}$/,
    ),
    expect.stringMatching(
      /^incident\.yaml:\d+:7 texts\.en\.whatYouCanDo\.expird: found the unknown key "expird", write expired$/,
    ),
    expect.stringMatching(
      /^incident\.yaml:\d+:7 canary\.mailboxes\.1: found "notice-check@zappos\.test" a second time/,
    ),
    expect.stringMatching(
      /^incident\.yaml:\d+:20 found the character U\+0007, which does not print, write the text without it$/,
    ),
    expect.stringMatching(
      /^incident\.yaml:\d+:14 database\.revoke\.1\.table: found "sessions" a second time/,
    ),
  ]);
});

test.each([
  ['', 'an empty file'],
  ['# nothing yet\n', 'an empty file'],
  ['---\n', 'an empty file'],
  ['- a\n- b\n', 'a list'],
  ['hello', '"hello"'],
])('%j is no incident', (file, found) => {
  const wanted = 'an incident: begin with a copy of examples/zappos-2012/incident.yaml';
  expect(problemsOf(file)).toEqual([{ line: 1, column: 1, path: '', found, wanted }]);
});

test.each([
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['old Mac CR', (text: string) => text.replaceAll('\n', '\r')],
  ['a byte order mark', (text: string) => `\uFEFF${text}`],
])('a file with %s says the same, and its faults stand at the same places (C12)', (_, saved) => {
  expect(parseIncident(saved(EXAMPLE), { now: NOW })).toEqual(parseIncident(EXAMPLE, { now: NOW }));
  expect(parseIncident(Buffer.from(saved(EXAMPLE)), { now: NOW })).toEqual(
    parseIncident(EXAMPLE, { now: NOW }),
  );
  const faulty = exampleWith(['perSecond: 500', 'perSecond: fast']);
  expect(problemsOf(saved(faulty))).toEqual(problemsOf(faulty));
});

describe('Norway (C29)', () => {
  const norwegian = exampleWith(['  en:\n', '  no:\n'], ['defaultLanguage: en', 'defaultLanguage: no']);
  test.each([norwegian, `%YAML 1.1\n---\n${norwegian}`, `%YAML 1.2\n---\n${norwegian}`])(
    'is a language',
    (file) => {
      const result = parseIncident(file, { now: NOW });
      expect(result).toMatchObject({
        incident: { defaultLanguage: 'no', texts: { no: { heading: 'Notice of Data Breach' } } },
      });
    },
  );

  test('is never false: what YAML does read as yes or no is explained', () => {
    const file = exampleWith(['  en:\n', '  true:\n']);
    expect(problemsOf(file)).toContainEqual(
      expect.objectContaining({ path: 'texts.true', found: 'the key "true"', ...placeOf(file, 'true:') }),
    );
  });
});

test.each([
  ['\u0092', 'the character U+0092, which does not print', '"’", which it was in Word'],
  ['\u0085', 'the character U+0085, which does not print', '"…", which it was in Word'],
  ['\u2028', 'the character U+2028, which does not print', 'a line break'],
  ['\u202e', 'the character U+202E, which does not print', 'the text without it'],
  ['\u0008', 'the character U+0008, which does not print', 'the text without it'],
  [
    '\ufffd',
    'the character U+FFFD, which does not print',
    'what stood here: the character was lost, the file was not UTF-8',
  ],
])('%j is refused by line and column (C26)', (character, found, wanted) => {
  const file = exampleWith(['We are sorry that', `We are${character} sorry that`]);
  expect(problemsOf(file)).toEqual([
    expect.objectContaining({
      ...placeOf(file, character),
      found,
      wanted,
      path: 'texts.en.whatHappened.text',
    }),
  ]);
  // Written as an escape it is not in the file, but it would be in the mail.
  const written = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = exampleWith([
    'heading: Notice of Data Breach',
    `heading: "Notice${written} of Data Breach"`,
  ]);
  expect(problemsOf(escaped)).toEqual([
    { ...placeOf(escaped, `"Notice${written}`), path: 'texts.en.heading', found, wanted },
  ]);
});

test('a file in Latin-1 is told where its first lost letter stands', () => {
  const file = exampleWith(['title: Customer', 'title: Café']);
  expect(problemsOf(Buffer.from(file, 'latin1'))).toContainEqual(
    expect.objectContaining({ line: 3, column: 11, found: 'the character U+FFFD, which does not print' }),
  );
});

test.each([
  ['a file of 10 MB', 'x: y\n'.repeat(2_000_000), 'a file of 10000000 bytes'],
  ['a file of 100,000 lines', 'x: y\n'.repeat(100_000), 'a file of 100001 lines'],
  ['a file in UTF-16', Buffer.from(`\uFEFF${EXAMPLE}`, 'utf16le'), 'a file in UTF-16'],
  ['a file in UTF-16 without its mark', Buffer.from(EXAMPLE, 'utf16le'), 'a binary file, or one in UTF-16'],
  [
    'a picture',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]),
    'a binary file, or one in UTF-16',
  ],
])('%s is refused as a whole', (_, file, found) => {
  expect(problemsOf(file)).toEqual([{ line: 1, column: 1, path: '', found, wanted: expect.any(String) }]);
});

test('aliases that would blow up are told one by one and never resolved', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((letter, i) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  const problems = problemsOf(bomb);
  expect(problems[0]).toEqual({ line: 1, column: 4, path: '', found: 'the YAML anchor &a', wanted: IN_FULL });
  expect(problems).toHaveLength(9 + 8 * 9);
});

test('sections nested without end are refused, not followed', () => {
  expect(problemsOf('['.repeat(20_000))).toContainEqual(
    expect.objectContaining({ found: 'sections nested much too deeply' }),
  );
});

test.each(['__proto__: {id: x}\n', 'constructor: 1\n', 'toString: 1\n', '<<: {id: other}\n'])(
  '%j is an unknown key like any other',
  (line) => {
    const file = exampleWith(['\npace:', `\n${line}pace:`]);
    expect(problemsOf(file)).toEqual([
      expect.objectContaining({ ...placeOf(file, line), found: `the unknown key "${line.split(':')[0]}"` }),
    ]);
  },
);

test.each(['\u0092\n', 'a: !x 1\n', 'a: 1\n', 'a: "\n', '@', '- ', '{a: 1, ', '? ', '[{'])(
  '%j without end is told up to a limit',
  (fault) => {
    const problems = problemsOf(fault.repeat(19_000));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThan(200);
  },
);

test.each<[string, string, string]>([
  ['fingerprintsDays: -1', '-1', 'days after the close, a whole number from 0 to 36500'],
  ['addressesDays: 1.5', '1.5', 'days after the close, a whole number from 0 to 36500'],
  ['journalsDays: 90d', '"90d"', 'days after the close, a whole number from 0 to 36500'],
  ['adressesDays: 30', 'the unknown key "adressesDays"', 'addressesDays'],
])('a retention of %s is refused with what to write', (line, found, wanted) => {
  const file = exampleWith(['\npace:', `\nretention:\n  ${line}\npace:`]);
  expect(problemsOf(file)).toEqual([
    expect.objectContaining({ found, wanted: expect.stringContaining(wanted) }),
  ]);
});
