import { readYaml } from '../../src/incident/incident-yaml';
import { parseIncident } from '../../src/incident/parse-incident';
import { exampleWith } from './example-incident';

function problemsOf(file: string) {
  const parsed = parseIncident(file, { now: new Date() });
  return 'problems' in parsed ? parsed.problems : [];
}

function lossesOf(text: string): string[] {
  return readYaml(text).losses.map(({ line, column, path, found }) => `${line}:${column} ${path}: ${found}`);
}

function cut(comment: string, source: string): string {
  return `"${comment}", which YAML leaves out as a comment after "${source}"`;
}

describe('what YAML would cut off is refused by line (C108)', () => {
  test.each<[what: string, text: string, losses: string[]]>([
    ['a text', 'a: b # c\n', [`1:6 a: ${cut('# c', 'b')}`]],
    [
      'an item of a list',
      'a:\n  - your customer # and your phone number\n',
      [`2:19 a.0: ${cut('# and your phone number', 'your customer')}`],
    ],
    ['a phone number', 'phone: +1 800 555 0100 #5\n', [`1:24 phone: ${cut('#5', '+1 800 555 0100')}`]],
    ['after a tab', 'a: b\t#c\n', [`1:6 a: ${cut('#c', 'b')}`]],
    ['after more than one space', 'a: b   # c\n', [`1:8 a: ${cut('# c', 'b')}`]],
    ['the last of several lines', 'a: b\n  c # d\n', [`2:5 a: ${cut('# d', 'b\\n  c')}`]],
    ['within brackets', 'a: [b, c #d\n  ]\n', [`1:10 a.1: ${cut('#d', 'c')}`]],
    ['within braces', 'a: { b: c #d\n  }\n', [`1:11 a.b: ${cut('#d', 'c')}`]],
    ['a line where the text would go on', 'a: b\n  # c\nd: e\n', [`2:3 a: ${cut('# c', 'b')}`]],
    ['such a line after an empty one', 'a: b\n\n  # c\n', [`3:3 a: ${cut('# c', 'b')}`]],
    ['such a line after spaces', 'a: b  \n   \n  # c\n', [`3:3 a: ${cut('# c', 'b')}`]],
    [
      'such a line after an item that begins with a hyphen',
      'a:\n  - -b\n    # c\n',
      [`3:5 a.0: ${cut('# c', '-b')}`],
    ],
    ['such a line within brackets', 'a: [\n    b,\n    c\n      # d\n  ]\n', [`4:7 a.1: ${cut('# d', 'c')}`]],
    ['such a line in a list', 'a:\n  - b\n    # c\n  - d\n', [`3:5 a.0: ${cut('# c', 'b')}`]],
    ['the last line of a file without an end', 'a: b # c', [`1:6 a: ${cut('# c', 'b')}`]],
    [
      'a text of which nothing is left',
      'a: #5\nb: c\n',
      ['1:4 a: "#5", which YAML leaves out as a comment, so that nothing is left'],
    ],
    [
      'an item of which nothing is left',
      'a:\n  - #1 of our customers\n  - b\n',
      ['2:5 a.0: "#1 of our customers", which YAML leaves out as a comment, so that nothing is left'],
    ],
    ['a word that is no name', 'database:\n  dead: x # y\n', [`2:11 database.dead: ${cut('# y', 'x')}`]],
    [
      'such a word in a list',
      'database:\n  retire:\n    - dead: x # y\n',
      [`3:15 database.retire.0.dead: ${cut('# y', 'x')}`],
    ],
    [
      'a condition',
      'database:\n  when: a = 1 # and b = 2\n',
      [`2:15 database.when: ${cut('# and b = 2', 'a = 1')}`],
    ],
  ])('%s', (_, text, losses) => expect(lossesOf(text)).toEqual(losses));

  test.each<[what: string, text: string]>([
    ['on a line of its own', '# a\na: b\n# c\nd:\n  # e\n  - f\n  # g\n  - h\n# i\n'],
    ['as far left as the keys beside', 'a:\n  b: c\n  # d\n  e: f\n'],
    ['after a key with a section below', 'a: # b\n  c: d\ne: # f\n  - g\n'],
    ['after quotes', 'a: "b" # c\nd: \'e\' # f\n'],
    ['after a bracket', 'a: [b, c] # d\ne: { f: g } # h\n'],
    [
      'after a number, true, false and null',
      'a: 8 # b\nc: true # d\ne: false # f\ng: null # h\ni: -0.5 # j\n',
    ],
    ['before a text on lines of its own', 'a: | # b\n  c # d\n  # e\nf: g\n'],
    ['after the name of a table or column', 'database:\n  table: users # ours\n  zone: Europe/Berlin # d\n'],
    ['no space before it, so none at all', 'a: C#\nb: x#y z\n'],
    ['as far left as the items within brackets', 'a: [\n    b,\n    c\n    # d\n  ]\n'],
    ['below a key that has no value at all', '? a\n# b\n'],
    ['below an empty key', 'a:\n  # b\nc: d\n'],
  ])('a comment that takes nothing with it stands: %s', (_, text) => expect(lossesOf(text)).toEqual([]));
});

