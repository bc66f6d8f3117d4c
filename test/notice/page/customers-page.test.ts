import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Incident } from '../../../src/incident/incident-schema';
import { parseIncident } from '../../../src/incident/parse-incident';
import { compileNotices } from '../../../src/notice/compile-notice';
import { customersPage } from '../../../src/notice/page/customers-page';
import { openNotice, renderNotice } from '../../../src/notice/render-notice';
import { WHOLE_EXAMPLE } from '../../incident/example-incident';
import { testWithPython } from '../python-reader';
import { testIncident } from '../test-incident';
import { readPage } from './read-page';

const { incident: example } = parseIncident(WHOLE_EXAMPLE, { now: new Date() }) as { incident: Incident };

describe.each([
  ['the example', example],
  ['a shop in three languages', testIncident()],
])('%s', (_, incident) => {
  testWithPython(
    'the page says nothing that no mail says, but for the headings of the three cases',
    async () => {
      const mails = await linesOfMails(incident);
      for (const { language, blocks } of readPage(customersPage(incident).html).articles) {
        const { expired, changedSince, noPassword } = incident.texts[language]!.page!;
        const noticeLines = new Set([
          ...mails.filter((mail) => mail.language === language).flatMap(({ lines }) => lines),
        ]);
        const own = linesOf(blocks).filter((line) => !noticeLines.has(line));
        expect({ language, own }).toEqual({ language, own: [expired, changedSince, noPassword] });
      }
    },
  );

  testWithPython(
    'the page says all that any mail says, word for word, but for what is to one customer',
    async () => {
      const articles = readPage(customersPage(incident).html).articles;
      for (const { language, key, lines } of await linesOfMails(incident)) {
        const pageLines = new Set(linesOf(articles.find((article) => article.language === language)!.blocks));
        const leftOut = toOneCustomer(incident, language, key);
        const missing = lines.filter((line) => !pageLines.has(line) && !leftOut.has(line));
        expect({ key, missing }).toEqual({ key, missing: [] });
      }
    },
  );

  testWithPython(
    'the steps to a new password lead every language, and the default one leads the page',
    () => {
      const { articles, title, description, company } = readPage(customersPage(incident).html);
      const languages = Object.keys(incident.texts).filter(
        (language) => language !== incident.defaultLanguage,
      );
      expect(articles.map(({ language }) => language)).toEqual([
        incident.defaultLanguage,
        ...languages.sort(),
      ]);
      for (const { language, direction, blocks } of articles) {
        const { heading, whatYouCanDo, page } = incident.texts[language]!;
        expect(blocks.slice(0, 3).map(({ text }) => text)).toEqual([
          heading,
          whatYouCanDo.heading,
          page!.expired,
        ]);
        expect(blocks.find(({ text }) => text.includes(incident.links.choosePassword))).toMatchObject({
          tag: 'li',
        });
        expect(direction).toBe(language === 'ar' ? 'rtl' : 'ltr');
      }
      const { heading, preheader } = incident.texts[incident.defaultLanguage]!;
      expect({ company, title, description }).toEqual({
        company: incident.from.name,
        title: `${heading} - ${incident.from.name}`,
        description: preheader,
      });
    },
  );
});

test('its only style is the one that its policy names, and the policy lets nothing else in', () => {
  const { html, policy } = customersPage(testIncident());
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style]) => style!);
  expect(styles).toHaveLength(1);
  const hash = createHash('sha256').update(styles[0]!).digest('base64');
  const inMeta = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  expect(policy).toBe(`${inMeta}; frame-ancestors 'none'`);
  expect(html).toContain(`content="${inMeta.replaceAll("'", '&#39;')}"`);
  expect(html).not.toMatch(/ style=| on\w+=|<script|<img|<link|javascript:/i);
});

test('six languages fit into 60 kB, and into 15 kB on the way', () => {
  const { html } = customersPage(sixLanguages());
  expect(Buffer.byteLength(html)).toBeLessThan(60_000);
  expect(gzipSync(html).length).toBeLessThan(15_000);
});

test('the same file gives the same page; a word more is another page', () => {
  const [first, same, other] = [
    customersPage(testIncident()),
    customersPage(testIncident()),
    customersPage(testIncident((file) => (file.texts.ja!.whatWeAreDoing.text += '。'))),
  ];
  expect(same).toEqual(first);
  expect(other.hash).not.toBe(first.hash);
  expect(other.policy).toBe(first.policy);
});

