import { copiedFacts, isTheExample, reservedDomains } from '../../src/incident/copied-example';
import type { Incident } from '../../src/incident/incident-schema';
import { wholeIncident } from './example-incident';

const example = wholeIncident();
const { en, de } = example.texts as { en: Incident['texts'][string]; de: Incident['texts'][string] };

/** Somebody's own incident, with the example's texts where nothing else is said. */
function ownFile(change: Partial<Incident>): Incident {
  return {
    ...structuredClone(example),
    id: 'harbour-2026',
    title: 'Customer table read, May 2026',
    from: { name: 'Harbour Shop', address: 'care@harbour.shop' },
    ...change,
  };
}

function copied(change: Partial<Incident>): string[] {
  return copiedFacts(ownFile(change), example).map(({ path, found }) => `${path.join('.')}: ${found}`);
}

/** In own words wherever the example tells facts. */
function ownTexts(texts: Incident['texts'][string], change: Partial<Incident['texts'][string]> = {}) {
  const own = structuredClone(texts);
  own.preheader = 'A thief read our customer table. What to do now.';
  own.whatHappened.text = 'On 3 May a thief copied our customer table.';
  own.whatInformation.affected = ['your name', 'your e-mail address'];
  own.whatInformation.notAffected = ['your bank account'];
  own.whatWeAreDoing.text = own.whatWeAreDoing.text.split('\n\n')[0]!;
  own.whatYouCanDo.expired.steps = ['Open {choosePassword}'];
  own.signature = 'Harbour Shop';
  if (own.massachusetts) {
    own.massachusetts.whatWeAreDoing = 'We have ended every open login.';
    own.massachusetts.rights.text = 'You have the right to get a police report.';
  }
  return { ...own, ...change };
}