describe('a number that YAML would change is refused by line (C108)', () => {
  test.each([
    ['0800123', '800123'],
    ['007', '7'],
    ['0o17', '15'],
    ['0x1F', '31'],
    ['1.10', '1.1'],
    ['50.0', '50'],
    ['1e3', '1000'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['-0', '0'],
    ['.inf', 'Infinity'],
    ['.nan', 'NaN'],
    ['9007199254740993', '9007199254740992'],
  ])('%s, read as %s', (source, read) =>
    expect(lossesOf(`a: ${source}\n`)).toEqual([`1:4 a: ${source}, which YAML reads as the number ${read}`]),
  );

  test.each(['0', '8', '-5', '0.25', '9007199254740991'])('%s is what it is', (source) =>
    expect(lossesOf(`a: ${source}\n`)).toEqual([]),
  );

  test.each(['1_000', '12:30:45', '2012-01-15', 'no', 'yes', 'Off', '1.2.3', '0b11', '0800 123'])(
    '%s is a text, as it stands there: only YAML 1.1 made something else of it',
    (source) => {
      for (const directive of ['', '%YAML 1.1\n---\n']) {
        const yaml = readYaml(`${directive}a: ${source}\n`);
        expect(yaml).toMatchObject({ value: { a: source }, losses: [], problems: [] });
      }
    },
  );
});

test('in the file each stands at its line, with what to write; what else is wrong is told beside it', () => {
  const problems = problemsOf(
    exampleWith(
      ['\ncanary:', '\nphone: +1 800 555 0100 #5\ncanary:'],
      ['- your full card number', '- your full # card number'],
      ['  sessions: 8', '  sessions: 08'],
      ['table: api_tokens', 'table: sessions'],
    ),
  );
  expect(problems.map(({ path, found }) => `${path}: ${found}`)).toEqual([
    `texts.en.whatInformation.notAffected.0: ${cut('# card number', 'your full')}`,
    'relay.sessions: 08, which YAML reads as the number 8',
    `phone: ${cut('#5', '+1 800 555 0100')}`,
    'database.revoke.1.table: "sessions" a second time',
  ]);
  for (const { wanted } of [problems[0]!, problems[2]!])
    expect(wanted).toMatch(/in quotes.*a line of its own/);
});

test('where a text is wanted, a number is told once', () => {
  const problems = problemsOf(exampleWith(['\ncanary:', '\nphone: 0800123\ncanary:']));
  expect(problems.map(({ path, found, wanted }) => ({ path, found, wanted }))).toEqual([
    {
      path: 'phone',
      found: '0800123, which YAML reads as a number',
      wanted: expect.stringMatching(/^it in quotes, "0800123"/),
    },
  ]);
});
