import { commonWords, isAboutRecipient, refusalKey, refusalWords } from '../../src/incident/refusal-words';

const refusal = (code: number, enhanced: string | null, text: string) => ({ code, enhanced, text });

test.each([
  [
    'the enhanced code stands once',
    refusal(550, '5.7.1', '5.7.1 IP blocked'),
    '550 5.7.1 ip blocked',
    '550 5.7.1 IP blocked',
  ],
  ['text that lacks it', refusal(550, '5.7.1', 'IP blocked'), '550 5.7.1 ip blocked', '550 5.7.1 IP blocked'],
  ['none', refusal(550, null, 'IP blocked'), '550 - ip blocked', '550 IP blocked'],
  ['no words', refusal(550, '5.7.1', ''), '550 5.7.1', '550 5.7.1'],
  ['spaces', refusal(550, null, '  a \t b '), '550 - a b', '550 a b'],
  ['an address', refusal(550, null, '<Ann@x.test>: no'), '550 - … no', '550 … no'],
  ['a bracket or an at alone', refusal(550, null, 'a@ <b c> d'), '550 - … … … d', '550 … … … d'],
  [
    'what changes: a clock, a queue id',
    refusal(450, null, 'at 12:30 as 4F1A'),
    '450 - at … as …',
    '450 at 12:30 as 4F1A',
  ],
])('a refusal says by its key and its words: %s', (_, said, key, words) => {
  expect([refusalKey(said), refusalWords(said)]).toEqual([key, words]);
});

test.each([
  ['550 a b c', '550 a b c', '550 a b c'],
  ['550 a b c', '550 x b y', '550 … b …'],
  ['550 a b', '550 a', '550 a …'],
  ['550 a', '550 a b', '550 a'],
])('of "%s" and "%s" both say "%s"', (words, others, common) => {
  expect(commonWords(words, others)).toBe(common);
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
