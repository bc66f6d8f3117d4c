import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A message to be judged beside the same one for a customer whose name is MARK: nothing but the name may differ. */
export interface JudgedMessage {
  message: Buffer;
  /** The name that the greeting shows; null: the neutral greeting, and `beside` is the message with it. */
  shown: string | null;
  beside: Buffer;
}

export const MARK = 'Zqmarkqz';

/**
 * Has Python's email package read each message back and compare it; as many as there are, one after the other.
 * @returns how many it read, and what it found wrong: number and fault.
 */
export async function judgeWithPython(
  messages: Iterable<JudgedMessage>,
): Promise<{ read: number; wrong: [number: number, fault: string][] }> {
  const python = spawn('python3', ['-c', JUDGE], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  python.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  const ended = once(python, 'close');
  for (const { message, shown, beside } of messages) {
    const name = Buffer.from(shown ?? '', 'utf8');
    const head = Buffer.alloc(13);
    head.writeUInt8(shown === null ? 0 : 1, 0);
    head.writeUInt32BE(name.length, 1);
    head.writeUInt32BE(message.length, 5);
    head.writeUInt32BE(beside.length, 9);
    if (!python.stdin.write(Buffer.concat([head, name, message, beside]))) await once(python.stdin, 'drain');
  }
  python.stdin.end();
  await ended;
  return JSON.parse(out);
}

const JUDGE = `
import email, email.policy, json, re, struct, sys
from html.parser import HTMLParser

class Links(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.links, self.names, self.tags, self.inside = [], [], 0, False
    def handle_starttag(self, tag, attributes):
        self.tags += 1
        self.links += [value for key, value in attributes if key in ('href', 'src', 'background', 'action')]
        if tag == 'bdi':
            self.inside = True
            self.names.append('')
    def handle_endtag(self, tag):
        self.inside = self.inside and tag != 'bdi'
    def handle_data(self, data):
        if self.inside:
            self.names[-1] += data

def page(html):
    links = Links()
    links.feed(html)
    links.close()
    return links

def opened(raw):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = message.get_payload()
    if len(parts) != 2 or message.defects or any(part.defects for part in parts):
        return None
    return message.items(), [part.items() for part in parts], [part.get_payload(decode=True).decode('utf-8', 'strict') for part in parts]

kept = {}
def opened_once(raw):
    if raw not in kept:
        if len(kept) > 400: kept.clear()
        found = opened(raw)
        kept[raw] = (*found, page(found[2][1]))
    return kept[raw]

def fault(raw, shown, beside):
    if re.search(rb'[^\\r]\\n|\\r[^\\n]', raw): return 'a bare CR or LF'
    if any(octet > 126 for octet in raw): return 'more than 7 bits'
    if max(map(len, raw.split(b'\\r\\n'))) > 998: return 'a line too long'
    if re.search(rb'\\r\\n\\.', raw): return 'a dot at the start of a line'
    found = opened(raw)
    if found is None: return 'not two sound parts'
    headers, part_headers, (text, html) = found
    b_headers, b_part_headers, (b_text, b_html), b_page = opened_once(beside)
    if headers != b_headers: return 'other headers'
    if part_headers != b_part_headers: return 'other headers of the parts'
    if shown is None:
        return None if (text, html) == (b_text, b_html) else 'the neutral greeting is not all'
    wanted = (b_text.replace('${MARK}', shown), b_text.replace('${MARK}', '\\u2068' + shown + '\\u2069'))
    if text not in wanted: return 'the text part differs in more than the name'
    read = page(html)
    if read.names != [shown]: return 'another name in the HTML part'
    if read.links != b_page.links or read.tags != b_page.tags: return 'other links or elements'
    bare = re.compile(r'<bdi>[^<]*</bdi>')
    if bare.sub('', html) != bare.sub('', b_html): return 'the HTML part differs in more than the name'
    return None

wrong, read = [], 0
while True:
    head = sys.stdin.buffer.read(13)
    if len(head) < 13: break
    named, n, m, b = struct.unpack('>BIII', head)
    name = sys.stdin.buffer.read(n).decode('utf-8')
    raw, beside = sys.stdin.buffer.read(m), sys.stdin.buffer.read(b)
    try:
        found = fault(raw, name if named else None, beside)
    except Exception as error:
        found = repr(error)
    if found: wrong.append([read, found])
    read += 1
print(json.dumps({'read': read, 'wrong': wrong}))
`;