describe("what a copied file still says of the example's breach is told (C109)", () => {
  test('nothing, once every fact is in own words; greetings, steps and what this program does may stay', () => {
    expect(copied({ texts: { en: ownTexts(en), de: ownTexts(de) } })).toEqual([]);
  });

  test('title and sender', () => {
    const texts = { en: ownTexts(en) };
    expect(copied({ texts, title: example.title })).toEqual([`title: "${example.title}"`]);
    expect(copied({ texts, title: 'CUSTOMER database  read, January 2012.' })).toHaveLength(1);
    expect(copied({ texts, from: example.from })).toEqual(['from.name: "Zappos.com"']);
  });

  test('only the title changed: each fact in each language, and each other sentence there', () => {
    const all = copied({});
    for (const language of Object.keys(example.texts)) {
      const ofLanguage = all.filter((line) => line.startsWith(`texts.${language}.`));
      expect(ofLanguage.length).toBeGreaterThan(50);
      expect(ofLanguage.join('\n')).toContain(`texts.${language}.whatInformation.affected.0: `);
      expect(ofLanguage.join('\n')).toContain(`texts.${language}.neutralGreeting: `);
    }
    expect(all.join('\n')).not.toContain('inDefaultLanguage');
  });

  test('one language left as it was: every sentence of it, and none of the other', () => {
    const left = copied({ texts: { en: ownTexts(en), de } });
    expect(left.length).toBeGreaterThan(60);
    expect(left.filter((line) => !line.startsWith('texts.de.'))).toEqual([]);
    expect(left).toContain('texts.de.whatHappened.text: "Das tut uns leid."');
    expect(new Set(left).size).toBe(left.length);
  });

  test('each is told at its path, with the line by which it is found', () => {
    const opening = 'We write to you.\nIt was in Kentucky. So\n  it was.';
    const texts = ownTexts(en, { opening, signature: 'Yours\nZappos Team' });
    texts.whatYouCanDo.expired.steps = ['Open {choosePassword}', 'Ask in Kentucky'];
    expect(copiedFacts(ownFile({ texts: { en: texts } }), example)).toEqual([
      {
        path: ['texts', 'en', 'opening'],
        found: '"It was in Kentucky."',
        wanted: '',
        near: 'It was in Kentucky.',
      },
      {
        path: ['texts', 'en', 'whatYouCanDo', 'expired', 'steps', 1],
        found: '"Ask in Kentucky"',
        wanted: '',
        near: 'Ask in Kentucky',
      },
      { path: ['texts', 'en', 'signature'], found: '"Yours Zappos Team"', wanted: '', near: 'Yours' },
    ]);
  });

  test('a fact is found among other sentences, in its own paragraph or another, and with no space after a full stop of Japanese', () => {
    const { ja } = example.texts as { ja: Incident['texts'][string] };
    const fact = ja.preheader.split('。')[0]!;
    const opening = `おはよう。${fact}。さようなら。`;
    expect(copied({ texts: { ja: ownTexts(ja, { opening }) } })).toEqual([`texts.ja.opening: "${fact}。"`]);
    const late = `We are sorry.\n \nWe ask. ${de.preheader.split('. ')[0]}! You read?`;
    expect(copied({ texts: { en: ownTexts(en, { opening: late }) } })).toEqual([
      `texts.en.opening: "${de.preheader.split('. ')[0]}!"`,
    ]);
  });

  test('of a text of several paragraphs only the one that tells facts is such: the others may be kept', () => {
    const [, sorry] = en.whatHappened.text.split('\n\n');
    const [what] = en.whatWeAreDoing.text.split('\n\n');
    const kept = ownTexts(en, {
      whatHappened: { heading: 'x', text: `A thief came.\n\n${sorry}` },
      whatWeAreDoing: { heading: 'x', text: `${what}\n\nWe ask the police.` },
    });
    const massachusetts = en.massachusetts!;
    const [done, police] = massachusetts.whatWeAreDoing.split('. ');
    const paragraphs = massachusetts.rights.text.trim().split('\n\n');
    kept.massachusetts = {
      ...kept.massachusetts!,
      whatWeAreDoing: `${done}. We ask somebody.`,
      rights: { heading: 'x', text: paragraphs.slice(0, -1).join('\n\n') },
    };
    expect(copied({ texts: { en: kept } })).toEqual([]);
    kept.massachusetts.whatWeAreDoing = police!;
    kept.massachusetts.rights.text = paragraphs.at(-1)!;
    expect(copied({ texts: { en: kept } })).toEqual([
      'texts.en.massachusetts.whatWeAreDoing: "We work with law enforcement."',
      'texts.en.massachusetts.rights.text: "No Social Security number is involved, so we do not offer cr..."',
    ]);
  });

  test.each<[what: string, change: Partial<Incident['texts'][string]>, lines: string[]]>([
    [
      'a sentence of what happened',
      { whatHappened: { heading: 'What happened', text: `It was in May. ${en.whatHappened.text}` } },
      ['texts.en.whatHappened.text: "Someone broke into part of our computer network through one ..."'],
    ],
    [
      'a sentence in other line breaks, case and marks',
      { preheader: 'someone BROKE  into part of our network' },
      ['texts.en.preheader: "someone BROKE  into part of our network"'.replace('  ', ' ')],
    ],
    [
      'what is done about it',
      {
        whatWeAreDoing: {
          heading: 'x',
          text: 'We are working with law enforcement to find out who did this.',
        },
      },
      ['texts.en.whatWeAreDoing.text: "We are working with law enforcement to find out who did this..."'],
    ],
    ['the name', { signature: 'Yours\nZappos Team' }, ['texts.en.signature: "Yours Zappos Team"']],
    [
      'the place, in whatever sentence',
      { opening: 'It was a server in KENTUCKY.' },
      ['texts.en.opening: "It was a server in KENTUCKY."'],
    ],
  ])('%s', (_, change, lines) => {
    expect(copied({ texts: { en: ownTexts(en, change) } })).toEqual(lines);
  });

  test("another language's sentence, pasted where nobody would look for it", () => {
    const texts = { en: ownTexts(en), it: ownTexts(en, { preheader: de.preheader }) };
    expect(copied({ texts })).toEqual([
      'texts.it.preheader: "Jemand ist in einen Teil unseres Netzes eingedrungen."',
    ]);
  });

  test('a list counts where it is the whole of the example: others keep names and addresses, too', () => {
    const { affected } = en.whatInformation;
    const lists = (mine: string[]) => ({
      whatInformation: { ...ownTexts(en).whatInformation, affected: mine },
    });
    expect(copied({ texts: { en: ownTexts(en, lists(affected)) } })).toHaveLength(affected.length);
    expect(copied({ texts: { en: ownTexts(en, lists(affected.slice(1))) } })).toEqual([]);
  });

  test("a company of the example's name may say its own name, and not the place", () => {
    const texts = { en: ownTexts(en, { signature: 'Zappos Care', opening: 'In Kentucky.' }) };
    const from = { name: 'Zappos Inc.', address: 'care@zappos.com' };
    expect(copied({ texts, from })).toEqual(['texts.en.opening: "In Kentucky."']);
  });
});

