import { simpleParser } from 'mailparser';
import { ownMac } from '../../src/evidence/known-messages';
import { type CompiledNotice, compileNotices, compileTests } from '../../src/notice/compile-notice';
import { messageId, testMessageId } from '../../src/notice/message-headers';
import { MADE_UP_NAME, renderNotice } from '../../src/notice/render-notice';
import { testIncident } from './test-incident';

const mark = { incidentId: 'harbour-shop-2024', contentHash: '0123456789abcdef'.repeat(4), by: 'Jo Counsel' };
const received = (compiled: CompiledNotice) =>
  simpleParser(
    renderNotice(compiled, {
      name: MADE_UP_NAME,
      address: 'jo@company.test',
      messageId: 'm@shop.test',
      date: 0,
    }),
    { skipTextToHtml: true },
  );

test.each(['en/default/expired', 'ar/default/none', 'ja/default/changed_since'])(
  'a test of %s is marked in subject, header and both parts, and is otherwise the notice',
  async (key) => {
    const { variants } = await compileNotices(testIncident());
    const [compiled] = await compileTests(testIncident(), [variants.get(key)!], mark);
    const notice = await received(variants.get(key)!);
    const tested = await received(compiled!);
    expect(tested.subject).toBe(`[TEST] ${notice.subject}`);
    expect(tested.headers.get('x-breach-response-test')).toBe(key);
    const first = "THIS IS A TEST of a notice. It changed nobody's password";
    const second = `Variant ${key} of harbour-shop-2024, content 0123456789ab, sent by Jo Counsel.`;
    const rule = '='.repeat(60);
    expect(tested.text!.startsWith(`${rule}\n${first}`)).toBe(true);
    expect(tested.text).toContain(`\n${second}\n${rule}\n\n`);
    expect(tested.text!.split(`${rule}\n\n`)[1]).toBe(notice.text);
    const box = /<tr>(?:(?!<tr>)[\s\S])*<div lang="en" dir="ltr"(?:(?!<tr>)[\s\S])*?<\/tr>\s*/;
    const [marked] = box.exec(tested.html as string)!;
    expect(marked).toContain(`${first.replace("'", '&#39;')}`);
    expect(marked).toContain(second);
    expect((tested.html as string).replace(marked, '').replaceAll('[TEST] ', '')).toBe(notice.html);
    const headers = (mail: typeof notice) =>
      [...mail.headers.keys()].filter((name) => name !== 'x-breach-response-test');
    expect(headers(tested)).toEqual(headers(notice));
    expect(tested.headers.get('auto-submitted')).toBe('auto-generated');
  },
);

test("who sends a test is named, but never as what a reader's program makes a link of (C21)", async () => {
  const variant = {
    wave: 'notice',
    language: 'en',
    jurisdiction: 'default',
    disposition: 'expired',
  } as const;
  for (const by of ['jane.doe', 'https://evil.test/x', '{choosePassword}', '\uFDD0name\uFDD1 <b>']) {
    const [compiled] = await compileTests(testIncident(), [variant], { ...mark, by });
    expect((await received(compiled!)).text).toContain('sent by whom the audit log names.\n');
  }
});

test("no notice can have a test's Message-ID", () => {
  const test = testMessageId('test-6f0c', 1, 'Shop.test');
  expect(test).toBe('test-6f0c.1@shop.test');
  expect(ownMac(test, 'shop.test')).toBeNull();
  const recipient = { incident: 'i', wave: 'notice', customerId: '1', role: 'primary' } as const;
  const notice = messageId(Buffer.alloc(32), recipient, 'shop.test');
  expect(ownMac(notice, 'shop.test')).not.toBeNull();
});
