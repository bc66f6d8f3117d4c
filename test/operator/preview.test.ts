import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { parse, stringify } from 'yaml';
import type { Incident } from '../../src/incident/incident-schema';
import { parseIncident } from '../../src/incident/parse-incident';
import { compileNotices } from '../../src/notice/compile-notice';
import { forceScheme } from '../../src/operator/preview/chromium';
import { WHOLE_EXAMPLE } from '../incident/example-incident';
import { type Typed, typed } from './own-operator';

const own = mkdtempSync(join(tmpdir(), 'preview-'));
const example = join(own, 'example.yaml');
writeFileSync(example, WHOLE_EXAMPLE);
const folder = join(own, 'made', 'for-it');
afterAll(() => rmSync(own, { recursive: true, force: true }));

/** Nothing answers at these ports: a preview needs none of the parts. */
const NO_PARTS = {
  DATABASE_URL: 'mysql://root@127.0.0.1:9/nowhere',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
  BREACH_RESPONSE_LOCAL: join(own, 'local'),
};

function preview(...args: string[]): Promise<Typed> {
  return typed('cli', ['preview', ...args, '--no-screenshots'], { ...process.env, ...NO_PARTS });
}

/** The example with some of its values changed. */
function fileWith(name: string, change: (file: Incident) => void): string {
  const path = join(own, name);
  const file: Incident = parse(WHOLE_EXAMPLE);
  change(file);
  writeFileSync(path, stringify(file));
  return path;
}

async function compiledExample() {
  const parsed = parseIncident(Buffer.from(WHOLE_EXAMPLE), { now: new Date() });
  if ('problems' in parsed) throw new Error('the example has problems');
  return compileNotices(parsed.incident);
}

/** Names and contents of everything in a folder. */
function everythingIn(path: string): Map<string, string> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((file) => [file, readFileSync(file, 'latin1')]),
  );
}

test('every variant lies there as a foreign reader reads it, and the facts are those of the notices that would be sent', async () => {
  const { contentHash, variants } = await compiledExample();
  const { code, out } = await preview(example, '--out', folder, '--json');
  expect(code).toBe(0);
  const facts = JSON.parse(out);
  expect(facts).toMatchObject({
    incidentId: 'zappos-2012',
    contentHash,
    folder,
    index: join(folder, 'index.html'),
  });
  expect(facts.variants.map(({ key }: { key: string }) => key)).toEqual([...variants.keys()]);
  expect(facts.variants.length).toBeGreaterThanOrEqual(13);
  for (const { key, hash, subject, preheader, bytes, reading, paths } of facts.variants) {
    expect(hash).toBe(variants.get(key)!.hash);
    expect(paths.eml).toBe(join(folder, `${key.replaceAll('/', '-')}.eml`));
    const message = readFileSync(paths.eml);
    const mail = await simpleParser(message);
    const html = readFileSync(paths.html, 'utf8');
    expect(mail.subject).toBe(subject);
    expect(readFileSync(paths.txt, 'utf8').split('\n\n').slice(1).join('\n\n')).toBe(mail.text);
    expect(html).toBe(mail.html);
    expect(html).toContain(`>${preheader}<`);
    expect(mail.text).toContain('Ann Example');
    expect(bytes).toBeGreaterThanOrEqual(message.length);
    if (key.startsWith('en/')) expect(reading.grade).toBeLessThanOrEqual(8);
    else expect(reading).toBeNull();
  }
});

