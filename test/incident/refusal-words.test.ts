import { isAboutRecipient, refusalKey } from '../../src/incident/refusal-words';
import { replyWords } from '../../src/incident/reply-words';

const refusal = (code: number, enhanced: string | null, text: string) => ({ code, enhanced, text });

test.each([
  ['the enhanced code stands once', refusal(550, '5.7.1', '5.7.1 IP blocked'), '550 5.7.1 ip blocked'],
  ['text that lacks it', refusal(550, '5.7.1', 'IP blocked'), '550 5.7.1 ip blocked'],
  ['none', refusal(550, null, 'IP blocked'), '550 - ip blocked'],
  ['no words', refusal(550, '5.7.1', ''), '550 5.7.1'],
  ['spaces', refusal(550, null, '  a \t b '), '550 - a b'],
  ['an address', refusal(550, null, '<Ann@x.test>: no'), '550 - … no'],
  ['a bracket or an at alone', refusal(550, null, 'a@ <b c> d'), '550 - … … … d'],
  ['what changes: a clock, a queue id', refusal(450, null, 'at 12:30 as 4F1A'), '450 - at … as …'],
])('a refusal says by its key: %s', (_, said, key) => {
  expect(refusalKey(said)).toBe(key);
});

test.each([
  [550, '5.2.2', '550 5.2.2, the mailbox is full'],
  [452, '4.2.2', '452 4.2.2, the mailbox is full'],
  [550, '5.1.10', '550 5.1.10, the domain takes no mail'],
  [550, '5.9.9', '550 5.9.9'],
  [421, null, '421'],
])('%i %s is told as "%s"', (code, enhanced, told) => {
  expect(replyWords({ code, enhanced })).toBe(told);
});

test.each([
  ['5.1.1', true],
  ['5.1.7', false],
  ['5.1.8', false],
  ['5.1.80', true],
  ['4.2.2', true],
  ['5.21.1', false],
  ['5.4.1', false],
  ['5.7.1', false],
  [null, false],
])('%s is about the recipient: %s', (enhanced, about) => {
  expect(isAboutRecipient(refusal(550, enhanced, ''))).toBe(about);
});
