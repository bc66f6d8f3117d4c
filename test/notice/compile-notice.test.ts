import { DISPOSITIONS } from '../../src/incident/vocabulary';
import {
  CLIPPED_BYTES,
  type CompiledNotice,
  compileNotice,
  compileNotices,
  noticeBytes,
} from '../../src/notice/compile-notice';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { readWithPython, testWithPython } from './python-reader';
import { type TestFile, testIncident } from './test-incident';

const EXPIRED = { wave: 'notice', language: 'en', jurisdiction: 'default', disposition: 'expired' } as const;
const customer = { name: 'Ann', address: 'ann@x.test', messageId: 'id@shop.test', date: 0 };
const opened = (notice: CompiledNotice) => openNotice(renderNotice(notice, customer));
const expired = (change?: (file: TestFile) => void) => compileNotice(testIncident(change), EXPIRED);

test('every language and disposition becomes a variant with its own hash, the same each time', async () => {
  const [once, again] = await Promise.all([compileNotices(testIncident()), compileNotices(testIncident())]);
  const hashes = [...once.variants.values()].map((notice) => notice.hash);
  expect([...once.variants.keys()]).toEqual(
    ['ar', 'en', 'ja'].flatMap((language) =>
      DISPOSITIONS.map((disposition) => `${language}/default/${disposition}`),
    ),
  );
  expect(new Set(hashes).size).toBe(9);
  expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  expect(again.variants).toEqual(once.variants);
  expect(again.contentHash).toBe(once.contentHash);
});

test.each<[string, (file: TestFile) => void]>([
  ['a word of the text', (file) => (file.texts.en!.whatHappened.text += ' So.')],
  ['the subject', (file) => (file.texts.en!.subject += '.')],
  ['the greeting with the name', (file) => (file.texts.en!.greeting = 'Hello {name},')],
  ['the greeting without it', (file) => (file.texts.en!.neutralGreeting = 'Hello,')],
  ['where a slot stands', (file) => (file.texts.en!.greeting = 'Dear, {name}')],
  ['the sender', (file) => (file.from.address = 'other@shop.test')],
  ['a link', (file) => (file.links.choosePassword += '/')],
])('%s changes the hash, so that an approval of the old one is void', async (_, change) => {
  const [before, after] = await Promise.all([expired(), expired(change)]);
  expect(after.hash).not.toBe(before.hash);
});

test('a change in one language changes the hash of the whole set, and of no other language', async () => {
  const changed = testIncident((file) => (file.texts.ja!.whatWeAreDoing.text += '。'));
  const [before, after] = await Promise.all([compileNotices(testIncident()), compileNotices(changed)]);
  expect(after.contentHash).not.toBe(before.contentHash);
  const differing = [...after.variants].filter(
    ([key, notice]) => notice.hash !== before.variants.get(key)!.hash,
  );
  expect(differing.map(([key]) => key)).toEqual(
    DISPOSITIONS.map((disposition) => `ja/default/${disposition}`),
  );
});

test('both parts say the same, word for word', async () => {
  const set = await compileNotices(testIncident());
  for (const notice of set.variants.values()) {
    const { text, html } = opened(notice);
    const words = html
      .replace(/^[\s\S]*?<body/, '')
      .replace(/<!--[\s\S]*?-->|<div style="display:none[\s\S]*?<\/div>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => ENTITIES[name]!);
    const plain = text.replace(/^(?:-+|\*+)$|^ {2}(?:-|\d+\.) |[\u2066-\u2069]/gm, '');
    expect(words.replace(/\s/g, '').replace(/^.*?>/, '')).toBe(plain.replace(/\s/g, ''));
  }
});

test('signs that MJML would pass on raw are text in the HTML', async () => {
  const { text, html } = opened(await expired());
  expect(text).toContain('R&D found it the same day; an audit (<$100) confirmed it.');
  expect(html).toContain('R&amp;D found it the same day; an audit (&lt;$100) confirmed it.');
});

test('the links after parsing are those of the file, in href, in sight and in the text part (C28)', async () => {
  const { links } = testIncident();
  const notice = await expired();
  const { text, html } = opened(notice);
  const shown = [...html.matchAll(/<a href="([^"]*)"[^>]*><span dir="ltr">([^<]*)<\/span><\/a>/g)].map(
    ([, href, seen]) =>
      [href!, seen!].map((part) =>
        part.replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => ENTITIES[name]!),
      ),
  );
  expect(shown).toEqual([
    [links.choosePassword, links.choosePassword],
    [links.page, links.page],
    ['mailto:care@shop.test', 'care@shop.test'],
  ]);
  expect(text.match(/https:\S+/g)).toEqual([links.choosePassword, links.page]);
});

testWithPython("Python's HTML parser finds the links of the file and no other (C28)", async () => {
  const { links } = testIncident();
  const [read] = readWithPython([renderNotice(await expired(), customer)]);
  expect(read!.links).toEqual([links.choosePassword, links.page, 'mailto:care@shop.test']);
});

test('a right-to-left notice leaves no left alignment behind, and says its direction and language (C25)', async () => {
  const notice = await compileNotice(testIncident(), { ...EXPIRED, language: 'ar' });
  const { headers, html } = opened(notice);
  expect(html).toMatch(/<html lang="ar" dir="rtl"/);
  expect(html).not.toMatch(/text-align:left|direction:ltr|align="left"/);
  expect(html).toContain('<span dir="ltr" style="white-space:nowrap">+1 800 555 0100</span>');
  expect(headers).toContain('Content-Language: ar');
});

test('the HTML part holds its frame: no outside things, dark mode, headings, numbered steps', async () => {
  const { html } = opened(await expired());
  expect(html).not.toMatch(/googleapis|<img|@import|url\(|<link|<script/i);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html.match(/<h1 /g)).toHaveLength(1);
  expect(html.match(/<h2 /g)).toHaveLength(5);
  expect(html).toMatch(/<ol [^>]*>(?:<li [^>]*>.*?<\/li>){3}<\/ol>/);
});

test('the size counts the bytes as sent: six long paragraphs of Thai are clipped by Gmail, the example is not (C26)', async () => {
  const small = await expired();
  const long = await expired((file) => {
    file.texts.en!.whatHappened.text = Array(6).fill('ข้อมูลของลูกค้า'.repeat(100)).join('\n\n');
  });
  const sent = renderNotice(small, customer).length;
  expect(noticeBytes(small)).toBeGreaterThanOrEqual(sent);
  expect(noticeBytes(small)).toBeLessThan(60_000);
  expect(noticeBytes(long)).toBeGreaterThan(CLIPPED_BYTES);
});

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
