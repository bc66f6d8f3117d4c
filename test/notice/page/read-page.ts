import { spawnSync } from 'node:child_process';

/** What Python's own HTML parser reads in a page. */
export interface PageRead {
  title: string;
  company: string;
  description: string;
  /** Every tag that occurs, each once. */
  tags: string[];
  links: string[];
  articles: { language: string; direction: string; blocks: { tag: string; text: string }[] }[];
}

export function readPage(html: string): PageRead {
  const python = spawnSync('python3', ['-c', READER], {
    input: html,
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8', PYTHONUTF8: '1' },
  });
  if (python.status !== 0) throw python.error ?? new Error(python.stderr);
  return JSON.parse(python.stdout);
}

const READER = `
import json, sys
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.articles = set(), [], []
        self.title = self.company = self.description = ''
        self.into = None
    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        self.tags.add(tag)
        if tag == 'a': self.links.append(has['href'])
        if has.get('name') == 'description': self.description = has['content']
        if tag == 'article': self.articles.append({'language': has['lang'], 'direction': has['dir'], 'blocks': []})
        if tag in ('title', 'h1'): self.into = tag
        if tag in ('h2', 'h3', 'h4', 'p', 'li') and self.articles:
            self.into = {'tag': tag, 'text': ''}
            self.articles[-1]['blocks'].append(self.into)
        if tag == 'br': self.into['text'] += '\\0'
    def handle_endtag(self, tag):
        if tag in ('title', 'h1', 'h2', 'h3', 'h4', 'p', 'li'): self.into = None
    def handle_data(self, data):
        if self.into == 'title': self.title += data
        elif self.into == 'h1': self.company += data
        elif self.into: self.into['text'] += data.strip('\\n')
        elif self.articles and data.strip(): raise Exception('words outside of every block: ' + data)

page = Page()
page.feed(sys.stdin.read())
page.close()
print(json.dumps({'title': page.title, 'company': page.company, 'description': page.description,
                  'tags': sorted(page.tags), 'links': page.links, 'articles': page.articles}))
`;