test('the example is known by its title and its sender, whatever else is changed', () => {
  expect(isTheExample({ ...example, id: 'x' }, example)).toBe(true);
  expect(isTheExample({ ...example, title: 'Another' }, example)).toBe(false);
  expect(isTheExample({ ...example, from: { ...example.from, name: 'Harbour' } }, example)).toBe(false);
  expect(isTheExample({ ...example, from: { ...example.from, address: 'care@x.test' } }, example)).toBe(
    false,
  );
});

describe('domains that nobody can have are found wherever a domain stands (C109)', () => {
  const reserved = (change: Partial<Incident>) =>
    reservedDomains(ownFile({ texts: { en: ownTexts(en) }, ...OWN, ...change })).map(({ path }) =>
      path.join('.'),
    );
  const OWN = {
    replyTo: 'care@harbour.shop',
    links: { choosePassword: 'https://harbour.shop/new', page: 'https://www.harbour.shop/notice' },
    contactPoint: { name: 'Data Office', address: 'privacy@harbour.shop' },
    canary: { mailboxes: ['check@harbour.shop'], customers: 1, afterwards: 'hold' as const },
  };

  test('none in a file of somebody, whose texts name a host of their own', () => {
    expect(reserved({})).toEqual([]);
    expect(
      reserved({ texts: { en: ownTexts(en, { opening: 'Type www.harbour.shop. Thank you.' }) } }),
    ).toEqual([]);
  });

  test.each([
    'x.test',
    'x.example',
    'x.EXAMPLE',
    'example.com',
    'mail.example.org',
    'example.net',
    'x.invalid',
    'a.localhost',
  ])('%s', (domain) => {
    expect(reserved({ from: { name: 'Harbour Shop', address: `care@${domain}` } })).toEqual(['from.address']);
    expect(reserved({ links: { ...OWN.links, page: `https://${domain}/x` } })).toEqual(['links.page']);
  });

  test.each(['contest.shop', 'test.shop', 'example.shop', 'myexample.com', 'harbour.testing'])(
    '%s is no such domain',
    (domain) => expect(reserved({ replyTo: `care@${domain}` })).toEqual([]),
  );

  test('none where no address for data is given', () =>
    expect(reserved({ contactPoint: undefined })).toEqual([]));

  test('addresses for replies and data, mailboxes, and hosts in a text', () => {
    expect(
      reserved({
        replyTo: 'care@x.test',
        contactPoint: { name: 'Data Office', address: 'p@x.test' },
        canary: { ...OWN.canary, mailboxes: ['check@harbour.shop', 'c@x.test'] },
        texts: { en: ownTexts(en, { opening: 'Type www.zappos.test or see Dr. Test. e.g. test.' }) },
      }),
    ).toEqual(['replyTo', 'contactPoint.address', 'canary.mailboxes.1', 'texts.en.opening']);
  });
});
