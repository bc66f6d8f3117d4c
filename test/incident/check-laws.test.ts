import { parse, stringify } from 'yaml';
import { checkPage } from '../../src/incident/check-incident';
import { jurisdictionChooser } from '../../src/incident/choose-variant';
import { parseIncident } from '../../src/incident/parse-incident';
import { WHOLE_EXAMPLE, wholeIncident } from './example-incident';

const NOW = new Date('2012-01-17T00:00:00Z');

const TOLD_SENTENCE = "A thief read our customers' list.";

type File = ReturnType<typeof whole>;
// biome-ignore lint/suspicious/noExplicitAny: a file as somebody may write it
const whole = (): any => parse(WHOLE_EXAMPLE);

function problemsOf(text: string) {
  const result = parseIncident(text, { now: NOW });
  return 'problems' in result ? result.problems : [];
}

/** The whole example, changed; each problem as `path: found ..., write ...`. */
function saidOf(change: (file: File) => void): string[] {
  const file = whole();
  change(file);
  return problemsOf(stringify(file)).map(
    ({ path, found, wanted }) => `${path}: found ${found}, write ${wanted}`,
  );
}

test('the example itself has no fault', () => {
  expect(problemsOf(WHOLE_EXAMPLE)).toEqual([]);
});

test.each<[string, (file: File) => void, string]>([
  [
    'a place under two laws',
    (file) => file.jurisdictions.gdpr.push(' us-ca'),
    'jurisdictions.gdpr.31: found "us-ca", which is under california already, write each place once',
  ],
  [
    'places without a column for them',
    (file) => (file.database.customers.country = null),
    'jurisdictions.gdpr: found places, but database.customers.country is null, write the name of the country column there, or [] here and no texts of this law',
  ],
  [
    'regions without a column for them',
    (file) => (file.database.customers.region = null),
    'jurisdictions.massachusetts.0: found "US-MA", but database.customers.region is null, write the name of the region column there, or whole countries here',
  ],
  [
    'a law without words in the default language',
    (file) => delete file.texts.en.gdpr,
    'texts.en: found no words for gdpr, under which jurisdictions.gdpr has places, write the section "gdpr", or no places there',
  ],
  [
    'words for a law that holds nowhere',
    (file) => (file.jurisdictions.massachusetts = []),
    'texts.es.massachusetts: found texts that no customer can get, as jurisdictions.massachusetts has no places, write the places there, or no texts here',
  ],
  [
    'a law both in own words and in the default language',
    (file) => (file.texts.es.inDefaultLanguage = ['gdpr']),
    'texts.es.inDefaultLanguage.0: found gdpr, which has words here, write one of the two',
  ],
  [
    'the default language giving way to itself',
    (file) => (file.texts.en.inDefaultLanguage = ['gdpr']),
    'texts.en.inDefaultLanguage.0: found this in the default language itself, write the section "gdpr"',
  ],
  [
    'another heading than California wants',
    (file) => (file.texts.en.whatYouCanDo.heading = 'What to do'),
    'texts.en.whatYouCanDo.heading: found "What to do", which is not California\'s heading, write "What You Can Do", here or below texts.en.california.headings',
  ],
  [
    'a description of the breach in the Massachusetts notice',
    (file) =>
      (file.texts.en.massachusetts.opening +=
        "\n\nSomeone broke into part of our computer network through one of our servers in Kentucky, and may have read the\ndatabase that holds our customers' accounts."),
    'texts.en.massachusetts.opening: found "Someone broke into part of our computer network through one ...", which "What happened" says as well, write words that do not describe the breach: the law of Massachusetts forbids it',
  ],
  [
    'the main heading another than California wants',
    (file) => (file.texts.en.heading = 'About your data'),
    'texts.en.heading: found "About your data", which is not California\'s heading, write "Notice of Data Breach", here or below texts.en.california.headings',
  ],
  [
    "one of California's own headings another than it wants",
    (file) =>
      (file.texts.en.california.headings = {
        heading: 'Notice of Data Breach',
        whatHappened: 'What Happened?',
        whatInformation: 'What Information Was Involved',
        whatWeAreDoing: 'What We Are Doing',
        whatYouCanDo: 'What You Can Do',
        moreInformation: 'For More Information',
      }),
    'texts.en.california.headings.whatHappened: found "What Happened?", which is not California\'s heading, write "What Happened", here or below texts.en.california.headings',
  ],
  ...(
    [
      ['preheader', (texts, sentence) => (texts.preheader = sentence)],
      ['whatInformation.intro', (texts, sentence) => (texts.whatInformation.intro = sentence)],
      ['whatWeAreDoing', (texts, sentence) => (texts.whatWeAreDoing = `We do much.   ${sentence}`)],
      ['rights.text', (texts, sentence) => (texts.rights.text += `\n${sentence}`)],
    ] as [string, (texts: File, sentence: string) => void][]
  ).map(([part, write]): [string, (file: File) => void, string] => [
    `a sentence of "What happened" in ${part} of Massachusetts`,
    (file) => {
      file.texts.en.whatHappened.text = `${TOLD_SENTENCE}We found out. ${file.texts.en.whatHappened.text}`;
      write(file.texts.en.massachusetts, TOLD_SENTENCE);
    },
    `texts.en.massachusetts.${part}: found "${TOLD_SENTENCE}", which "What happened" says as well, write words that do not describe the breach: the law of Massachusetts forbids it`,
  ]),
  [
    'a European notice without an address',
    (file) => (file.texts.de.gdpr.contact.text = 'Fragen Sie uns.'),
    'texts.de.gdpr.contact.text: found no {contactPointAddress}, write a sentence with it, such as "Write to {contactPoint}: {contactPointAddress}"',
  ],
  [
    'a language without words for the reminder',
    (file) => delete file.texts.fr.reminder,
    'texts.fr: found no words for the reminder, write the section "reminder" with subject, preheader, heading and text, or "reminder: null" at the top of the file',
  ],
  [
    'a breach that ends before it begins',
    (file) => (file.dates.breachEnd = '2012-01-14'),
    'dates.breachEnd: found 2012-01-14, before the breach, write 2012-01-15 or later',
  ],
  [
    'a notice from before the breach',
    (file) => (file.dates.notice = '2012-01-14'),
    'dates.notice: found 2012-01-14, before the breach, write 2012-01-15 or later',
  ],
  [
    'a day that is none',
    (file) => (file.dates.notice = '2012-02-30'),
    'dates.notice: found "2012-02-30", write a date such as 2012-01-15',
  ],
  [
    'somebody else for a contact',
    (file) => (file.contactPoint.address = 'dpo@lawyers.test'),
    'contactPoint.address: found "dpo@lawyers.test", outside the From domain, write an address at zappos.test or below it',
  ],
  [
    'a customer on the page',
    (file) => (file.texts.en.page.expired = 'If {email} no longer works'),
    'texts.en.page.expired: found {email}, write a text without it: the page knows no customer',
  ],
  [
    'the address of somebody else in a text',
    (file) => (file.texts.en.moreInformation.text += '\n\nSee also help.evil.test or EE.UU. for more.'),
    'texts.en.moreInformation.text: found "help.evil.test", which mail programs make a link of, write zappos.test or a host below it, or words that are no address',
  ],
  [
    "somebody else's mailbox in a text",
    (file) => (file.texts.en.signature += '\nask@lawyers.test'),
    'texts.en.signature: found "lawyers.test", which mail programs make a link of, write zappos.test or a host below it, or words that are no address',
  ],
  [
    'the address of somebody else in the name of the contact',
    (file) => (file.contactPoint.name = 'Data Office, lawyers.test'),
    'contactPoint.name: found "lawyers.test", which mail programs make a link of, write the name alone',
  ],
  [
    'the address of somebody else in the sender',
    (file) => (file.from.name = 'Shop, //evil.test'),
    'from.name: found the link "//evil.test", write the name alone',
  ],
  [
    'the address of somebody else in the phone',
    (file) => (file.phone = 'see https://evil.test/x'),
    'phone: found the link "https://evil.test/x", write the number alone',
  ],
  [
    'a placeholder in the sender',
    (file) => (file.from.name = 'Shop {name'),
    'from.name: found a {, write the name alone',
  ],
  [
    'a placeholder for a host',
    (file) => (file.texts.en.signature += '\nhttps://{email}'),
    'texts.en.signature: found the link "https://{email}", write {page} or {choosePassword}',
  ],
  [
    "a link to somebody else's host on the page",
    (file) => (file.texts.ja.page.expired = 'https://evil.test'),
    'texts.ja.page.expired: found the link "https://evil.test", write {page} or {choosePassword}',
  ],
  [
    'an override in the phone',
    (file) => (file.phone = '\u202E1'),
    'phone: found the character U+202E, which does not print, write the text without it',
  ],
  [
    'an override in the sender',
    (file) => (file.from.name = 'a\u202Eb'),
    'from.name: found the character U+202E, which does not print, write the text without it',
  ],
  [
    'a mark of our own slots',
    (file) => (file.texts.en.heading += '\uFDD0to\uFDD1'),
    'texts.en.heading: found the character U+FDD0, which does not print, write the text without it',
  ],
  [
    'a carriage return',
    (file) => (file.texts.ja.heading += '\rb'),
    'texts.ja.heading: found the character U+000D, which does not print, write the text without it',
  ],
  [
    'dates that the file has not',
    (file) => delete file.dates,
    'texts.ja.california.dates: found {noticeDate}, but the incident has no dates, write the dates after "dates:", or a text without it',
  ],
  [
    'a contact that the file has not',
    (file) => delete file.contactPoint,
    'texts.ar.gdpr.contact.text: found {contactPoint}, but the incident has no contactPoint, write name and address after "contactPoint:", or a text without it',
  ],
  [
    'a number for a place',
    (file) => (file.jurisdictions.gdpr = [49]),
    'jurisdictions.gdpr.0: found 49, which YAML reads as a number, write it in quotes, "49" (a country as your column has it, such as DE, or with its region, such as US-CA)',
  ],
  [
    'a law that we do not know',
    (file) => (file.jurisdictions.texas = ['US-TX']),
    'jurisdictions.texas: found the unknown key "texas", write one of california, massachusetts, gdpr, or nothing',
  ],
  [
    'a law in the default language that we do not know',
    (file) => (file.texts.fr.inDefaultLanguage = ['texas']),
    'texts.fr.inDefaultLanguage.0: found "texas", write california, massachusetts or gdpr',
  ],
  [
    'a misspelt key of a law',
    (file) => {
      file.texts.en.california = { date: file.texts.en.california.dates };
    },
    'texts.en.california.date: found the unknown key "date", write dates',
  ],
  [
    'a reminder too late',
    (file) => (file.reminder.afterDays = 400),
    'reminder.afterDays: found 400, write days, from 0 to 365',
  ],
])('%s is refused with what to write', (_, change, words) => {
  expect(saidOf(change)).toContainEqual(words);
});

