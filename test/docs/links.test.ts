import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(__dirname, '..', '..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'presets/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const read = (page: string) => readFileSync(join(root, page), 'utf8');

test.each(pages)('every link of %s leads somewhere', (page) => {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https?:/.test(link));
  expect(links.filter((link) => !leads(page, link))).toEqual([]);
});

test.each(pages.filter((page) => page.startsWith('docs/')))('%s is named by ARCHITECTURE.md', (page) => {
  expect(read('ARCHITECTURE.md')).toContain(`](${page})`);
});

function leads(from: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? join(root, from) : resolve(root, dirname(from), path);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return statSync(target).isFile() && anchors(relative(root, target)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
