import { incidentSchema } from '../../src/incident/incident-schema';
import { withValue } from './example-incident';
import {
  example,
  faultsWith,
  holds,
  LINE,
  type Limit,
  list,
  nullable,
  optional,
  pathOf,
  share,
  wholeNumber,
  x,
} from './schema-limits';

const PLAIN_LINE: Limit = { ...LINE, refused: [...LINE.refused, 'two\nlines'] };
const LONGEST_MAILBOX = `${x(64)}@${x(63)}.${x(63)}.${x(61)}`;
const MAILBOX: Limit = {
  taken: ['a@b.test', LONGEST_MAILBOX],
  refused: ['', 'a', `${LONGEST_MAILBOX}x`, 'A <a@b.test>', 'a@b.test, c@d.test'],
};
const LINK: Limit = { taken: ['x', x(500)], refused: ['', x(501), null] };
const DATE: Limit = { taken: ['2012-02-29'], refused: ['2011-02-29', '2012-1-15', '15.1.2012', ''] };
const PLACE: Limit = { taken: ['DE', ` ${x(100)} `], refused: ['', ' ', x(101), 'D\u0007', 'D\nE', null] };
const DAYS = optional(wholeNumber(0, 36_500));
test.each<[string, Limit]>([
  [
    'id',
    {
      taken: ['a', '7', 'a-b', 'a--b', `a${x(62)}a`],
      refused: ['', 'A', '-a', 'a-', 'a_b', 'a b', 'é', 'a\n', `a${x(63)}a`],
    },
  ],
  ['title', PLAIN_LINE],
  [
    'cutoff',
    {
      taken: ['2012-01-15T23:00:00Z', '2012-01-15T15:00:00.5-08:00'],
      refused: ['2012-01-15T23:00:00', '2012-01-15', '2012-02-30T00:00:00Z', null],
    },
  ],
  ['from.name', PLAIN_LINE],
  ['from.address', MAILBOX],
  ['replyTo', MAILBOX],
  ['links.choosePassword', LINK],
  ['links.page', LINK],
  ['phone', optional(PLAIN_LINE)],
  ['dates.breach', DATE],
  ['dates.breachEnd', optional(DATE)],
  ['dates.notice', DATE],
  ['contactPoint.name', PLAIN_LINE],
  ['contactPoint.address', MAILBOX],
  ...['california', 'massachusetts', 'gdpr'].flatMap((law): [string, Limit][] => [
    [`jurisdictions.${law}`, list(500, 'DE')],
    [`jurisdictions.${law}.0`, PLACE],
  ]),
  ['approval', { taken: [undefined], refused: [null, {}, { people: 2, logins: 2 }] }],
  ['approval.people', wholeNumber(1, 3)],
  ['reminder.afterDays', share(0, 365)],
  ['reminder', { taken: [null, undefined], refused: [{}, 30] }],
  ['defaultLanguage', optional({ taken: ['en', 'nds'], refused: ['e', 'engl', 'EN', 'en-US', ''] })],
  ['relay.sessions', optional(wholeNumber(1, 64))],
  ['relay.messagesPerSession', optional(nullable(wholeNumber(1, 1_000_000)))],
  ['pace.perSecond', optional(wholeNumber(1, 1_000_000))],
  ['canary.mailboxes', optional(list(50, 'a@b.test'))],
  ['canary.mailboxes.0', MAILBOX],
  ['canary.customers', optional(wholeNumber(0, 100_000))],
  ['canary.afterwards', optional({ taken: ['hold', 'continue'], refused: ['stop', '', true] })],
  ['breaker.windowSeconds', optional(wholeNumber(5, 3_600))],
  ['breaker.minimumOutcomes', optional(wholeNumber(1, 100_000))],
  ['breaker.refusedShare', optional(share(0.01, 1))],
  ['breaker.sameRefusals', optional(wholeNumber(2, 10_000))],
  ['breaker.receiverRefusals', optional(wholeNumber(2, 10_000))],
  ['breaker.sessionFailures', optional(wholeNumber(1, 10_000))],
  ['retry.firstAfterSeconds', optional(wholeNumber(1, 86_400))],
  ['retry.forHours', optional(share(0.001, 720))],
  ['retention', { taken: [undefined, {}], refused: [null, { days: 7 }] }],
  ['retention.fingerprintsDays', DAYS],
  ['retention.addressesDays', DAYS],
  ['retention.relayWordsDays', DAYS],
  ['retention.journalsDays', DAYS],
])('%s takes what is within its limits, and no more', holds);

test('a key that a section does not know is refused there, and so is a section without what it needs', () => {
  const sections = (value: unknown, path: string[] = []): string[][] =>
    typeof value !== 'object' || value === null
      ? []
      : [
          ...(Array.isArray(value) ? [] : [path]),
          ...Object.entries(value).flatMap(([key, item]) => sections(item, [...path, key])),
        ];
  for (const path of sections(example).filter((steps) => steps.join('.') !== 'texts')) {
    const section = path.join('.');
    expect([section, faultsWith(section === '' ? 'unheardOf' : `${section}.unheardOf`, 'x')]).toEqual([
      section,
      [section],
    ]);
  }
});

test('what a file leaves out has these values', () => {
  const left = [
    'jurisdictions',
    'reminder',
    'defaultLanguage',
    'relay',
    'pace',
    'canary',
    'breaker',
    'retry',
  ];
  const bare = Object.fromEntries(Object.entries(example).filter(([key]) => !left.includes(key)));
  const texts = {
    ...(bare.texts as Record<string, Record<string, unknown>>).en,
    inDefaultLanguage: undefined,
  };
  const database = {
    customers: { table: 'x', key: 'x', email: 'x' },
    retire: [{ table: 'x', key: 'x', column: 'x', dead: null }],
  };
  const advised = withValue(texts, pathOf('whatYouCanDo.noPassword.steps'), undefined);
  expect(incidentSchema.parse({ ...bare, database, texts: { en: advised } })).toMatchObject({
    jurisdictions: { california: [], massachusetts: [], gdpr: [] },
    reminder: null,
    defaultLanguage: 'en',
    relay: { sessions: 8, messagesPerSession: null },
    pace: { perSecond: 200 },
    canary: { mailboxes: [], customers: 100, afterwards: 'hold' },
    breaker: {
      ...{ windowSeconds: 60, minimumOutcomes: 50, refusedShare: 0.25, sameRefusals: 20 },
      sessionFailures: 20,
    },
    retry: { firstAfterSeconds: 300, forHours: 72 },
    texts: { en: { inDefaultLanguage: [], whatYouCanDo: { noPassword: { steps: [] } } } },
    database: {
      ...{ revoke: [], stated: [], ignored: [] },
      customers: { name: null, language: null, country: null, region: null, createdAt: null, leaveOut: [] },
    },
  });
});