// A misspelt placeholder in any of the new texts (C22).
test.each([
  ['california', (file: File) => (file.texts.en.california.dates += ' {breachdate}'), '{breachDate}'],
  ['massachusetts', (file: File) => (file.texts.en.massachusetts.rights.text += ' {pgae}'), '{page}'],
  [
    'massachusetts',
    (file: File) => (file.texts.en.massachusetts.preheader += ' {name}'),
    'a text without it',
  ],
  ['gdpr', (file: File) => (file.texts.en.gdpr.consequences.text += ' {contactpoint}'), '{contactPoint}'],
  ['reminder', (file: File) => (file.texts.en.reminder.text += ' {nmae}'), '{name}'],
  [
    'reminder',
    (file: File) => (file.texts.en.reminder.subject += ' {email}'),
    'a subject that is the same for everybody',
  ],
])('a wrong placeholder in the words for %s is refused (C22)', (_, change, wanted) => {
  const words = saidOf(change);
  expect(words).toHaveLength(1);
  expect(words[0]).toContain(`write ${wanted}`);
});

test('California may have its headings apart from everybody else', () => {
  expect(
    saidOf((file) => {
      file.texts.en.heading = 'About your data';
      file.texts.en.california.headings = {
        heading: 'Notice of Data Breach',
        whatHappened: 'What Happened',
        whatInformation: 'What Information Was Involved',
        whatWeAreDoing: 'What We Are Doing',
        whatYouCanDo: 'What You Can Do',
        moreInformation: 'For More Information',
      };
    }),
  ).toEqual([]);
});

