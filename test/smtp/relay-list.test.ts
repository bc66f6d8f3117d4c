import { parseRelays } from '../../src/smtp/relay-list';

const names = (smtpUrl: string) => parseRelays(smtpUrl).map(({ name, url }) => [name, url]);

test('one URL is one relay, called host:port, as it ever was', () => {
  expect(names('smtp://u:p@mail.shop.test')).toEqual([['mail.shop.test:587', 'smtp://u:p@mail.shop.test']]);
  expect(names(' smtps://u:p@mail.shop.test?tls=required ')).toEqual([
    ['mail.shop.test:465', 'smtps://u:p@mail.shop.test?tls=required'],
  ]);
});

test('several stand with spaces or line ends between them, each with the name after its #', () => {
  expect(names('smtp://a.test:25#one\n  smtp://u:p@b.test?tls=required#two-2\tsmtp://c.test')).toEqual([
    ['one', 'smtp://a.test:25'],
    ['two-2', 'smtp://u:p@b.test?tls=required'],
    ['c.test:25', 'smtp://c.test'],
  ]);
});

test('a blank within one belongs to it, as it ever did', () => {
  expect(names('smtp://bob:my secret@a.test smtp://b.test?ca=/etc/my ca.pem#two')).toEqual([
    ['a.test:587', 'smtp://bob:my secret@a.test'],
    ['two', 'smtp://b.test?ca=/etc/my ca.pem'],
  ]);
});

test.each([
  ['smtp://a.test#one smtp://b.test#one', /two relays are called one; .*such as smtp:\/\/b\.test:25#one/],
  ['smtp://u:hunter2@a.test smtp://v:hunter2@a.test', /two relays are called a\.test:587/],
  ['smtp://a.test#One', /after the port/],
  ['smtp://a.test#one#two', /after the port/],
  ['', /not a URL/],
  ['smtp://u:hunter2 smtp://b.test', /./],
])('refuses %s, says what to write and never shows the password', (smtpUrl, words) => {
  expect(() => parseRelays(smtpUrl)).toThrow(words);
  expect(() => parseRelays(smtpUrl)).not.toThrow(/hunter2/);
});