testWithPython('facts full of markup are words, and links stay whole (C22, C28)', () => {
  const name = `Joe's <b>"R&D"</b> & <script>alert(1)</script>`;
  const choosePassword = `https://www.shop.test/new?a="b"&c='d'&lt=<e>#--></style>`;
  const phone = '<i>+1 & "800"</i>';
  const page = readPage(
    customersPage(
      testIncident((file) => {
        file.from.name = name;
        file.links.choosePassword = choosePassword;
        file.phone = phone;
        file.texts.en!.preheader = '"> <img src=x> & more';
        file.texts.en!.whatHappened.text = '</article></main><style> & &amp; <!-- x';
        file.texts.en!.page.email = '<u>you</u>';
      }),
    ).html,
  );
  const [english] = page.articles;
  expect(page.company).toBe(name);
  expect(page.title).toBe(`Notice of Data Breach - ${name}`);
  expect(page.description).toBe('"> <img src=x> & more');
  const text = linesOf(english!.blocks).join('\n');
  expect(text).toContain('</article></main><style> & &amp; <!-- x');
  expect(text).toContain('Type your e-mail address, <u>you</u>.');
  expect(text).toContain(`call ${phone}.`);
  expect(page.links).toContain(choosePassword);
  expect(page.tags).toEqual(TAGS);
});

const TAGS = [
  ...[
    'a',
    'article',
    'body',
    'br',
    'h1',
    'h2',
    'h3',
    'h4',
    'head',
    'header',
    'html',
    'li',
    'main',
    'meta',
    'nav',
  ],
  ...['ol', 'p', 'section', 'span', 'style', 'title', 'ul'],
];

/** Each notice's text part, as a customer gets it, with the page's words where the customer's address stands. */
async function linesOfMails(incident: Incident) {
  const { variants } = await compileNotices(incident);
  const address = 'ann@customer.test';
  const customer = { name: 'Ann', address, messageId: 'id@x.test', date: 0 };
  return [...variants.values()]
    .filter(({ wave }) => wave === 'notice')
    .map((notice) => {
      const { text } = openNotice(renderNotice(notice, customer));
      const { language, key } = notice;
      const lines = text
        .replaceAll(address, incident.texts[language]!.page!.email)
        .replace(/[\u2066-\u2069]/g, '')
        .split('\n')
        .map((line) => line.replace(/^ {2}(?:-|\d+\.) /, '').trim())
        .filter((line) => line !== '' && !/^[*-]{2,}$/.test(line));
      return { language, key, lines };
    });
}

/** Company (the page's h1), greeting and opening; and where a law has words of its own for what the page says already. */
function toOneCustomer({ from, texts }: Incident, language: string, key: string): Set<string> {
  const { greeting, opening, california, massachusetts, page } = texts[language]!;
  const paragraphs = (text = '') =>
    text
      .trim()
      .replaceAll('{email}', page!.email)
      .split(/\n\s*\n/)
      .map((paragraph) => paragraph.replace(/\n/g, ' '));
  const instead = massachusetts && [
    massachusetts.opening,
    massachusetts.whatInformation.intro,
    massachusetts.whatInformation.affectedIntro,
    massachusetts.whatInformation.notAffectedIntro,
    massachusetts.whatWeAreDoing,
  ];
  return new Set([
    from.name,
    greeting.replace('{name}', 'Ann'),
    ...paragraphs(opening),
    ...(key.includes('/massachusetts/') ? instead! : []).flatMap(paragraphs),
    ...(key.includes('/california/') ? Object.values(california?.headings ?? {}) : []),
  ]);
}

function linesOf(blocks: { text: string }[]): string[] {
  return blocks.flatMap(({ text }) => text.split('\0'));
}

/** The example's texts, or its English ones where a language is still missing. */
function sixLanguages(): Incident {
  const { texts } = example;
  const all = ['en', 'es', 'fr', 'de', 'ja', 'ar'].map((language) => [
    language,
    texts[language] ?? texts.en!,
  ]);
  return { ...example, texts: Object.fromEntries(all) };
}