test('a law without places, words for it nowhere, needs no columns and no headings', () => {
  expect(
    saidOf((file) => {
      file.jurisdictions = { california: [], massachusetts: [], gdpr: ['DE'] };
      file.database.customers.region = null;
      for (const texts of Object.values<File>(file.texts)) {
        delete texts.california;
        delete texts.massachusetts;
        texts.inDefaultLanguage = [];
      }
      file.texts.en.heading = 'About your data';
    }),
  ).toEqual([]);
});

test('a country with a hyphen in its name is no region', () => {
  const said = saidOf((file) => {
    file.jurisdictions.massachusetts = ['US-MA'];
    file.jurisdictions.gdpr.push('Guinea-Bissau');
    file.database.customers.region = null;
  });
  expect(said.filter((words) => words.startsWith('jurisdictions.gdpr'))).toEqual([]);
});

test('short sentences may be alike: "Hello." describes nothing', () => {
  expect(
    saidOf((file) => {
      file.texts.en.whatHappened.text = `Hello to all of you. ${file.texts.en.whatHappened.text}`;
      file.texts.en.massachusetts.opening += '\n\nHello to all of you.';
    }),
  ).toEqual([]);
});

test('what is wrong with the laws is told also where texts or the default language are', () => {
  const both = saidOf((file) => {
    file.jurisdictions.gdpr.push(' us-ca');
    file.defaultLanguage = 'xx';
    file.texts.en.heading = 3;
  });
  expect(both.some((words) => words.startsWith('jurisdictions.gdpr.31: found "us-ca"'))).toBe(true);
  expect(both.some((words) => words.startsWith('texts.en.heading'))).toBe(true);
});