test('the index shows all of them, their hashes, and how the set is approved; it runs nothing and loads nothing', async () => {
  const { contentHash, variants } = await compiledExample();
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  for (const { key, hash } of variants.values()) {
    const name = key.replaceAll('/', '-');
    expect(index).toContain(`<article id="${name}"><h3>${key}</h3>`);
    expect(index).toContain(`<code title="${hash}">${hash.slice(0, 12)}</code>`);
    for (const frame of [`frames/${name}.light.html`, `frames/${name}.dark.html`]) {
      expect(index).toContain(`src="${frame}"`);
      expect(existsSync(join(folder, frame))).toBe(true);
    }
    for (const link of [`${name}.html`, `${name}.txt`, `${name}.eml`])
      expect(index).toContain(`href="${link}"`);
  }
  expect(index).toContain(`<code>${contentHash}</code>`);
  expect(index).toContain(`--content ${contentHash.slice(0, 12)}`);
  expect(index).toContain(`content="default-src 'none';`);
  expect(index).not.toMatch(/<script|<img|<link|\b(?:src|href)="(?:https?:)?\/\//);
});

test('the frames are light or dark whatever the reader’s own setting is', () => {
  const html = readFileSync(join(folder, 'en-default-expired.html'), 'utf8');
  const dark = forceScheme(html, 'dark');
  expect(dark).toBe(readFileSync(join(folder, 'frames', 'en-default-expired.dark.html'), 'utf8'));
  for (const forced of [dark, forceScheme(html, 'light')]) {
    expect(forced).not.toMatch(/prefers-color-scheme|light dark/);
    expect(forced).toMatch(/@media (all|not all) \{\s*body, \.page/);
  }
});

test('once more gives the same; a variant that is no more is taken away, and what somebody laid beside it is not', async () => {
  const before = everythingIn(folder);
  expect((await preview(example, '--out', folder)).code).toBe(0);
  expect(everythingIn(folder)).toEqual(before);
  writeFileSync(join(folder, 'remarks.txt'), 'counsel: fine');
  const without = fileWith('no-reminder.yaml', (file) => {
    file.reminder = null;
    for (const texts of Object.values(file.texts)) delete texts.reminder;
  });
  expect((await preview(without, '--out', folder)).code).toBe(0);
  const names = [...everythingIn(folder).keys()].map((file) => file.slice(folder.length + 1));
  const gone = [...before.keys()]
    .map((file) => file.slice(folder.length + 1))
    .filter((name) => !names.includes(name));
  expect(gone.length).toBeGreaterThanOrEqual(5);
  expect(gone.filter((name) => !/^(frames\/)?[a-z]{2}-reminder\./.test(name))).toEqual([]);
  expect(names).toContain('remarks.txt');
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).not.toContain('en/reminder');
});

test('a folder with other things in it is left alone, and what to write instead is said', async () => {
  const foreign = join(own, 'foreign');
  mkdirSync(foreign);
  writeFileSync(join(foreign, 'index.html'), '<title>Our shop</title>');
  writeFileSync(join(foreign, 'en-default-none.html'), 'ours, too');
  const before = everythingIn(foreign);
  const { code, err } = await preview(example, '--out', foreign);
  expect(err).toBe(
    `--out: ${foreign} holds other files (index.html) and is left alone: name a new folder, such as ${join(foreign, 'preview')}\n`,
  );
  expect(code).toBe(2);
  expect(everythingIn(foreign)).toEqual(before);
  const file = await preview(example, '--out', example);
  expect([file.code, file.err]).toEqual([2, expect.stringContaining(`${example} is a file: name a folder`)]);
});

test('a wrong file is told as by start, every problem, and nothing is written', async () => {
  const wrong = fileWith('wrong.yaml', (file) => {
    file.pace.perSecond = 'fast' as never;
    file.texts.en!.greeting = 'Dear {nam},';
  });
  const { code, err } = await preview(wrong, '--out', join(own, 'nothing'));
  expect(err).toMatch(/wrong\.yaml:\d+:\d+.*pace\.perSecond/);
  expect(err).toMatch(/wrong\.yaml:\d+:\d+.*texts\.en\.greeting/);
  expect(err).toContain('2 problems');
  expect(code).toBe(2);
  expect(existsSync(join(own, 'nothing'))).toBe(false);
  const missing = await preview(example);
  expect([missing.code, missing.err]).toEqual([
    2,
    expect.stringContaining("required option '--out <folder>'"),
  ]);
});

test('what somebody should look at is said: size, grade with its longest sentences, subject, and laws without words', async () => {
  const hard =
    'Notwithstanding any administrative precautions previously implemented, unauthorized individuals potentially accessed confidential information concerning identifiable customers. ';
  const file = fileWith('warned.yaml', ({ texts }) => {
    const en = texts.en!;
    en.whatHappened.text += `\n\n${hard.repeat(50)}`;
    en.subject = `Notice of Data Breach${', which is long'.repeat(4)}`;
    const { california, massachusetts, ...rest } = structuredClone(en);
    texts.de = { ...rest, inDefaultLanguage: ['california'], signature: 'อีเมล'.repeat(1_200) };
  });
  const { code, out } = await preview(file, '--out', join(own, 'warned'));
  expect(code).toBe(0);
  expect(out).toMatch(/Harder to read than grade 8: en\/default\/none \(2\d(\.\d)?\), .* and 3 more/);
  expect(out).toContain('"Notwithstanding any administrative precautions …" (15 words)');
  expect(out).not.toMatch(/Harder to read .*en\/massachusetts/);
  expect(out).toMatch(/A subject of 81 letters, which phones cut at about 70: .*, .* and 12 more: /);
  expect(out).toMatch(
    /Larger than 60,000 bytes as sent: de\/gdpr\/expired \(\d\d\d,\d\d\d bytes\), .* and 1 more/,
  );
  expect(out).toMatch(
    /No words for massachusetts in de: .*\n.*texts\.de\.inDefaultLanguage: \[massachusetts\]/,
  );
  expect(out).not.toContain('No words for california');
  const index = readFileSync(join(own, 'warned', 'index.html'), 'utf8');
  expect(index.split('<article id="en-default-expired">')[1]!.split('</article>')[0]).toContain(
    'Harder to read',
  );
  expect(index.split('<article id="en-reminder">')[1]).not.toContain('Look at');
});
