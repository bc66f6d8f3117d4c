import { spawnSync } from 'node:child_process';

/** What Python's own email package reads in a message. */
export interface PythonRead {
  from: string[];
  to: string[];
  subject: string;
  messageId: string;
  date: string;
  text: string;
  html: string;
  /** Text of all <bdi> elements, and every href, by Python's HTML parser. */
  names: string[];
  links: string[];
  defects: string[];
}

/** A test that needs python3; where there is none it is reported as skipped, with the reason. */
export function testWithPython(name: string, body: jest.ProvidesCallback): void {
  if (spawnSync('python3', ['--version']).error) test.skip(`${name} (there is no python3)`, body);
  else test(name, body);
}

/** One process reads all messages. */
export function readWithPython(messages: Buffer[]): PythonRead[] {
  const python = spawnSync('python3', ['-c', READER], {
    input: messages.map((message) => message.toString('base64')).join('\n'),
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (python.status !== 0) throw python.error ?? new Error(python.stderr);
  return JSON.parse(python.stdout);
}

const READER = `
import base64, json, sys
from email import message_from_bytes, policy
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.names, self.links, self.inside = [], [], False
    def handle_starttag(self, tag, attributes):
        if tag == 'bdi':
            self.inside = True
            self.names.append('')
        self.links += [value for key, value in attributes if key == 'href']
    def handle_endtag(self, tag):
        if tag == 'bdi':
            self.inside = False
    def handle_data(self, data):
        if self.inside:
            self.names[-1] += data

def read(line):
    message = message_from_bytes(base64.b64decode(line), policy=policy.SMTPUTF8)
    parts = [message, *message.iter_parts()]
    text, html = (part.get_content().replace('\\r\\n', '\\n') for part in message.iter_parts())
    page = Page()
    page.feed(html)
    page.close()
    return {
        'from': [str(a) for a in message['From'].addresses],
        'to': [a.addr_spec for a in message['To'].addresses],
        'subject': str(message['Subject']),
        'messageId': str(message['Message-ID']),
        'date': message['Date'].datetime.isoformat(),
        'text': text, 'html': html, 'names': page.names, 'links': page.links,
        'defects': [repr(d) for part in parts for d in [*part.defects, *(d for h in part.values() for d in h.defects)]],
    }

print(json.dumps([read(line) for line in sys.stdin]))
`;