test.each<[string, (file: File) => void, string[]]>([
  [
    'no texts at all',
    (file) => (file.texts = {}),
    ['texts: found no texts, write a section for each language, such as en:'],
  ],
  [
    'a language nobody can get',
    (file) => (file.database.customers.language = null),
    ['ar', 'de', 'es', 'fr', 'ja'].map(
      (language) =>
        `texts.${language}: found texts that no customer can get, as database.customers.language is null, write the name of the language column there, or no texts here`,
    ),
  ],
  [
    'a mailbox twice in another case',
    (file) => (file.canary.mailboxes = ['a@x.test', 'b@x.test', 'A@X.test']),
    ['canary.mailboxes.2: found "A@X.test" a second time, write each mailbox once'],
  ],
  [
    'a first wait longer than all',
    (file) => (file.retry = { firstAfterSeconds: 3_601, forHours: 1 }),
    [
      'retry.firstAfterSeconds: found 3601 seconds, more than forHours (1 h), write a time within it: no notice would be tried again',
    ],
  ],
  ['a first wait as long as all', (file) => (file.retry = { firstAfterSeconds: 3_600, forHours: 1 }), []],
  ['a notice of the day of the breach', (file) => (file.dates.notice = file.dates.breach), []],
])('%s', (_, change, said) => {
  expect(saidOf(change).sort()).toEqual(said);
});

test("the customers' page needs words in every language", () => {
  const { texts } = wholeIncident();
  const { page: _, ...without } = texts.de!;
  expect(checkPage({ texts: { ...texts, de: without } })).toEqual([
    {
      path: ['texts', 'de'],
      found: "no words for the customers' page",
      wanted: 'the section "page" with email, expired, changedSince and noPassword',
      atKey: true,
    },
  ]);
  expect(checkPage({ texts })).toEqual([]);
  expect(checkPage({})).toEqual([]);
});

test('no reminder, and words for one: nothing is wrong', () => {
  expect(saidOf((file) => (file.reminder = null))).toEqual([]);
});

// In YAML 1.1 an unquoted NO is false, and would be no place at all.
test.each(['', '%YAML 1.1\n---\n'])(
  'Norway stays Norway, whatever YAML the file says it is (%j, C29)',
  (head) => {
    const parsed = parseIncident(head + WHOLE_EXAMPLE.replace('"NO"', 'NO'), { now: NOW });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    expect(jurisdictionChooser(parsed.incident.jurisdictions)('no', null)).toBe('gdpr');
  },
);
