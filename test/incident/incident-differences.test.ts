import { createHash } from 'node:crypto';
import {
  canonicalIncident,
  changedValues,
  fileHash,
  incidentDifferences,
} from '../../src/incident/file-hash';
import { parseIncident } from '../../src/incident/parse-incident';
import { EXAMPLE, exampleWith } from './example-incident';

function incidentOf(file: string) {
  const result = parseIncident(file, { now: new Date('2012-01-16T00:00:00Z') });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.incident;
}

const EXAMPLE_INCIDENT = incidentOf(EXAMPLE);

test('a file that says the same has the same canonical form, however it says it', () => {
  const id = 'id: zappos-2012\n';
  const same = [
    EXAMPLE.replaceAll(/^ *#.*\n/gm, ''),
    EXAMPLE.replaceAll('\n', '\r\n'),
    `${exampleWith([id, '\n'])}\n${id}`,
    exampleWith([id, 'id: "zappos-2012"\n']),
    exampleWith(['  afterwards: hold\n', '']),
  ];
  for (const file of same) {
    expect(canonicalIncident(incidentOf(file))).toBe(canonicalIncident(EXAMPLE_INCIDENT));
    expect(incidentDifferences(EXAMPLE_INCIDENT, incidentOf(file))).toEqual([]);
  }
});

test('the canonical form is one line of JSON that reads back as the incident, and outlives the database', () => {
  const canonical = canonicalIncident(EXAMPLE_INCIDENT);
  expect(canonical).not.toContain('\n');
  expect(JSON.parse(canonical)).toEqual(EXAMPLE_INCIDENT);
  expect(canonicalIncident(JSON.parse(JSON.stringify(EXAMPLE_INCIDENT)))).toBe(canonical);
  expect(canonical.indexOf('"breaker"')).toBeLessThan(canonical.indexOf('"canary"'));
});

test('keys stand in order at every depth, lists as they are; the hash is of that line', () => {
  const file = { z: 1, a: { d: 1, b: 2, e: null, c: 3 }, m: [{ y: 1, x: 2 }, 'b', 'a'] } as never;
  const canonical = '{"a":{"b":2,"c":3,"d":1,"e":null},"m":[{"x":2,"y":1},"b","a"],"z":1}';
  expect(canonicalIncident(file)).toBe(canonical);
  expect(fileHash(file)).toBe(hash(canonical));
});

test('a section that is gone, or is a list now, is told as a whole', () => {
  const differences = (was: unknown, is: unknown) =>
    incidentDifferences({ a: was } as never, { a: is } as never);
  expect(differences({ b: 1 }, null)).toEqual(['a: was a section with b, is nothing']);
  expect(differences(null, { b: 1 })).toEqual(['a: was nothing, is a section with b']);
  expect(differences({ 0: 'x' }, ['x'])).toEqual(['a: was a section with 0, is a list']);
});

test.each([
  ['pace.perSecond: was 500, is 50', ['perSecond: 500', 'perSecond: 50']],
  [
    'texts.en.heading: was "Notice of Data Breach", is "Notice"',
    ['heading: Notice of Data Breach', 'heading: Notice'],
  ],
  ['canary.mailboxes.1: was "care-leads@zappos.test", is nothing', ['    - care-leads@zappos.test\n', '']],
  ['phone: was nothing, is "+1 800 555 0100"', ['# phone: +1', 'phone: +1']],
  ['database.retire.0.dead: was nothing, is "!"', ['dead: null', 'dead: "!"']],
] as [string, [string, string]][])('%s', (told, change) => {
  const changed = incidentOf(exampleWith(change));
  expect(incidentDifferences(EXAMPLE_INCIDENT, changed)).toEqual([told]);
  expect(hash(canonicalIncident(changed))).not.toBe(hash(canonicalIncident(EXAMPLE_INCIDENT)));
});

test.each([
  ['the address', 'https://a.test/s3cret-1', 'https://a.test/s3cret-2'],
  ['that there is one', undefined, 'https://a.test/s3cret-2'],
])('whom the file calls is not shown, since it may be a secret: %s', (_, was, is) => {
  const calling = (webhook?: string) =>
    ({
      ...EXAMPLE_INCIDENT,
      ...(webhook === undefined ? {} : { onHold: { webhook } }),
    }) as typeof EXAMPLE_INCIDENT;
  const told = incidentDifferences(calling(was), calling(is));
  expect(told).toEqual([expect.stringMatching(/^onHold.*\(not shown\)/)]);
  expect(JSON.stringify(changedValues(calling(was), calling(is)))).not.toContain('s3cret');
});

test('a change at the end of a long text is told, though both beginnings are alike', () => {
  const changed = incidentOf(
    exampleWith(['it is not\n        from us.', 'it is not from\n        our shop.']),
  );
  expect(incidentDifferences(EXAMPLE_INCIDENT, changed)).toEqual([
    expect.stringMatching(
      /^texts\.en\.moreInformation\.text: was "\.\.\..*it is not.*from us\..*", is "\.\.\..*it is not from.*our shop\..*"$/,
    ),
  ]);
});

test('of two long texts only the words that differ are shown, with those around them', () => {
  const changed = incidentOf(exampleWith(['the fastest.', 'the slowest.']));
  expect(incidentDifferences(EXAMPLE_INCIDENT, changed)).toEqual([
    expect.stringMatching(
      /^texts\.en\.moreInformation\.text: was "\.\.\..*the fastest\..*", is "\.\.\..*the slowest\..*"$/,
    ),
  ]);
});

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
