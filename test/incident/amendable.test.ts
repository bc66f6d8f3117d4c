import { type AmendedRun, amendment, refusedWords } from '../../src/incident/amendable';
import { changeWords } from '../../src/incident/file-hash';
import type { Incident } from '../../src/incident/incident-schema';
import { changedExample } from './example-incident';

const HASH = 'a'.repeat(64);
const AT_NIGHT: AmendedRun = { mailed: true, reminderBegun: false };

function amended(change: (incident: Incident) => void, run = AT_NIGHT, contentHash = HASH) {
  const was = { incident: changedExample(() => undefined).incident, contentHash: HASH };
  return amendment(was, { incident: changedExample(change).incident, contentHash }, run);
}

test.each<[string, (incident: Incident) => void, string[]]>([
  ['words', (file) => (file.texts.en!.heading = 'Notice'), ['texts.en.heading']],
  ['the sender', (file) => (file.from.name = 'Shop'), ['from.name']],
  [
    "the sender's address at its domain",
    (file) => (file.from.address = `care2@${domainOf(file)}`),
    ['from.address'],
  ],
  ['the pace', (file) => (file.pace.perSecond = 7), ['pace.perSecond']],
  ['the canary', (file) => (file.canary.customers = 7), ['canary.customers']],
  ['the breaker', (file) => (file.breaker.sameRefusals = 7), ['breaker.sameRefusals']],
  ['the relay', (file) => (file.relay.messagesPerSession = 7), ['relay.messagesPerSession']],
  ['when it is tried again', (file) => (file.retry.forHours = 7), ['retry.forHours']],
  ['the reminder', (file) => (file.reminder = { afterDays: 77 }), ['reminder']],
  ['what people call it', (file) => (file.title = 'The breach'), ['title']],
])('%s may be amended while customers are told', (_, change, fields) => {
  const { changes, refused } = amended(change);
  expect(refused).toEqual([]);
  expect(changes.map(({ field }) => field.replace(/^reminder\..*/, 'reminder'))).toEqual(fields);
});

const REMINDING: AmendedRun = { mailed: true, reminderBegun: true };

test.each<[string, (incident: Incident) => void, string, AmendedRun]>([
  ['the id', (file) => (file.id = 'another'), 'id', AT_NIGHT],
  ['the cutoff', (file) => (file.cutoff = '2012-01-14T00:00:00Z'), 'cutoff', AT_NIGHT],
  [
    'the mapping',
    (file) => (file.database.customers.leaveOut = [{ when: '1', because: 'x' }]),
    'database',
    AT_NIGHT,
  ],
  ['how many approve', (file) => (file.approval = { people: 3 }), 'approval', AT_NIGHT],
  ["the sender's domain", (file) => (file.from.address = 'care@other.test'), 'from.address', AT_NIGHT],
  ['a reminder that has begun', (file) => (file.reminder = { afterDays: 77 }), 'reminder', REMINDING],
])('%s is never amended, and the words say why', (_, change, section, run) => {
  const { changes, refused } = amended(change, run);
  expect(changes).toEqual([]);
  expect(refused.map(({ field }) => field.startsWith(section))).not.toContain(false);
  expect(refused.length).toBeGreaterThan(0);
  expect(refusedWords(refused)[0]).toMatch(new RegExp(`^${section}.*: [a-z].{20,}\\.$`));
});

test("the sender's domain is refused with that by which messages are out", () => {
  const { refused } = amended((file) => (file.from.address = 'care@other.test'));
  expect(refused).toEqual([
    { field: 'from.address', why: expect.stringContaining('Message-IDs end in zappos.test: by these') },
  ]);
});

test("the sender's domain may change before a message can be out", () => {
  const { refused } = amended((file) => (file.from.address = 'care@other.test'), {
    mailed: false,
    reminderBegun: false,
  });
  expect(refused).toEqual([]);
});

test('what may not change does not hide what could', () => {
  const { changes, refused } = amended((file) => {
    file.cutoff = '2012-01-14T00:00:00Z';
    file.pace.perSecond = 7;
  });
  expect([changes.length, refused.length]).toEqual([1, 1]);
});

test.each<[string, (incident: Incident) => void, string, boolean]>([
  ['other words', (file) => (file.texts.en!.heading = 'Notice'), 'b'.repeat(64), true],
  ['the same words at another pace', (file) => (file.pace.perSecond = 7), HASH, false],
  ['another law for a place', (file) => file.jurisdictions.california.push('US-NV'), HASH, true],
  [
    'another law for a place, and another pace',
    (file) => {
      file.jurisdictions.california.push('US-NV');
      file.pace.perSecond = 7;
    },
    HASH,
    true,
  ],
  ['another language for whoever has none', (file) => (file.defaultLanguage = 'de'), HASH, true],
])('%s: whether somebody must approve', (_, change, contentHash, needed) => {
  expect(amended(change, AT_NIGHT, contentHash).needsApproval).toBe(needed);
});

test('a word in a long text is shown with those around it, not the text twice', () => {
  const long = `${'The thief read names. '.repeat(20)}We expired all pasword. ${'Choose a new one. '.repeat(20)}`;
  const words = changeWords({ field: 'texts.en.x', was: long, is: long.replace('pasword', 'passwords') });
  expect(words).toBe(
    'texts.en.x: was "...names. We expired all pasword. Choose a new one. Choos...", is "...names. We expired all passwords. Choose a new one. Choos..."',
  );
});

test.each([
  ['added at the end', `${'x'.repeat(70)}`, `${'x'.repeat(70)}yz`],
  [
    'taken from the middle',
    `${'x'.repeat(70)}abcabc${'y'.repeat(70)}`,
    `${'x'.repeat(70)}abc${'y'.repeat(70)}`,
  ],
  ['all of it', 'x'.repeat(70), 'y'.repeat(70)],
])('of two long texts the difference is shown: %s', (_, was, is) => {
  const words = changeWords({ field: 'f', was, is });
  const [, before, after] = /^f: was "(.*)", is "(.*)"$/.exec(words)!;
  expect(before).not.toBe(after);
});

function domainOf({ from: { address } }: Incident): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
