import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLE, placeOf, WHOLE_EXAMPLE } from '../incident/example-incident';
import { typed } from './own-operator';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-page-'));
  file = join(folder, 'incident.yaml');
  writeFileSync(file, WHOLE_EXAMPLE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing answers where the parts should be. */
const NOWHERE = {
  DATABASE_URL: 'mysql://root@127.0.0.1:9/nowhere',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
};
const page = (...args: string[]) => typed('cli', ['page', ...args], { ...process.env, ...NOWHERE });

test('the page is written without database, Temporal and relay, and what is said of it is true', async () => {
  const out = join(folder, 'not', 'yet', 'there');
  const { code, out: printed, err } = await page(file, '--out', out, '--json');
  expect([code, err]).toEqual([0, '']);
  const written = JSON.parse(printed);
  const html = readFileSync(join(out, 'index.html'));
  expect(written).toMatchObject({
    path: join(out, 'index.html'),
    bytes: html.length,
    hash: createHash('sha256').update(html).digest('hex'),
    address: 'https://www.zappos.test/securityemail',
  });
  expect(html.toString().match(/<article id="\w+"/g)).toEqual(
    written.languages.map((language: string) => `<article id="${language}"`),
  );
  const style = /<style>([\s\S]*)<\/style>/.exec(html.toString())![1]!;
  expect(written.policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(readdirSync(out)).toEqual(['index.html']);

  const again = await page(file, '--out', out);
  expect([again.code, again.err]).toEqual([0, '']);
  for (const words of [
    `WRITTEN: ${join(out, 'index.html')}`,
    written.hash,
    `as in the notices of content hash ${written.contentHash}`,
    `Content-Security-Policy: ${written.policy}`,
  ])
    expect(again.out).toContain(words);
});

test("somebody else's index.html is not overwritten without a word; ours is", async () => {
  const out = join(folder, 'site');
  const path = join(out, 'index.html');
  mkdirSync(out);
  writeFileSync(path, '<h1>Our shop</h1>');
  const refused = await page(file, '--out', out);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(
    `--out: found ${path}, which this command did not write; name another folder, or replace that page with --overwrite`,
  );
  expect(readFileSync(path, 'utf8')).toBe('<h1>Our shop</h1>');
  expect((await page(file, '--out', out, '--overwrite')).code).toBe(0);
  const ours = readFileSync(path, 'utf8');
  expect(ours).toContain('<h1 translate="no">Zappos.com</h1>');
  expect((await page(file, '--out', out)).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe(ours);
});

test('a language without words for the page is refused with its line, and nothing is written', async () => {
  const plain = join(folder, 'plain.yaml');
  writeFileSync(plain, EXAMPLE);
  const out = join(folder, 'none');
  const { code, err } = await page(plain, '--out', out);
  const { line, column } = placeOf(EXAMPLE, 'en:\n    # Subject');
  expect(err).toContain(
    `${plain}:${line}:${column} texts.en: found no words for the customers' page, write the section "page" with email, expired, changedSince and noPassword`,
  );
  expect(code).toBe(2);
  expect(readdirSync(folder)).not.toContain('none');
});

test.each([
  ['no folder', () => [file], "required option '--out <folder>' not specified"],
  [
    'an empty folder name, as of a variable that is not set',
    () => [file, '--out', ''],
    '--out: index.html cannot be written: there is no such folder',
  ],
  [
    'a file for a folder',
    () => [file, '--out', file],
    'cannot be written: there is something of that name already',
  ],
  [
    'a folder below a file',
    () => [file, '--out', join(file, 'x')],
    'cannot be written: a part of its path is a file',
  ],
  ['no such incident', () => [join(folder, 'x.yaml'), '--out', folder], 'x.yaml: found no such file'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await page(...args());
  expect(err).toContain(said);
  expect(code).toBe(2);
});
