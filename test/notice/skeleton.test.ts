import { simpleParser } from 'mailparser';
import type { CompiledNotice } from '../../src/notice/compile-notice';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { skeleton, slotMark } from '../../src/notice/skeleton';
import { testIncident } from './test-incident';
import { wireFault } from './wire-fault';

const customer = { name: '.com', address: '.a.b@x.test', messageId: 'id@shop.test', date: 0 };

function messageOf(
  text: string,
  change: Partial<Parameters<typeof skeleton>[1]> = {},
  incident = testIncident(),
) {
  const whole = skeleton(incident, { subject: 'Subject', language: 'en', text, html: text, ...change });
  const variant = { wave: 'notice', language: 'en', jurisdiction: 'default', disposition: 'none' } as const;
  const notice: CompiledNotice = {
    ...variant,
    key: '',
    hash: '',
    rightToLeft: false,
    named: whole,
    neutral: whole,
  };
  return renderNotice(notice, customer);
}

test.each([
  ['an address', (pad: string) => `${pad}https://www.shop.test/a.b..c/index.html`],
  ['dots only', (pad: string) => `${pad}${'.'.repeat(160)}`],
  ['a slot', (pad: string) => `${pad}${slotMark('nameText')}.${slotMark('emailText')}..`],
  ['a slot before a line end', (pad: string) => `${pad}${slotMark('nameText')}\n.${slotMark('emailText')}\n`],
  ['wide letters', (pad: string) => `${pad}王.é.🎉. `],
])('%s after each of 80 offsets is received as it was composed (C10)', async (_, textAt) => {
  for (let offset = 0; offset < 80; offset++) {
    const text = textAt('x'.repeat(offset));
    const message = messageOf(text);
    expect([offset, wireFault(message.toString('latin1'))]).toEqual([offset, null]);
    const mail = await simpleParser(message, { skipTextToHtml: true });
    const expected = text.replace(slotMark('nameText'), '.com').replace(slotMark('emailText'), '.a.b@x.test');
    expect([offset, mail.text]).toEqual([offset, expected]);
    expect([offset, openNotice(message).text]).toEqual([offset, expected]);
  }
});

test('a paragraph of 3,000 characters without a space, and spaces at line ends, survive (C11)', async () => {
  const text = `.\n${'x'.repeat(3_000)}\n  \nblank at the end \n\n.${'王'.repeat(400)}`;
  const message = messageOf(text);
  expect(wireFault(message.toString('latin1'))).toBeNull();
  expect((await simpleParser(message)).text).toBe(text);
});

test.each([
  ['40 emoji', '🎉'.repeat(40)],
  [
    'long Vietnamese',
    'Thông báo quan trọng về việc rò rỉ dữ liệu khách hàng và cách chọn mật khẩu mới cho tài khoản của bạn',
  ],
  ['long Thai', 'ประกาศสำคัญเกี่ยวกับการรั่วไหลของข้อมูลลูกค้าและวิธีการเลือกรหัสผ่านใหม่ของคุณ'.repeat(2)],
  [
    'ASCII with accents',
    'Notice to José, Zoë and François about the café database: please choose a new password today',
  ],
  ['long ASCII', 'Notice of Data Breach: '.repeat(8).trim()],
  ['what looks like an encoded word', 'Notice =?UTF-8?Q?x?= of breach'],
  ['two spaces', 'Notice  of breach'],
  ['one long word', 'x'.repeat(300)],
])('a subject of %s is read back, folded, each encoded word whole by itself (C19)', async (_, subject) => {
  const message = messageOf('text', { subject });
  expect((await simpleParser(message)).subject).toBe(subject);
  const lines = message
    .toString('latin1')
    .split('\r\nMIME-Version')[0]!
    .split('\r\nSubject: ')[1]!
    .split('\r\n');
  for (const [i, line] of lines.entries()) expect(line.length + (i === 0 ? 9 : 0)).toBeLessThanOrEqual(76);
  const words = lines.join('').match(/=\?UTF-8\?B\?[^?]*\?=/g) ?? [];
  if (words.length > 0 && !subject.includes('=?')) expect(lines.map((line) => line.trim())).toEqual(words);
  for (const word of words) {
    expect(word.length).toBeLessThanOrEqual(75);
    expect(Buffer.from(word.slice(10, -2), 'base64').toString('utf8')).not.toContain('\uFFFD');
  }
});

test.each([
  'Care, Billing (EU)',
  'Zappos.com',
  'A "B" \\ C',
  'Ünïcode Läden',
  '王小明'.repeat(30),
  'a'.repeat(200),
  '=?x?=',
])('the sender name %j is one mailbox and read back equal (C20)', async (name) => {
  const incident = testIncident((file) => (file.from.name = name));
  const message = messageOf('text', {}, incident);
  expect(wireFault(message.toString('latin1'))).toBeNull();
  const mail = await simpleParser(message);
  expect(mail.from!.value).toEqual([{ name, address: 'notice@shop.test' }]);
  for (const line of message.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
});
